import { AdminError } from '#core/errors.ts';
import { type Reader, statement } from '#database/query.ts';
import type { MigrationFolder } from './folder.ts';
import { noHistory, readHistory, requireWholeHistory } from './history.ts';
import { countTablesQuery } from './queries.ts';
import { type Selected, type Selection, selectMigrations } from './select.ts';

/** What an apply would run. */
export interface ApplyPlan extends Selected {
  /** Things to be said before: earlier migrations that are pending. */
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
  const applied = new Set(history.rows.filter(({ success }) => success !== false).map(({ name }) => name));
  const selected = selectMigrations(folder, applied, selection);
  if (selection.kind !== 'named' && history.rows.length === 0) {
    const [row] = await reader.read(statement(countTablesQuery, {}));
    if (row !== undefined && row.tables > 0) throw noBaseline(row.tables);
  }
  const { skipped } = selected;
  const warnings =
    skipped.length === 0
      ? []
      : [
          `warning: ${skipped.length} earlier ${skipped.length === 1 ? 'migration is' : 'migrations are'} pending: ${skipped.join(', ')}`,
        ];
  return { ...selected, warnings };
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
