import { AdminError } from '#core/errors.ts';
import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { type Ask, statement } from '#database/query.ts';
import type { HistoryNote } from './history-note.ts';
import { takeTransactionLockQuery } from './queries.ts';
import { findRecords, type HistoryAction, type HistoryRow, readRow, wordOf, writeDeed, writeRow } from './record.ts';
import { listLockHolders } from './run/lock.ts';

/** What is to be said of a migration by hand. */
export interface HistoryChange {
  readonly name: string;
  readonly success: boolean;
  readonly note: HistoryNote;
  /** Of the file in the folder, null where there is none. */
  readonly checksum: string | null;
  readonly appliedAt?: string | undefined;
  readonly appliedBy?: string | undefined;
}

/** What was said, and what stood there before. */
export interface ChangedRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly appliedAt: string;
}

/**
 * Writes rows of the history by hand, each with its audit entry, all of them or none. `unless` may refuse one for what stands there. Throws an
 * AdminError: conflict where migrations are being run, refused where there is no history, no audit log, or writing is closed.
 */
export async function changeHistory(
  database: Database,
  account: Account,
  action: HistoryAction,
  changes: readonly HistoryChange[],
  unless: (change: HistoryChange, row: HistoryRow | undefined) => AdminError | 'skip' | undefined = () => undefined,
): Promise<readonly ChangedRow[]> {
  return writeHistory(database, async (ask) => {
    const [lock] = await ask(statement(takeTransactionLockQuery, {}));
    if (lock?.is_taken !== true) throw await busy(database);
    const records = await findRecords(ask, account);
    const changed: ChangedRow[] = [];
    for (const change of changes) {
      const { name, success, note, checksum, appliedAt, appliedBy } = change;
      const row = await readRow(ask, name);
      const objection = unless(change, row);
      if (objection instanceof AdminError) throw objection;
      if (objection === 'skip') continue;
      const written = await writeRow(ask, records, account, {
        name,
        success,
        note,
        checksum,
        appliedAt,
        appliedBy,
        executionTimeMs: null,
      });
      const [before, after] = [wordOf(row), note.kind === 'resolved' ? `resolved as ${note.as}` : note.kind];
      const reason = 'reason' in note ? note.reason : undefined;
      const details = { reason, checksum, applied_at: appliedAt, applied_by: appliedBy };
      await writeDeed(ask, records, account, { action, name, before, after, details });
      changed.push({ name, before, after, appliedAt: written.appliedAt });
    }
    return changed;
  });
}

/** Writes what is about migrations in one transaction, telling what is known of it if the process ends meanwhile. */
export function writeHistory<Result>(database: Database, work: (ask: Ask) => Promise<Result>): Promise<Result> {
  const title = { what: 'the history of migrations', lookWith: 'aisha-console migrations status' };
  return database.writes.follow(title, (onCommit) =>
    database.write((transaction) => work(transaction.run.bind(transaction)), { onCommit }),
  );
}

async function busy(database: Database): Promise<AdminError> {
  const [holder] = await listLockHolders(database);
  return new AdminError({
    kind: 'conflict',
    code: 'migrations-locked',
    whatHappened: `Migrations are being run here by ${holder?.who ?? 'somebody who has just ended'}.`,
    whatToDo: 'Nothing was recorded. Wait until that is done, then try again.',
  });
}
