import type { CatalogName, Reader, ReadOptions, RowOf } from '#database/query.ts';
import { statement } from '#database/query.ts';
import { type BtreeContent, freshPages, usableBytes } from './btree-size.ts';
import type { Index, IndexReading } from './model.ts';
import { listKeyStatisticsQuery, measureIndexQuery } from './queries.ts';

/** How much of an index a REINDEX would give back; or why that can not be told. */
export type Bloat =
  | { readonly state: 'estimated' | 'measured'; readonly percent: number; readonly wastedBytes: number }
  | { readonly state: 'n/a'; readonly because: string };

const blockBytes = 8192;
/** Smaller ones are a page more or less. */
const leastPages = 16;
/** Two estimates further apart than this are none. */
const mostSpreadPercent = 20;
/** An index that is smaller than its estimate by more than this is not what was estimated. */
const mostNegativePercent = 10;
const mostChangedShare = 0.2;

/** Estimates the bloat of these indexes, in one round trip, by oid. Throws what the server refuses. */
export async function estimateBloat(
  database: Reader,
  reading: IndexReading,
  indexes: readonly Index[],
  options?: ReadOptions,
): Promise<ReadonlyMap<string, Bloat>> {
  const why = new Map(indexes.map((index) => [index.oid, whyNotEstimated(reading, index)]));
  const indexOids = indexes.filter((index) => why.get(index.oid) === undefined).map(({ oid }) => oid);
  const rows = indexOids.length === 0 ? [] : await database.read(statement(listKeyStatisticsQuery, { indexOids }), options);
  const keysOf = Map.groupBy(rows, (row) => row.index_oid);
  return new Map(
    indexes.map((index) => {
      const because = why.get(index.oid);
      return [
        index.oid,
        because === undefined ? estimated(reading, index, keysOf.get(index.oid) ?? []) : { state: 'n/a', because },
      ];
    }),
  );
}

function whyNotEstimated(reading: IndexReading, index: Index): string | undefined {
  const table = reading.tables.get(index.tableOid);
  if (index.method !== 'btree') return `only btree can be estimated, not ${index.method}`;
  if (index.isPartitioned) return 'its partitions have indexes of their own';
  if (index.indexBytes === null || table === undefined) return 'its table is locked now';
  if (!index.isValid) return 'it is not valid';
  if (index.indexBytes < leastPages * blockBytes) return 'it is too small to tell';
  if (index.estimatedEntries < 0 || table.lastAnalyze === null) return 'its table was never analysed since the counters count';
  if (table.rowsChangedSinceAnalyze > mostChangedShare * Math.max(table.estimatedRows, 1)) {
    return 'its table has changed much since it was analysed';
  }
  return undefined;
}

const withoutTuples = (isAvailable: boolean): string =>
  isAvailable
    ? 'pgstattuple is not installed; a migration with CREATE EXTENSION pgstattuple installs it, run by a superuser or, on Supabase, postgres'
    : 'pgstattuple is not installed, and this server does not have it to install';

function estimated(reading: IndexReading, index: Index, rows: readonly RowOf<typeof listKeyStatisticsQuery>[]): Bloat {
  const keys = rows.flatMap((row) =>
    row.average_bytes === null || row.null_fraction === null || row.distinct_values === null
      ? []
      : [
          {
            isKey: row.is_key,
            isExpression: row.is_expression,
            fixedBytes: row.fixed_bytes,
            alignmentBytes: row.alignment_bytes,
            averageBytes: row.average_bytes,
            nullFraction: Number(row.null_fraction),
            distinctValues: Number(row.distinct_values),
            isStoredOnce: row.is_stored_once,
          },
        ],
  );
  if (keys.length < rows.length || rows.length === 0) return { state: 'n/a', because: 'a column of it has no statistics' };
  const content: BtreeContent = {
    entries: index.estimatedEntries,
    tableRows: reading.tables.get(index.tableOid)?.estimatedRows ?? 0,
    keys,
    isUnique: index.isUnique,
    isPartial: index.isPartial,
    deduplicates: rows[0]!.deduplicates,
    fillFactorPercent: index.fillFactorPercent ?? 90,
  };
  const pages = (index.indexBytes ?? 0) / blockBytes;
  const fresh = freshPages(content);
  const [most, least] = [fresh.least, fresh.most].map((needed) => 100 * (1 - needed / pages)) as [number, number];
  if (most - least > mostSpreadPercent) return { state: 'n/a', because: 'how many different keys there are is not known' };
  return bloatOf('estimated', (most + least) / 2, index.indexBytes ?? 0);
}

function bloatOf(state: 'estimated' | 'measured', percent: number, indexBytes: number): Bloat {
  if (percent < -mostNegativePercent) return { state: 'n/a', because: 'it is smaller than its statistics explain' };
  const clamped = Math.max(0, percent);
  return { state, percent: clamped, wastedBytes: Math.round((indexBytes * clamped) / 100) };
}

/**
 * Measures the bloat of an index with pgstatindex, which reads all of it; `n/a` where the extension is not installed. Throws an AdminError where
 * the role may not, or the time limit ends it.
 */
export async function measureBloat(database: Reader, reading: IndexReading, index: Index, options?: ReadOptions): Promise<Bloat> {
  if (reading.tuplesSchema === null) return { state: 'n/a', because: withoutTuples(reading.tuplesAreAvailable) };
  if (index.method !== 'btree' || index.isPartitioned) return { state: 'n/a', because: 'only a btree index can be measured' };
  const schema = reading.tuplesSchema as CatalogName;
  const [row] = await database.read(statement(measureIndexQuery, { indexOid: index.oid }, { schema }), options);
  if (row === undefined) return { state: 'n/a', because: 'nothing was measured' };
  const pages = Number(row.index_bytes) / row.block_bytes;
  const leaves = Number(row.leaf_pages);
  const density = Number(row.leaf_density_percent);
  if (leaves === 0 || Number.isNaN(density)) return { state: 'n/a', because: 'it is empty' };
  const fullPercent = (100 * usableBytes(index.fillFactorPercent ?? 90)) / usableBytes(100);
  const share = Math.min(1, density / fullPercent);
  return bloatOf(
    'measured',
    100 * (1 - (leaves * share + Number(row.internal_pages) * share + 1) / pages),
    Number(row.index_bytes),
  );
}
