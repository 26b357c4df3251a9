import type { Reader } from '#database/query.ts';
import type { AuditEntry } from './entries.ts';
import type { AuditFilter } from './filter.ts';
import type { FollowCursor } from './follow/cursor.ts';
import { type EntryPlace, listEntries } from './history.ts';
import type { AuditSource } from './source.ts';

/** What has been there before: the newest so many, at or after a time where one is given; without a number all of them from that time on. */
export type TailHistory =
  | { readonly lines: number; readonly since: string | undefined }
  | { readonly lines: 'all'; readonly since: string };

const pageEntries = 1000;
/** Without an index on the time a page reads the whole table. */
const timeLimitMs = 60_000;

export interface HistoryContext {
  readonly reader: Reader;
  readonly source: AuditSource;
  readonly signal: AbortSignal;
}

/** The entries a page at a time, oldest first. `onLeftOut` is called before the first where older ones are left out. Throws an AdminError. */
export async function* tailHistory(
  context: HistoryContext,
  filter: AuditFilter,
  history: TailHistory,
  onLeftOut?: () => void,
): AsyncGenerator<readonly AuditEntry[]> {
  if (history.lines === 'all') yield* allSince(context, filter, history.since);
  else yield* newest(context, { ...filter, from: history.since ?? filter.from }, history.lines, onLeftOut);
}

/** Forward from a time, up to what was the newest entry at the beginning: a busy log would have no end. */
async function* allSince(
  { reader, source, signal }: HistoryContext,
  filter: AuditFilter,
  since: string,
): AsyncGenerator<readonly AuditEntry[]> {
  const limits = { signal, statementTimeoutMs: timeLimitMs };
  const [last] = (await listEntries(reader, source, filter, { most: 1 }, limits)).entries;
  let after: EntryPlace | undefined;
  for (;;) {
    const start = after === undefined ? { startingAt: since } : { after };
    const page = await listEntries(reader, source, filter, { ...start, most: pageEntries }, limits);
    const end = page.entries.findIndex(({ id }) => id === last?.id);
    yield end === -1 ? page.entries : page.entries.slice(0, end + 1);
    if (end !== -1 || page.next === undefined) return;
    after = page.next;
  }
}

/** Back from the newest, as many as wanted, then in their order: a list's entries are small. */
async function* newest(
  { reader, source, signal }: HistoryContext,
  filter: AuditFilter,
  lines: number,
  onLeftOut: (() => void) | undefined,
): AsyncGenerator<readonly AuditEntry[]> {
  const pages: (readonly AuditEntry[])[] = [];
  let before: EntryPlace | undefined;
  let wanted = lines;
  while (wanted > 0) {
    const most = Math.min(wanted, pageEntries);
    const page = await listEntries(reader, source, filter, { before, most }, { signal, statementTimeoutMs: timeLimitMs });
    pages.push(page.entries);
    wanted -= page.entries.length;
    before = page.next;
    if (before === undefined) break;
  }
  if (before !== undefined) onLeftOut?.();
  yield* pages.toReversed();
}

/** Which entries of a history are told by it, and which by the following that begins at a mark made before it. */
export class KnownEntries {
  readonly #lo: bigint;
  readonly #hi: bigint;
  readonly #entries: AuditEntry[] = [];
  #newest: AuditEntry | undefined;

  readonly #mode: FollowCursor['mode'];

  constructor(mark: Pick<FollowCursor, 'lo' | 'hi' | 'mode'>) {
    this.#mode = mark.mode;
    this.#lo = BigInt(mark.lo);
    this.#hi = BigInt(mark.hi);
  }

  /** Whether the history tells this entry. What began after the mark is left to the following, however much it is by now. */
  take(entry: AuditEntry): boolean {
    const xid = BigInt(entry.fullXid);
    // In mode txid it may be an old one that was updated, which the following does not find.
    if (xid >= this.#hi && this.#mode !== 'txid') return false;
    // Under way at the mark: the following may find it once more.
    if (xid >= this.#lo) this.#entries.push(entry);
    this.#newest = entry;
    return true;
  }

  /** What the following must not tell again, and the newest, by which it knows the table again. */
  entries(): readonly AuditEntry[] {
    return this.#newest === undefined ? this.#entries : [...this.#entries, this.#newest];
  }
}
