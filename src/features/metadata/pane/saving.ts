import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { tenantOf } from '#console/public/tenant.ts';
import { openWrite } from '#console/public/write-dialog.tsx';
import type { WriteRequest } from '#console/public/write-request.ts';
import { displayText } from '#core/display-text.ts';
import type { Change } from '#core/json/changes.ts';
import { diff } from '#core/json/patch.ts';
import { measureSoon } from '#ui/json-tree/measure-soon.ts';
import { type Line, span, words } from '#ui/line.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { ownerOf, wordToType } from '../confirmation.ts';
import { placeTitle, type StoredDocument } from '../documents.ts';
import { type Hint, hintsFor } from '../hints.ts';
import { previewEdit, saveDocument, type SaveOutcome } from '../save.ts';
import { changeLines, patchLines, pointerText, textLines } from '#ui/change-lines.ts';
import { openConflicts } from './conflict-dialog.tsx';
import { rebased } from './document-state.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';

/**
 * Shows what the draft would change, and saves it with a reason; after a conflict with the one that was given. What is edited while that is made
 * ready belongs to it: the save would take the document's place, and it would be lost.
 */
export async function askToSave(session: ConsoleSession, store: MetadataStore, { isAgain = false } = {}): Promise<void> {
  const { document } = store.get();
  if (document === undefined) return;
  const { stored, base, tree } = document;
  const { changes, sql } = previewEdit(stored.place, base, tree.root);
  const [asked, hints] = await Promise.all([askedOf(session, stored), hintsFor(session.database, stored.place, base, tree.root)]);
  const current = store.get().document;
  if (current?.stored.place !== stored.place) return;
  if (current.base !== base || current.tree.root !== tree.root) {
    await askToSave(session, store, { isAgain });
    return;
  }
  openWrite(session, {
    ...asked,
    title: `Save ${placeTitle(stored.place)}`,
    label: 'save',
    sections: [
      {
        title: `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`,
        lines: (columns) => [...hints.flatMap((hint) => hintLines(hint, columns)), ...changeLines(changes, columns)],
      },
      { title: 'patch', lines: (columns) => patchLines(diff(base, tree.root), columns) },
      { title: 'SQL', lines: () => textLines(sql) },
    ],
    reason: document.reason,
    isReasonGiven: isAgain,
    afterFailure: 'The draft is kept.',
    onLeave: (reason) => changeDocument(store, (now) => ({ ...now, reason })),
    run: async (reason) => {
      const catalog = await session.database.catalog();
      const { author, unaudited } = session.facts;
      changeDocument(store, (now) => ({ ...now, reason }));
      const baseText = base === stored.tree ? stored.text : undefined;
      const request = { base, baseText, mine: tree.root, reason, author, unaudited };
      const outcome = await saveDocument(session.database, catalog, stored.place, request);
      takeOutcome(session, store, outcome, reason);
    },
  });
}

/** What other rows of the table let suspect about a change; pointed out before anything else. */
function hintLines({ sentence }: Hint, columns: number): readonly Line[] {
  return wrapWords(sentence, columns - 2).map((text, index) => [
    words(index === 0 ? '! ' : '  ', 'warning'),
    span(displayText(text), 'warning'),
  ]);
}

/** Whose record it is; on production also what must be typed: the slug, or for rows of nobody the record's id. */
export async function askedOf(
  session: ConsoleSession,
  stored: StoredDocument,
): Promise<Pick<WriteRequest, 'about' | 'typed' | 'refusal'>> {
  const { place, tenantId, label } = stored;
  const named = ownerOf(stored);
  const tenant = named === undefined ? undefined : await tenantOf(session, named);
  const whose = tenant?.name ?? tenantId ?? 'no tenant';
  const about: Line[] = [
    [
      span(displayText(label === '' ? place.id : label, { maxWidth: 60 })),
      words('  tenant ', 'muted'),
      span(displayText(whose, { maxWidth: 40 }), 'accent'),
    ],
    ...(session.facts.unaudited ? [[words('No audit entry will be written (--unaudited): H will not know it.', 'danger')]] : []),
  ];
  const refusal = (): string | undefined => readOnlyReason(session);
  return { about, typed: session.facts.environment.production ? wordToType(place, tenant) : undefined, refusal };
}

/** Takes what became of a save into the open document. */
export function takeOutcome(
  session: ConsoleSession,
  store: MetadataStore,
  outcome: SaveOutcome,
  reason: string,
  done: 'Saved' | 'Taken back' = 'Saved',
): void {
  switch (outcome.state) {
    case 'unchanged':
      changeDocument(store, (now) => rebased(now, now.tree.root, now.tree.root, ''));
      session.notify('Nothing had to be saved: the document is so already.', 'good');
      return;
    case 'saved': {
      // The row's time and the audit entry's are both the transaction's.
      const { at, id, isOnRecord } = outcome.edit;
      const { document: tree, text } = outcome;
      changeDocument(store, (now) => ({
        ...rebased(now, tree, tree, ''),
        textBytes: Buffer.byteLength(text),
        stored: { ...now.stored, tree, text, updatedAt: now.stored.updatedAt === null ? null : (at ?? now.stored.updatedAt) },
      }));
      measureSoon(tree);
      const others = listed('others had also changed', outcome.alsoChanged);
      const triggers = listed('a trigger rewrote', outcome.rewritten);
      const how = isOnRecord ? `as edit ${id.slice(0, 8)}` : 'without an audit entry (--unaudited)';
      const after = isOnRecord ? 'H shows it.' : 'It can not be taken back by H.';
      session.notify(`${done} ${how}${others}${triggers}. ${after}`, triggers === '' && isOnRecord ? 'good' : 'warning');
      return;
    }
    case 'conflict':
      openConflicts(session, store, outcome, reason, () =>
        session.prepare((opening) => askToSave(opening, store, { isAgain: true })),
      );
  }
}

const mostListed = 4;

function listed(what: string, changes: readonly Change[]): string {
  if (changes.length === 0) return '';
  const shown = changes.slice(0, mostListed).map(({ path }) => pointerText(path));
  return `; ${what}: ${shown.join(', ')}${changes.length > mostListed ? ` and ${changes.length - mostListed} more` : ''}`;
}
