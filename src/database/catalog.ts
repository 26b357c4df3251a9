import { listColumns, listIndexes, listTables } from './queries.ts';
import { type CatalogName, type Reader, type RowOf, statement } from './query.ts';

export interface Column {
  readonly name: CatalogName;
  /** Base type's name, such as `uuid`, `text`, `jsonb`; itself an identifier, so that a statement may cast to it. */
  readonly type: CatalogName;
  readonly typeText: string;
  readonly isNotNull: boolean;
}

export interface Index {
  readonly name: string;
  readonly accessMethod: string;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
  readonly isPartial: boolean;
  readonly firstOperatorClass: string;
  readonly keyColumns: readonly string[];
}

export interface Table {
  readonly schema: CatalogName;
  readonly name: CatalogName;
  /** As an operator writes it: without the schema where that is `public`. */
  readonly title: string;
  readonly estimatedRows: number;
  readonly rowSecurityActive: boolean;
  readonly maySelect: boolean;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** The single column that is the primary key, where there is just one. */
  readonly key: Column | undefined;
  /** The column that says whose row it is; undefined for the tenant table itself and for tables that belong to nobody. */
  readonly tenantColumn: Column | undefined;
}

/** What this database has. Names out of it are the only ones that may become identifiers. */
export interface Catalog {
  readonly tables: readonly Table[];
  /** A table of `public` by name. */
  readonly table: (name: string) => Table | undefined;
}

/**
 * Reads tables, columns and indexes in one round trip; without indexes, and so without keys, for who only wants to know what is there: they
 * are the dearest part. Throws an AdminError where the server refuses.
 */
export async function readCatalog(database: Reader, { withIndexes = true } = {}): Promise<Catalog> {
  const [tables, columns, indexes = []] = await database.readEach<unknown>([
    statement(listTables, {}),
    statement(listColumns, {}),
    ...(withIndexes ? [statement(listIndexes, {})] : []),
  ]);
  const columnsOf = Map.groupBy((await columns) as RowOf<typeof listColumns>[], (row) => row.table_oid);
  const indexesOf = Map.groupBy((await indexes) as RowOf<typeof listIndexes>[], (row) => row.table_oid);
  const found = ((await tables) as RowOf<typeof listTables>[]).map((row) =>
    tableFrom(row, columnsOf.get(row.oid) ?? [], indexesOf.get(row.oid) ?? []),
  );
  const inPublic = new Map(found.filter((table) => table.schema === 'public').map((table) => [String(table.name), table]));
  return { tables: found, table: (name) => inPublic.get(name) };
}

function tableFrom(
  row: RowOf<typeof listTables>,
  columnRows: readonly RowOf<typeof listColumns>[],
  indexRows: readonly RowOf<typeof listIndexes>[],
): Table {
  const columns = columnRows.map((column) => ({
    name: column.column_name as CatalogName,
    type: column.type_name as CatalogName,
    typeText: column.type_text,
    isNotNull: column.is_not_null,
  }));
  const indexes = indexRows.map((index) => ({
    name: index.index_name,
    accessMethod: index.access_method,
    isPrimary: index.is_primary,
    isUnique: index.is_unique,
    isPartial: index.is_partial,
    firstOperatorClass: index.first_operator_class,
    keyColumns: index.key_columns,
  }));
  const keyColumns = indexes.find((index) => index.isPrimary)?.keyColumns ?? [];
  const named = (name: string | undefined): Column | undefined => columns.find((column) => column.name === name);
  return {
    schema: row.schema_name as CatalogName,
    name: row.table_name as CatalogName,
    title: row.schema_name === 'public' ? row.table_name : `${row.schema_name}.${row.table_name}`,
    estimatedRows: Number(row.estimated_rows),
    rowSecurityActive: row.row_security_active,
    maySelect: row.may_select,
    columns,
    indexes,
    key: keyColumns.length === 1 ? named(keyColumns[0]) : undefined,
    // In production the tenant table has a `tenant_id` too: its own slug.
    tenantColumn: row.table_name === 'tenant' ? undefined : named('tenant_id'),
  };
}

/** Up to this many rows a sequential scan costs no more than a few milliseconds. */
const smallTableRows = 10_000;

/** Whether the table is small enough to be read through for any condition. */
export function isSmall(table: Table): boolean {
  return table.estimatedRows <= smallTableRows;
}

/** Whether a whole-table btree or hash index starts with `column`, so that an equality on it is an index look-up. */
export function hasEqualityIndex(table: Table, column: string): boolean {
  return table.indexes.some(
    (index) =>
      !index.isPartial && index.keyColumns[0] === column && (index.accessMethod === 'btree' || index.accessMethod === 'hash'),
  );
}

/** Whether a whole-table trigram index starts with `column`, so that any part of it can be searched for. */
export function hasTrigramIndex(table: Table, column: string): boolean {
  return table.indexes.some(
    (index) => !index.isPartial && index.keyColumns[0] === column && /^g(in|ist)_trgm_ops$/.test(index.firstOperatorClass),
  );
}
