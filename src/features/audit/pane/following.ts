import { setTimeout as pause } from 'node:timers/promises';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import type { AuditEntry } from '../entries.ts';
import type { AuditFilter } from '../filter.ts';
import type { FollowCursor } from '../follow/cursor.ts';
import type { FollowEvent } from '../follow/events.ts';
import { follow, markNow } from '../follow/follow.ts';
import type { AuditSource } from '../source.ts';

/** What is followed, and how the newest page is read between the mark and the first poll; it gives the entries that are shown then. */
export interface Followed {
  readonly source: AuditSource;
  readonly filter: AuditFilter;
  readonly readNewest: () => Promise<readonly AuditEntry[]>;
}

const leastPauseMs = 500;

/**
 * Follows from the newest page on, so that nothing falls between the two, until `signal` aborts. Without a connection it waits for one from the
 * beginning. Throws an AdminError where following cannot begin for another reason.
 */
export async function* followFromNewest(
  database: Database,
  { source, filter, readNewest }: Followed,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent, void> {
  let cursor: FollowCursor | undefined;
  while (cursor === undefined && !signal.aborted) {
    const startedAtMs = performance.now();
    try {
      cursor = await markNow(database, source, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AdminError) || error.kind !== 'connection') throw error;
      yield { kind: 'lost', error };
      await connected(database, signal);
      yield { kind: 'resumed', afterMs: performance.now() - startedAtMs };
    }
  }
  const known = await readNewest();
  yield* follow(database, source, { filter, cursor, known, signal });
}

/** Resolves when the server answers again, or `signal` aborts. */
async function connected({ monitor }: Database, signal: AbortSignal): Promise<void> {
  await pause(leastPauseMs, undefined, { signal, ref: false }).catch(() => undefined);
  const isOver = (): boolean => signal.aborted || monitor.status.get().state === 'connected';
  if (isOver()) return;
  const back = Promise.withResolvers<void>();
  const unsubscribe = monitor.status.subscribe(() => isOver() && back.resolve());
  signal.addEventListener('abort', () => back.resolve(), { once: true });
  await back.promise;
  unsubscribe();
}
