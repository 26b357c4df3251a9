import { type CommandDefinition, directoryOption } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import type { Database } from '#database/database.ts';
import { readAskedFolder } from './command-folder.ts';
import { lintCommand } from './lint-command.ts';
import { listLockHolders } from './run/lock.ts';
import { requireWholeHistory } from './history.ts';
import { type FolderStatus, readStatus } from './migrations.ts';
import type { MigrationFolder } from './folder.ts';
import { findingsFailure, statusFailure, statusJson, statusText } from './status-output.ts';
import { verify } from './verify.ts';

/** What a status may take: reading the catalog of a big database is no matter of milliseconds. */
const statementTimeoutMs = 15_000;

/** `migrations status`, `verify` and `lint`: the headless twins of the pane. */
export const migrationCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['migrations', 'status'],
    summary: 'what is in the folder, what ran here, and what the catalog shows of it',
    arguments: [],
    options: [directoryOption],
    prepare:
      (_values, { dir }) =>
      async (context) => {
        const { database, signal } = context;
        const folder = await readAskedFolder(context, dir);
        const status = await statusNow(database, folder, signal);
        const failure = statusFailure(status);
        return { json: statusJson(status), text: () => statusText(status), ...(failure && { failure }) };
      },
  },
  {
    path: ['migrations', 'verify'],
    summary: 'for CI: whether the database is exactly as the folder says',
    arguments: [],
    options: [directoryOption, { flags: '--allow-pending', description: 'files that wait to be applied are no finding' }],
    prepare: (_values, options) => async (context) => {
      const { database, signal } = context;
      const folder = await readAskedFolder(context, options['dir']);
      const { migrations, history } = await statusNow(database, folder, signal);
      requireWholeHistory(history);
      const findings = verify(migrations, options['allowPending'] !== undefined);
      const failure = findingsFailure(
        findings.map(({ migration }) => migration),
        ['did not pass', 'did not pass'],
        'Look at them with: aisha-console migrations status',
      );
      return {
        json: {
          findings: findings.map(({ migration, what }) => ({ name: migration.name, state: migration.state, what })),
          checked: migrations.length,
        },
        text: () =>
          [
            ...findings.map(({ migration, what }) => String(displayText(`${migration.name}: ${what}`))),
            `${migrations.length} checked, ${findings.length} findings`,
          ].join('\n'),
        ...(failure && { failure }),
      };
    },
  },
  {
    path: ['migrations', 'lint'],
    summary: 'what to mend before applying: locks, rewrites, drops, tenant tables, names',
    arguments: [{ name: 'names...', isOptional: true, description: 'full file names; else every file that is not in force yet' }],
    options: [directoryOption, { flags: '--all', description: 'every migration, the applied ones too' }],
    prepare: (names, options) => async (context) =>
      lintCommand(context, { directory: options['dir'], names, all: options['all'] !== undefined }, statementTimeoutMs),
  },
];

/** The status with what runs at this moment. */
async function statusNow(database: Database, folder: MigrationFolder, signal: AbortSignal): Promise<FolderStatus> {
  const lockHolders = (await listLockHolders(database)).map(({ backendPid }) => backendPid);
  return readStatus(database, folder, { signal, statementTimeoutMs, lockHolders });
}
