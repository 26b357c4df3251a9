import { isSmall } from '#database/catalog.ts';
import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import { type AuditEntry, entryFrom, identifiersOf } from './entries.ts';
import { type AuditFilter, filterParameters } from './filter.ts';
import { countByTimeQuery, listEntriesQuery } from './queries.ts';
import type { AuditSource } from './source.ts';

/** A place in the order of the log: by time, then by id. An entry without a time is older than all that have one. */
export interface EntryPlace {
  readonly at: string | null;
  readonly id: string;
}

/** A page of the log: the newest entries, those before or after a place, or those from a time on. */
export interface HistoryRequest {
  readonly before?: EntryPlace | undefined;
  readonly after?: EntryPlace | undefined;
  /** Entries at or after this time, the oldest of them first to come; not together with the others. */
  readonly startingAt?: string | undefined;
  readonly most: number;
}

export interface HistoryPage {
  /** Oldest first: the newest is last. */
  readonly entries: readonly AuditEntry[];
  /** Whether the log has no more in the direction of the request: paging back, that its start is on this page. */
  readonly reachedStart: boolean;
  /** Where the next page in the same direction starts: its `before` or `after`. Undefined when there is none. */
  readonly next: EntryPlace | undefined;
}

/**
 * A page of the log, by keyset in both directions: nothing is lost or repeated between pages, however many entries share a time. Entries
 * without a time come before all others, on a page of their own kind after the first entry with a time. Throws an AdminError.
 */
export async function listEntries(
  reader: Reader,
  source: AuditSource,
  filter: AuditFilter,
  request: HistoryRequest,
  options?: ReadOptions,
): Promise<HistoryPage> {
  const forward = request.after !== undefined || request.startingAt !== undefined;
  const entries = forward
    ? await listForward(reader, source, filter, request, options)
    : await listBackward(reader, source, filter, request, options);
  const edge = forward ? entries.at(-1) : entries[0];
  const reachedStart = entries.length < request.most;
  return { entries, reachedStart, next: reachedStart || edge === undefined ? undefined : { at: edge.at, id: edge.id } };
}

type Way = 'before' | 'after' | 'untimed';

async function page(
  reader: Reader,
  source: AuditSource,
  filter: AuditFilter,
  wanted: { readonly way: Way; readonly at: string | null; readonly id: string | null; readonly most: number },
  options?: ReadOptions,
): Promise<AuditEntry[]> {
  const parameters = { ...wanted, ids: null, ...filterParameters(source, filter) };
  const rows = await reader.read(statement(listEntriesQuery, parameters, identifiersOf(source)), options);
  return rows.map(entryFrom).toReversed();
}

async function listBackward(
  reader: Reader,
  source: AuditSource,
  filter: AuditFilter,
  { before, most }: HistoryRequest,
  options?: ReadOptions,
): Promise<AuditEntry[]> {
  const isUntimed = before !== undefined && before.at === null;
  const timed = isUntimed
    ? []
    : await page(
        reader,
        source,
        filter,
        { way: 'before', at: before?.at ?? null, id: before === undefined ? null : before.id, most },
        options,
      );
  // Without an index that holds nulls at a known end, looking for entries without a time reads the table: only where they can be.
  if (timed.length >= most || source.time.isNotNull || filter.from !== undefined || filter.until !== undefined) return timed;
  const rest = { way: 'untimed' as const, at: null, id: isUntimed ? before.id : null, most: most - timed.length };
  return [...(await page(reader, source, filter, rest, options)), ...timed];
}

async function listForward(
  reader: Reader,
  source: AuditSource,
  filter: AuditFilter,
  { after, startingAt, most }: HistoryRequest,
  options?: ReadOptions,
): Promise<AuditEntry[]> {
  // Behind an entry without a time come the others without one, by id, which no statement walks upwards: they are shown from the oldest time on.
  const at = after === undefined ? (startingAt ?? null) : after.at;
  const id = after === undefined || after.at === null ? null : after.id;
  return page(reader, source, filter, { way: 'after', at, id, most }, options);
}

/** Entries of one action in one of the bins, counted from 0. */
export interface BinCount {
  readonly bin: number;
  readonly action: string | null;
  readonly entries: number;
}

/** A stretch of time in equal bins; times as PostgreSQL reads them. */
export interface TimeBins {
  readonly from: string;
  readonly until: string;
  readonly bins: number;
}

/** Whether counting over a stretch of time is cheap enough to be done unasked: an index serves it, or the table is small. */
export function mayCount(source: AuditSource): boolean {
  return source.timeIndex !== undefined || isSmall(source.table);
}

/** Entries by bin and action, only bins that have some. Throws an AdminError. */
export async function countByTime(
  reader: Reader,
  source: AuditSource,
  filter: AuditFilter,
  { from, until, bins }: TimeBins,
  options?: ReadOptions,
): Promise<readonly BinCount[]> {
  const parameters = { startAt: from, endAt: until, bins, ...filterParameters(source, filter) };
  return reader.read(statement(countByTimeQuery, parameters, identifiersOf(source)), options);
}
