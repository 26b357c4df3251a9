import { type CatalogName, type Reader, statement } from '#database/query.ts';
import { titleOf } from '../model.ts';
import { listPartsQuery } from './queries.ts';

/** An index as work on its table sees it. `indexBytes` is null where the table is locked. */
export interface PartIndex {
  readonly oid: string;
  readonly schema: CatalogName;
  readonly name: CatalogName;
  readonly title: string;
  readonly parentOid: string | null;
  readonly isPartitioned: boolean;
  readonly isValid: boolean;
  readonly isExclusion: boolean;
  /** Invalid, and named as REINDEX CONCURRENTLY names what it makes. */
  readonly isLeftover: boolean;
  /** Somebody works on it now. */
  readonly isWorkedOn: boolean;
  readonly indexBytes: number | null;
}

/** A table, or one of its partitions. `tableBytes` is null where it is locked. */
export interface PartTable {
  readonly oid: string;
  readonly title: string;
  readonly tableBytes: number | null;
  readonly deadRows: number;
}

/** Tables with their partitions, and all their indexes, of one moment. */
export interface Parts {
  readonly tables: readonly PartTable[];
  readonly indexes: readonly PartIndex[];
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** Reads what work on these tables is about. Throws an AdminError where the server refuses. */
export async function readParts(reader: Reader, tableOids: readonly string[]): Promise<Parts> {
  const rows = await reader.read(statement(listPartsQuery, { tableOids: [...new Set(tableOids)] }));
  const tables = new Map<string, PartTable>();
  const indexes: PartIndex[] = [];
  for (const row of rows) {
    const { table_oid: oid, index_oid, index_schema, index_name } = row;
    const title = titleOf({ schema: row.table_schema, name: row.table_name });
    tables.set(oid, { oid, title, tableBytes: numberOrNull(row.table_bytes), deadRows: Number(row.dead_rows) });
    if (index_oid === null || index_schema === null || index_name === null) continue;
    indexes.push({
      oid: index_oid,
      schema: index_schema as CatalogName,
      name: index_name as CatalogName,
      title: titleOf({ schema: index_schema, name: index_name }),
      parentOid: row.parent_oid,
      isPartitioned: row.is_partitioned === true,
      isValid: row.is_valid === true,
      isExclusion: row.is_exclusion === true,
      isLeftover: row.is_leftover === true,
      isWorkedOn: row.is_worked_on === true,
      indexBytes: numberOrNull(row.index_bytes),
    });
  }
  return { tables: [...tables.values()], indexes };
}

/** The indexes with storage below an index: itself, or those of the partitions, however deep. */
export function leavesOf({ indexes }: Parts, oid: string): readonly PartIndex[] {
  const self = indexes.find((index) => index.oid === oid);
  if (self === undefined) return [];
  if (!self.isPartitioned) return [self];
  return indexes.filter(({ parentOid }) => parentOid === oid).flatMap((index) => leavesOf({ indexes, tables: [] }, index.oid));
}

/** Bytes of all together; null where one of them is not known. */
export function sumOfBytes(bytes: readonly (number | null)[]): number | null {
  return bytes.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
