import { epochMicros } from '#core/timestamps.ts';
import type { AuditEntry } from '../entries.ts';
import type { FollowCursor } from './cursor.ts';
import type { FollowedEntry } from './events.ts';
import type { Candidate } from './poll.ts';

/** Entries remembered by id: enough to know an UPDATE of a recent one for what it is. */
const mostRecent = 10_000;

/** What was emitted lately, and how far its times reach. */
export class Emitted {
  readonly #xids = new Map<string, string>();
  #latestMicros = Number.NEGATIVE_INFINITY;
  #comingMicros = Number.NEGATIVE_INFINITY;
  #last: FollowCursor['last'];

  /** `known` are entries that whoever follows has already. */
  constructor(last: FollowCursor['last'], known: Iterable<AuditEntry>) {
    this.#last = last;
    this.#comingMicros = epochMicros(last?.at) ?? Number.NEGATIVE_INFINITY;
    for (const entry of known) this.#remember(entry);
    this.endPoll();
  }

  /** The newest entry so far, by time. */
  get last(): FollowCursor['last'] {
    return this.#last;
  }

  /** Whether this very row was emitted. */
  has({ id, xid }: Candidate): boolean {
    return this.#xids.get(id) === xid;
  }

  /** Whether an entry of this id was emitted, also as another row. */
  hasId(id: string): boolean {
    return this.#xids.has(id);
  }

  /** The entries as they are emitted, by time; remembers them. */
  emit(entries: readonly AuditEntry[]): FollowedEntry[] {
    return entries
      .map((entry) => ({ entry, micros: epochMicros(entry.at) }))
      .toSorted((a, b) => (a.micros ?? 0) - (b.micros ?? 0))
      .map(({ entry, micros }) => {
        const isRewritten = this.#xids.has(entry.id);
        const isLate = micros !== undefined && micros < this.#latestMicros;
        this.#remember(entry);
        return { ...entry, isRewritten, isLate };
      });
  }

  /** From now on entries before those that were emitted are late. */
  endPoll(): void {
    this.#latestMicros = this.#comingMicros;
  }

  /** Another table, server or time: ids and times of before say nothing of what comes. */
  forget(): void {
    this.#xids.clear();
  }

  #remember(entry: AuditEntry): void {
    this.#xids.delete(entry.id);
    this.#xids.set(entry.id, entry.fullXid);
    if (this.#xids.size > mostRecent) this.#xids.delete(this.#xids.keys().next().value!);
    const micros = epochMicros(entry.at);
    if (micros === undefined || micros < this.#comingMicros || entry.at === null) return;
    this.#comingMicros = micros;
    this.#last = { id: entry.id, at: entry.at, xid: entry.fullXid };
  }
}
