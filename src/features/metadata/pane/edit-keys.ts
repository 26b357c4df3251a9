import type { Binding } from '#console/public/contract.ts';
import { duplicateValue, removeValue } from '#core/json/edit.ts';
import { arrayIndex, nodeAt } from '#core/json/pointer.ts';
import { isContainer } from '#ui/json-tree/fold.ts';
import { countSecrets } from '#core/json/masked.ts';
import { jsonFits } from '#ui/json-tree/short-json.ts';
import { cursorRow, isRevealed, toggleCursor } from '#ui/json-tree/tree-state.ts';
import type { MetadataActions } from './actions.ts';
import { type DocumentState, edited, redone, undone } from './document-state.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';
import { askKey, askNew, askPlace, askValue, mostFieldGraphemes } from './prompts.ts';

/** The keys that change the draft. Nothing of it is written before it is saved. */
export function editBindings(store: MetadataStore, document: DocumentState, actions: MetadataActions): readonly Binding[] {
  const row = cursorRow(document.tree);
  const gone = row.node === undefined ? 'it is removed in the draft: u brings it back' : undefined;
  const root = row.path.length === 0 ? 'the whole document has no key: edit what is inside' : undefined;
  const change = (edit: (now: DocumentState) => DocumentState) => (): void => changeDocument(store, edit);
  const isBranch = isContainer(row.node);
  return [
    isBranch
      ? {
          id: 'metadata.toggle',
          keys: ['enter'],
          label: row.isOpen ? 'close' : 'open',
          help: 'Open or close what is under the cursor.',
          inFooter: true,
          run: change((now) => ({ ...now, tree: toggleCursor(now.tree) })),
        }
      : {
          id: 'metadata.edit',
          keys: ['enter', 'e'],
          label: 'edit',
          help: 'Edit the value under the cursor as JSON.',
          inFooter: true,
          disabledReason: gone ?? valueReason(document),
          run: change((now) => askValue(now, now.tree.cursor)),
        },
    ...(isBranch
      ? [
          {
            id: 'metadata.edit',
            keys: ['e'],
            label: 'edit',
            help: 'Edit the value under the cursor as JSON.',
            disabledReason: valueReason(document),
            run: change((now) => askValue(now, now.tree.cursor)),
          },
        ]
      : []),
    {
      id: 'metadata.add',
      keys: ['a'],
      label: 'add',
      help: 'Add a key or element: inside what is under the cursor, or beside it.',
      inFooter: true,
      run: change(askNew),
    },
    {
      id: 'metadata.delete',
      keys: ['d', 'delete'],
      label: 'delete',
      help: 'Delete what is under the cursor from the draft.',
      inFooter: true,
      disabledReason: gone ?? root,
      run: change(removed),
    },
    {
      id: 'metadata.rename',
      keys: ['R'],
      label: 'rename',
      help: 'Rename the key under the cursor.',
      disabledReason: gone ?? root ?? (row.isElement ? 'an element of an array has no key' : undefined),
      run: change(askKey),
    },
    {
      id: 'metadata.move',
      keys: ['M'],
      label: 'move',
      help: 'Move the value to another place, by JSON Pointer.',
      disabledReason: gone ?? root,
      run: change(askPlace),
    },
    {
      id: 'metadata.duplicate',
      keys: ['D'],
      label: 'duplicate',
      help: 'Duplicate what is under the cursor.',
      disabledReason: gone ?? root,
      run: change(duplicated),
    },
    {
      id: 'metadata.undo',
      keys: ['u'],
      label: 'undo',
      help: 'Undo the last edit of the draft.',
      command: 'undo',
      inFooter: document.past.length > 0,
      disabledReason: document.past.length === 0 ? 'nothing to undo in this draft; H takes back saved edits' : undefined,
      run: change(undone),
    },
    {
      id: 'metadata.redo',
      keys: ['U', 'ctrl+y'],
      label: 'redo',
      help: 'Make the edit again that was undone.',
      command: 'redo',
      disabledReason: document.future.length === 0 ? 'nothing was undone' : undefined,
      run: change(redone),
    },
    {
      id: 'metadata.editor',
      keys: ['E'],
      label: 'editor',
      help: 'Edit the whole document in $VISUAL or $EDITOR.',
      command: 'editor',
      inFooter: true,
      run: () => actions.editOutside('document'),
    },
    {
      id: 'metadata.editor-here',
      keys: ['ctrl+e'],
      label: 'editor here',
      help: 'Edit what is under the cursor in $VISUAL or $EDITOR.',
      command: 'editor-here',
      disabledReason: gone,
      run: () => actions.editOutside('cursor'),
    },
  ];
}

/** Why a value can not be edited in the line at the bottom. */
function valueReason({ tree }: DocumentState): string | undefined {
  const node = nodeAt(tree.root, tree.cursor);
  if (node === undefined) return undefined;
  if (!jsonFits(node, mostFieldGraphemes)) return 'too long for a line: ctrl-e opens it in your editor';
  return countSecrets(node, tree.cursor) > 0 && !isRevealed(tree, tree.cursor)
    ? 'it holds a secret: x shows it first'
    : undefined;
}

function removed(document: DocumentState): DocumentState {
  const { root, cursor } = document.tree;
  const parentPath = cursor.slice(0, -1);
  const parent = nodeAt(root, parentPath);
  const index = parent?.kind === 'array' ? (arrayIndex(cursor.at(-1) ?? '') ?? 0) : undefined;
  // In an array the next element takes the place; behind the last one there is none.
  const isLast = index !== undefined && parent?.kind === 'array' && index === parent.items.length - 1;
  const next = isLast ? (index === 0 ? parentPath : [...parentPath, String(index - 1)]) : cursor;
  return edited(document, removeValue(root, cursor), next);
}

function duplicated(document: DocumentState): DocumentState {
  const copy = duplicateValue(document.tree.root, document.tree.cursor);
  return edited(document, copy.document, copy.path);
}
