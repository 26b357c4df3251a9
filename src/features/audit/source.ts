import { recordTypeOf } from '#database/audit-record.ts';
import type { Catalog, Column, Table } from '#database/catalog.ts';

/** How new entries are found, best first: by the index on a transaction number, by an index on the time, by reading the table. */
export type FollowMode = 'txid' | 'floor' | 'scan';

/** The audit log of this database as the catalog knows it. */
export interface AuditSource {
  readonly table: Table;
  readonly id: Column;
  /** When the entry was made: the manual's `changed_at`, production's `created_at`. May be null in a row unless `isNotNull`. */
  readonly time: Column;
  /** The type of `record_id`; any where the log has no such column. */
  readonly recordType: Column['type'];
  /** Whether a whole btree index starts with the time: then pages and floors are look-ups. Its name, for what is told. */
  readonly timeIndex: string | undefined;
  /** The index on `(txid, id)`, where the log has the opt-in column `txid xid8`. */
  readonly transactionIndex: string | undefined;
  readonly mode: FollowMode;
  readonly columns: ReadonlySet<string>;
}

const timeColumns = ['changed_at', 'created_at', 'created_date'];
const timeTypes = new Set(['timestamptz', 'timestamp']);

/** The audit log, or undefined where there is none that can be read by time; `whyNoSource` says what is missing. */
export function auditSourceOf(catalog: Catalog): AuditSource | undefined {
  const table = catalog.table('audit_log');
  const id = columnOf(table, 'id');
  const time = timeColumn(table);
  if (table === undefined || id === undefined || time === undefined || !table.maySelect) return undefined;
  const timeIndex = indexOn(table, time.name);
  const transactionIndex = columnOf(table, 'txid')?.type === 'xid8' ? indexOn(table, 'txid', 'id') : undefined;
  return {
    table,
    id,
    time,
    recordType: recordTypeOf(table),
    timeIndex,
    transactionIndex,
    mode: transactionIndex !== undefined ? 'txid' : timeIndex !== undefined ? 'floor' : 'scan',
    columns: new Set(table.columns.map((column) => String(column.name))),
  };
}

/** Why an audit log can not be read, and what would help: a sentence or two each. */
export interface NoSource {
  readonly whatHappened: string;
  readonly whatToDo: string;
}

/** What keeps the audit log from being read; undefined where nothing does. */
export function whyNoSource(catalog: Catalog): NoSource | undefined {
  const table = catalog.table('audit_log');
  if (table === undefined) {
    return {
      whatHappened: 'This database has no table audit_log.',
      whatToDo:
        'Connect to the one that has it; or a migration makes the table and its triggers. A view of that name can not be followed.',
    };
  }
  if (!table.maySelect) {
    return {
      whatHappened: 'This role may not read the table audit_log.',
      whatToDo: 'Connect as a role that may, such as postgres; or its owner grants this one SELECT on the whole table.',
    };
  }
  const whatToDo = 'A migration that adds such a column makes the log readable.';
  if (columnOf(table, 'id') === undefined) return { whatHappened: 'The table audit_log has no column id.', whatToDo };
  if (timeColumn(table) !== undefined) return undefined;
  return { whatHappened: `The table audit_log has no time: none of ${timeColumns.join(', ')}.`, whatToDo };
}

function columnOf(table: Table | undefined, name: string): Column | undefined {
  return table?.columns.find((column) => column.name === name);
}

function timeColumn(table: Table | undefined): Column | undefined {
  return timeColumns.map((name) => columnOf(table, name)).find((column) => column !== undefined && timeTypes.has(column.type));
}

function indexOn(table: Table, ...first: readonly string[]): string | undefined {
  const serves = table.indexes.find(
    ({ accessMethod, isPartial, keyColumns }) =>
      accessMethod === 'btree' && !isPartial && first.every((column, place) => keyColumns[place] === column),
  );
  return serves?.name;
}
