import type { ConsoleSession } from '#console/public/hooks.ts';
import { changesBetween } from '#core/json/changes.ts';
import type { StoredDocument } from '../documents.ts';
import type { HistoryEntry } from '../history.ts';
import { planUndo, undoEdit } from '../undo.ts';
import { changeLines, patchLines } from '#ui/change-lines.ts';
import { isChanged } from './document-state.ts';
import type { MetadataStore } from './metadata-state.ts';
import { askedOf, takeOutcome } from './saving.ts';
import { openWrite } from '#console/public/write-dialog.tsx';

/** Shows what taking an edit back would change, and does it with a reason. Refused by the service where its paths have changed since. */
export async function askToUndo(
  session: ConsoleSession,
  store: MetadataStore,
  stored: StoredDocument,
  entry: HistoryEntry,
): Promise<void> {
  const isUnchanged = (): boolean => {
    const { document } = store.get();
    if (document === undefined || !isChanged(document)) return true;
    session.notify('Save or discard the draft first: taking an edit back changes the document below it.', 'warning');
    return false;
  };
  if (!isUnchanged()) return;
  const plan = await planUndo(session.database, await session.database.catalog(), entry.id);
  const asked = await askedOf(session, stored);
  const { document } = store.get();
  // It may have been edited or left meanwhile.
  if (document?.stored.place !== stored.place || !isUnchanged()) return;
  const changes = changesBetween(document.base, plan.without(document.base));
  openWrite(session, {
    ...asked,
    title: `Take back edit ${entry.id.slice(0, 8)}`,
    label: 'take back',
    sections: [
      {
        title: `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`,
        lines: (columns) => changeLines(changes, columns),
      },
      { title: 'patch', lines: (columns) => patchLines(plan.edit.inverse, columns) },
    ],
    reason: '',
    run: async (reason) => {
      const catalog = await session.database.catalog();
      const { author, unaudited } = session.facts;
      const outcome = await undoEdit(session.database, catalog, entry.id, { reason, author, unaudited });
      takeOutcome(session, store, outcome, reason, 'Taken back');
    },
  });
}
