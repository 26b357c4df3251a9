import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { together } from '#database/together.ts';
import type { Observed } from './evidence.ts';
import type { Expected } from './expected.ts';
import { endState } from './lint-end-state.ts';
import type { Dependent, LintFacts, TableFacts } from './lint/facts.ts';
import {
  listDependentsQuery,
  listLintColumnsQuery,
  listLintConstraintsQuery,
  listLintIndexesQuery,
  listLintTablesQuery,
  listLintWordsQuery,
} from './status/queries.ts';

/** What lint knows of the database and the folder, the same for every file. */
export type SharedLintFacts = Omit<LintFacts, 'hasRollback'>;

interface Surroundings {
  readonly expected: Expected;
  readonly observed: Observed;
  readonly searchPath: readonly string[];
}

/** Reads what lint needs of the database, in one round trip. Throws an AdminError where the server refuses. */
export async function readLintFacts(reader: Reader, given: Surroundings, options: ReadOptions = {}): Promise<SharedLintFacts> {
  const first = together(reader, options);
  const [rows, columns, constraints, indexes, dependents, wordRows] = await Promise.all([
    first.read(statement(listLintTablesQuery, {})),
    first.read(statement(listLintColumnsQuery, {})),
    first.read(statement(listLintConstraintsQuery, {})),
    first.read(statement(listLintIndexesQuery, {})),
    first.read(statement(listDependentsQuery, {})),
    first.read(statement(listLintWordsQuery, {})),
  ]);
  const parts: Parts = {
    columns: Map.groupBy(columns, ({ table_oid: oid }) => oid),
    constraints: Map.groupBy(constraints, ({ table_oid: oid }) => oid),
    indexes: Map.groupBy(indexes, ({ table_oid: oid }) => oid),
  };
  const tables = new Map(rows.map((row) => [`${row.schema_name}.${row.table_name}`, tableFacts(row, parts)]));
  const byIndex = new Map(
    [...tables.values()].flatMap((table) => table.indexes.map(({ name }) => [`${table.schema}.${name}`, table])),
  );
  const words = Map.groupBy(wordRows, ({ kind }) => kind);
  const volatile = new Set(words.get('volatile function')?.map(({ name }) => name));
  const domains = new Map(
    ['domain', 'checking domain'].flatMap((kind) =>
      (words.get(kind) ?? []).map(({ name, value }) => [name, { base: value, isChecking: kind !== 'domain' }] as const),
    ),
  );
  return {
    table: (schema, name) => tables.get(`${schema}.${name}`),
    tableOfIndex: (schema, name) => {
      const path = schema === undefined ? given.searchPath : [schema];
      return path.map((each) => byIndex.get(`${each}.${name}`)).find((table) => table !== undefined);
    },
    dependents: dependentsFrom(dependents),
    isVolatile: (name) => volatile.has(name),
    domain: (name) => domains.get(name),
    serverVersion: Number(words.get('server version')?.[0]?.name ?? 0),
    timeZone: words.get('time zone')?.[0]?.name ?? '',
    end: endState(given.expected, given.observed),
    searchPath: given.searchPath,
  };
}

/** What tables consist of, by the tables' oids. */
interface Parts {
  readonly columns: ReadonlyMap<string, readonly RowOf<typeof listLintColumnsQuery>[]>;
  readonly constraints: ReadonlyMap<string, readonly RowOf<typeof listLintConstraintsQuery>[]>;
  readonly indexes: ReadonlyMap<string, readonly RowOf<typeof listLintIndexesQuery>[]>;
}

function tableFacts(row: RowOf<typeof listLintTablesQuery>, parts: Parts): TableFacts {
  const { schema_name: schema, table_name: name, table_oid: oid } = row;
  return {
    schema,
    name,
    title: schema === 'public' ? name : `${schema}.${name}`,
    kind: row.kind,
    isPartition: row.is_partition,
    isUnlogged: row.is_unlogged,
    estimatedRows: Number(row.estimated_rows),
    columns: (parts.columns.get(oid) ?? []).map((column) => ({
      name: column.column_name,
      typeText: column.column_type,
      isNotNull: column.is_not_null,
    })),
    constraints: (parts.constraints.get(oid) ?? []).map((constraint) => ({
      name: constraint.constraint_name,
      check: constraint.definition,
      columns: constraint.columns,
    })),
    indexes: (parts.indexes.get(oid) ?? []).map((index) => ({
      name: index.index_name,
      constraint: index.constraint_name ?? undefined,
      columns: index.columns,
    })),
  };
}

function dependentsFrom(rows: readonly RowOf<typeof listDependentsQuery>[]): LintFacts['dependents'] {
  const byOwner = Map.groupBy(rows, ({ kind, schema_name: schema, object_name: name }) => `${kind} ${schema}.${name}`);
  return (kind, schema, name, column) => {
    const found = (byOwner.get(`${kind} ${schema}.${name}`) ?? []).filter(
      (row) => column === undefined || row.column_name === column,
    );
    const others = found.filter((row) => {
      const isItsOwn = row.dependent_schema === schema && row.dependent_name === name;
      // With a table goes what is part of it, with a column its checks and keys.
      return !isItsOwn || kind !== 'relation' || (column !== undefined && row.dependent_kind !== 'table constraint');
    });
    const dependents = others.map((row) => dependentFrom(row, kind));
    return [...new Map(dependents.map((dependent) => [dependent.text, dependent])).values()];
  };
}

/** Kinds as the server names them whose last name is a part of the one before. */
const partWords: Readonly<Record<string, string>> = {
  'table constraint': 'constraint',
  policy: 'policy',
  trigger: 'trigger',
  'table column': 'column',
  'default value': 'column',
  rule: 'rule',
};

function dependentFrom(row: RowOf<typeof listDependentsQuery>, ownerKind: string): Dependent {
  const { dependent_kind: kind, dependent_schema: schema, dependent_name: name, dependent_part: part } = row;
  const isForeignKey = kind === 'table constraint' && (ownerKind === 'relation' || ownerKind === 'index');
  const word = isForeignKey ? 'foreign key' : partWords[kind];
  const title = schema === 'public' || schema === '' ? name : `${schema}.${name}`;
  const text = word === undefined ? `${kind} ${title === '' ? schema : title}` : `${word} ${part} of ${title}`;
  return { text, kind, schema, name, part: word === undefined ? '' : part };
}
