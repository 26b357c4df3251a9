import type { Index, IndexedTable, IndexReading } from '../model.ts';

/** A name as SQL: in quotes where PostgreSQL would read it otherwise. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

// PostgreSQL's reserved key words (appendix C), of which a column or table may well be called one.
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_catalog current_date ' +
    'current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from ' +
    'grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing ' +
    'primary references returning select session_user some symmetric system_user table then to trailing true union unique user using variadic ' +
    'when where window with authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left like ' +
    'natural notnull outer overlaps right similar tablesample verbose between bigint bit boolean char character coalesce dec decimal exists ' +
    'extract float greatest grouping inout int integer interval least national nchar none normalize nullif numeric out overlay position ' +
    'precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes'
  ).split(' '),
);

/** `schema.name`, quoted where needed. */
export function qualified({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** A column as a word of an index's name (manual 3.5): `tenant_id` is `tenant`, `created_at` is `created`. */
function nameWord(column: string): string {
  return column === 'tenant_id' ? 'tenant' : column.replace(/_at$/, '');
}

/** Small letters, digits and single `_`: what a name needs no quotes for. */
export function plainWords(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '_')
    .replaceAll(/_{2,}/g, '_');
}

/** Of a reading: what the names that were thought of are for. `stock_part(of_id)` and `stock_part_of(id)` must not both get the same one. */
const thoughtOf = new WeakMap<object, Map<string, string>>();

/** The name that manual 3.5 gives an index, cut to what PostgreSQL takes, and numbered where it is taken or given to another one. */
export function indexName(table: IndexedTable, columns: readonly string[], { namesOf }: Pick<IndexReading, 'namesOf'>): string {
  const taken = namesOf.get(table.schema);
  const given = thoughtOf.get(namesOf) ?? new Map<string, string>();
  thoughtOf.set(namesOf, given);
  const purpose = JSON.stringify([table.oid, columns]);
  const words = columns.length === 1 && columns[0] !== 'tenant_id' ? columns : columns.map(nameWord);
  const whole = plainWords(['idx', table.name, ...words].join('_'));
  const cut = whole.slice(0, 60).replace(/_$/, '');
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? cut : `${cut}_${number}`;
    const place = `${table.schema}.${name}`;
    const isFree = (given.get(place) ?? purpose) === purpose;
    if (taken?.has(name) !== true && isFree) {
      given.set(place, purpose);
      return name;
    }
  }
}

/** A key column of an index to be made. */
export interface NewKey {
  readonly column: string;
  readonly descending?: boolean;
}

/**
 * Statements that make an index and take it back. On a partitioned table CONCURRENTLY is refused: there it waits a short time for its lock, and
 * stops writers while it builds.
 */
export function createIndex(
  reading: IndexReading,
  table: IndexedTable,
  keys: readonly NewKey[],
  method = 'btree',
): { readonly sql: string; readonly rollbackSql: string } {
  const columns = keys.map(({ column }) => column);
  const name = indexName(table, columns, reading);
  const list = keys.map(({ column, descending }) => `${quoted(column)}${descending ? ' DESC' : ''}`).join(', ');
  const using = method === 'btree' ? '' : ` USING ${method.toUpperCase()}`;
  const place = `${qualified(table)}${using} (${list});`;
  const index = qualified({ schema: table.schema, name });
  if (table.kind === 'partitioned') {
    // An index that a partition has already becomes part of the new one, and would go with it.
    const again = ownOfPartitions(reading, table.oid, columns).map((own) => `\n${dropIndex(own, '').rollbackSql}`);
    return {
      sql: `${shortly}CREATE INDEX IF NOT EXISTS ${quoted(name)} ON ${place}`,
      rollbackSql: `${shortly}DROP INDEX IF EXISTS ${index};${again.join('')}`,
    };
  }
  return {
    sql: `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${quoted(name)} ON ${place}`,
    rollbackSql: `DROP INDEX CONCURRENTLY IF EXISTS ${index};`,
  };
}

/** Indexes on exactly these columns that partitions have by themselves. */
function ownOfPartitions(reading: IndexReading, tableOid: string, columns: readonly string[]): readonly Index[] {
  const parts = [...reading.tables.values()].filter((table) => table.parentOid === tableOid);
  return parts.flatMap((part) => [
    ...(reading.indexesOf.get(part.oid) ?? []).filter(
      (index) => index.parentOid === null && index.constraint === null && index.columns.join() === columns.join(),
    ),
    ...ownOfPartitions(reading, part.oid, columns),
  ]);
}

const shortly = `-- Not CONCURRENTLY, which partitioned tables refuse: writers wait while it runs.\nSET LOCAL lock_timeout = '5s';\n`;

/** Statements that drop an index, or the constraint that it backs, and make it again as it is; CONCURRENTLY unless `how` is empty. */
export function dropIndex(
  index: Index,
  how: 'CONCURRENTLY ' | '' = 'CONCURRENTLY ',
): { readonly sql: string; readonly rollbackSql: string } {
  const name = qualified(index);
  const definition = index.definition ?? '';
  if (index.constraint !== null) {
    const table = qualified({ schema: index.schema, name: index.table });
    const kind = index.nullsNotDistinct ? 'UNIQUE NULLS NOT DISTINCT' : 'UNIQUE';
    const included = index.includedColumns.length === 0 ? '' : ` INCLUDE (${index.includedColumns.map(quoted).join(', ')})`;
    return {
      sql: `SET LOCAL lock_timeout = '5s';\nALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${quoted(index.constraint)};`,
      rollbackSql: `SET LOCAL lock_timeout = '5s';\nALTER TABLE ${table} ADD CONSTRAINT ${quoted(index.constraint)} ${kind} (${index.columns.map(quoted).join(', ')})${included};`,
    };
  }
  if (index.isPartitioned) {
    const again = definition.replace(' ON ONLY ', ' ON ').replace(/^(CREATE (?:UNIQUE )?INDEX) /, '$1 IF NOT EXISTS ');
    return { sql: `${shortly}DROP INDEX IF EXISTS ${name};`, rollbackSql: `${shortly}${again};` };
  }
  const again = definition.replace(/^(CREATE (?:UNIQUE )?INDEX) /, `$1 ${how}IF NOT EXISTS `);
  return { sql: `DROP INDEX ${how}IF EXISTS ${name};`, rollbackSql: `${again};` };
}

/** The other direction of a statement that leaves nothing to take back. */
export const nothingToTakeBack = '-- Nothing to take back.\nSELECT 1;';
