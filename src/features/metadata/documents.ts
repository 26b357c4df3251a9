import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import type { Catalog, Column, Table } from '#database/catalog.ts';
import { type CatalogName, type Reader, type ReadOptions, statement } from '#database/query.ts';
import { readDocumentQuery } from './queries.ts';

/** A jsonb column of a table with a single-column key: a place where documents can be edited. */
export interface DocumentColumn {
  readonly table: Table;
  readonly key: Column;
  readonly column: Column;
}

/** One document: a column of one record. */
export interface DocumentPlace extends DocumentColumn {
  /** The record's key as text, a UUID or whole number in canonical form. */
  readonly id: string;
}

/** A document as it was read. */
export interface StoredDocument {
  readonly place: DocumentPlace;
  /** What the server's ::text gave, byte for byte. */
  readonly text: string;
  readonly tree: JsonNode;
  readonly storedBytes: number;
  readonly tenantId: string | null;
  readonly updatedAt: string | null;
  readonly label: string;
}

/** The jsonb columns of this database, in the order of its tables; `metadata` before others of the same table. */
export function documentColumns(catalog: Catalog): readonly DocumentColumn[] {
  return catalog.tables.flatMap((table) => {
    const { key } = table;
    if (key === undefined || !table.maySelect) return [];
    return table.columns
      .filter((column) => column.type === 'jsonb')
      .toSorted((a, b) => Number(b.name === 'metadata') - Number(a.name === 'metadata'))
      .map((column) => ({ table, key, column }));
  });
}

/** The document column that `contacts` or `crm.contacts` and a column name mean. Throws an AdminError (not-found) that lists what there is. */
export function findDocumentColumn(catalog: Catalog, tableTitle: string, columnName = 'metadata'): DocumentColumn {
  const all = documentColumns(catalog);
  const found = all.find(({ table, column }) => table.title === tableTitle && column.name === columnName);
  if (found !== undefined) return found;
  const ofTable = all.filter(({ table }) => table.title === tableTitle).map(({ column }) => column.name);
  throw new AdminError({
    kind: 'not-found',
    code: 'no-document-column',
    whatHappened:
      ofTable.length > 0
        ? `${tableTitle} has no jsonb column ${columnName}.`
        : `There is no table ${tableTitle} with jsonb documents and a single-column key.`,
    whatToDo:
      ofTable.length > 0
        ? `It has: ${ofTable.join(', ')}; choose with --column.`
        : 'aisha-console metadata columns lists the tables that have.',
  });
}

/** The place of a record's document. Throws an AdminError (usage) where the key is a UUID or a whole number and the id is none. */
export function placeOf(documentColumn: DocumentColumn, id: string): DocumentPlace {
  const { type } = documentColumn.key;
  const isUuid = type === 'uuid';
  const bytes = wholeNumberBytes.get(type);
  if (!isUuid && bytes === undefined) return { ...documentColumn, id };
  const canonical = bytes === undefined ? parseUuid(id) : wholeNumberId(id, bytes);
  if (canonical !== undefined) return { ...documentColumn, id: canonical };
  throw new AdminError({
    kind: 'usage',
    code: 'bad-id',
    whatHappened: `"${id}" is no ${isUuid ? 'UUID' : 'whole number that fits'}, and the key of ${documentColumn.table.title} is one.`,
    whatToDo: 'Find the record first: aisha-console find TEXT.',
  });
}

/** How large a key of these types can be. */
const wholeNumberBytes = new Map<string, number>([
  ['int2', 2],
  ['int4', 4],
  ['int8', 8],
]);

/** Whether records of the table are known by whole numbers. */
export function hasWholeNumberKey({ key }: DocumentColumn): boolean {
  return wholeNumberBytes.has(key.type);
}

/** As the server writes it, so that the audit log knows one record under one id: `007` is `7`. Undefined where the type cannot hold it. */
function wholeNumberId(id: string, bytes: number): string | undefined {
  const text = id.trim();
  if (!/^-?\d{1,100}$/.test(text)) return undefined;
  const number = BigInt(text);
  return BigInt.asIntN(8 * bytes, number) === number ? String(number) : undefined;
}

/** The identifiers that every statement over a document's place takes. */
export function identifiersOf({
  table,
  key,
  column,
}: DocumentColumn): Readonly<Record<'schema' | 'table' | 'key' | 'key_type' | 'column', CatalogName>> {
  return { schema: table.schema, table: table.name, key: key.name, key_type: key.type, column: column.name };
}

/**
 * Reads one document; a row without one has the JSON value null. Throws an AdminError (not-found) where there is no such record, or none
 * that this role may see.
 */
export async function readDocument(reader: Reader, place: DocumentPlace, options?: ReadOptions): Promise<StoredDocument> {
  const [row] = await reader.read(statement(readDocumentQuery, { id: place.id }, identifiersOf(place)), options);
  if (row === undefined) throw recordMissing(place);
  const text = row.document ?? 'null';
  return {
    place,
    text,
    tree: parseJson(text),
    storedBytes: row.stored_bytes ?? 0,
    tenantId: row.tenant_id,
    updatedAt: row.updated_at,
    label: row.label,
  };
}

/** The record is not there: never was, was deleted, or row-level security hides it; the last can not be told from the others. */
export function recordMissing({ table, id }: DocumentPlace): AdminError {
  const hidden = table.rowSecurityActive;
  return new AdminError({
    kind: 'not-found',
    code: hidden ? 'record-missing-or-hidden' : 'record-missing',
    whatHappened: `${table.title} has no record ${id}${hidden ? ' that this role may see: row-level security applies to it' : '; it was deleted or never was'}.`,
    whatToDo: hidden
      ? 'Connect as a role that bypasses row-level security, such as postgres, or check the id.'
      : `aisha-console find ${id} looks in every table and in the audit log.`,
  });
}

/** How a place is called in messages: `contacts.metadata of 9e1c…`. */
export function placeTitle({ table, column, id }: DocumentPlace): string {
  return `${table.title}.${column.name} of ${id}`;
}
