import type { Author } from '#core/author.ts';
import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import type { JsonNode } from '#core/json/node.ts';
import { differencesOf } from '#core/json/difference.ts';
import { diff, inverse, type Patch } from '#core/json/patch.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { formatPointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { editAction } from '#core/recorded-edit.ts';
import type { Catalog } from '#database/catalog.ts';
import { type Statement, statement } from '#database/query.ts';
import type { DocumentPlace } from './documents.ts';
import { insertAuditEntryManualQuery, insertAuditEntryProductionQuery } from './queries.ts';

/** How this database keeps its audit log: the manual's columns or production's. */
export type AuditShape = 'manual' | 'production';

const columnsOfShape: Readonly<Record<AuditShape, readonly string[]>> = {
  manual: ['id', 'action', 'table_name', 'record_id', 'old_data', 'new_data', 'changed_by', 'changed_at'],
  production: ['id', 'action', 'entity_type', 'entity_id', 'changes', 'user_email', 'tenant_id', 'created_at'],
};

/** The shape of the audit log, or undefined where there is none that an edit could be written to. */
export function auditShapeOf(catalog: Catalog): AuditShape | undefined {
  const names = new Set(catalog.table('audit_log')?.columns.map((column) => String(column.name)) ?? []);
  return (['manual', 'production'] as const).find((shape) => columnsOfShape[shape].every((column) => names.has(column)));
}

const whyUnrecorded = {
  'no-audit-log': 'This database has no audit log that a metadata edit could be written to.',
  'audit-forbidden': 'This role may not write to the audit log, so the edit would be on no record.',
  'audit-suppressed': 'The audit log took the entry and did not keep it: a trigger or rule of audit_log returned nothing.',
} as const;

const withoutRecord = {
  edit: 'Have it put right, or start with --unaudited to save without a record on purpose.',
  bulk: 'Have it put right: a bulk change is resumed and undone by its entries, so it is never made without them.',
  reading: 'Have it put right: history and undo read the audit log.',
} as const;

/** The refusal of what could not be put on record, or is looked up there. */
export function auditMissing(reason: keyof typeof whyUnrecorded, what: keyof typeof withoutRecord, cause?: unknown): AdminError {
  return new AdminError({
    kind: 'refused',
    code: reason,
    whatHappened: whyUnrecorded[reason],
    whatToDo: `Nothing was changed. ${withoutRecord[what]}`,
    cause,
  });
}

/** A metadata edit as it is put on record and handed to scripts. Patch and inverse are exact JSON text of RFC 6902. */
export interface EditRecord {
  readonly id: string;
  readonly table: string;
  readonly column: string;
  readonly record_id: string;
  readonly patch: Patch;
  readonly inverse: Patch;
  readonly reason: string;
  readonly operator: string;
}

/** What an edit belongs to: a bulk change, or the edit that it takes back. */
export interface EditContext {
  readonly reason: string;
  readonly author: Author;
  readonly bulkId?: string | undefined;
  readonly undoes?: string | undefined;
}

/** Makes the record of an edit from the document before and after it. */
export function editRecord(
  id: string,
  place: DocumentPlace,
  before: JsonNode,
  after: JsonNode,
  context: EditContext,
): EditRecord {
  const patch = diff(before, after);
  return {
    id,
    table: place.table.title,
    column: place.column.name,
    record_id: place.id,
    patch,
    inverse: inverse(patch, before),
    reason: context.reason,
    operator: context.author.operator,
  };
}

/** The edit as JSON text: everything needed to show it and to take it back. Numbers keep their digits. */
function editText(record: EditRecord, context: EditContext, wasNull: boolean): string {
  const text = (value: string): string => JSON.stringify(value);
  const { author } = context;
  const members: readonly (readonly [string, string | undefined])[] = [
    ['id', text(record.id)],
    ['table', text(record.table)],
    ['column', text(record.column)],
    ['record_id', text(record.record_id)],
    ['patch', writePatch(record.patch)],
    ['inverse', writePatch(record.inverse)],
    ['was_null', wasNull ? 'true' : undefined],
    ['reason', text(record.reason)],
    ['operator', text(author.operator)],
    ['host', text(author.host)],
    ['ssh_client', author.sshClient === undefined ? undefined : text(author.sshClient)],
    ['console_version', text(author.version)],
    ['bulk_id', context.bulkId === undefined ? undefined : text(context.bulkId)],
    ['undoes', context.undoes === undefined ? undefined : text(context.undoes)],
  ];
  return objectText(members);
}

function objectText(members: readonly (readonly [string, string | undefined])[]): string {
  return `{${members.flatMap(([name, value]) => (value === undefined ? [] : [`${JSON.stringify(name)}: ${value}`])).join(', ')}}`;
}

/** The changed paths and what they held, as an object from JSON Pointer to value; a path that was not there is left out. */
function changedPaths(before: JsonNode, after: JsonNode, side: 'before' | 'after'): string {
  return objectText(
    differencesOf(before, after).map((difference) => {
      const node = difference[side];
      return [formatPointer(difference.path), node === undefined ? undefined : writeJson(node)];
    }),
  );
}

/** The statement that puts an edit on record, in the shape of this database's audit log. */
export function auditStatement(
  shape: AuditShape,
  record: EditRecord,
  context: EditContext,
  change: {
    readonly place: DocumentPlace;
    readonly before: JsonNode;
    readonly after: JsonNode;
    /** The row had no document at all, which is another thing than the JSON value null. */
    readonly wasNull: boolean;
    readonly tenantId: string | null;
  },
): Statement<{ id: string; at: string | null }> {
  const { place, before, after, tenantId } = change;
  const edit = editText(record, context, change.wasNull);
  const tenant = tenantId === null ? undefined : JSON.stringify(tenantId);
  const column = place.column.name;
  const beforePaths = changedPaths(before, after, 'before');
  const afterPaths = changedPaths(before, after, 'after');
  const table = place.table.schema === 'public' ? place.table.name : place.table.title;
  if (shape === 'manual') {
    return statement(insertAuditEntryManualQuery, {
      id: record.id,
      action: editAction,
      tableName: table,
      recordId: parseUuid(place.id) ?? null,
      before: objectText([
        [column, beforePaths],
        ['tenant_id', tenant],
      ]),
      after: objectText([
        [column, afterPaths],
        ['tenant_id', tenant],
        ['edit', edit],
      ]),
      operator: context.author.operator,
    });
  }
  return statement(insertAuditEntryProductionQuery, {
    id: record.id,
    action: editAction,
    entityType: table,
    entityId: place.id,
    changes: objectText([
      ['before', objectText([[column, beforePaths]])],
      ['after', objectText([[column, afterPaths]])],
      ['edit', edit],
    ]),
    operator: context.author.operator,
    tenantId,
  });
}
