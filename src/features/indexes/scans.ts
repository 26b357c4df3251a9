import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import type { Index } from './model.ts';
import { listScansQuery } from './queries.ts';

/** How often each index was used until now, by oid: one of the two readings that a live change is made of. */
export type Scans = ReadonlyMap<string, number>;

/** Reads the scans of all indexes, far more cheaply than the list. Throws what the server refuses. */
export async function readScans(database: Reader, options?: ReadOptions): Promise<Scans> {
  const rows = await database.read(statement(listScansQuery, {}), options);
  return new Map(rows.map((row) => [row.index_oid, Number(row.scans)]));
}

/**
 * Scans between two readings, by oid; a partitioned index has its partitions' together. What was not there before began at nothing, and counters
 * that went backwards were reset in between: then what they show now is what is known.
 */
export function scansBetween(indexes: readonly Index[], before: Scans, after: Scans): Scans {
  const changes = new Map(
    [...after].map(([oid, scans]) => {
      const began = before.get(oid) ?? 0;
      return [oid, scans >= began ? scans - began : scans];
    }),
  );
  const partsOf = Map.groupBy(indexes, (index) => index.parentOid);
  const changeOf = (index: Index): number =>
    index.isPartitioned
      ? (partsOf.get(index.oid) ?? []).reduce((sum, part) => sum + changeOf(part), 0)
      : (changes.get(index.oid) ?? 0);
  return new Map(indexes.map((index) => [index.oid, changeOf(index)]));
}
