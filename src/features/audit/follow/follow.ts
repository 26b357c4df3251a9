import { setTimeout as pause } from 'node:timers/promises';
import { AdminError } from '#core/errors.ts';
import type { Reader } from '#database/query.ts';
import type { AuditSource } from '../source.ts';
import { inMode } from './advance.ts';
import type { FollowCursor } from './cursor.ts';
import type { FollowEvent } from './events.ts';
import { Round, type RoundOptions } from './round.ts';

export { markNow } from './round.ts';

export interface FollowOptions extends RoundOptions {
  /** Where to go on; without one, from now on. `unreadable` starts anew as well, and says so by a gap. */
  readonly cursor?: FollowCursor | 'unreadable' | undefined;
}

const backOffMs = { first: 500, most: 5000 };
const longestRetryMs = 10_000;

/**
 * Follows the audit log without losing or repeating an entry, until `signal` aborts: polls, waits, and goes on after a lost connection from where
 * it was. Nothing is asked of the server while the consumer is busy with an event. Throws an AdminError where following cannot even begin for
 * another reason than the connection; later such failures are told with the poll, and it is tried again.
 *
 * To show a page first and miss nothing: `markNow`, then the page, then follow with that cursor and the page as `known`.
 */
export async function* follow(reader: Reader, source: AuditSource, options: FollowOptions): AsyncGenerator<FollowEvent, void> {
  const { signal } = options;
  const given = options.cursor === 'unreadable' ? undefined : options.cursor;
  const round = new Round(reader, source, options, given === undefined ? undefined : inMode(given, source.mode));
  if (options.cursor === 'unreadable') round.isUnreadable = true;
  let lostAtMs: number | undefined;
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = 0;
    try {
      for await (const event of round.run(lostAtMs !== undefined)) {
        if (lostAtMs !== undefined) yield { kind: 'resumed', afterMs: performance.now() - lostAtMs };
        lostAtMs = undefined;
        failures = 0;
        yield event;
        if (event.kind === 'poll') waitMs = event.report.nextInMs;
      }
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (!(error instanceof AdminError)) throw error;
      if (error.kind === 'connection') {
        waitMs = Math.min(backOffMs.most, backOffMs.first * 2 ** (failures - 1));
        if (lostAtMs === undefined) {
          lostAtMs = performance.now();
          yield { kind: 'lost', error };
        }
      } else {
        if (error.kind !== 'database' || round.cursor === undefined) throw error;
        waitMs = Math.min(longestRetryMs, (options.intervalMs ?? 1000) * 2 ** failures);
        yield { kind: 'poll', report: round.failed(error, waitMs), cursor: round.cursor };
      }
    }
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
  }
}
