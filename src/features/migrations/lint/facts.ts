/** A constraint of a table. */
export interface ConstraintFacts {
  readonly name: string;
  /** `CHECK (…)` as the server writes it, where it is a check that every row is known to pass; else empty. */
  readonly check: string;
  /** Columns that a check names. */
  readonly columns: readonly string[];
}

/** An index of a table. */
export interface IndexFacts {
  readonly name: string;
  /** The constraint that it belongs to. */
  readonly constraint: string | undefined;
  readonly columns: readonly string[];
}

/** A table as the database has it now. */
export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  /** As an operator writes it: without the schema where that is `public`. */
  readonly title: string;
  readonly kind: 'table' | 'partitioned' | 'materialized view';
  readonly isPartition: boolean;
  readonly isUnlogged: boolean;
  readonly estimatedRows: number;
  readonly columns: readonly { readonly name: string; readonly typeText: string; readonly isNotNull: boolean }[];
  readonly constraints: readonly ConstraintFacts[];
  readonly indexes: readonly IndexFacts[];
}

export type OwnerKind = 'relation' | 'index' | 'sequence' | 'type' | 'function';

/** What refuses to let something go. */
export interface Dependent {
  /** `view v`, `foreign key a_b_fkey of a`. */
  readonly text: string;
  readonly kind: string;
  readonly schema: string;
  /** The relation that it is, or on which it hangs. */
  readonly name: string;
  /** Its own name on that relation; empty where it is the relation itself. */
  readonly part: string;
}

/** What tables have once the whole folder ran, or have already. */
export interface EndState {
  /** What a table that a file makes is called in the end; undefined where a later file drops it. */
  readonly nameOf: (schema: string, table: string) => { readonly schema: string; readonly name: string } | undefined;
  readonly hasRowSecurity: (schema: string, table: string) => boolean;
  /** Whether an index of the whole table begins with this column. */
  readonly hasIndexOn: (schema: string, table: string, column: string) => boolean;
  /** Whether a trigger keeps `updated_at`. */
  readonly hasUpdateTrigger: (schema: string, table: string) => boolean;
  readonly hasColumn: (schema: string, table: string, column: string) => boolean;
}

/** What lint knows besides the file. */
export interface LintFacts {
  /** A table of the database. */
  readonly table: (schema: string, name: string) => TableFacts | undefined;
  /** The table that has an index, by the index's name. */
  readonly tableOfIndex: (schema: string | undefined, name: string) => TableFacts | undefined;
  /** What depends on something, or only on one column of it. */
  readonly dependents: (kind: OwnerKind, schema: string, name: string, column?: string) => readonly Dependent[];
  /** Whether some function of this name may give another value for every row. */
  readonly isVolatile: (functionName: string) => boolean;
  readonly domain: (name: string) => { readonly base: string; readonly isChecking: boolean } | undefined;
  /** As server_version_num: 150018. */
  readonly serverVersion: number;
  /** Of the session. */
  readonly timeZone: string;
  readonly end: EndState;
  /** Where names without a schema point. */
  readonly searchPath: readonly string[];
  /** Whether a rollback script for the file is in the folder. */
  readonly hasRollback: boolean;
}

/** Up to so many rows a lock that lasts as long as reading them is over before anybody notices. */
export const manyRows = 10_000;
