import type { AdminError } from '#core/errors.ts';
import type { AuditEntry } from '../entries.ts';
import type { FollowMode } from '../source.ts';
import type { FollowCursor } from './cursor.ts';

/** An entry as it came in. */
export interface FollowedEntry extends AuditEntry {
  /** The row was emitted before and has been written again since: an UPDATE of the audit log. */
  readonly isRewritten: boolean;
  /** Its time is before that of an entry of an earlier poll: its transaction was long, or the clock was another one. */
  readonly isLate: boolean;
}

/** What one poll did. */
export interface PollReport {
  readonly mode: FollowMode;
  /** In mode floor: whether this poll looked at every row, not only at those from the floor on. */
  readonly isReconcile: boolean;
  /** In mode floor: how long it is from one look at every row to the next; it is stretched where a look is dear. */
  readonly reconcileEveryMs: number;
  readonly durationMs: number;
  readonly nextInMs: number;
  /** New rows that the poll found, whatever the filter made of them. */
  readonly found: number;
  /** It could not take everything: rows of this xid and of later ones are left for the next, which follows at once. Null where none is. */
  readonly cutAt: string | null;
  /** Found, but deleted before they were read; undefined while a filter is on, which leaves rows out as well. */
  readonly gone: number | undefined;
  /** A transaction keeps the horizon where it is, so that every poll looks at the same rows again. */
  readonly heldBack?: HeldBack | undefined;
  /** The poll failed for another reason than the connection, such as its time limit; it will be tried again. */
  readonly failure?: AdminError | undefined;
}

export interface HeldBack {
  readonly sinceSeconds: number;
  /** Transactions beyond the horizon whose rows were emitted and must be remembered. */
  readonly seen: number;
  /** The backend whose transaction is the oldest, where it can be seen (not on a standby, not a prepared transaction). */
  readonly backendPid: number | undefined;
  /** Too much is remembered: nothing new is emitted until the transaction ends. Nothing is lost. */
  readonly isFull: boolean;
}

/** Why entries may be missing from what was emitted. */
export type GapReason =
  | 'other-server'
  | 'other-database'
  | 'restored'
  | 'vanished'
  | 'other-table'
  | 'truncated'
  | 'rewritten'
  | 'cursor-unreadable';

/** What following tells, in order. `cursor` is where to go on when everything up to and with this event is safe. */
export type FollowEvent =
  | { readonly kind: 'entries'; readonly entries: readonly FollowedEntry[]; readonly cursor: FollowCursor }
  | { readonly kind: 'poll'; readonly report: PollReport; readonly cursor: FollowCursor }
  | {
      readonly kind: 'gap';
      readonly reason: GapReason;
      /** A sentence for people. */
      readonly whatHappened: string;
      /** The time of the newest entry before the gap; null where there was none. */
      readonly fromAt: string | null;
      /** The server's time when it was noticed; entries from `fromAt` on that can be found are emitted again next. */
      readonly untilAt: string;
    }
  | { readonly kind: 'lost'; readonly error: AdminError }
  | { readonly kind: 'resumed'; readonly afterMs: number };
