import type { CommandContext, CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import type { Database } from '#database/database.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import { parseMigrations } from './parse.ts';

/** `--dry-run`: the statements of each file and how it would be run; nothing is sent. */
export async function dryRun(
  _context: CommandContext<Database>,
  _folder: MigrationFolder,
  files: readonly MigrationFile[],
): Promise<CommandResult> {
  const parsed = await parseMigrations(files);
  const shown = files.map((file, index) => ({ file, ...parsed[index]! }));
  return {
    json: {
      dry_run: true,
      migrations: shown.map(({ file, mode, statements, error, psqlOnly }) => ({
        name: file.name,
        mode,
        statements: statements.map(({ ordinal, line, kind, text }) => ({ ordinal, line, kind, text })),
        error: error === undefined ? null : { ...error, psql_only: psqlOnly?.what ?? null },
      })),
    },
    text: () =>
      shown
        .flatMap(({ file, mode, statements, error, psqlOnly }) => [
          `${file.name}  ${modes[mode]}`,
          ...(error === undefined ? [] : [`  can not be run: line ${error.line}: ${psqlOnly?.what ?? error.message}`]),
          ...statements.flatMap(({ ordinal, line, kind, text }) => [
            `  ${ordinal}. ${kind}, line ${line}`,
            ...text.split('\n').map((row) => `     ${row}`),
          ]),
        ])
        .map((line) => displayText(line))
        .join('\n') || 'Nothing to run: everything in the folder is applied.',
  };
}

const modes = {
  transactional: 'one transaction',
  'own-transaction': 'in the transactions it opens itself',
  'non-transactional': 'statement by statement: it has statements that refuse a transaction',
} as const;
