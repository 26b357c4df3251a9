import type { Observation } from './observed.ts';

/** Reads of one index on one server. */
export interface ServerScans {
  /** `primary`, or the replica's name. */
  readonly server: string;
  readonly scans: number;
  /** When it was last used, as PostgreSQL 16 and later tell it. */
  readonly lastUsed: string | null;
}

/** An index of the list. Sizes are null where its table is locked. A partitioned index has the sums of its partitions'. */
export interface Index {
  readonly oid: string;
  readonly tableOid: string;
  /** The partitioned index that this one is part of: it stands and falls with it. */
  readonly parentOid: string | null;
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly method: string;
  readonly definition: string | null;
  /** Columns in order; an expression as its text. */
  readonly columns: readonly string[];
  /** Positions of the key columns in the table; 0 is an expression. */
  readonly keyNumbers: readonly number[];
  readonly includedColumns: readonly string[];
  readonly operatorClasses: readonly string[];
  /** What else decides which look-ups a key serves: operator class and collation by oid, a key each. */
  readonly keyMeanings: readonly string[];
  /** Of each key: 1 is descending, 2 is nulls first. */
  readonly keyOptions: readonly number[];
  readonly operatorClassOptions: string | null;
  /** Key columns indexed under another collation than their own: a plain comparison does not find them there. */
  readonly otherCollationColumns: readonly string[];
  readonly predicate: string | null;
  readonly isPartial: boolean;
  readonly indexBytes: number | null;
  readonly estimatedEntries: number;
  readonly fillFactorPercent: number | null;
  /** On all servers together; apart in `scansByServer`. */
  readonly scans: number;
  /** Null where nothing was observed for a whole day. */
  readonly scansADay: number | null;
  readonly scansByServer: readonly ServerScans[];
  readonly entriesRead: number;
  readonly rowsFetched: number;
  readonly lastUsed: string | null;
  readonly isUnique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly isPrimary: boolean;
  readonly isExclusion: boolean;
  readonly isClustered: boolean;
  readonly isReplicaIdentity: boolean;
  readonly isImmediate: boolean;
  readonly isValid: boolean;
  readonly isReady: boolean;
  readonly isLive: boolean;
  readonly isPartitioned: boolean;
  readonly isBeingBuilt: boolean;
  /** Somebody builds an index, and this role may not see which. */
  readonly areBuildsHidden: boolean;
  readonly constraint: string | null;
  /** How long ago its row in the catalog changed, where the server keeps commit times; null where nobody knows. */
  readonly changedAgeSeconds: number | null;
}

/** A table, partitioned table or materialised view that has indexes or could have. */
export interface IndexedTable {
  readonly oid: string;
  readonly parentOid: string | null;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned' | 'materialized-view';
  /** Heap with TOAST and maps; null where it is locked. */
  readonly tableBytes: number | null;
  /** Of all its indexes together. */
  readonly indexBytes: number;
  readonly estimatedRows: number;
  readonly pages: number;
  readonly allVisiblePages: number;
  /** Rows inserted and deleted, and updates that had to touch the indexes, since the counters count. */
  readonly indexWrites: number;
  readonly sequentialScans: number;
  readonly rowsChangedSinceAnalyze: number;
  readonly lastVacuum: string | null;
  readonly lastAnalyze: string | null;
  readonly columns: readonly string[];
  readonly jsonbColumns: readonly string[];
}

export interface ForeignKey {
  readonly oid: string;
  readonly name: string;
  readonly tableOid: string;
  /** As an operator writes it: without the schema where that is `public`. */
  readonly referencedTable: string;
  readonly referencedIndexOid: string;
  readonly columns: readonly string[];
  readonly cascades: boolean;
}

/** What an interrupted REINDEX left behind; those of TOAST tables and of schemas out of view are no indexes of the list. */
export interface LeftoverIndex {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** Of a TOAST table's index that which has it. */
  readonly tableSchema: string;
  readonly table: string;
  /** Null where its table is locked. */
  readonly indexBytes: number | null;
  /** Somebody works on it now: it may not be left over at all. */
  readonly isWorkedOn: boolean;
}

/** Everything that list, detail and checks judge, of one moment. */
export interface IndexReading {
  readonly indexes: readonly Index[];
  readonly leftovers: readonly LeftoverIndex[];
  /** The same by the table's oid. */
  readonly indexesOf: ReadonlyMap<string, readonly Index[]>;
  readonly tables: ReadonlyMap<string, IndexedTable>;
  readonly foreignKeys: readonly ForeignKey[];
  /** The same by the table that has them, and by the unique index that they rest on. */
  readonly foreignKeysOf: ReadonlyMap<string, readonly ForeignKey[]>;
  readonly referencing: ReadonlyMap<string, readonly ForeignKey[]>;
  /** Names of tables and indexes by schema: a new index needs another one. */
  readonly namesOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** The shortest of all servers': what a verdict rests on. */
  readonly observation: Observation;
  /** Each server's own, the primary first. */
  readonly servers: readonly { readonly server: string; readonly observation: Observation }[];
  readonly versionNumber: number;
  readonly databaseOid: string;
  /** Schema of pg_stat_statements, and of pgstattuple; null where it is not installed. */
  readonly statementsSchema: string | null;
  readonly tuplesSchema: string | null;
  /** Whether the server has pgstattuple, installed in this database or not. */
  readonly tuplesAreAvailable: boolean;
}

/** As an operator writes it: without the schema where that is `public`. */
export function titleOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
