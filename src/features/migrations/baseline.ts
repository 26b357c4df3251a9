import { AdminError } from '#core/errors.ts';
import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { isMigration } from './expected.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import type { History } from './history.ts';
import type { HistoryNote } from './history-note.ts';
import { type ChangedRow, changeHistory } from './history-change.ts';
import { findMigration } from './select.ts';

/**
 * The migrations of a folder up to and including one, without some: what a baseline is about. Throws an AdminError for a name that the folder
 * does not have.
 */
export function migrationsThrough(
  { files }: MigrationFolder,
  through: string,
  except: readonly string[],
): readonly MigrationFile[] {
  const migrations = files.filter(isMigration);
  const left = new Set(except.map((name) => findMigration(files, name)));
  return migrations.slice(0, migrations.indexOf(findMigration(files, through)) + 1).filter((file) => !left.has(file));
}

/** What is to be recorded: the migrations up to `through` but those that were never applied. */
export interface BaselineRequest {
  readonly through: string;
  readonly except: readonly string[];
  readonly reason: string;
}

/**
 * Records that the migrations up to `through` were applied before anybody kept a history; none of them is run. Rows that say so already stay
 * as they are. Throws an AdminError, with nothing recorded: refused where one of them failed or is running, since only a person can know.
 */
export async function recordBaseline(
  database: Database,
  folder: MigrationFolder,
  { through, except, reason }: BaselineRequest,
  account: Account,
): Promise<readonly ChangedRow[]> {
  const changes = migrationsThrough(folder, through, except).map(({ name, checksum }) => ({
    name,
    success: true,
    note: { kind: 'baseline', reason } as const,
    checksum,
  }));
  return changeHistory(database, account, 'MIGRATION_BASELINE', changes, ({ name }, row) => {
    if (row === undefined) return undefined;
    return row.success ? 'skip' : overFailure(name, row.note);
  });
}

/**
 * Of migrations that are to be recorded, those that would be: what the history says already stays. Throws an AdminError (refused) as recording
 * them would.
 */
export function planBaseline(files: readonly MigrationFile[], { rows }: Pick<History, 'rows'>): readonly MigrationFile[] {
  const known = new Map(rows.map((row) => [row.name, row]));
  return files.filter(({ name }) => {
    const row = known.get(name);
    if (row?.success === false) throw overFailure(name, row.note);
    return row === undefined;
  });
}

function overFailure(name: string, note: HistoryNote | undefined): AdminError {
  return new AdminError({
    kind: 'refused',
    code: 'baseline-over-failure',
    whatHappened: `The history says of ${name}: ${note?.kind ?? 'failed'}.`,
    whatToDo: `Nothing was recorded. Say first what is true: aisha-console migrations resolve ${name} --as applied or reverted.`,
  });
}
