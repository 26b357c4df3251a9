import { mapInSlices } from '#core/slices.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { type ForeignKey, type Index, type IndexedTable, type IndexReading, type LeftoverIndex, titleOf } from './model.ts';
import { type Observation, observationOf, scansADay, shortestObservation } from './observed.ts';
import { describeStatisticsQuery, listForeignKeysQuery, listIndexesQuery, listTablesQuery } from './queries.ts';
import { listLeftoversQuery } from './run/queries.ts';
import { readReplicas, type Replica, type ReplicaScans } from './replicas.ts';

/**
 * Reads indexes, tables, foreign keys and the age of the counters in one round trip, and the same of each replica beside it. Throws an AdminError
 * where the server refuses, and (configuration) for a replica that is not one of this database.
 */
export async function readIndexes(
  database: Reader,
  { replicas = [], ...options }: ReadOptions & { readonly replicas?: readonly Replica[] } = {},
): Promise<IndexReading> {
  const [answers, others] = await Promise.all([
    database.readEach<unknown>(
      [
        statement(listIndexesQuery, {}),
        statement(listTablesQuery, {}),
        statement(listForeignKeysQuery, {}),
        statement(describeStatisticsQuery, {}),
        statement(listLeftoversQuery, {}),
      ],
      options,
    ),
    readReplicas(database, replicas, options),
  ]);
  const [indexes, tables, keys, statistics, leftovers] = (await Promise.all(answers)) as [
    RowOf<typeof listIndexesQuery>[],
    RowOf<typeof listTablesQuery>[],
    RowOf<typeof listForeignKeysQuery>[],
    RowOf<typeof describeStatisticsQuery>[],
    RowOf<typeof listLeftoversQuery>[],
  ];
  const about = statistics[0]!;
  const own = observationOf(about);
  const observation = shortestObservation([own, ...others.map((other) => other.observation)]);
  const listed = withPartitionSums(await mapInSlices(indexes, (row) => indexFrom(row, others, observation)));
  const tableMap = tablesFrom(tables, listed);
  const foreignKeys = keys.map(foreignKeyFrom);
  const named = Map.groupBy([...listed, ...tableMap.values()], ({ schema }) => schema);
  return {
    indexes: listed,
    leftovers: leftovers.map(leftoverFrom),
    indexesOf: Map.groupBy(listed, (index) => index.tableOid),
    tables: tableMap,
    foreignKeys,
    foreignKeysOf: Map.groupBy(foreignKeys, (key) => key.tableOid),
    referencing: Map.groupBy(foreignKeys, (key) => key.referencedIndexOid),
    namesOf: new Map([...named].map(([schema, all]) => [schema, new Set(all.map(({ name }) => name))])),
    observation,
    servers: [
      { server: 'primary', observation: own },
      ...others.map(({ name, observation: its }) => ({ server: name, observation: its })),
    ],
    versionNumber: about.version_number,
    databaseOid: about.database_oid,
    statementsSchema: about.statements_schema,
    tuplesSchema: about.tuples_schema,
    tuplesAreAvailable: about.tuples_are_available,
  };
}

const numbers = (vector: string): number[] => vector.split(' ').filter(Boolean).map(Number);
const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

function indexFrom(row: RowOf<typeof listIndexesQuery>, others: readonly ReplicaScans[], observation: Observation): Index {
  const classes = row.operator_class_oids.split(' ');
  const collations = row.collation_oids.split(' ');
  const scansByServer = [
    { server: 'primary', scans: Number(row.scans), lastUsed: row.last_used },
    ...others.map(({ name, scans }) => ({ server: name, ...(scans.get(row.oid) ?? { scans: 0, lastUsed: null }) })),
  ];
  const scans = sumOf(scansByServer, (each) => each.scans);
  return {
    oid: row.oid,
    tableOid: row.table_oid,
    parentOid: row.parent_oid,
    schema: row.schema_name,
    table: row.table_name,
    name: row.index_name,
    method: row.method,
    definition: row.definition,
    columns: row.key_columns,
    keyNumbers: numbers(row.key_numbers).slice(0, row.key_columns.length),
    includedColumns: row.included_columns,
    operatorClasses: row.operator_classes,
    keyMeanings: row.key_columns.map((_, place) => `${classes[place]} ${collations[place]}`),
    keyOptions: numbers(row.key_options),
    operatorClassOptions: row.operator_class_options,
    otherCollationColumns: row.other_collation_columns,
    predicate: row.predicate,
    isPartial: row.is_partial,
    indexBytes: numberOrNull(row.index_bytes),
    estimatedEntries: Number(row.estimated_entries),
    fillFactorPercent: numberOrNull(row.fill_factor),
    scans,
    scansADay: scansADay(scans, observation),
    scansByServer,
    entriesRead: Number(row.entries_read),
    rowsFetched: Number(row.rows_fetched),
    lastUsed: latest(scansByServer.map((each) => each.lastUsed)),
    isUnique: row.is_unique,
    nullsNotDistinct: row.nulls_not_distinct,
    isPrimary: row.is_primary,
    isExclusion: row.is_exclusion,
    isClustered: row.is_clustered,
    isReplicaIdentity: row.is_replica_identity,
    isImmediate: row.is_immediate,
    isValid: row.is_valid,
    isReady: row.is_ready,
    isLive: row.is_live,
    isPartitioned: row.is_partitioned,
    isBeingBuilt: row.is_being_built,
    areBuildsHidden: row.are_builds_hidden,
    constraint: row.constraint_name,
    changedAgeSeconds: numberOrNull(row.changed_age_seconds),
  };
}

function latest(moments: readonly (string | null)[]): string | null {
  return moments.reduce(
    (last, each) => (each !== null && (last === null || Date.parse(each) > Date.parse(last)) ? each : last),
    null,
  );
}

/** A partitioned index has no size and no counters of its own: those of its partitions, however deep. */
function withPartitionSums(indexes: readonly Index[]): readonly Index[] {
  const parts = Map.groupBy(
    indexes.filter((index) => index.parentOid !== null),
    (index) => index.parentOid,
  );
  if (parts.size === 0) return indexes;
  const leavesOf = (index: Index): readonly Index[] =>
    index.isPartitioned ? (parts.get(index.oid) ?? []).flatMap(leavesOf) : [index];
  return indexes.map((index) => {
    if (!index.isPartitioned) return index;
    const leaves = leavesOf(index);
    const sum = (of: (leaf: Index) => number): number => sumOf(leaves, of);
    return {
      ...index,
      indexBytes: leaves.some((leaf) => leaf.indexBytes === null) ? null : sum((leaf) => leaf.indexBytes ?? 0),
      estimatedEntries: sum((leaf) => Math.max(0, leaf.estimatedEntries)),
      scans: sum((leaf) => leaf.scans),
      scansADay: leaves.some((leaf) => leaf.scansADay === null) ? null : sum((leaf) => leaf.scansADay ?? 0),
      scansByServer: index.scansByServer.map((server, place) => ({
        ...server,
        scans: sum((leaf) => leaf.scansByServer[place]?.scans ?? 0),
        lastUsed: latest(leaves.map((leaf) => leaf.scansByServer[place]?.lastUsed ?? null)),
      })),
      entriesRead: sum((leaf) => leaf.entriesRead),
      rowsFetched: sum((leaf) => leaf.rowsFetched),
      lastUsed: latest(leaves.map((leaf) => leaf.lastUsed)),
    };
  });
}

const kinds: Readonly<Record<string, IndexedTable['kind']>> = { p: 'partitioned', m: 'materialized-view' };

function tablesFrom(
  rows: readonly RowOf<typeof listTablesQuery>[],
  indexes: readonly Index[],
): ReadonlyMap<string, IndexedTable> {
  const indexesOf = Map.groupBy(indexes, (index) => index.tableOid);
  const partsOf = Map.groupBy(rows, (row) => row.parent_oid);
  type Row = (typeof rows)[number];
  const leavesOf = (row: Row): readonly Row[] => (row.kind === 'p' ? (partsOf.get(row.oid) ?? []).flatMap(leavesOf) : [row]);
  const tables = rows.map((row): IndexedTable => {
    const leaves = leavesOf(row);
    const sum = (of: (leaf: Row) => string | null): number => sumOf(leaves, (leaf) => Number(of(leaf) ?? 0));
    return {
      oid: row.oid,
      parentOid: row.parent_oid,
      schema: row.schema_name,
      name: row.table_name,
      kind: kinds[row.kind] ?? 'table',
      tableBytes: leaves.some((leaf) => leaf.table_bytes === null) ? null : sum((leaf) => leaf.table_bytes),
      indexBytes: sumOf(indexesOf.get(row.oid) ?? [], (index) => index.indexBytes ?? 0),
      estimatedRows: sum((leaf) => leaf.estimated_rows),
      pages: sum((leaf) => leaf.pages),
      allVisiblePages: sum((leaf) => leaf.all_visible_pages),
      indexWrites: sum((leaf) => leaf.index_writes),
      sequentialScans: sum((leaf) => leaf.sequential_scans),
      rowsChangedSinceAnalyze: sum((leaf) => leaf.rows_changed_since_analyze),
      lastVacuum: row.last_vacuum,
      lastAnalyze: row.last_analyze,
      columns: row.columns,
      jsonbColumns: row.jsonb_columns,
    };
  });
  return new Map(tables.map((table) => [table.oid, table]));
}

function foreignKeyFrom(row: RowOf<typeof listForeignKeysQuery>): ForeignKey {
  return {
    oid: row.oid,
    name: row.constraint_name,
    tableOid: row.table_oid,
    referencedTable: titleOf({ schema: row.referenced_schema, name: row.referenced_table }),
    referencedIndexOid: row.referenced_index_oid,
    columns: row.columns,
    cascades: row.on_delete === 'c' || row.on_delete === 'n' || row.on_delete === 'd',
  };
}

function leftoverFrom(row: RowOf<typeof listLeftoversQuery>): LeftoverIndex {
  return {
    oid: row.oid,
    schema: row.schema_name,
    name: row.name,
    tableSchema: row.table_schema,
    table: row.table_name,
    indexBytes: numberOrNull(row.index_bytes),
    isWorkedOn: row.is_worked_on,
  };
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
