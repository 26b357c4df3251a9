import { epochMicros } from '#core/timestamps.ts';
import type { AuditEntry } from '../entries.ts';
import type { FollowMode } from '../source.ts';
import type { FollowCursor } from './cursor.ts';
import type { FollowedEntry } from './events.ts';
import type { Candidate } from './poll.ts';

/**
 * At least so many entries are remembered by id, and at most twice as many: enough to know an UPDATE of a recent one for what it is. They leave a
 * generation at a time, since taking the oldest out of a Map one by one costs more the more have left.
 */
const mostRecent = 10_000;

/** What was emitted lately, and how far its times reach. */
export class Emitted {
  #xids = new Map<string, string>();
  #olderXids = new Map<string, string>();
  #latestMicros = Number.NEGATIVE_INFINITY;
  #comingMicros = Number.NEGATIVE_INFINITY;
  #last: FollowCursor['last'];

  readonly #mode: FollowMode;

  /** `known` are entries that whoever follows has already. */
  constructor(mode: FollowMode, last: FollowCursor['last'], known: Iterable<AuditEntry>) {
    this.#mode = mode;
    this.#last = last;
    this.#comingMicros = epochMicros(last?.at) ?? Number.NEGATIVE_INFINITY;
    for (const entry of known) this.#remember(entry, epochMicros(entry.at));
    this.endPoll();
  }

  /** The newest entry so far, by time. */
  get last(): FollowCursor['last'] {
    return this.#last;
  }

  /** Whether this very row was emitted. */
  has({ id, xid }: Candidate): boolean {
    const known = this.#xids.get(id) ?? this.#olderXids.get(id);
    // The column txid names the top-level transaction of the INSERT, and an entry the one that wrote its row: a later one, of a savepoint or an UPDATE.
    return this.#mode === 'txid' ? known !== undefined && BigInt(known) >= BigInt(xid) : known === xid;
  }

  /** Whether an entry of this id was emitted, also as another row. */
  hasId(id: string): boolean {
    return this.#xids.has(id) || this.#olderXids.has(id);
  }

  /** The entries as they are emitted, by time; remembers them. */
  emit(entries: readonly AuditEntry[]): FollowedEntry[] {
    return entries
      .map((entry) => ({ entry, micros: epochMicros(entry.at) }))
      .toSorted((a, b) => (a.micros ?? 0) - (b.micros ?? 0))
      .map(({ entry, micros }) => {
        const isRewritten = this.hasId(entry.id);
        const isLate = micros !== undefined && micros < this.#latestMicros;
        this.#remember(entry, micros);
        return { ...entry, isRewritten, isLate };
      });
  }

  /** From now on entries before those that were emitted are late. */
  endPoll(): void {
    this.#latestMicros = this.#comingMicros;
  }

  #remember(entry: AuditEntry, micros: number | undefined): void {
    this.#xids.set(entry.id, entry.fullXid);
    if (this.#xids.size >= mostRecent) {
      this.#olderXids = this.#xids;
      this.#xids = new Map();
    }
    if (micros === undefined || micros < this.#comingMicros || entry.at === null) return;
    this.#comingMicros = micros;
    this.#last = { id: entry.id, at: entry.at, xid: entry.fullXid };
  }
}
