/** What is known of one column of an index. */
export interface KeyStatistics {
  readonly isKey: boolean;
  readonly isExpression: boolean;
  /** Bytes of a type of one size; -1 where values differ in size. */
  readonly fixedBytes: number;
  readonly alignmentBytes: number;
  readonly averageBytes: number;
  readonly nullFraction: number;
  /** As pg_stats has it: a number of values, or, negative, their share of the rows. */
  readonly distinctValues: number;
  /** Equal values are the same bytes, so that PostgreSQL 13 and later may store them once. */
  readonly isStoredOnce: boolean;
}

/** What a btree index holds. */
export interface BtreeContent {
  readonly entries: number;
  readonly tableRows: number;
  readonly keys: readonly KeyStatistics[];
  readonly isUnique: boolean;
  readonly isPartial: boolean;
  readonly deduplicates: boolean;
  readonly fillFactorPercent: number;
}

const blockBytes = 8192;
/** A block without page header (24) and btree's own (16). */
const pageBytes = blockBytes - 40;
const lineBytes = 4;
const rowPointerBytes = 6;
/** A build ends a list of rows at a tenth of a page. */
const mostListBytes = 812;
const innerFillPercent = 70;

const aligned = (bytes: number, to = 8): number => Math.ceil(bytes / to) * to;

/** Bytes that a page of this fill factor may hold. */
export function usableBytes(fillFactorPercent: number): number {
  return pageBytes - (blockBytes * (100 - fillFactorPercent)) / 100;
}

/**
 * Pages of a freshly built index of this content, the least and the most: the number of different combinations of several columns is not known,
 * only its bounds, and equal keys are stored once.
 */
export function freshPages(content: BtreeContent): { readonly least: number; readonly most: number } {
  const entryBytes = widthOf(content.keys);
  const [fewest, most] = distinctBounds(content);
  const pages = (distinct: number): number =>
    pagesOf(leafBytes(content, entryBytes, distinct), entryBytes, content.fillFactorPercent);
  return { least: pages(fewest), most: pages(most) };
}

/** Bytes of an entry with its header and padding, on average. */
function widthOf(keys: readonly KeyStatistics[]): number {
  let bytes = 0;
  let varies = false;
  for (const key of keys) {
    const share = 1 - key.nullFraction;
    if (key.fixedBytes > 0)
      bytes = (varies ? bytes + (key.alignmentBytes - 1) / 2 : aligned(bytes, key.alignmentBytes)) + key.fixedBytes * share;
    else {
      // An expression's value is measured with a header of four bytes and stored with one.
      const isShort = key.averageBytes < 127;
      bytes += Math.max(1, key.averageBytes - (key.isExpression && isShort ? 3 : 0)) * share;
      varies = true;
    }
  }
  const withNull = 1 - keys.reduce((share, key) => share * (1 - key.nullFraction), 1);
  const padded = (header: number): number =>
    varies || withNull > 0 ? Math.max(16, header + bytes + 3.5) : aligned(header + bytes);
  return padded(8) * (1 - withNull) + padded(16) * withNull;
}

/** How many different keys there are at least and at most. */
function distinctBounds({
  entries,
  tableRows,
  keys,
  isUnique,
  isPartial,
  deduplicates,
}: BtreeContent): readonly [number, number] {
  const isListed = deduplicates && !isUnique && keys.every((key) => key.isKey && key.isStoredOnce);
  if (!isListed) return [entries, entries];
  const each = keys.map((key) => {
    const values = key.distinctValues < 0 ? -key.distinctValues * tableRows : key.distinctValues;
    return Math.max(1, values + (key.nullFraction > 0 ? 1 : 0));
  });
  const least = Math.max(...each);
  const most = each.reduce((product, values) => Math.min(product * values, tableRows), 1);
  if (!isPartial) return [Math.min(least, entries), Math.min(most, entries)];
  // Which values the rows of a partial index have is not known, unless nearly all are different.
  const isDifferent = least >= 0.9 * tableRows;
  return [isDifferent ? entries : 1, isDifferent ? entries : Math.min(most, entries)];
}

function leafBytes({ entries }: BtreeContent, entryBytes: number, distinct: number): number {
  if (distinct >= entries) return entries * (entryBytes + lineBytes);
  const rows = entries / distinct;
  const lower = Math.floor(rows);
  const share = rows - lower;
  return distinct * ((1 - share) * listBytes(lower, entryBytes) + share * listBytes(lower + 1, entryBytes));
}

/** Bytes of one key with so many rows. */
function listBytes(rows: number, entryBytes: number): number {
  const most = Math.max(2, Math.floor((mostListBytes - entryBytes) / rowPointerBytes));
  const full = Math.floor(rows / most);
  const rest = rows - full * most;
  const list = (count: number): number =>
    count === 0 ? 0 : lineBytes + (count === 1 ? entryBytes : aligned(entryBytes + count * rowPointerBytes));
  return full * list(most) + list(rest);
}

/** Leaf pages, those above them, and the first page, which holds no entries. */
function pagesOf(bytes: number, entryBytes: number, fillFactorPercent: number): number {
  const leaves = Math.max(1, Math.ceil(bytes / (usableBytes(fillFactorPercent) - entryBytes - lineBytes)));
  const children = Math.max(2, Math.floor(usableBytes(innerFillPercent) / (entryBytes + lineBytes)));
  let pages = leaves + 1;
  for (let level = leaves; level > 1; pages += level) level = Math.ceil(level / children);
  return pages;
}
