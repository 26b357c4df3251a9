import { createHash } from 'node:crypto';
import type { Author } from '#core/author.ts';
import type { JsonNode } from '#core/json/node.ts';
import { type Difference, differencesOf } from '#core/json/difference.ts';
import { diff, type Patch, patchOf } from '#core/json/patch.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { arrayAbove, formatPointer, nodeAt, parsePointer, requireNodeAt } from '#core/json/pointer.ts';
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
  /**
   * Each array that the patch reaches into, by its JSON Pointer, with the digest of what the edit made of it: the patch alone does not tell
   * that somebody has changed other elements since.
   */
  readonly arrays: ReadonlyMap<string, string>;
  readonly reason: string;
  readonly operator: string;
}

/** What an edit belongs to: a bulk change, or the edit that it takes back. */
export interface EditContext {
  readonly reason: string;
  readonly author: Author;
  readonly bulkId?: string | undefined;
  /** What was asked of the whole bulk change, so that nobody goes on with another one under its id. */
  readonly bulkRequest?: string | undefined;
  readonly undoes?: string | undefined;
}

/** An edit: its record, and what it changed path by path. */
export interface MadeEdit {
  readonly record: EditRecord;
  readonly differences: readonly Difference[];
}

/** Makes the record of an edit from the document before and after it, the latter as the server stores it. */
export function makeEdit(id: string, place: DocumentPlace, before: JsonNode, after: JsonNode, context: EditContext): MadeEdit {
  const differences = differencesOf(before, after);
  const record = {
    id,
    table: place.table.title,
    column: place.column.name,
    record_id: place.id,
    patch: patchOf(differences),
    inverse: diff(after, before),
    arrays: arrayDigests(differences, after),
    reason: context.reason,
    operator: context.author.operator,
  };
  return { record, differences };
}

/**
 * The inverse for a patch alone to take the edit back, where no record has digests of the arrays it reaches into: it first tests that each
 * is still what the edit made of it, since an index names another element once somebody has changed the array.
 */
export function guardedInverse({ inverse, arrays }: EditRecord, after: JsonNode): Patch {
  const tests = [...arrays.keys()].map((pointer) => {
    const path = parsePointer(pointer);
    return { op: 'test', path, value: requireNodeAt(after, path) } as const;
  });
  return [...tests, ...inverse];
}

function arrayDigests(differences: readonly Difference[], after: JsonNode): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const { path } of differences) {
    const array = arrayAbove(after, path);
    const pointer = array === undefined ? undefined : formatPointer(array);
    if (array === undefined || pointer === undefined || digests.has(pointer)) continue;
    digests.set(pointer, digestOf(nodeAt(after, array) ?? after));
  }
  return digests;
}

/** SHA-256, in hexadecimal digits, of a value's jsonb text; the value must come from the server, so that its keys stand in jsonb's order. */
export function digestOf(node: JsonNode): string {
  return createHash('sha256').update(writeJson(node)).digest('hex');
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
    [
      'arrays',
      record.arrays.size === 0 ? undefined : objectText([...record.arrays].map(([pointer, digest]) => [pointer, text(digest)])),
    ],
    ['was_null', wasNull ? 'true' : undefined],
    ['reason', text(record.reason)],
    ...Object.entries(authorMembers(context.author)).map(([name, value]) => [name, text(value)] as const),
    ['bulk_id', context.bulkId === undefined ? undefined : text(context.bulkId)],
    ['bulk_request', context.bulkRequest === undefined ? undefined : text(context.bulkRequest)],
    ['undoes', context.undoes === undefined ? undefined : text(context.undoes)],
  ];
  return objectText(members);
}

/** The changed paths and what they held, as an object from JSON Pointer to value; a path that was not there is left out. */
function changedPaths(differences: readonly Difference[], side: 'before' | 'after'): string {
  return objectText(
    differences.map((difference) => {
      const node = difference[side];
      return [formatPointer(difference.path), node === undefined ? undefined : writeJson(node)];
    }),
  );
}

/** The statement that puts an edit on record, in the shape of this database's audit log. */
export function auditStatement(
  shape: AuditShape,
  { record, differences }: MadeEdit,
  context: EditContext,
  change: {
    readonly place: DocumentPlace;
    /** The row had no document at all, which is another thing than the JSON value null. */
    readonly wasNull: boolean;
    readonly tenantId: string | null;
  },
): Statement<{ id: string; at: string | null }> {
  const { place, tenantId } = change;
  const edit = editText(record, context, change.wasNull);
  const column = place.column.name;
  return auditEntryStatement(shape, {
    id: record.id,
    action: editAction,
    table: place.table.schema === 'public' ? place.table.name : place.table.title,
    record: place.id,
    before: [[column, changedPaths(differences, 'before')]],
    after: [[column, changedPaths(differences, 'after')]],
    change: ['edit', edit],
    operator: context.author.operator,
    tenantId,
  });
}
