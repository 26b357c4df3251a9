import type { Binding } from '#console/public/contract.ts';
import * as tree from '#ui/json-tree/tree-state.ts';
import type { MetadataActions } from './actions.ts';
import { type DocumentState, isChanged } from './document-state.ts';
import { editBindings } from './edit-keys.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';
import { askSearch } from './prompts.ts';
import { toMatch } from './prompt-keys.ts';

type TreeChange = (state: tree.TreeState) => tree.TreeState;

/** The keys of an open document. */
export function documentBindings(store: MetadataStore, document: DocumentState, actions: MetadataActions): readonly Binding[] {
  const save = saveBinding(document, actions);
  const edits = editBindings(store, document, actions);
  return [
    // On a narrow screen the footer ends early: where something is to be saved, the key for it comes first.
    ...(isChanged(document) ? [save, ...edits] : [...edits, save]),
    ...documentActions(store, document, actions),
    ...foldBindings((change) => changeDocument(store, (now) => ({ ...now, tree: change(now.tree) }))),
    ...searchBindings(store, document, actions),
    ...moveBindings((move) => changeDocument(store, (now) => ({ ...now, tree: tree.moveTree(now.tree, move) }))),
  ];
}

function saveBinding(document: DocumentState, actions: MetadataActions): Binding {
  return {
    id: 'metadata.save',
    keys: ['w', 'ctrl+s'],
    label: 'save',
    help: 'Show what would be saved, and save it with a reason.',
    command: 'save',
    inFooter: true,
    disabledReason: isChanged(document) ? actions.readOnlyReason() : 'nothing was changed',
    run: actions.save,
  };
}

function documentActions(store: MetadataStore, document: DocumentState, actions: MetadataActions): readonly Binding[] {
  const changed = isChanged(document);
  return [
    {
      id: 'metadata.leave',
      keys: ['esc'],
      label: 'back',
      help: 'Go back to the records; asks when something was changed.',
      inFooter: true,
      run: actions.leaveDocument,
    },
    {
      id: 'metadata.history',
      keys: ['H'],
      label: 'history',
      help: "Show the record's edits and audit entries; take an edit back there.",
      command: 'history',
      inFooter: true,
      run: actions.history,
    },
    {
      id: 'metadata.audit',
      keys: ['A'],
      label: 'audit',
      help: 'Show everything on this record in Audit.',
      command: 'record-audit',
      run: () => actions.audit(document.stored.place, document.stored.place.id),
    },
    {
      id: 'metadata.copy',
      keys: ['y'],
      label: 'copy',
      help: 'Copy value, path, SQL path or subtree; secrets stay masked.',
      command: 'copy',
      inFooter: true,
      run: actions.copy,
    },
    {
      id: 'metadata.secrets',
      keys: ['x'],
      label: 'secrets',
      help: 'Show the secrets at and below the cursor, or hide them again.',
      run: () => changeDocument(store, (now) => ({ ...now, tree: tree.toggleSecrets(now.tree) })),
    },
    {
      id: 'metadata.reread',
      keys: ['r'],
      label: 'refresh',
      help: 'Read the document again, when nothing was changed.',
      command: 'refresh',
      disabledReason: changed ? 'something was changed: save or discard it first' : undefined,
      run: actions.refresh,
    },
  ];
}

function foldBindings(change: (change: TreeChange) => void): readonly Binding[] {
  return [
    {
      id: 'metadata.expand',
      keys: ['right', 'l'],
      label: 'expand',
      help: 'Open what is under the cursor; go into it when it is open.',
      run: () => change(tree.openCursor),
    },
    {
      id: 'metadata.collapse',
      keys: ['left', 'h'],
      label: 'collapse',
      help: 'Close what is under the cursor; go to what holds it when it is closed.',
      run: () => change(tree.closeCursor),
    },
    {
      id: 'metadata.expand-all',
      keys: ['L'],
      label: 'expand all',
      help: 'Open everything below the cursor.',
      run: () => change(tree.openBelow),
    },
    {
      id: 'metadata.siblings',
      keys: ['*'],
      label: 'siblings',
      help: 'Open or close everything beside the cursor.',
      run: () => change(tree.toggleSiblings),
    },
    {
      id: 'metadata.deeper',
      keys: ['+'],
      label: 'deeper',
      help: 'Open the whole document one level deeper.',
      run: () => change((state) => tree.changeLevels(state, 1)),
    },
    {
      id: 'metadata.shallower',
      keys: ['-'],
      label: 'shallower',
      help: 'Open the whole document one level less deep.',
      run: () => change((state) => tree.changeLevels(state, -1)),
    },
  ];
}

function searchBindings(store: MetadataStore, { matches }: DocumentState, actions: MetadataActions): readonly Binding[] {
  const none =
    matches === undefined || matches.text === ''
      ? 'nothing is searched: / searches'
      : matches.paths.length === 0 && matches.isDone
        ? 'nothing matches'
        : undefined;
  return [
    {
      id: 'metadata.find',
      keys: ['/'],
      label: 'find',
      help: 'Find a text in keys and values.',
      inFooter: true,
      run: () => changeDocument(store, askSearch),
    },
    {
      id: 'metadata.next',
      keys: ['n'],
      label: 'next match',
      help: 'Go to the next match.',
      disabledReason: none,
      run: () => toMatch(store, actions, 1),
    },
    {
      id: 'metadata.previous',
      keys: ['N'],
      label: 'match before',
      help: 'Go to the match before.',
      disabledReason: none,
      run: () => toMatch(store, actions, -1),
    },
  ];
}

function moveBindings(move: (to: tree.TreeMove) => void): readonly Binding[] {
  return [
    { id: 'metadata.down', keys: ['down', 'j'], label: 'down', help: 'Next row.', run: () => move('down') },
    { id: 'metadata.up', keys: ['up', 'k'], label: 'up', help: 'Row before.', run: () => move('up') },
    {
      id: 'metadata.next-sibling',
      keys: ['J'],
      label: 'next sibling',
      help: 'Next value on the same level.',
      run: () => move('next-sibling'),
    },
    {
      id: 'metadata.previous-sibling',
      keys: ['K'],
      label: 'sibling before',
      help: 'Value before on the same level.',
      run: () => move('previous-sibling'),
    },
    { id: 'metadata.parent', keys: ['p'], label: 'parent', help: 'Go to what holds the value.', run: () => move('parent') },
    {
      id: 'metadata.page-down',
      keys: ['pagedown', 'ctrl+d', 'space'],
      label: 'page down',
      help: 'A page down.',
      run: () => move('page-down'),
    },
    { id: 'metadata.page-up', keys: ['pageup', 'ctrl+u', 'b'], label: 'page up', help: 'A page up.', run: () => move('page-up') },
    { id: 'metadata.first', keys: ['home', 'g'], label: 'first', help: 'To the first row.', run: () => move('first') },
    { id: 'metadata.last', keys: ['end', 'G'], label: 'last', help: 'To the last row.', run: () => move('last') },
  ];
}
