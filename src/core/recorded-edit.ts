import { AdminError } from './errors.ts';
import type { JsonNode } from './json/node.ts';
import type { Patch } from './json/patch.ts';
import { parsePatch } from './json/patch-text.ts';
import { writeJson } from './json/write.ts';

/** What every metadata edit is put on record as. */
export const editAction = 'METADATA_EDIT';

// A value stands this much deeper in an edit's audit entry than in its document: in an operation, in a list, in the edit, in the entry.
export const levelsOfEdit = 4;

/** A metadata edit as its audit entry tells it, beside the time that the entry has. */
export interface RecordedEdit {
  readonly id: string;
  readonly table: string;
  readonly column: string;
  readonly recordId: string;
  readonly patch: Patch;
  readonly inverse: Patch;
  /** By JSON Pointer: digests of the arrays that the inverse reaches into, as the edit left them. Empty in entries that hold whole arrays. */
  readonly arrays: ReadonlyMap<string, string>;
  /** The row had no document at all before. */
  readonly wasNull: boolean;
  readonly reason: string;
  readonly operator: string;
  /** The bulk change it is part of. */
  readonly bulkId: string | undefined;
}

/** Reads the `edit` of an audit entry; undefined where it is none of ours, such as a column of that name. */
export function recordedEdit(node: JsonNode | undefined): RecordedEdit | undefined {
  if (node?.kind !== 'object') return undefined;
  const text = (name: string): string | undefined => {
    const member = node.members.get(name);
    return member?.kind === 'string' ? member.value : undefined;
  };
  const [id, table, column, recordId] = [text('id'), text('table'), text('column'), text('record_id')];
  const [patch, inverse] = [patchOf(node.members.get('patch')), patchOf(node.members.get('inverse'))];
  if (id === undefined || table === undefined || column === undefined || recordId === undefined) return undefined;
  if (patch === undefined || inverse === undefined) return undefined;
  return {
    id,
    table,
    column,
    recordId,
    patch,
    inverse,
    arrays: digestsOf(node.members.get('arrays')),
    wasNull: node.members.has('was_null'),
    reason: text('reason') ?? '',
    operator: text('operator') ?? '',
    bulkId: text('bulk_id'),
  };
}

function digestsOf(node: JsonNode | undefined): ReadonlyMap<string, string> {
  const members = node?.kind === 'object' ? [...node.members] : [];
  return new Map(members.map(([pointer, digest]) => [pointer, digest.kind === 'string' ? digest.value : '']));
}

function patchOf(node: JsonNode | undefined): Patch | undefined {
  try {
    return node === undefined ? undefined : parsePatch(writeJson(node));
  } catch (error) {
    if (error instanceof AdminError && error.code === 'patch-invalid') return undefined;
    throw error;
  }
}
