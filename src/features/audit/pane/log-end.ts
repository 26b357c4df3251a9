import type { EntryPlace } from '../history.ts';

/** A row as far as its place in the table goes. */
interface Placed {
  /** In milliseconds since the epoch. */
  readonly atMs: number | undefined;
  readonly entry: EntryPlace;
}

/**
 * Where one end of the log goes on in the table. Rows leave in the order in which they came, which is not that of their times: what is read next
 * starts at the farthest time of those that left, however much of it is loaded still, and goes on where the page before ended.
 */
export class LogEnd {
  #leftMs: number | undefined;
  #read: EntryPlace | undefined;
  readonly #farthest: (...moments: number[]) => number;

  constructor(farthest: (...moments: number[]) => number) {
    this.#farthest = farthest;
  }

  clear(): void {
    this.#leftMs = undefined;
    this.#read = undefined;
  }

  leave(rows: readonly Placed[]): void {
    for (const { atMs = 0 } of rows) {
      this.#leftMs = this.#leftMs === undefined ? atMs : this.#farthest(this.#leftMs, atMs);
      this.#read = undefined;
    }
  }

  /** A page was read as far as this row. */
  readTo(row: Placed | undefined): void {
    if (row === undefined) return;
    this.#read = placeOf(row);
    this.#leftMs = undefined;
  }

  /** Where to read on; `edge` is the last loaded row at this end, `untilMs` what makes a millisecond include all of it. */
  place(edge: Placed | undefined, untilMs: number): EntryPlace | undefined {
    if (edge === undefined || this.#leftMs === undefined) return this.#read ?? (edge && placeOf(edge));
    const isBeyond =
      edge.atMs !== undefined && edge.atMs !== this.#leftMs && this.#farthest(edge.atMs, this.#leftMs) === edge.atMs;
    return isBeyond ? placeOf(edge) : { at: new Date(this.#leftMs + untilMs).toISOString(), id: '' };
  }
}

const placeOf = ({ entry: { at, id } }: Placed): EntryPlace => ({ at, id });
