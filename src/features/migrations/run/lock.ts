import { setTimeout as pause } from 'node:timers/promises';
import { AdminError } from '#core/errors.ts';
import { type Reader, statement } from '#database/query.ts';
import { listLockHoldersQuery } from '../queries.ts';
import type { Emit, LockHolder } from './events.ts';

const againMs = 250;

/** The sessions that run migrations now; their lock is also what proves that a run which says so is running. */
export async function listLockHolders(reader: Reader): Promise<readonly LockHolder[]> {
  const rows = await reader.read(statement(listLockHoldersQuery, {}));
  return rows.map((row) => ({
    backendPid: row.backend_pid,
    who: `process ${row.backend_pid} (${[
      row.application_name,
      row.role_name,
      row.client_address && `from ${row.client_address}`,
      row.connected_at && `since ${row.connected_at}`,
    ]
      .filter(Boolean)
      .join(', ')})`,
  }));
}

/**
 * Tries to take the lock until it has it, at most for `waitMs`, telling once who has it. Throws an AdminError: conflict (migrations-locked)
 * with who holds it, interrupted where `signal` aborts.
 */
export async function takeLock(
  take: () => Promise<boolean>,
  {
    reader,
    waitMs,
    emit,
    signal,
  }: { readonly reader: Reader; readonly waitMs: number; readonly emit: Emit; readonly signal: AbortSignal },
): Promise<void> {
  const lateMs = Date.now() + waitMs;
  let told: number | undefined;
  for (;;) {
    if (await take()) return;
    const [holder] = await listLockHolders(reader);
    if (signal.aborted) throw stoppedWaiting();
    if (Date.now() >= lateMs) throw locked(holder);
    if (holder !== undefined && holder.backendPid !== told) emit({ kind: 'waiting', holder });
    told = holder?.backendPid ?? told;
    await pause(againMs, undefined, { signal }).catch(() => undefined);
  }
}

function locked(holder: LockHolder | undefined): AdminError {
  return new AdminError({
    kind: 'conflict',
    code: 'migrations-locked',
    whatHappened: `Another console is running migrations here: ${holder?.who ?? 'it has just ended'}.`,
    whatToDo: 'Nothing was run. Wait until it is done (--wait SECONDS), look at the status, then try again.',
  });
}

function stoppedWaiting(): AdminError {
  return new AdminError({
    kind: 'interrupted',
    code: 'interrupted',
    whatHappened: 'Stopped while waiting for another console that runs migrations.',
    whatToDo: 'Nothing was run.',
  });
}
