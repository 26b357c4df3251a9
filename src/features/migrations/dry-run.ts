import { type CommandContext, type CommandResult, secretsMasked } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { maskSql } from '#core/mask-sql.ts';
import type { Database } from '#database/database.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import { findingLines, findingsJson, lintFiles } from './lint-command.ts';
import { parseMigrations } from './parse.ts';

/** `--dry-run`: the statements of each file, how it would be run, and what lint finds in it; nothing is sent. Secrets are masked unless `reveals`. */
export async function dryRun(
  context: CommandContext<Database>,
  folder: MigrationFolder,
  files: readonly MigrationFile[],
  reveals: boolean,
): Promise<CommandResult> {
  const linted = await lintFiles(context, folder, files);
  const parsed = await parseMigrations(files);
  let isMasked = false;
  const shownText = (text: string): string => {
    const masked = reveals ? text : maskSql(text);
    isMasked ||= masked !== text;
    return masked;
  };
  const shown = files.map((file, index) => {
    const { statements, ...rest } = parsed[index]!;
    return { file, ...rest, statements: statements.map((each) => ({ ...each, text: shownText(each.text) })) };
  });
  if (isMasked) context.narrate(secretsMasked);
  return {
    json: {
      dry_run: true,
      migrations: shown.map(({ file, mode, statements, error, psqlOnly }) => ({
        name: file.name,
        mode,
        statements: statements.map(({ ordinal, line, kind, text }) => ({ ordinal, line, kind, text })),
        error: error === undefined ? null : { ...error, psql_only: psqlOnly?.what ?? null },
      })),
      findings: findingsJson(linted),
    },
    text() {
      if (files.length === 0) return 'Nothing to run: everything in the folder is applied.';
      const lines = shown.flatMap(({ file, mode, statements, error, psqlOnly }) => [
        `${file.name}  ${modes[mode]}`,
        ...(error === undefined ? [] : [`  can not be run: line ${error.line}: ${psqlOnly?.what ?? error.message}`]),
        ...statements.flatMap(({ ordinal, line, kind, text }) => [
          `  ${ordinal}. ${kind}, line ${line}`,
          ...text.split('\n').map((row) => `     ${row}`),
        ]),
      ]);
      return [...lines.map((line) => displayText(line)), ...findingLines(linted)].join('\n');
    },
  };
}

const modes = {
  transactional: 'one transaction',
  'own-transaction': 'in the transactions it opens itself',
  'non-transactional': 'statement by statement: it has statements that refuse a transaction',
} as const;
