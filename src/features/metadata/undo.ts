import type { Author } from '#core/author.ts';
import { AdminError } from '#core/errors.ts';
import { type JsonNode, sameDocument } from '#core/json/node.ts';
import { applyPatch, type Patch } from '#core/json/patch.ts';
import { nodeAt, pointerInWords } from '#core/json/pointer.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import { findDocumentColumn, placeOf } from './documents.ts';
import { readEdit } from './history.ts';
import { type SaveOutcome, savePlanned } from './save.ts';

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
  const edit = await readEdit(database, catalog, editId);
  const place = placeOf(findDocumentColumn(catalog, edit.table, edit.column), edit.recordId);
  return savePlanned(database, catalog, place, { ...context, undoes: edit.id, restoresNull: edit.wasNull }, (theirs) => {
    try {
      requireUnchanged(theirs, edit.inverse);
      return {
        merged: applyPatch(theirs, edit.inverse, { onExistingKey: 'refuse' }),
        changed: [],
        alsoChanged: [],
        conflicts: [],
      };
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
  });
}

/** Stricter than the patch's own tests, which take 1.1 for 1.10: somebody who changed the digits changed the value. */
function requireUnchanged(document: JsonNode, inverse: Patch): void {
  for (const operation of inverse) {
    if (operation.op !== 'test' || sameDocument(nodeAt(document, operation.path), operation.value)) continue;
    throw new AdminError({
      kind: 'conflict',
      code: 'undo-refused',
      whatHappened: `${pointerInWords(operation.path)} is no longer what the edit made it.`,
      whatToDo: 'Compare it with the history of the record.',
    });
  }
}
