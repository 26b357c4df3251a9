import type { FollowMode } from '../source.ts';
import type { HeldBack } from './events.ts';
import type { PollAnswer } from './poll.ts';

/** A horizon that stands still for less than this is an ordinary transaction at work. */
const worthTellingSeconds = 10;

/** Knows for how long the horizon has not moved: one transaction that writes and does not end keeps it where it is. */
export class HeldHorizon {
  #lo: string | undefined;
  #sinceMs = 0;
  isHeld = false;

  /** After each poll. On a primary, mode txid needs no horizon. */
  saw({ lo, hi, keptCount, is_standby: isStandby }: PollAnswer, mode: FollowMode): void {
    // Where nobody writes, the horizon is the next number and does not move either: nothing holds it then.
    if (lo !== this.#lo || lo === hi) this.#sinceMs = performance.now();
    this.#lo = lo;
    this.isHeld = keptCount > 0 && (mode !== 'txid' || isStandby) && this.#seconds() >= worthTellingSeconds;
  }

  /** What is told of it, if anything. */
  report({ keptCount, running }: PollAnswer, isFull: boolean): HeldBack | undefined {
    if (!this.isHeld && !isFull) return undefined;
    const backendPid = running?.oldest_pid ?? undefined;
    return { sinceSeconds: Math.floor(this.#seconds()), seen: keptCount, backendPid, isFull };
  }

  #seconds(): number {
    return (performance.now() - this.#sinceMs) / 1000;
  }
}
