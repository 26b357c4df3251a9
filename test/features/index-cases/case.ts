/** A planted database of one schema, and what all checks together must make of it: no more and no less. */
export interface IndexCase {
  readonly title: string;
  /** Runs with the case's own schema first in the search path; `:other` is a second schema of its own. */
  readonly sql: string;
  /** Statements that run by themselves behind it; one that fails may leave something behind. */
  readonly alone?: readonly string[];
  /** Queries that use indexes: sequential scans are switched off for them. */
  readonly scans?: readonly string[];
  /** Each is run a hundred times, for pg_stat_statements; `:schema` is the case's own. */
  readonly frequently?: readonly string[];
  /** A statement that stays under way while the checks look, since a transaction with `holding` does. */
  readonly building?: { readonly holding: string; readonly statement: string };
  /** `check table.index`, or `check table(columns)` where there is none; in the second schema `check other.table.index`. */
  readonly findings: readonly string[];
  /** The same for what is not raised, with words of the reason. */
  readonly not?: Readonly<Record<string, string>>;
  /** Words of the reasons of findings. */
  readonly reasons?: Readonly<Record<string, string>>;
}
