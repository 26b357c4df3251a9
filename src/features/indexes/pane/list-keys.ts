import type { Binding } from '#console/public/contract.ts';
import { type ListMove, moveList } from '#ui/list-state.ts';
import type { IndexesActions } from './actions.ts';
import { askFor, fromTheTop, type IndexesState, type IndexesStore, keysOf, narrowed } from './indexes-state.ts';
import type { View } from './rows.ts';

const nextView: Readonly<Record<View, View>> = { indexes: 'findings', findings: 'considered', considered: 'indexes' };
const viewLabels: Readonly<Record<View, string>> = {
  indexes: 'all indexes',
  findings: 'findings',
  considered: 'not raised',
};

/** Which rows are shown, and in which order. */
export function viewBindings(store: IndexesStore, actions: IndexesActions): readonly Binding[] {
  const { view, search, isOpen } = store.get();
  const show = (wanted: View): void => store.update((now) => fromTheTop({ ...now, view: wanted, marked: new Set() }));
  const notSorted = view === 'indexes' ? undefined : 'findings are in the order of their severity';
  return [
    {
      id: 'indexes.view',
      keys: ['c'],
      label: viewLabels[nextView[view]],
      help: 'Every index, the findings of the checks with the gravest first, or what was considered and not raised.',
      command: 'findings',
      inFooter: true,
      run: () => show(nextView[view]),
    },
    {
      id: 'indexes.search',
      keys: ['/'],
      label: 'search',
      help: 'Search tables, names, columns, constraints and reasons.',
      command: 'search',
      inFooter: true,
      run: () => askFor(store, 'search', search),
    },
    {
      id: 'indexes.filter',
      keys: ['f'],
      label: 'filter',
      help: 'Show only a table, a method, or what a check found.',
      command: 'filter',
      inFooter: true,
      run: actions.filter,
    },
    {
      id: 'indexes.sort',
      keys: ['s'],
      label: 'sort',
      help: 'Sort the list by any column.',
      command: 'sort',
      inFooter: true,
      disabledReason: notSorted,
      run: actions.sort,
    },
    {
      id: 'indexes.turn',
      keys: ['S'],
      label: 'turn round',
      help: 'Turn the order round.',
      disabledReason: notSorted,
      run: () => store.update((now) => fromTheTop({ ...now, isDescending: !now.isDescending })),
    },
    ...(isOpen ? [] : backBindings(store, () => show('indexes'))),
    {
      id: 'indexes.refresh',
      keys: ['r'],
      label: 'refresh',
      help: 'Read and judge again now.',
      command: 'refresh',
      run: actions.refresh,
    },
  ];
}

/** Esc takes away what narrows the list; then it goes back to all indexes. */
function backBindings(store: IndexesStore, toIndexes: () => void): readonly Binding[] {
  const { table, method, check, search, marked, view } = store.get();
  const isNarrowed = table !== undefined || method !== undefined || check !== undefined || search !== '' || marked.size > 0;
  if (!isNarrowed && view === 'indexes') return [];
  const nothing = { table: undefined, method: undefined, check: undefined, search: '' };
  return [
    {
      id: 'indexes.clear',
      keys: ['esc'],
      label: isNarrowed ? 'show all' : 'back',
      help: 'Clear search, filters and marks; then back to all indexes.',
      inFooter: true,
      run: () => (isNarrowed ? store.update((now) => narrowed({ ...now, marked: new Set() }, nothing)) : toIndexes()),
    },
  ];
}

/** The keys that move in the list, or scroll the open detail. */
export function moveBindings(store: IndexesStore): readonly Binding[] {
  const move = (to: ListMove) => (): void =>
    store.update((now) => (now.isOpen ? { ...now, scroll: scrolled(now, to) } : moved(now, to)));
  const step = (to: 'up' | 'down') => (): void => store.update((now) => ({ ...moved(now, to), scroll: 0 }));
  return [
    { id: 'indexes.down', keys: ['down', 'j'], label: 'down', help: 'Next row.', run: move('down') },
    { id: 'indexes.up', keys: ['up', 'k'], label: 'up', help: 'Row before.', run: move('up') },
    { id: 'indexes.next', keys: ['J'], label: 'next', help: 'Next one, also while one is open.', run: step('down') },
    { id: 'indexes.previous', keys: ['K'], label: 'before', help: 'The one before, also while one is open.', run: step('up') },
    { id: 'indexes.page-down', keys: ['pagedown', 'ctrl+d'], label: 'page down', help: 'A page down.', run: move('page-down') },
    { id: 'indexes.page-up', keys: ['pageup', 'ctrl+u'], label: 'page up', help: 'A page up.', run: move('page-up') },
    { id: 'indexes.first', keys: ['home', 'g'], label: 'first', help: 'To the first row.', run: move('first') },
    { id: 'indexes.last', keys: ['end', 'G'], label: 'last', help: 'To the last row.', run: move('last') },
  ];
}

function moved(state: IndexesState, to: ListMove): IndexesState {
  return { ...state, list: moveList(state.list, to, keysOf(state.rows), state.height) };
}

/** Where the open detail is scrolled to; the pane keeps it from going past the end. */
function scrolled({ scroll, height }: IndexesState, to: ListMove): number {
  const by = { up: -1, down: 1, 'page-up': -height, 'page-down': height, first: -Infinity, last: Infinity }[to];
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, scroll + by));
}
