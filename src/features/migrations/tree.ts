import type { Node, RangeVar, TypeName } from '@pgsql/types';

/** The text of a String node, else undefined. */
export function stringOf(node: Node | undefined): string | undefined {
  return node !== undefined && 'String' in node ? (node.String.sval ?? '') : undefined;
}

/** Names of a list of String nodes. */
export function namesOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => stringOf(node) ?? []);
}

/** What a statement calls an object: the schema is undefined where it is not written. */
export interface WrittenName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** A name out of its parts; of a name with a catalog in front, the last two. */
export function writtenName(parts: readonly string[]): WrittenName {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** The name of a table in a statement. */
export function relationName({ schemaname, relname = '' }: RangeVar): WrittenName {
  return { schema: schemaname, name: relname };
}

type Children = Readonly<Record<string, unknown>>;

/** Every node of a kind below a tree, in the order of the text. */
export function nodesBelow<T>(tree: unknown, kind: string, found: T[] = []): readonly T[] {
  if (typeof tree !== 'object' || tree === null) return found;
  for (const [name, child] of Object.entries(tree as Children)) {
    if (name === kind) found.push(child as T);
    nodesBelow(child, kind, found);
  }
  return found;
}

/** Columns that an expression names, each once. */
export function columnsOf(expression: unknown): readonly string[] {
  const fields = nodesBelow<{ fields?: Node[] }>(expression, 'ColumnRef').map((column) => namesOf(column.fields).at(-1) ?? '');
  return [...new Set(fields.filter((name) => name !== ''))];
}

const serverTypes: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  int: 'integer',
  serial: 'integer',
  serial2: 'smallint',
  serial4: 'integer',
  serial8: 'bigint',
  smallserial: 'smallint',
  bigserial: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
  varbit: 'bit varying',
};

/** Whether a column of this type gets a sequence of its own. */
export function isSerial(type: TypeName | undefined): boolean {
  return /^(small|big)?serial[248]?$/.test(namesOf(type?.names).at(-1) ?? '');
}

/** INTERVAL_FULL_RANGE. */
const allFields = 32_767;

/** A type as format_type writes it, without a schema; its length and scale are left away where `withModifiers` is not set. */
export function typeText(type: TypeName | undefined, withModifiers: boolean): string {
  const written = namesOf(type?.names).at(-1) ?? '';
  const name = serverTypes[written] ?? written;
  const numbers = nodesBelow<{ ival?: { ival?: number } }>(type?.typmods, 'A_Const').map(({ ival }) => ival?.ival ?? 0);
  // Of an interval the first number says which fields it has; only a precision is kept beside all of them.
  const sizes = name === 'interval' ? (numbers[0] === allFields ? numbers.slice(1) : []) : numbers;
  const modifiers = withModifiers && sizes.length > 0 ? `(${sizes.join(',')})` : '';
  const placed = /^(timestamp|time) /.test(name) ? name.replace(' ', `${modifiers} `) : `${name}${modifiers}`;
  return `${placed}${(type?.arrayBounds?.length ?? 0) > 0 ? '[]' : ''}`;
}
