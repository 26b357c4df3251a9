import { setTimeout as pause } from 'node:timers/promises';
import { AdminError } from '#core/errors.ts';
import type { Ask } from '#database/query.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { type HistoryRow, readRow, type Records, wordOf, writeDeed, writeRow } from '../record.ts';
import { failureText } from './failure.ts';
import { elapsedMs, type Ending, type RunContext, type Runnable } from './file-run.ts';

/** How long a failure may take to be written down where the connection was lost with it, and how often that is tried. */
const patienceMs = 20_000;
const againMs = 250;

/**
 * Writes a failure down, though what failed was rolled back. Where the server does not come back, the row goes on saying that it runs. A row
 * that says success was committed with what it is about: it stays, and gives when that was.
 */
export async function recordFailure(
  context: RunContext,
  { file, undoes, parsed }: Runnable,
  records: Records,
  rowBefore: HistoryRow | undefined,
  { failure, done, isLost }: Ending & { state: 'failed' },
  startedMs: number,
): Promise<string | undefined> {
  const { session, database, account } = context;
  const executionTimeMs = elapsedMs({ startedMs });
  const write = async (ask: Ask): Promise<string | undefined> => {
    const row = await readRow(ask, file.name);
    if (row?.success === true) return row.appliedAt;
    const note = { kind: 'failed', message: failureText(failure), done } as const;
    await writeRow(ask, records, account, { name: file.name, success: false, note, executionTimeMs, checksum: file.checksum });
    await writeDeed(ask, records, account, {
      action: undoes === undefined ? 'MIGRATION_APPLY' : 'MIGRATION_ROLLBACK',
      name: file.name,
      before: wordOf(rowBefore),
      after: 'failed',
      details: {
        checksum: file.checksum,
        execution_time_ms: executionTimeMs,
        statements: parsed.statements.length,
        done_statements: done.statements,
        error: failureText(failure),
        undoes,
      },
    });
    return undefined;
  };
  if (!isLost && database.server.route === 'direct') {
    await session.reset();
    await session.run('begin');
    const appliedAt = await write(session.ask.bind(session));
    await session.run('commit');
    return appliedAt;
  }
  const lateMs = Date.now() + patienceMs;
  for (;;) {
    try {
      return await database.write((transaction) => write(transaction.run.bind(transaction)));
    } catch (error) {
      // The process that lost us may still hold the row for a moment.
      const mayPass = isConnectionLoss(error) || (error instanceof AdminError && error.code === 'lock-timeout');
      if (!mayPass || Date.now() > lateMs) {
        if (isConnectionLoss(error)) return undefined;
        throw error;
      }
    }
    await pause(againMs);
  }
}
