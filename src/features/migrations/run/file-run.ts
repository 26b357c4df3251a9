import type { StatementLimits } from '#core/limit-options.ts';
import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { statement } from '#database/query.ts';
import type { Session } from '#database/session.ts';
import { onceSettled } from '#database/settle.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import type { Blocker } from '#database/watch.ts';
import type { MigrationFile } from '../folder.ts';
import { type Done, type HistoryNote, readNote } from '../history-note.ts';
import type { ParsedMigration, ParsedStatement } from '../parse.ts';
import { isReadOnlyQuery, readRecordQuery } from '../queries.ts';
import { type HistoryRow, type Records, wordOf, writeDeed, writeRow } from '../record.ts';
import type { Emit, RunFailure } from './events.ts';
import { plainFailure } from './failure.ts';
import type { Moment } from './moment.ts';

/** A file that is to be run. */
export interface Runnable {
  readonly file: MigrationFile;
  readonly parsed: ParsedMigration;
  /** The migration that it takes back; then it is a rollback. */
  readonly undoes?: string | undefined;
}

/** How one file of a run came out, before it is written down. */
export type Ending =
  /** With its row. */
  | { readonly state: 'applied'; readonly appliedAt: string }
  | { readonly state: 'tried' }
  /** Nothing of it is left open; `done` is what stays of it. */
  | { readonly state: 'failed'; readonly failure: RunFailure; readonly done: Done; readonly isLost: boolean }
  | { readonly state: 'unknown'; readonly failure: RunFailure };

/** Limits in milliseconds, and how long to wait for another console. */
export interface RunLimits extends StatementLimits {
  readonly waitMs: number;
}

/** Unless something else is asked for: half an hour for a statement, five seconds for a lock, no waiting for another console. */
export const usualLimits: RunLimits = { statementTimeoutMs: 1_800_000, lockTimeoutMs: 5000, waitMs: 0 };

/** What all files of a run share. */
export interface RunContext {
  readonly database: Database;
  readonly session: Session;
  readonly account: Account;
  readonly limits: RunLimits;
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** Run files through and roll them back; for those that are one transaction. */
  readonly isTrial: boolean;
}

/** Everything that running a file needs. */
export interface FileRun extends Runnable, RunContext {
  readonly records: Records;
  readonly rowBefore: HistoryRow | undefined;
  readonly startedMs: number;
  /** A transaction is open already, as a pooler needs it. */
  readonly isBegun: boolean;
  /** Told where it is, so that whoever has to leave can say so. */
  readonly moment: Moment;
  /** Told which statement is under way. */
  readonly onStatement: (statement: ParsedStatement) => void;
  /** Told who is waited for before a statement is sent; nobody any more, when that is over. */
  readonly onWait: (blockedBy: readonly Blocker[]) => void;
  /** Who was in the way when it was last looked. */
  readonly inTheWay: () => readonly string[];
}

/** Writes success and its audit entry; in the transaction of the file where it has one. */
export async function recordSuccess(run: FileRun): Promise<{ readonly appliedAt: string; readonly transactionId: string }> {
  const { session, records, account, file, undoes, parsed, rowBefore } = run;
  const ask = session.ask.bind(session);
  const executionTimeMs = elapsedMs(run);
  const row = { name: file.name, success: true, note: undefined, executionTimeMs, checksum: file.checksum };
  const written = await writeRow(ask, records, account, row);
  if (undoes !== undefined) {
    const note = { kind: 'rolled-back', by: file.name } as const;
    await writeRow(ask, records, account, { name: undoes, success: false, note, executionTimeMs: null, checksum: null });
  }
  await writeDeed(ask, records, account, {
    action: undoes === undefined ? 'MIGRATION_APPLY' : 'MIGRATION_ROLLBACK',
    name: file.name,
    before: wordOf(rowBefore),
    after: 'applied',
    details: { checksum: file.checksum, execution_time_ms: executionTimeMs, statements: parsed.statements.length, undoes },
  });
  return written;
}

/** Files may leave another role behind them, by SET or in SQL made up at run time; what we record is ours. Ends with the transaction. */
export async function becomeOurselves({ session, file }: FileRun): Promise<void> {
  const mayChangeRole = /\brole\b|session[\s_]+authorization/i.test(file.sql);
  if (mayChangeRole) await session.run('set local session authorization default; set local role none');
}

/** Whether the transaction that is open takes no writes, because the file wants it so: then nothing can be recorded within. */
export async function isReadOnly({ session, file }: Pick<FileRun, 'session' | 'file'>): Promise<boolean> {
  if (session.transaction !== 'open' || !/read[\s_]+only\b/i.test(file.sql)) return false;
  const [row] = await session.ask(statement(isReadOnlyQuery, {}));
  return row?.is_read_only === true;
}

/**
 * Commits what is open, and looks again where the answer never came: `isDone` says from the row whether it was committed, which the row
 * proves, being part of the same transaction.
 */
export async function commit(
  run: FileRun,
  text: string,
  transactionId: string,
  isDone: (row: { readonly success: boolean | null; readonly note: HistoryNote | undefined }) => boolean,
): Promise<
  | { readonly state: 'committed'; readonly isLost: boolean }
  | { readonly state: 'failed'; readonly error: RunFailure | undefined; readonly isLost: boolean }
  | { readonly state: 'unknown'; readonly failure: RunFailure }
> {
  const { session, database, file, signal, moment } = run;
  try {
    moment.enter('committing');
    const outcome = await session.run(text, { signal });
    if (outcome.state === 'done') {
      const isCommitted = outcome.commands.at(-1) === 'COMMIT';
      return { state: isCommitted ? 'committed' : 'failed', error: undefined, isLost: false };
    }
    const { message, sqlState, detail, hint, where } = outcome.error;
    const isStopped = signal.aborted;
    const details = [detail, hint, where].filter((words) => words !== undefined);
    const error = { ...plainFailure(new Error(message), isStopped), sqlState, details };
    return { state: 'failed', error: isStopped ? { ...error, message: 'stopped by the operator' } : error, isLost: false };
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    const found = await onceSettled(database, transactionId, async () => {
      const [row] = await database.read(statement(readRecordQuery, { migrationName: file.name }));
      return row !== undefined && isDone({ success: row.success, note: readNote(row.success, row.error_message) });
    });
    if (found === undefined) return { state: 'unknown', failure: plainFailure(error) };
    return found
      ? { state: 'committed', isLost: true }
      : { state: 'failed', error: { ...plainFailure(error), message: lostAtCommit }, isLost: true };
  }
}

const lostAtCommit = 'the connection was lost at COMMIT; looking again showed that nothing was committed';

export function elapsedMs({ startedMs }: Pick<FileRun, 'startedMs'>): number {
  return Math.max(1, Math.round(performance.now() - startedMs));
}
