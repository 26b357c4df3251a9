import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import { type Change, changesBetween } from '#core/json/changes.ts';
import { type JsonNode, mostJsonDepth } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import type { Patch } from '#core/json/patch.ts';
import { parsePatch } from '#core/json/patch-text.ts';
import { writeJson } from '#core/json/write.ts';
import type { Catalog } from '#database/catalog.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { auditMissing, editAction } from './audit-entry.ts';
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
  /** What changed, path by path; for other entries over the whole row. */
  readonly changes: readonly Change[];
}

/** A metadata edit read back from the audit log. */
export interface RecordedEdit {
  readonly id: string;
  readonly table: string;
  readonly column: string;
  readonly recordId: string;
  readonly patch: Patch;
  readonly inverse: Patch;
  /** The row had no document at all before. */
  readonly wasNull: boolean;
  readonly reason: string;
  readonly operator: string;
  readonly at: string | null;
}

// A value stands this much deeper in an edit than in its document: in an operation, in a list, in the edit.
const levelsOfEdit = 3;

/** Of one record; older ones are left out. */
export const mostEntries = 100;
const nothing: JsonNode = { kind: 'object', members: new Map() };

/** The audit entries of a record, newest first, at most 100. Throws an AdminError (refused) where there is no audit log. */
export async function listHistory(
  reader: Reader,
  catalog: Catalog,
  place: DocumentPlace,
  options?: ReadOptions,
): Promise<readonly HistoryEntry[]> {
  if (catalog.table('audit_log') === undefined) throw auditMissing('no-audit-log');
  const table = place.table.schema === 'public' ? place.table.name : place.table.title;
  const parameters = { tableName: table, recordId: place.id, recordUuid: parseUuid(place.id) ?? null, most: mostEntries };
  const rows = await reader.read(statement(listHistoryQuery, parameters), options);
  return rows.map(entryFrom);
}

function entryFrom(row: RowOf<typeof listHistoryQuery>): HistoryEntry {
  const edit = row.edit === null ? undefined : editFrom(row.id, row.at, row.edit);
  return {
    id: row.id,
    at: row.at,
    action: row.action ?? '',
    actor: row.actor,
    isMetadataEdit: row.action === editAction && edit !== undefined,
    reason: edit?.reason,
    patch: edit?.patch,
    inverse: edit?.inverse,
    changes: edit === undefined ? rowChanges(row) : changesOfPatch(edit.patch),
  };
}

/** What an entry over whole rows changed. */
function rowChanges(row: RowOf<typeof listHistoryQuery>): readonly Change[] {
  const parsed = (text: string | null): JsonNode =>
    text === null ? nothing : parseJson(text, { mostDepth: mostJsonDepth + levelsOfEdit });
  return changesBetween(parsed(row.before), parsed(row.after));
}

/** The changes that a patch of ours makes: its tests say what was there before. */
function changesOfPatch(patch: Patch): readonly Change[] {
  return patch.flatMap((operation, index): readonly Change[] => {
    const tested = patch[index - 1];
    const before = tested?.op === 'test' ? tested.value : undefined;
    switch (operation.op) {
      case 'add':
        return [{ path: operation.path, change: 'added', after: operation.value, typeChanged: false }];
      case 'replace':
        return [
          {
            path: operation.path,
            change: 'changed',
            before,
            after: operation.value,
            typeChanged: before?.kind !== operation.value.kind,
          },
        ];
      case 'remove':
        return [{ path: operation.path, change: 'removed', before, typeChanged: false }];
      case 'test':
      case 'copy':
      case 'move':
        return [];
    }
  });
}

/** Reads a metadata edit by its id. Throws an AdminError: not-found, or refused where the entry is no metadata edit. */
export async function readEdit(reader: Reader, catalog: Catalog, editId: string, options?: ReadOptions): Promise<RecordedEdit> {
  if (catalog.table('audit_log') === undefined) throw auditMissing('no-audit-log');
  const id = parseUuid(editId);
  const [row] = id === undefined ? [] : await reader.read(statement(readEditQuery, { id }), options);
  const edit = row === undefined || row.edit === null ? undefined : editFrom(row.id, row.at, row.edit);
  if (edit !== undefined) return edit;
  throw new AdminError({
    kind: 'not-found',
    code: 'no-such-edit',
    whatHappened:
      row === undefined ? `There is no edit ${editId} in the audit log.` : `The audit entry ${editId} is no metadata edit.`,
    whatToDo: 'aisha-console metadata history TABLE ID lists the edits of a record.',
  });
}

function editFrom(id: string, at: string | null, text: string): RecordedEdit | undefined {
  const node = parseJson(text, { mostDepth: mostJsonDepth + levelsOfEdit });
  if (node.kind !== 'object') return undefined;
  const member = (name: string): string => {
    const value = node.members.get(name);
    return value?.kind === 'string' ? value.value : '';
  };
  const patch = (name: string): Patch => parsePatch(writeJson(node.members.get(name) ?? { kind: 'array', items: [] }));
  return {
    id,
    table: member('table'),
    column: member('column'),
    recordId: member('record_id'),
    patch: patch('patch'),
    inverse: patch('inverse'),
    wasNull: node.members.has('was_null'),
    reason: member('reason'),
    operator: member('operator'),
    at,
  };
}
