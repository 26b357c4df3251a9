import type { ForeignKey, Index, IndexReading } from '../model.ts';

/** Whether an index can answer at all: valid, ready, not half dropped, and known in full. */
function isUsable(index: Index): boolean {
  return index.isValid && index.isReady && index.isLive && index.definition !== null;
}

/** Whether only rows are left out that no look-up by `columns` can want: those where one of them is null. */
function leavesOutOnlyNulls(index: Index, columns: readonly string[]): boolean {
  if (!index.isPartial) return true;
  const names = new Set(columns);
  const conditions = (index.predicate ?? '').replaceAll(/[()]/g, '').split(' AND ');
  return conditions.every((condition) => {
    const column = /^("(?:[^"]|"")+"|\w+) IS NOT NULL$/.exec(condition.trim())?.[1];
    return column !== undefined && names.has(column.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'));
  });
}

/**
 * Why an index does not find rows by all of these columns being equal to something, in any order; undefined where it does. It does when they are
 * its first key columns: columns it merely includes, and an index of some rows only, find nothing.
 */
export function whyNotServing(index: Index, columns: readonly string[]): string | undefined {
  const wanted = new Set(columns);
  const first = index.columns
    .slice(0, columns.length)
    .filter((column, place) => index.keyNumbers[place] !== 0 && wanted.has(column));
  if (first.length < columns.length) {
    const is = index.columns.some((column, place) => index.keyNumbers[place] !== 0 && wanted.has(column));
    if (is) return `${index.name} has it behind other columns`;
    return index.includedColumns.some((column) => wanted.has(column))
      ? `${index.name} only includes it, which finds nothing`
      : 'other columns';
  }
  if (index.method !== 'btree' && index.method !== 'hash')
    return `${index.name} is ${index.method}, which no foreign key can use`;
  if (!isUsable(index)) return `${index.name} is not valid`;
  if (!leavesOutOnlyNulls(index, columns)) return `${index.name} covers only rows with ${index.predicate}`;
  if (index.otherCollationColumns.some((column) => wanted.has(column)))
    return `${index.name} sorts by another collation than the column has`;
  return undefined;
}

/** The indexes that find rows by these columns; on a partitioned table, its own or, where every partition has one, theirs. */
export function serving(reading: IndexReading, tableOid: string, columns: readonly string[]): readonly Index[] {
  const own = (reading.indexesOf.get(tableOid) ?? []).filter((index) => whyNotServing(index, columns) === undefined);
  if (own.length > 0 || reading.tables.get(tableOid)?.kind !== 'partitioned') return own;
  const parts = [...reading.tables.values()].filter((table) => table.parentOid === tableOid);
  const theirs = parts.map((part) => serving(reading, part.oid, columns));
  return theirs.length > 0 && theirs.every((some) => some.length > 0) ? theirs.flat() : [];
}

/** What an index must stay for although nothing reads it, in words; undefined where nothing does. */
export function whyKept(index: Index): string | undefined {
  if (index.parentOid !== null) return 'it is part of a partitioned index, which is judged as a whole';
  if (index.isBeingBuilt) return 'it is being built now';
  if (!isUsable(index)) return index.definition === null ? 'its table is locked now' : 'it is not valid: see the check "invalid"';
  if (index.isPrimary) return 'it is the primary key';
  if (index.isExclusion) return 'it enforces an exclusion constraint';
  if (index.isReplicaIdentity) return 'logical replication identifies rows by it (replica identity)';
  if (index.constraint !== null) return `it backs the constraint ${index.constraint}`;
  if (index.isUnique) return 'it enforces uniqueness';
  if (index.isClustered) return 'the table is clustered on it';
  return undefined;
}

/** Foreign keys of other tables that rest on a unique index. */
export function referencedBy(reading: IndexReading, index: Index): readonly ForeignKey[] {
  return reading.referencing.get(index.oid) ?? [];
}

/** The foreign keys that look rows up by this index. */
export function supportedKeys(reading: IndexReading, index: Index): readonly ForeignKey[] {
  return (reading.foreignKeysOf.get(index.tableOid) ?? []).filter((key) => whyNotServing(index, key.columns) === undefined);
}

/** Whether rows of this table belong to tenants (manual 3.3): it has a tenant_id and is not the list of tenants itself. */
export function isTenantScoped(reading: IndexReading, tableOid: string): boolean {
  const table = reading.tables.get(tableOid);
  return (
    table !== undefined && table.name !== 'tenant' && table.kind !== 'materialized-view' && table.columns.includes('tenant_id')
  );
}
