import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { packageRoot } from '#core/package-root.ts';

/** A name that came out of the catalog. Only catalog code makes one, so nothing that somebody typed can become an identifier. */
export type CatalogName = string & { readonly __catalogName: true };

type Shape = Readonly<Record<string, z.ZodType>>;

/** A statement of `queries/` with its contract. `parameters` are `$1`, `$2`, … in the order of the object's keys. */
export interface Query<Parameters extends Shape = Shape, Row = unknown, Identifiers extends string = string> {
  /** Path below `queries/` without its ending: `tenants/list-tenants`. */
  readonly name: string;
  readonly mode: 'read' | 'write';
  readonly parameters: Parameters;
  readonly row: z.ZodType<Row>;
  readonly identifiers: readonly Identifiers[];
}

export type ParametersOf<Q extends Query> = { readonly [K in keyof Q['parameters']]: z.input<Q['parameters'][K]> };
export type RowOf<Q extends Query> = z.output<Q['row']>;
export type IdentifiersOf<Q extends Query> = Readonly<Record<Q['identifiers'][number], CatalogName>>;

/** Every statement defined so far, for the contract test: a file without a contract or the reverse must not exist. */
export const definedQueries = new Map<string, Query>();

/** States the contract of `queries/<name>.sql`: its parameters in order, its row, and the identifiers filled in at run time. */
export function defineQuery<const Parameters extends Shape, Row, const Identifiers extends string = never>(definition: {
  readonly name: string;
  readonly mode?: 'read' | 'write';
  readonly parameters: Parameters;
  readonly row: z.ZodType<Row>;
  readonly identifiers?: readonly Identifiers[];
}): Query<Parameters, Row, Identifiers> {
  const query = { mode: 'read' as const, identifiers: [], ...definition };
  definedQueries.set(query.name, query);
  return query;
}

const texts = new Map<string, string>();

/** The statement's text with psql's `:"name"` filled in; read from disk once. Throws where an identifier is missing: a bug of ours. */
export function statementText(query: Query, identifiers: Readonly<Record<string, CatalogName>> = {}): string {
  let text = texts.get(query.name);
  if (text === undefined) {
    text = readFileSync(join(packageRoot(), 'queries', `${query.name}.sql`), 'utf8');
    texts.set(query.name, text);
  }
  if (query.identifiers.length === 0) return text;
  return text.replaceAll(/:"(\w+)"/g, (_, name: string) => {
    const identifier = identifiers[name];
    if (identifier === undefined) throw new Error(`${query.name}: no identifier given for :"${name}"`);
    return `"${identifier.replaceAll('"', '""')}"`;
  });
}

/** Parameter values in the order of `$1`, `$2`, …, checked against the contract. */
export function parameterValues(query: Query, parameters: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(query.parameters).map(([name, type]) => type.parse(parameters[name]));
}

/** Of so many rows, a checker compiled for their shape takes less time in all; of fewer, compiling it takes longer than checking without. */
const manyRows = 200;

/** A row of an answer of `rows` rows, as the contract has it. Throws a ZodError where it is not: a bug of ours. */
export function checkedRow<Row>({ row: shape }: Pick<Query<Shape, Row>, 'row'>, row: unknown, rows: number): Row {
  return shape.parse(row, { jitless: rows < manyRows });
}

/** A query with its values, for several in one round trip. */
export interface Statement<Row = unknown> {
  readonly query: Query;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly identifiers: Readonly<Record<string, CatalogName>> | undefined;
  /** Only carries the row type. */
  readonly __row?: Row;
}

/** Binds a query to its values. */
export function statement<Q extends Query>(
  query: Q,
  parameters: ParametersOf<Q>,
  ...[identifiers]: Q['identifiers'][number] extends never ? [] : [IdentifiersOf<Q>]
): Statement<RowOf<Q>> {
  return { query, parameters, identifiers };
}

/** `statementTimeoutMs` limits the statement on the server; aborting `signal` cancels it there. */
export interface ReadOptions {
  readonly statementTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a service needs of a Database: enough to be run against a fake that counts round trips. */
export interface Reader {
  read<Row>(wanted: Statement<Row>, options?: ReadOptions): Promise<readonly Row[]>;
  readEach<Row>(wanted: readonly Statement<Row>[], options?: ReadOptions): Promise<readonly Promise<readonly Row[]>[]>;
}

/** Sends one statement: of a session, of a write transaction, or alone. */
export type Ask = <Row>(wanted: Statement<Row>) => Promise<readonly Row[]>;
