import type { Author } from '#core/author.ts';
import { AdminError } from '#core/errors.ts';
import { type JsonNode, sameDocument } from '#core/json/node.ts';
import { applyPatch } from '#core/json/patch.ts';
import { arrayAbove, formatPointer, type JsonPath, nodeAt, parsePointer, pointerInWords } from '#core/json/pointer.ts';
import type { RecordedEdit } from '#core/recorded-edit.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import type { Reader } from '#database/query.ts';
import { digestOf } from './audit-entry.ts';
import { type DocumentPlace, findDocumentColumn, placeOf } from './documents.ts';
import { readEdit } from './history.ts';
import { type SaveOutcome, savePlanned } from './save.ts';

/** What taking an edit back means: where, and what becomes of the document there. */
export interface PlannedUndo {
  readonly edit: RecordedEdit;
  readonly place: DocumentPlace;
  /** The document without the edit. Throws an AdminError (conflict, undo-refused) where the paths have changed since. */
  readonly without: (document: JsonNode) => JsonNode;
}

/** Looks an edit up and says what taking it back would do. Throws an AdminError (not-found) where there is none to take back. */
export async function planUndo(reader: Reader, catalog: Catalog, editId: string): Promise<PlannedUndo> {
  const edit = await readEdit(reader, catalog, editId);
  const place = placeOf(findDocumentColumn(catalog, edit.table, edit.column), edit.recordId);
  const without = (document: JsonNode): JsonNode => {
    try {
      requireUnchanged(document, edit);
      return applyPatch(document, edit.inverse, { onExistingKey: 'refuse' });
    } catch (error) {
      if (!(error instanceof AdminError)) throw error;
      throw new AdminError({
        kind: 'conflict',
        code: 'undo-refused',
        whatHappened: `The edit ${edit.id} can not be taken back: what it changed has been changed since.`,
        whatToDo: 'Nothing was changed. Compare it with the history of the record, and edit it by hand.',
        detail: error.message,
        cause: error,
      });
    }
  };
  return { edit, place, without };
}

/**
 * Takes an edit back: applies its inverse patch to the document as it is now, under the same lock and audit rules. Throws an AdminError
 * (conflict, undo-refused) where the paths have changed since; then nothing is changed.
 */
export async function undoEdit(
  database: Database,
  catalog: Catalog,
  editId: string,
  context: { readonly reason: string; readonly author: Author; readonly unaudited?: boolean },
): Promise<SaveOutcome> {
  const { edit, place, without } = await planUndo(database, catalog, editId);
  return savePlanned(database, catalog, place, { ...context, undoes: edit.id, restoresNull: edit.wasNull }, (theirs) => ({
    merged: without(theirs),
    changed: [],
    alsoChanged: [],
    conflicts: [],
  }));
}

/**
 * Stricter than the patch's own tests, which take 1.1 for 1.10: somebody who changed the digits changed the value. Arrays are one value, also
 * where the patch names elements: whoever changed any element changed what the index of another means.
 */
function requireUnchanged(document: JsonNode, { inverse, arrays }: RecordedEdit): void {
  for (const [pointer, digest] of arrays) {
    const array = nodeAt(document, parsePointer(pointer));
    if (array === undefined || digestOf(array) !== digest) throw changedSince(parsePointer(pointer));
  }
  for (const operation of inverse) {
    const { path } = operation;
    if (operation.op === 'test' && !sameDocument(nodeAt(document, path), operation.value)) throw changedSince(path);
    const array = arrayAbove(document, path);
    if (array !== undefined && !arrays.has(formatPointer(array))) throw changedSince(array);
  }
}

function changedSince(path: JsonPath): AdminError {
  return new AdminError({
    kind: 'conflict',
    code: 'undo-refused',
    whatHappened: `${pointerInWords(path)} is no longer what the edit made it.`,
    whatToDo: 'Compare it with the history of the record.',
  });
}
