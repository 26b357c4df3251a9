import type { CommandContext, CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import type { Reader, ReadOptions } from '#database/query.ts';
import { readAskedFolder } from './command-folder.ts';
import { isMigration } from './expected.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import { lint } from './lint.ts';
import type { LintFinding } from './lint/finding.ts';
import { readLintFacts } from './lint-facts.ts';
import { readStatus } from './migrations.ts';
import { isInForce, type MigrationStatus } from './status.ts';

interface Asked {
  readonly directory: string | undefined;
  /** Full names; none for what is not in force yet, or with `all` for every migration. */
  readonly names: readonly string[];
  readonly all: boolean;
}

/** A file of the folder, and what to mend in it. */
export interface Linted {
  readonly migration: MigrationStatus;
  readonly findings: readonly LintFinding[];
}

/** `migrations lint`: what to mend before applying. Throws an AdminError (not-found) for a name that is not in the folder. */
export async function lintCommand(
  context: CommandContext<Database>,
  asked: Asked,
  statementTimeoutMs: number,
): Promise<CommandResult> {
  const { database, signal } = context;
  const folder = await readAskedFolder(context, asked.directory);
  const linted = await lintFolder(database, folder, (migrations) => chosen(migrations, asked), { signal, statementTimeoutMs });
  const failure = failureOf(linted);
  return {
    json: {
      findings: findingsJson(linted),
      checked: linted.length,
    },
    text: () => textOf(linted),
    ...(failure && { failure }),
  };
}

/** Lints some files of a folder on a database, as they stand to the others. Throws an AdminError where the server refuses. */
export async function lintFolder(
  reader: Reader,
  folder: MigrationFolder,
  choose: (migrations: readonly MigrationStatus[]) => readonly MigrationStatus[],
  options: ReadOptions = {},
): Promise<readonly Linted[]> {
  const status = await readStatus(reader, folder, options);
  const { searchPath } = status.history;
  const facts = await readLintFacts(reader, { ...status, searchPath }, options);
  const rollbacks = new Set(folder.files.flatMap(({ place }) => (place.kind === 'rollback' ? [place.undoes.toLowerCase()] : [])));
  return choose(status.migrations).flatMap((migration): Linted[] => {
    const { file, parsed } = migration;
    if (file === undefined || parsed === undefined) return [];
    const hasRollback = rollbacks.has(file.name.toLowerCase());
    return [{ migration, findings: lint(file, parsed, { ...facts, hasRollback }) }];
  });
}

/** What reading the catalog of a big database may take. */
const statementTimeoutMs = 15_000;

/** Lints the files that are about to be run. Throws an AdminError where the server refuses. */
export function lintFiles(
  { database, signal }: Pick<CommandContext<Database>, 'database' | 'signal'>,
  folder: MigrationFolder,
  files: readonly MigrationFile[],
): Promise<readonly Linted[]> {
  const names = new Set(files.map(({ name }) => name));
  return lintFolder(database, folder, (all) => all.filter(({ name }) => names.has(name)), { signal, statementTimeoutMs });
}

/**
 * Tells what breaks or blocks in files that are about to be run, a line each: `--yes` may be given by who never looked. That it could not be
 * found out is told too, and stops nothing.
 */
export async function narrateSerious(
  context: CommandContext<Database>,
  folder: MigrationFolder,
  files: readonly MigrationFile[],
): Promise<void> {
  if (files.length === 0) return;
  let linted: readonly Linted[];
  try {
    linted = await lintFiles(context, folder, files);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof AdminError)) throw error;
    context.narrate(`warning: what lint would find is not known: ${error.message}`);
    return;
  }
  const serious = linted.flatMap(({ migration, findings }) => findings.filter(isSerious).map(headOf(migration)));
  for (const line of serious) context.narrate(line);
  if (serious.length > 0) context.narrate('--dry-run shows what to write instead');
}

/** The findings as scripts get them. */
export function findingsJson(linted: readonly Linted[]): readonly unknown[] {
  return linted.flatMap(({ migration, findings }) =>
    findings.map(({ rule, severity, line, what, whatToWrite }) => ({
      name: migration.name,
      rule,
      severity,
      line,
      what,
      what_to_write: whatToWrite,
    })),
  );
}

/** The findings for people, each with what to write instead. */
export function findingLines(linted: readonly Linted[]): readonly string[] {
  return linted.flatMap(({ migration, findings }) =>
    findings.flatMap((finding) => [
      displayText(headOf(migration)(finding)),
      ...(finding.whatToWrite === '' ? [] : finding.whatToWrite.split('\n').map((text) => displayText(`    ${text}`))),
    ]),
  );
}

const headOf =
  ({ name }: MigrationStatus) =>
  ({ rule, severity, line, what }: LintFinding): string =>
    `${name}:${line}: ${severity}: ${what} [${rule}]`;

/** Advice is no failure: a script that lints stops at what breaks or blocks. */
const isSerious = ({ severity }: LintFinding): boolean => severity !== 'advice';

function chosen(migrations: readonly MigrationStatus[], { names, all }: Asked): readonly MigrationStatus[] {
  const unknown = names.find((name) => !migrations.some(({ file }) => file?.name === name));
  if (unknown !== undefined) {
    throw new AdminError({
      kind: 'not-found',
      code: 'no-such-migration',
      whatHappened: `There is no file ${unknown} in the folder.`,
      whatToDo: 'Give the full name of a file, as migrations status lists it.',
    });
  }
  if (names.length > 0) return migrations.filter(({ name }) => names.includes(name));
  return migrations.filter(({ file, state }) => file !== undefined && isMigration(file) && (all || !isInForce(state)));
}

function textOf(linted: readonly Linted[]): string {
  const count = linted.reduce((sum, { findings }) => sum + findings.length, 0);
  return [...findingLines(linted), `${linted.length} checked, ${count} ${count === 1 ? 'finding' : 'findings'}`].join('\n');
}

function failureOf(linted: readonly Linted[]): AdminError | undefined {
  const serious = linted.flatMap(({ findings }) => findings).filter(isSerious).length;
  if (serious === 0) return undefined;
  return new AdminError({
    kind: 'findings',
    code: 'lint-findings',
    whatHappened: `${serious} ${serious === 1 ? 'finding' : 'findings'} to mend before applying.`,
    whatToDo: 'Each says what to write instead.',
  });
}
