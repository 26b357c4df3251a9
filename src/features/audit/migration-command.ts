import type { CommandDefinition } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { requireSource } from './command-filter.ts';
import { type AuditMigrationKind, auditMigrationKinds, writeAuditMigrations } from './migrations.ts';

/** `audit write-migration`. */
export const auditMigrationCommand: CommandDefinition<Database> = {
  path: ['audit', 'write-migration'],
  summary: 'write migrations, with their ROLLBACK_ twins, that make the tail cheap: an index on the time, or exact by txid',
  arguments: [],
  options: [
    { flags: '--dir <folder>', description: 'the folder that holds the migrations' },
    {
      flags: '--only <what>',
      description: 'time-index: history and bounded polls; txid: each poll an index look-up, and exact',
      choices: auditMigrationKinds.filter((kind) => kind !== 'all'),
    },
  ],
  prepare(_values, options) {
    const directory = options['dir'];
    if (directory === undefined) {
      throw new AdminError({
        kind: 'usage',
        code: 'folder-missing',
        whatHappened: 'No folder was given.',
        whatToDo: 'Give --dir FOLDER, the one that holds the migrations.',
      });
    }
    const kind: AuditMigrationKind = auditMigrationKinds.find((candidate) => candidate === options['only']) ?? 'all';
    return async (context) => {
      const source = await requireSource(context);
      const by = { author: context.author.operator, date: context.now };
      const files = await writeAuditMigrations(directory, source, kind, by);
      const narrated = files.filter(({ isOld }) => isOld);
      for (const { migration } of narrated) context.narrate(`${migration} is there already, and is left as it is`);
      return {
        json: { files: files.map(({ migration, rollback, isOld }) => ({ migration, rollback, written: !isOld })) },
        text: () =>
          files.length === 0
            ? 'Nothing to write: the audit log has it already.'
            : [
                'Run these by themselves, in this order, on a direct connection:',
                ...files.map(({ migration }) => `  ${displayText(migration)}`),
              ].join('\n'),
      };
    };
  },
};
