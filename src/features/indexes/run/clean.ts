import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { attempt, type MaintenanceLimits } from './attempt.ts';
import type { Emit, Leftover } from './events.ts';
import { dropStatement, type Job } from './job.ts';
import type { PartIndex } from './parts.ts';

/** Cleaning waits less than work does: what stands in its way is told, with the statement to run later. */
const mostLockTimeoutMs = 10_000;
const againMs = 250;

/** What was found of a statement that did not end well, before anything is done about it. */
export function leftoverOf(index: Pick<PartIndex, 'schema' | 'name' | 'title'>): Leftover {
  return {
    title: index.title,
    kind: /_ccold\d*$/.test(index.name) ? 'replaced' : 'unfinished',
    isDropped: false,
    statement: dropStatement(index),
    why: undefined,
  };
}

/**
 * Drops what a job left behind, on a fresh connection, waiting for the server where that is away. What can not be dropped comes back with
 * why; throws nothing that the server or the network does.
 */
export async function dropLeftover(
  database: Database,
  emit: Emit,
  { target }: Job,
  leftover: Leftover,
  { lockTimeoutMs, patienceMs }: MaintenanceLimits,
): Promise<Leftover> {
  const { statement, title } = leftover;
  emit({ kind: 'cleaning', target: target.title, leftover: title, statement });
  const shortly = Math.min(lockTimeoutMs || mostLockTimeoutMs, mostLockTimeoutMs);
  const limits = { statementTimeoutMs: 0, lockTimeoutMs: shortly, patienceMs };
  const phase = `dropping the left-over ${title}`;
  const startedMs = performance.now();
  const lateMs = Date.now() + patienceMs;
  for (;;) {
    try {
      const { state, failure } = await attempt(database, emit, {
        target: target.title,
        tableOid: target.tableOid,
        statement,
        limits,
        phase,
        startedMs,
      });
      if (state === 'done') return { ...leftover, isDropped: true };
      return { ...leftover, why: [failure?.message, ...(failure?.details ?? [])].join('; ') };
    } catch (error) {
      if (!isConnectionLoss(error) || Date.now() > lateMs) return { ...leftover, why: messageOf(error) };
    }
    await pause(againMs);
  }
}
