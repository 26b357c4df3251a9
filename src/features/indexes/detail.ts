import { isTenantScoped, referencedBy, serving, supportedKeys, whyNotServing } from './checks/serving.ts';
import type { Index, IndexReading } from './model.ts';
import type { TableUse } from './statement-uses.ts';
import type { SeenStatement } from './statements.ts';

/** One index with what rests on it and what stands beside it. */
export interface IndexDetail {
  readonly index: Index;
  /** What would be lost with it, a sentence each; empty where nothing would. */
  readonly losses: readonly string[];
  /** Indexes of the table that begin with the same column, and how they differ. */
  readonly comparable: readonly { readonly index: Index; readonly difference: string }[];
  /** Statements that have run and could use it, the dearest first; whether the planner does so is not known from their text. */
  readonly statements: readonly SeenStatement[];
}

/** Puts together what is known of an index; undefined where the reading has none of this oid. */
export function detailOf(reading: IndexReading, statements: readonly SeenStatement[], oid: string): IndexDetail | undefined {
  const index = reading.indexes.find((each) => each.oid === oid);
  if (index === undefined) return undefined;
  const others = (reading.indexesOf.get(index.tableOid) ?? []).filter((other) => other.oid !== oid);
  return {
    index,
    losses: lossesOf(reading, index),
    comparable: others
      .filter((other) => other.columns[0] === index.columns[0])
      .map((other) => ({ index: other, difference: differenceOf(index, other) })),
    statements: statements
      .filter(({ uses }) => uses.some((use) => canUse(index, use, reading)))
      .toSorted((a, b) => b.totalMs - a.totalMs),
  };
}

function lossesOf(reading: IndexReading, index: Index): readonly string[] {
  const losses: string[] = [];
  if (index.parentOid !== null) losses.push('its part in an index of the whole partitioned table');
  if (index.isPrimary) losses.push(`the primary key ${index.constraint ?? index.name}`);
  else if (index.constraint !== null) losses.push(`the constraint ${index.constraint}`);
  else if (index.isUnique) losses.push('that its columns are unique');
  for (const key of referencedBy(reading, index)) losses.push(`what the foreign key ${key.name} of another table rests on`);
  for (const key of supportedKeys(reading, index)) {
    const rest = serving(reading, index.tableOid, key.columns).filter((other) => other.oid !== index.oid);
    if (rest.length === 0) losses.push(`the only index under the foreign key ${key.name} to ${key.referencedTable}`);
  }
  const isTenants = isTenantScoped(reading, index.tableOid) && whyNotServing(index, ['tenant_id']) === undefined;
  const tenants = isTenants ? serving(reading, index.tableOid, ['tenant_id']) : [];
  if (isTenants && tenants.every((other) => other.oid === index.oid)) losses.push("the only index that finds a tenant's rows");
  if (index.isReplicaIdentity) losses.push('what logical replication identifies rows by (replica identity)');
  if (index.isClustered) losses.push('the order that CLUSTER keeps the table in');
  return losses;
}

function differenceOf(index: Index, other: Index): string {
  const differences = [
    other.method === index.method ? undefined : other.method,
    other.columns.length > index.columns.length
      ? `goes on with ${other.columns.slice(index.columns.length).join(', ')}`
      : undefined,
    other.columns.length < index.columns.length
      ? `ends before ${index.columns.slice(other.columns.length).join(', ')}`
      : undefined,
    other.predicate === index.predicate ? undefined : other.predicate === null ? 'covers all rows' : `only ${other.predicate}`,
    other.isUnique === index.isUnique ? undefined : other.isUnique ? 'is unique' : 'is not unique',
    other.includedColumns.join() === index.includedColumns.join()
      ? undefined
      : `includes ${other.includedColumns.join(', ') || 'nothing'}`,
  ].filter((difference) => difference !== undefined);
  return differences.length === 0 ? 'the same columns' : differences.join('; ');
}

/** Whether a part of a statement finds or orders rows by the index's first column. */
function canUse(index: Index, use: TableUse, reading: IndexReading): boolean {
  const root = (tableOid: string): string => {
    const parent = reading.tables.get(tableOid)?.parentOid;
    return parent === null || parent === undefined ? tableOid : root(parent);
  };
  if (use.tableOid !== root(index.tableOid)) return false;
  const [first = ''] = index.columns;
  if (index.method === 'gin') return use.searches.some(({ column }) => index.columns.includes(column));
  return [...use.equals, ...use.joins, ...use.ranges].includes(first) || use.sorts[0]?.column === first;
}
