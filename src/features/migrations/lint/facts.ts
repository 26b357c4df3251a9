/** A table as the database has it now. */
export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  /** As an operator writes it: without the schema where that is `public`. */
  readonly title: string;
  readonly estimatedRows: number;
  readonly columns: readonly { readonly name: string; readonly typeText: string; readonly isNotNull: boolean }[];
  /** What would go or break with the table: `view v`, `foreign key a_b_fkey of a`. */
  readonly dependents: readonly string[];
  /** The same by column. */
  readonly columnDependents: ReadonlyMap<string, readonly string[]>;
}

/** What tables have once the whole folder ran, or have already. */
export interface EndState {
  readonly hasRowSecurity: (schema: string, table: string) => boolean;
  /** Whether an index of the whole table begins with this column. */
  readonly hasIndexOn: (schema: string, table: string, column: string) => boolean;
  readonly hasUpdateTrigger: (schema: string, table: string) => boolean;
}

/** What lint knows besides the file. */
export interface LintFacts {
  /** A table of the database; without a schema the one that the search path finds. */
  readonly table: (schema: string | undefined, name: string) => TableFacts | undefined;
  /** The table that has an index, by the index's name. */
  readonly tableOfIndex: (schema: string | undefined, name: string) => TableFacts | undefined;
  readonly end: EndState;
  /** Where something new without a schema is made. */
  readonly defaultSchema: string;
  /** Whether a rollback script for the file is in the folder. */
  readonly hasRollback: boolean;
}

/** Up to so many rows a lock that lasts as long as reading them is over before anybody notices. */
export const manyRows = 10_000;
