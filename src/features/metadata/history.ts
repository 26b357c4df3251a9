import { readableChange } from '#core/audit-change.ts';
import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import type { Change } from '#core/json/changes.ts';
import { mostJsonDepth } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import type { Patch } from '#core/json/patch.ts';
import { editAction, levelsOfEdit, type RecordedEdit, recordedEdit } from '#core/recorded-edit.ts';
import { auditMissing } from '#database/audit-entry.ts';
import { asKey, recordTypeOf } from '#database/audit-record.ts';
import { wholeAuditId } from '#database/audit-id.ts';
import type { Catalog } from '#database/catalog.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import type { DocumentPlace } from './documents.ts';
import { listHistoryQuery, readEditQuery } from './queries.ts';

/** One audit entry of a record; a metadata edit carries its patch and reason. */
export interface HistoryEntry {
  readonly id: string;
  readonly at: string | null;
  readonly action: string;
  readonly actor: string | null;
  readonly isMetadataEdit: boolean;
  readonly reason: string | undefined;
  readonly patch: Patch | undefined;
  readonly inverse: Patch | undefined;
  /** The bulk change that a metadata edit is part of. */
  readonly bulkId: string | undefined;
  /** What changed, path by path; for other entries in the row. */
  readonly changes: readonly Change[];
  /** Why the changes can not be told, as of a document nested too deeply; it does not stop the entries around it. */
  readonly unreadable: string | undefined;
}

const mostDepth = mostJsonDepth + levelsOfEdit;

/** Of one record; older ones are left out. */
export const mostEntries = 100;

/** The audit entries of a record, newest first, at most 100. Throws an AdminError (refused) where there is no audit log. */
export async function listHistory(
  reader: Reader,
  catalog: Catalog,
  place: DocumentPlace,
  options?: ReadOptions,
): Promise<readonly HistoryEntry[]> {
  const audit = catalog.table('audit_log');
  if (audit === undefined) throw auditMissing('no-audit-log', 'reading');
  const recordType = recordTypeOf(audit);
  const table = place.table.schema === 'public' ? place.table.name : place.table.title;
  const parameters = {
    tableName: table,
    recordId: place.id,
    recordUuid: parseUuid(place.id) ?? null,
    recordKey: asKey(recordType, place.id) ?? null,
    most: mostEntries,
  };
  const rows = await reader.read(statement(listHistoryQuery, parameters, { record_type: recordType }), options);
  return rows.map(entryFrom);
}

function entryFrom(row: RowOf<typeof listHistoryQuery>): HistoryEntry {
  const { edit, changes, unreadable } = readableChange(row);
  return {
    id: row.id,
    at: row.at,
    action: row.action ?? '',
    actor: row.actor,
    isMetadataEdit: row.action === editAction && edit !== undefined,
    reason: edit?.reason,
    patch: edit?.patch,
    inverse: edit?.inverse,
    bulkId: edit?.bulkId,
    changes,
    unreadable,
  };
}

/** Reads a metadata edit by its id, or its first 8 characters. Throws an AdminError: not-found, or refused where the entry is no metadata edit. */
export async function readEdit(reader: Reader, catalog: Catalog, editId: string, options?: ReadOptions): Promise<RecordedEdit> {
  if (catalog.table('audit_log') === undefined) throw auditMissing('no-audit-log', 'reading');
  const id = parseUuid(await wholeAuditId(reader, catalog, editId, options));
  const [row] = id === undefined ? [] : await reader.read(statement(readEditQuery, { id }), options);
  const edit = row === undefined || row.edit === null ? undefined : recordedEdit(parseJson(row.edit, { mostDepth }));
  if (edit !== undefined) return edit;
  throw new AdminError({
    kind: 'not-found',
    code: 'no-such-edit',
    whatHappened:
      row === undefined ? `There is no edit ${editId} in the audit log.` : `The audit entry ${editId} is no metadata edit.`,
    whatToDo: 'aisha-console metadata history TABLE ID lists the edits of a record.',
  });
}
