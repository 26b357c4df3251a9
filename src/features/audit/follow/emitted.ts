import { epochMicros } from '#core/timestamps.ts';
import type { AuditEntry } from '../entries.ts';
import type { FollowMode } from '../source.ts';
import type { FollowCursor } from './cursor.ts';
import type { FollowedEntry } from './events.ts';
import type { Candidate } from './poll.ts';
import { standingOf, type Told, toldAs } from './standing.ts';

/**
 * At least so many entries are remembered by id, and at most twice as many: enough to know an UPDATE of a recent one for what it is. They leave a
 * generation at a time, since taking the oldest out of a Map one by one costs more the more have left.
 */
const mostRecent = 10_000;

/** What was emitted lately, and how far its times reach. */
export class Emitted {
  #told = new Map<string, Told>();
  #toldBefore = new Map<string, Told>();
  #era = 0;
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
    const known = this.#toldOf(id);
    if (known === undefined || known.era !== this.#era) return false;
    // The column txid names the top-level transaction of the INSERT, and an entry the one that wrote its row: a later one, of a savepoint or an UPDATE.
    return this.#mode === 'txid' ? BigInt(known.xid) >= BigInt(xid) : known.xid === xid;
  }

  /** Whether this entry was emitted, also as another row. */
  hasEntry(entry: AuditEntry): boolean {
    return this.#standing(entry) !== 'new';
  }

  /** Behind a gap: an id tells no more that an entry is one of those before it. */
  passGap(): void {
    this.#era += 1;
  }

  /** The entries as they are emitted, by time, without those that were; remembers them. */
  emit(entries: readonly AuditEntry[]): FollowedEntry[] {
    return entries
      .filter((entry) => this.#standing(entry) !== 'told')
      .map((entry) => ({ entry, micros: epochMicros(entry.at) }))
      .toSorted((a, b) => (a.micros ?? 0) - (b.micros ?? 0))
      .map(({ entry, micros }) => {
        const isRewritten = this.hasEntry(entry);
        const isLate = micros !== undefined && micros < this.#latestMicros;
        this.#remember(entry, micros);
        return { ...entry, isRewritten, isLate };
      });
  }

  /** From now on entries before those that were emitted are late. */
  endPoll(): void {
    this.#latestMicros = this.#comingMicros;
  }

  #toldOf(id: string): Told | undefined {
    return this.#told.get(id) ?? this.#toldBefore.get(id);
  }

  #standing(entry: AuditEntry): ReturnType<typeof standingOf> {
    return standingOf(entry, this.#toldOf(entry.id), this.#era);
  }

  #remember(entry: AuditEntry, micros: number | undefined): void {
    this.#told.set(entry.id, toldAs(entry, this.#era));
    if (this.#told.size >= mostRecent) {
      this.#toldBefore = this.#told;
      this.#told = new Map();
    }
    if (micros === undefined || micros < this.#comingMicros || entry.at === null) return;
    this.#comingMicros = micros;
    this.#last = { id: entry.id, at: entry.at, xid: entry.fullXid };
  }
}
