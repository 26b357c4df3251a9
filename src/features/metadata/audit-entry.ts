import type { Author } from '#core/author.ts';
import type { JsonNode } from '#core/json/node.ts';
import { differencesOf } from '#core/json/difference.ts';
import { diff, inverse, type Patch } from '#core/json/patch.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { formatPointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { editAction } from '#core/recorded-edit.ts';
import { auditEntryStatement, type AuditShape, authorMembers, type JsonMembers, objectText } from '#database/audit-entry.ts';
import type { Statement } from '#database/query.ts';
import type { DocumentPlace } from './documents.ts';

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
  const members: JsonMembers = [
    ['id', text(record.id)],
    ['table', text(record.table)],
    ['column', text(record.column)],
    ['record_id', text(record.record_id)],
    ['patch', writePatch(record.patch)],
    ['inverse', writePatch(record.inverse)],
    ['was_null', wasNull ? 'true' : undefined],
    ['reason', text(record.reason)],
    ...Object.entries(authorMembers(context.author)).map(([name, value]) => [name, text(value)] as const),
    ['bulk_id', context.bulkId === undefined ? undefined : text(context.bulkId)],
    ['undoes', context.undoes === undefined ? undefined : text(context.undoes)],
  ];
  return objectText(members);
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
  const column = place.column.name;
  return auditEntryStatement(shape, {
    id: record.id,
    action: editAction,
    table: place.table.schema === 'public' ? place.table.name : place.table.title,
    record: place.id,
    before: [[column, changedPaths(before, after, 'before')]],
    after: [[column, changedPaths(before, after, 'after')]],
    change: ['edit', edit],
    operator: context.author.operator,
    tenantId,
  });
}
