import { setTimeout as pause } from 'node:timers/promises';
import { endBackend, limitSession } from './queries.ts';
import { type Reader, statement } from './query.ts';
import type { Session } from './session.ts';
import { isConnectionLoss } from './sql-errors.ts';

/** A server that a dead console left alone with its transaction ends it after this long. */
export const idleTimeoutMs = 60_000;

/** A process of the server's, told from others that get its number later. */
export interface BackendIdentity {
  readonly backendPid: number;
  /** In seconds since the epoch; null where the server does not tell. */
  readonly beganAt: string | null;
}

/**
 * Makes a session as good as new and sets its limits, in milliseconds, 0 for none: of a statement, and of waiting for a lock. A console that
 * is killed leaves nothing running on the server. Gives the process that it is.
 */
export async function prepareSession(
  session: Session,
  { statementTimeoutMs, lockTimeoutMs }: { readonly statementTimeoutMs: number; readonly lockTimeoutMs: number },
): Promise<BackendIdentity> {
  await session.reset();
  // Not every system that PostgreSQL runs on can do it.
  await session.run('set client_connection_check_interval = 1000');
  const [row] = await session.ask(
    statement(limitSession, {
      statementTimeout: String(statementTimeoutMs),
      lockTimeout: String(lockTimeoutMs),
      idleTimeout: String(idleTimeoutMs),
    }),
  );
  return { backendPid: session.backendPid, beganAt: row?.began_at ?? null };
}

const askAgainMs = 100;

/**
 * Ends a process of ours whose connection was lost, and waits until it is gone: until then nobody can tell what it leaves behind. Whether that
 * came true within `patienceMs`.
 */
export async function endLostBackend(
  reader: Reader,
  { backendPid, beganAt }: BackendIdentity,
  patienceMs: number,
): Promise<boolean> {
  const lateMs = Date.now() + patienceMs;
  do {
    try {
      const rows = await reader.read(statement(endBackend, { backendPid, beganAt: beganAt ?? '' }));
      if (rows.length === 0) return true;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
    await pause(askAgainMs);
  } while (Date.now() < lateMs);
  return false;
}
