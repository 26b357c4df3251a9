import { epochMs } from '#core/timestamps.ts';
import type { LogExtent } from '#ui/log-view.ts';
import type { AuditEntry } from '../entries.ts';
import type { EntryPlace } from '../history.ts';

/** A row of the log: an entry, or a place where entries may be missing, which says so. */
export type LogRow = EntryRow | GapRow;

export interface EntryRow {
  readonly kind: 'entry';
  readonly entry: AuditEntry;
  /** Its time in milliseconds since the epoch. */
  readonly atMs: number | undefined;
  /** Read again since somebody updated the entry itself. */
  readonly isRewritten: boolean;
  /** Its time is before that of entries that came earlier: written by a long transaction, or with a time of its own. */
  readonly isLate: boolean;
}

export interface GapRow {
  readonly kind: 'gap';
  readonly whatHappened: string;
}

/** What is loaded, oldest first; `first` is the number of the first row. */
export interface LogContents {
  readonly rows: readonly LogRow[];
  readonly first: number;
  /** Rows that had to leave at the old end since no more than so many are kept. */
  readonly left: number;
}

export const nothingLoaded: LogContents = { rows: [], first: 0, left: 0 };

/** Entries in memory at most; a year of a small tenant, a quarter of an hour of an import. */
const mostLoaded = 50_000;

/** An entry as a row. */
export function entryRow(entry: AuditEntry, { isRewritten = false, isLate = false } = {}): EntryRow {
  return { kind: 'entry', entry, atMs: epochMs(entry.at), isRewritten, isLate };
}

/** The numbers of the rows. */
export function extentOf({ rows, first }: LogContents): LogExtent {
  return { first, end: first + rows.length };
}

/** The rows that are loaded. Each entry is in it once, whichever way it came; one that was rewritten is there as it was and as it is. */
export class EntryLog {
  /** One array for the log's whole life: copying 50,000 places twenty times a second keeps the garbage collector from its keys. */
  #contents: LogContents & { readonly rows: LogRow[] } = { rows: [], first: 0, left: 0 };
  /** The transaction that wrote each entry, by its id: another one rewrote it. */
  readonly #writers = new Map<string, string>();
  readonly #most: number;
  /** The latest time of those that left at the old end, in milliseconds since the epoch. */
  #lastLeftMs: number | undefined;

  constructor(most: number = mostLoaded) {
    this.#most = most;
  }

  /** As of now: whoever keeps it must take it anew after each change, since its rows are the log's own. */
  get contents(): LogContents {
    return this.#contents;
  }

  clear(): void {
    this.#contents = { rows: [], first: 0, left: 0 };
    this.#writers.clear();
    this.#lastLeftMs = undefined;
  }

  /** Where older entries are read from; undefined where nothing is loaded. */
  oldestPlace(): EntryPlace | undefined {
    const row = this.#contents.rows.find((candidate) => candidate.kind === 'entry');
    if (row === undefined) return undefined;
    const { at, id } = row.entry;
    // Rows left in the order in which they came: one that came late may stay though newer ones left.
    if (this.#lastLeftMs === undefined || (row.atMs !== undefined && row.atMs > this.#lastLeftMs)) return { at, id };
    return { at: new Date(this.#lastLeftMs + 1).toISOString(), id: '' };
  }

  /** Where newer entries are read from. */
  newestPlace(): EntryPlace | undefined {
    const row = this.#contents.rows.findLast((candidate) => candidate.kind === 'entry');
    return row && { at: row.entry.at, id: row.entry.id };
  }

  /** Takes in the newest page of the table: behind rows that it joins, else in the place of all that is older than it. */
  merge(page: readonly LogRow[]): void {
    const oldest = page[0];
    const { rows } = this.#contents;
    const joins = page.some((row) => row.kind === 'entry' && this.#writers.has(row.entry.id));
    if (joins || oldest?.kind !== 'entry') {
      this.append(page);
      return;
    }
    const isNewer = (row: LogRow): boolean => row.kind === 'gap' || (row.atMs ?? 0) >= (oldest.atMs ?? 0);
    this.clear();
    this.append(page);
    this.append(rows.filter(isNewer));
  }

  /** Adds rows at the new end; beyond the most, rows leave at the old one. Gives how many were new. */
  append(rows: readonly LogRow[]): number {
    const added = this.#unknown(rows);
    if (added.length === 0) return 0;
    const { rows: all, first, left } = this.#contents;
    for (const row of added) all.push(row);
    const leaving = all.splice(0, Math.max(0, all.length - this.#most));
    for (const row of leaving) {
      if (row.kind === 'entry') this.#lastLeftMs = Math.max(this.#lastLeftMs ?? row.atMs ?? 0, row.atMs ?? 0);
    }
    this.#forget(leaving);
    this.#contents = { rows: all, first: first + leaving.length, left: left + leaving.length };
    return added.length;
  }

  /** Adds older rows before the others; beyond the most, rows leave at the new end. Gives how many left. */
  prepend(rows: readonly LogRow[]): number {
    const added = this.#unknown(rows);
    const { rows: all, first, left } = this.#contents;
    all.unshift(...added);
    const leaving = all.splice(this.#most);
    this.#forget(leaving);
    this.#contents = { rows: all, first: first - added.length, left: Math.max(0, left - added.length) };
    return leaving.length;
  }

  #unknown(rows: readonly LogRow[]): readonly LogRow[] {
    return rows.flatMap((row): LogRow[] => {
      if (row.kind === 'gap') return [row];
      const { id, fullXid } = row.entry;
      const writer = this.#writers.get(id);
      if (writer === fullXid) return [];
      this.#writers.set(id, fullXid);
      return [writer === undefined || row.isRewritten ? row : { ...row, isRewritten: true }];
    });
  }

  #forget(rows: readonly LogRow[]): void {
    for (const row of rows) if (row.kind === 'entry') this.#writers.delete(row.entry.id);
  }
}

/** Whether two rows were written by one transaction: by the same transaction id, or in the very same microsecond, which an UPDATE does not move. */
export function sameTransaction(one: LogRow | undefined, other: LogRow | undefined): boolean {
  if (one?.kind !== 'entry' || other?.kind !== 'entry') return false;
  if (one.entry.fullXid === other.entry.fullXid) return true;
  return !one.isRewritten && !other.isRewritten && one.entry.at !== null && one.entry.at === other.entry.at;
}

const furthest = 5000;

/** The neighbours of a row that its transaction wrote too, as places in `rows`: from `start` up to, not including, `end`. */
export function transactionAround(rows: readonly LogRow[], index: number): { readonly start: number; readonly end: number } {
  let start = index;
  while (start > 0 && index - start < furthest && sameTransaction(rows[start - 1], rows[index])) start -= 1;
  let end = index + 1;
  while (end < rows.length && end - index < furthest && sameTransaction(rows[end], rows[index])) end += 1;
  return { start, end };
}
