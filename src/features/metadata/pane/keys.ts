import type { Binding, KeyLayer } from '#console/public/contract.ts';
import { lineTarget } from '#console/public/open-line.ts';
import { listAtStart, type ListMove, type ListState, moveList } from '#ui/list-state.ts';
import { emptyField, type TextField, textOf } from '#ui/text-field.ts';
import type { MetadataActions } from './actions.ts';
import { documentBindings } from './document-keys.ts';
import { columnKey, type MetadataStore, recordKey } from './metadata-state.ts';
import { promptBindings, promptTarget } from './prompt-keys.ts';
import { recordSearch } from './record-search.ts';

/** The pane's keys: those of the view on screen; while a field is open, letters go into it. */
export function metadataLayer(store: MetadataStore, actions: MetadataActions): KeyLayer {
  const search = (edit: (field: TextField) => TextField): void =>
    store.update((now) => ({ ...now, records: { ...now.records, search: edit(now.records.search), anchor: 'start' } }));
  return {
    title: 'Metadata',
    textTarget: () => {
      const { view, document, records } = store.get();
      if (view === 'document' && document?.prompt !== undefined) return promptTarget(store, actions);
      if (view !== 'records' || !records.isSearching) return undefined;
      return lineTarget(search);
    },
    bindings: () => {
      const { view, document, records } = store.get();
      if (view === 'tables') return tableBindings(store, actions);
      if (view === 'records') return records.isSearching ? searchBindings(store, actions) : recordBindings(store, actions);
      if (document === undefined)
        return [backBinding(() => store.update((now) => ({ ...now, view: 'records', opening: undefined })))];
      return document.prompt === undefined ? documentBindings(store, document, actions) : promptBindings(store, actions);
    },
  };
}

/** Esc in a view that is one step in. */
function backBinding(run: () => void): Binding {
  return { id: 'metadata.back', keys: ['esc', 'left', 'h'], label: 'back', help: 'Go one step back.', inFooter: true, run };
}

function tableBindings(store: MetadataStore, actions: MetadataActions): readonly Binding[] {
  const { tables, drafts } = store.get();
  const marked = tables.rows[tables.list.cursor];
  return [
    {
      id: 'metadata.open-table',
      keys: ['enter', 'right', 'l'],
      label: 'records',
      help: 'List the records of the marked table, or those of the pinned tenant.',
      inFooter: true,
      disabledReason: marked === undefined ? 'no table is marked' : undefined,
      run: () => marked !== undefined && actions.openTable(marked),
    },
    {
      id: 'metadata.drafts',
      keys: ['o'],
      label: 'drafts',
      help: 'Open an edit that was not saved.',
      command: 'drafts',
      inFooter: drafts.length > 0,
      disabledReason: drafts.length === 0 ? 'no draft was kept for this database' : undefined,
      run: actions.openDrafts,
    },
    bulkBinding(actions, false),
    refreshBinding(actions),
    ...listMoves((move) =>
      store.update((now) => ({ ...now, tables: { ...now.tables, list: moved(now.tables, columnKey, move, now.height) } })),
    ),
  ];
}

function recordBindings(store: MetadataStore, actions: MetadataActions): readonly Binding[] {
  const { records, column } = store.get();
  const marked = records.rows[records.list.cursor];
  const hasSearch = records.search.graphemes.length > 0;
  return [
    {
      id: 'metadata.open',
      keys: ['enter', 'right', 'l'],
      label: 'open',
      help: "Open the marked record's document.",
      inFooter: true,
      disabledReason: marked === undefined ? 'no record is marked' : undefined,
      run: () => marked !== undefined && column !== undefined && actions.openRecord(column, marked.id),
    },
    {
      id: 'metadata.audit',
      keys: ['a'],
      label: 'audit',
      help: 'Show everything on the marked record in Audit.',
      disabledReason: marked === undefined ? 'no record is marked' : undefined,
      run: () => marked !== undefined && column !== undefined && actions.audit(column, marked.id),
    },
    {
      id: 'metadata.search',
      keys: ['/'],
      label: 'search',
      help: 'Search documents: {"key": "value"} contains, key, /path = value, $.path; or an id.',
      command: 'search',
      inFooter: true,
      run: () => store.update((now) => ({ ...now, records: { ...now.records, isSearching: true } })),
    },
    hasSearch
      ? {
          ...backBinding(() => clearSearch(store)),
          id: 'metadata.clear',
          keys: ['esc'],
          label: 'clear',
          help: 'Clear the search.',
        }
      : backBinding(() => store.update((now) => ({ ...now, view: 'tables' }))),
    bulkBinding(actions, true),
    refreshBinding(actions),
    ...recordMoves(store),
  ];
}

function recordMoves(store: MetadataStore): readonly Binding[] {
  const within = (move: ListMove): void =>
    store.update((now) => ({ ...now, records: { ...now.records, list: moved(now.records, recordKey, move, now.height) } }));
  return listMoves((move) => {
    const anchor = move === 'first' ? 'start' : 'end';
    if ((move !== 'first' && move !== 'last') || store.get().records.ends[anchor]) return within(move);
    store.update((now) => ({ ...now, records: { ...now.records, anchor, turn: now.records.turn + 1, list: listAtStart } }));
  });
}

function searchBindings(store: MetadataStore, actions: MetadataActions): readonly Binding[] {
  const accept = (): void => {
    const { records, column } = store.get();
    const search = recordSearch(textOf(records.search), column);
    if (search.wanted === 'record' && column !== undefined) {
      clearSearch(store);
      actions.openRecord(column, search.id);
    } else store.update((now) => ({ ...now, records: { ...now.records, isSearching: false } }));
  };
  return [
    {
      id: 'metadata.search-done',
      keys: ['enter'],
      label: 'to the list',
      help: 'Keep the search and go to the list; open the record of an id.',
      inFooter: true,
      run: accept,
    },
    {
      id: 'metadata.search-cancel',
      keys: ['esc', 'ctrl+c'],
      label: 'clear',
      help: 'Clear the search.',
      inFooter: true,
      run: () => clearSearch(store),
    },
    // Without the letters and ctrl keys that the field itself takes.
    ...recordMoves(store)
      .map((binding) => ({ ...binding, keys: binding.keys.filter((key) => /^(up|down|page)/.test(key)) }))
      .filter(({ keys }) => keys.length > 0),
  ];
}

function clearSearch(store: MetadataStore): void {
  store.update((now) => ({ ...now, records: { ...now.records, search: emptyField, isSearching: false, anchor: 'start' } }));
}

function bulkBinding(actions: MetadataActions, inFooter: boolean): Binding {
  return {
    id: 'metadata.bulk',
    keys: ['B'],
    label: 'bulk change',
    help: 'Change all records of the list, after a dry run; show the bulk change at hand; with an id, undo or resume that one.',
    command: 'bulk',
    argument: 'id',
    inFooter,
    run: actions.bulk,
  };
}

function refreshBinding(actions: MetadataActions): Binding {
  return {
    id: 'metadata.refresh',
    keys: ['r'],
    label: 'refresh',
    help: 'Read again now.',
    command: 'refresh',
    run: actions.refresh,
  };
}

function moved<Row>(
  { rows, list }: { readonly rows: readonly Row[]; readonly list: ListState },
  keyOf: (row: Row) => string,
  move: ListMove,
  height: number,
): ListState {
  return moveList(list, move, rows.map(keyOf), height);
}

/** The keys that move in a list. */
function listMoves(move: (to: ListMove) => void): readonly Binding[] {
  return [
    { id: 'metadata.down', keys: ['down', 'j'], label: 'down', help: 'Next row.', run: () => move('down') },
    { id: 'metadata.up', keys: ['up', 'k'], label: 'up', help: 'Row before.', run: () => move('up') },
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
