import { epochMs } from '#core/timestamps.ts';
import type { LogExtent } from '#ui/log-view.ts';
import type { AuditEntry } from '../entries.ts';
import { standingOf, type Told, toldAs } from '../follow/standing.ts';
import type { EntryPlace } from '../history.ts';
import { LogEnd } from './log-end.ts';

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
  /** From when on entries may be missing; null where none was told before it. */
  readonly fromAt: string | null;
  /** When it was noticed. */
  readonly untilAt: string;
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

/** A gap as a row. */
export function gapRow({ whatHappened, fromAt, untilAt }: Omit<GapRow, 'kind'>): GapRow {
  return { kind: 'gap', whatHappened, fromAt, untilAt };
}

/** The numbers of the rows. */
export function extentOf({ rows, first }: LogContents): LogExtent {
  return { first, end: first + rows.length };
}

const isEntryRow = (row: LogRow): row is EntryRow => row.kind === 'entry';
/** The others come before all of these in the table, wherever they are in the log. */
const isTimedRow = (row: LogRow): row is EntryRow => row.kind === 'entry' && row.atMs !== undefined;

/** The rows that are loaded. Each entry is in it once, whichever way it came; one that was rewritten is there as it was and as it is. */
export class EntryLog {
  /** One array for the log's whole life: copying 50,000 places twenty times a second keeps the garbage collector from its keys. */
  #contents: LogContents & { readonly rows: LogRow[] } = { rows: [], first: 0, left: 0 };
  /** The entries by their id. */
  readonly #told = new Map<string, Told>();
  /** How many gaps have come. */
  #era = 0;
  readonly #most: number;
  readonly #oldEnd = new LogEnd(Math.max);
  readonly #newEnd = new LogEnd(Math.min);

  constructor(most: number = mostLoaded) {
    this.#most = most;
  }

  /** As of now: whoever keeps it must take it anew after each change, since its rows are the log's own. */
  get contents(): LogContents {
    return this.#contents;
  }

  clear(): void {
    this.#contents = { rows: [], first: 0, left: 0 };
    this.#told.clear();
    this.#oldEnd.clear();
    this.#newEnd.clear();
  }

  /** Where older entries are read from; undefined where nothing is loaded. */
  oldestPlace(): EntryPlace | undefined {
    return this.#oldEnd.place(this.#contents.rows.find(isEntryRow), 1);
  }

  /** Where newer entries are read from. */
  newestPlace(): EntryPlace | undefined {
    const { rows } = this.#contents;
    return this.#newEnd.place(rows.findLast(isTimedRow) ?? rows.findLast(isEntryRow), 0);
  }

  /** Takes in the newest page of the table: behind rows that it joins, else in the place of all that is older than it. */
  merge(page: readonly LogRow[]): void {
    const oldest = page[0];
    const { rows } = this.#contents;
    const joins = page.some((row) => row.kind === 'entry' && this.#standing(row) !== 'new');
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
    this.#oldEnd.leave(leaving.filter(isEntryRow));
    this.#forget(leaving);
    this.#contents = { rows: all, first: first + leaving.length, left: left + leaving.length };
    return added.length;
  }

  /** Adds the page of the table behind `newestPlace`. Gives how many were new. */
  appendPage(rows: readonly EntryRow[]): number {
    this.#newEnd.readTo(rows.at(-1));
    return this.append(rows);
  }

  /** Adds the page of the table before `oldestPlace`; beyond the most, rows leave at the new end. Gives how many were new, and how many left. */
  prepend(rows: readonly EntryRow[]): { readonly added: number; readonly leaving: number } {
    this.#oldEnd.readTo(rows[0]);
    const added = this.#unknown(rows);
    const { rows: all, first, left } = this.#contents;
    all.unshift(...added);
    const leaving = all.splice(this.#most);
    this.#newEnd.leave(leaving.filter(isTimedRow));
    this.#forget(leaving);
    this.#contents = { rows: all, first: first - added.length, left: Math.max(0, left - added.length) };
    return { added: added.length, leaving: leaving.length };
  }

  #unknown(rows: readonly LogRow[]): readonly LogRow[] {
    return rows.flatMap((row): LogRow[] => {
      if (row.kind === 'gap') {
        this.#era += 1;
        return [row];
      }
      const standing = this.#standing(row);
      if (standing === 'told') return [];
      this.#told.set(row.entry.id, toldAs(row.entry, this.#era));
      return [standing === 'new' || row.isRewritten ? row : { ...row, isRewritten: true }];
    });
  }

  #standing({ entry }: EntryRow): ReturnType<typeof standingOf> {
    return standingOf(entry, this.#told.get(entry.id), this.#era);
  }

  #forget(rows: readonly LogRow[]): void {
    for (const { entry } of rows.filter(isEntryRow)) {
      const { id, fullXid, at } = entry;
      const told = this.#told.get(id);
      // Of one that was rewritten the later row stays longer.
      if (told?.xid === fullXid && told.at === at) this.#told.delete(id);
    }
  }
}

/** Entries that were restored, or loaded in bulk, share a transaction id whatever wrote them once; those of one transaction follow each other closely. */
const closeMs = 2000;

/**
 * Whether two neighbours were written by one transaction: by the same transaction id within moments, or in the very same microsecond, which an UPDATE
 * does not move.
 */
export function sameTransaction(one: LogRow | undefined, other: LogRow | undefined): boolean {
  if (one?.kind !== 'entry' || other?.kind !== 'entry') return false;
  const isClose = one.atMs === undefined || other.atMs === undefined || Math.abs(one.atMs - other.atMs) <= closeMs;
  if (isClose && one.entry.fullXid === other.entry.fullXid) return true;
  return !one.isRewritten && !other.isRewritten && one.entry.at !== null && one.entry.at === other.entry.at;
}

const furthest = 5000;

/** The neighbours of a row that its transaction wrote too, as places in `rows`: from `start` up to, not including, `end`. */
export function transactionAround(rows: readonly LogRow[], index: number): { readonly start: number; readonly end: number } {
  let start = index;
  while (start > 0 && index - start < furthest && sameTransaction(rows[start - 1], rows[start])) start -= 1;
  let end = index + 1;
  while (end < rows.length && end - index < furthest && sameTransaction(rows[end], rows[end - 1])) end += 1;
  return { start, end };
}
