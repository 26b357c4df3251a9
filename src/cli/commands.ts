import type { CommandDefinition } from '#core/command.ts';
import type { Database } from '#database/database.ts';

type Commands = readonly CommandDefinition<Database>[];

/** The headless commands by the first word of each; a feature with a new one adds its list here. Loaded when that word is asked for. */
const lists: Readonly<Record<string, () => Promise<Commands>>> = {
  tenants: async () => (await import('#features/tenants/commands.ts')).tenantCommands,
  migrations: async () => [
    ...(await import('#features/migrations/commands.ts')).migrationCommands,
    ...(await import('#features/migrations/run-commands.ts')).migrationRunCommands,
    ...(await import('#features/migrations/history-commands.ts')).migrationHistoryCommands,
  ],
  find: async () => (await import('#features/find/commands.ts')).findCommands,
  audit: async () => (await import('#features/audit/commands.ts')).auditCommands,
  indexes: async () => [
    ...(await import('#features/indexes/commands.ts')).indexCommands,
    ...(await import('#features/indexes/run-commands.ts')).indexRunCommands,
  ],
  metadata: async () => [
    ...(await import('#features/metadata/commands.ts')).metadataCommands,
    ...(await import('#features/metadata/bulk-commands.ts')).metadataBulkCommands,
  ],
};

/**
 * The commands that these arguments can mean: every start pays for what is loaded. All of them where help is asked for; none where no first word of
 * one is among the arguments, as when the console is opened.
 */
export async function commandsFor(argv: readonly string[]): Promise<Commands> {
  const wantsHelp = argv.some((word) => /^(--help|-\w*h\w*|help)$/.test(word));
  const wanted = Object.entries(lists).filter(([word]) => wantsHelp || argv.includes(word));
  return (await Promise.all(wanted.map(([, load]) => load()))).flat();
}
