import { AdminError } from '#core/errors.ts';
import type { TypedWord } from '#core/typed-word.ts';
import { type Reader, statement } from '#database/query.ts';
import { isMigration } from './expected.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import { type History, noHistory, readHistory, requireWholeHistory } from './history.ts';
import { countTablesQuery } from './queries.ts';
import { type Selected, type Selection, selectMigrations } from './select.ts';

/** What an apply would run. */
export interface ApplyPlan extends Selected {
  /** Things to be said before: earlier migrations that are not applied. */
  readonly warnings: readonly string[];
}

/**
 * Works out what is to be run from the folder and the history. Throws an AdminError: as `selectMigrations` does, refused (history-hidden) where
 * not all of the history is seen, and refused (no-baseline) where
 * all pending ones are meant, the history is empty and the database is not: those files were most likely run by hand.
 */
export async function planApply(reader: Reader, folder: MigrationFolder, selection: Selection): Promise<ApplyPlan> {
  const history = await readHistory(reader);
  if (!history.isThere) throw noHistory(history);
  requireWholeHistory(history);
  const selected = selectMigrations(folder, appliedNames(history), selection);
  if (selection.kind !== 'named' && history.rows.length === 0) {
    const [row] = await reader.read(statement(countTablesQuery, {}));
    if (row !== undefined && row.tables > 0) throw noBaseline(row.tables);
  }
  return { ...selected, warnings: skippedWarnings(selected) };
}

/** What is typed before these files are run on production: of several their number, since the name of one would be typed for that one alone. */
export function wordToApply(files: readonly MigrationFile[]): TypedWord {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return { word: only.name, what: 'the name of the file' };
  return { word: `${files.length} migrations`, what: 'how many are run' };
}

/**
 * What an apply of these files of the folder would say before; nothing where the history, as it was read, is not there or not seen as a whole.
 * Those that are no migrations are passed over.
 */
export function warningsBefore(folder: MigrationFolder, history: History, files: readonly MigrationFile[]): readonly string[] {
  if (!history.isThere || history.hidden !== undefined) return [];
  const names = files.filter(isMigration).map(({ name }) => name);
  return skippedWarnings(selectMigrations(folder, appliedNames(history), { kind: 'named', names }));
}

/** What an apply of all pending ones would run, by the history as it was read. */
export function pendingNames(folder: MigrationFolder, history: History): readonly string[] {
  return selectMigrations(folder, appliedNames(history), { kind: 'all' }).files.map(({ name }) => name);
}

function appliedNames({ rows }: History): ReadonlySet<string> {
  return new Set(rows.filter(({ success }) => success !== false).map(({ name }) => name));
}

function skippedWarnings({ skipped }: Selected): readonly string[] {
  if (skipped.length === 0) return [];
  const are = skipped.length === 1 ? 'migration is' : 'migrations are';
  return [`warning: ${skipped.length} earlier ${are} not applied: ${skipped.join(', ')}`];
}

function noBaseline(tables: number): AdminError {
  return new AdminError({
    kind: 'refused',
    code: 'no-baseline',
    whatHappened: `The history is empty, but the database has ${tables} tables: its migrations were run before anybody recorded them.`,
    whatToDo:
      'Nothing was run. Look at migrations status, record what is there with migrations baseline --through NAME, then apply the rest.',
  });
}
