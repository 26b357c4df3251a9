import { epochMicros } from '#core/timestamps.ts';
import type { FollowCursor } from './cursor.ts';
import type { PollAnswer } from './poll.ts';

/** A floor this much older than it need be is moved, or earlier where the poll got slow. */
const floorAgeMicros = 10_000_000;
const slowFloorAgeMicros = 1_000_000;
const slowPollMs = 20;
/** Each floor since the last reconcile is remembered with what it showed, up to so many of them and so many characters. */
const mostFloors = 64;
const mostShownCharacters = 500_000;
/** A reconcile takes at most a tenth of the time. */
const costShare = 10;

const micros = (time: string): number => epochMicros(time) ?? Number.NEGATIVE_INFINITY;

/** How much a cursor has to remember. */
export function shownCharacters(cursor: FollowCursor): number {
  return cursor.shown.reduce((sum, { xids }) => sum + xids.length, 0);
}

/**
 * Mode floor: moves the floor up as transactions end, and says when all rows are due to be looked at. The floor holds as long as the server writes
 * the time when a transaction begins; the reconcile finds what did not.
 */
export class Floors {
  readonly #everyMs: number;
  readonly #pins = new Map<string, string>();
  #reconciledAtMs = performance.now();
  #costMs = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Whether the next poll should look at every row since the last one that did. */
  isDue(cursor: FollowCursor): boolean {
    if (cursor.mode !== 'floor') return false;
    if (cursor.floor === null) return true;
    const sinceMs = performance.now() - this.#reconciledAtMs;
    const isCrowded = cursor.shown.length >= mostFloors || shownCharacters(cursor) > mostShownCharacters;
    return sinceMs >= this.#costMs * costShare && (isCrowded || sinceMs >= this.#everyMs);
  }

  /** How long it is at most from one look at all rows to the next, in milliseconds. */
  get everyMs(): number {
    return Math.max(this.#everyMs, this.#costMs * costShare);
  }

  /** A reconcile was done, or failed after so long. */
  reconciled(costMs: number): void {
    this.#reconciledAtMs = performance.now();
    this.#costMs = costMs;
  }

  /**
   * The floor of the next poll, never lower than the last. A prepared transaction ran when the poll before the first that saw it looked, so it began
   * after the floor of that one: it keeps the floor there until it is gone.
   */
  next(cursor: FollowCursor, { running, prepared, durationMs }: PollAnswer): string | null {
    if (running === undefined) return cursor.floor;
    for (const gid of this.#pins.keys()) if (!prepared.includes(gid)) this.#pins.delete(gid);
    for (const gid of prepared) if (!this.#pins.has(gid)) this.#pins.set(gid, cursor.floor ?? running.floor);
    const highest = [running.floor, ...this.#pins.values()].reduce((least, time) =>
      micros(time) < micros(least) ? time : least,
    );
    if (cursor.floor === null) return highest;
    const gain = micros(highest) - micros(cursor.floor);
    const isWorthIt = gain >= (durationMs > slowPollMs ? slowFloorAgeMicros : floorAgeMicros);
    return isWorthIt && cursor.shown.length < mostFloors ? highest : cursor.floor;
  }
}
