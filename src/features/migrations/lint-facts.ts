import { readCatalog, type Table } from '#database/catalog.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { together } from '#database/together.ts';
import type { Observed } from './evidence.ts';
import type { Expected } from './expected.ts';
import { fact, factKey } from './expected/fact.ts';
import type { EndState, LintFacts, TableFacts } from './lint/facts.ts';
import { listDependentsQuery } from './status/queries.ts';

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
  const schemas = [
    ...new Set([...given.searchPath, ...[...given.expected.timelines.values()].map(({ fact: { schema } }) => schema)]),
  ];
  const [catalog, dependents] = await Promise.all([readCatalog(first), first.read(statement(listDependentsQuery, { schemas }))]);
  const facts = new Map(catalog.tables.map((table) => [`${table.schema}.${table.name}`, tableFacts(table, dependents)]));
  const find = (schema: string | undefined, isWanted: (table: Table) => boolean): TableFacts | undefined => {
    const path = schema === undefined ? given.searchPath : [schema];
    for (const candidate of path) {
      const found = catalog.tables.find((table) => table.schema === candidate && isWanted(table));
      if (found !== undefined) return facts.get(`${found.schema}.${found.name}`);
    }
    return undefined;
  };
  return {
    table: (schema, name) => find(schema, (table) => table.name === name),
    tableOfIndex: (schema, name) => find(schema, ({ indexes }) => indexes.some((index) => index.name === name)),
    end: endState(given.expected, given.observed),
    defaultSchema: given.searchPath[0] ?? 'public',
  };
}

function tableFacts(table: Table, dependents: readonly RowOf<typeof listDependentsQuery>[]): TableFacts {
  const own = dependents.filter(({ schema_name: schema, table_name: name }) => schema === table.schema && name === table.name);
  const byColumn = Map.groupBy(own, ({ column_name: column }) => column);
  return {
    schema: table.schema,
    name: table.name,
    title: table.title,
    estimatedRows: table.estimatedRows,
    columns: table.columns,
    dependents: [...new Set(own.map(({ dependent }) => dependent))],
    columnDependents: new Map([...byColumn].map(([column, rows]) => [column, rows.map(({ dependent }) => dependent)])),
  };
}

/** What is there once every migration of the folder ran, besides what is there already. */
export function endState({ timelines }: Expected, observed: Observed): EndState {
  const facts = new Map(observed);
  for (const [key, { entries }] of timelines) {
    const value = entries.at(-1)?.value;
    if (value === undefined) facts.delete(key);
    else facts.set(key, value);
  }
  const indexes = [...facts].filter(([key]) => key.startsWith('index\u0000')).map(([, value]) => value);
  const triggers = [...facts].filter(([key]) => key.startsWith('trigger\u0000'));
  return {
    hasRowSecurity: (schema, table) => facts.has(factKey(fact('row-security', schema, table))),
    hasIndexOn: (schema, table, column) =>
      indexes.some((value) => {
        const isOfTable = value.startsWith(`${schema}.${table} `) && !value.endsWith(' partial');
        return isOfTable && (value.includes(` (${column}, `) || value.includes(` (${column})`));
      }),
    hasUpdateTrigger: (schema, table) =>
      triggers.some(([key, value]) => key.startsWith(`trigger\u0000${schema}\u0000${table}\u0000`) && isBeforeUpdate(value)),
  };
}

/** Of pg_trigger.tgtype: 2 is BEFORE, 16 is UPDATE. */
function isBeforeUpdate(value: string): boolean {
  const bits = Number(value.slice(value.lastIndexOf(' ') + 1));
  return (bits & 2) !== 0 && (bits & 16) !== 0;
}
