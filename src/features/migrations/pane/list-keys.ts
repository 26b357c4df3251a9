import type { Binding } from '#console/public/contract.ts';
import { type ListMove, moveList } from '#ui/list-state.ts';
import type { MigrationsActions } from './actions.ts';
import { arranged, askFor, type MigrationsState, type MigrationsStore, narrowed } from './migrations-state.ts';

/** Which migrations are shown, and in which order. */
export function viewBindings(store: MigrationsStore, actions: MigrationsActions): readonly Binding[] {
  const { filter, search, marked, isOpen, isWorstFirst, directory } = store.get();
  const isNarrowed = filter !== 'all' || search !== '' || marked.size > 0;
  return [
    {
      id: 'migrations.search',
      keys: ['/'],
      label: 'search',
      help: 'Search names, states, flags, descriptions and people.',
      command: 'search',
      inFooter: true,
      run: () => askFor(store, 'search', search),
    },
    {
      id: 'migrations.filter',
      keys: ['f'],
      label: 'filter',
      help: 'Show only what is wrong, pending, failed or differing.',
      command: 'filter',
      inFooter: true,
      run: actions.filter,
    },
    {
      id: 'migrations.sort',
      keys: ['s', 'w'],
      label: isWorstFirst ? 'in order' : 'worst first',
      help: 'What is wrong first (failed, edited, missing, unknown, differing), or in the order of the files.',
      command: 'sort',
      inFooter: true,
      run: () =>
        store.update((now) =>
          arranged({ ...now, isWorstFirst: !now.isWorstFirst, list: { cursor: 0, offset: 0, key: undefined }, scroll: 0 }),
        ),
    },
    ...(isNarrowed && !isOpen
      ? [
          {
            id: 'migrations.clear',
            keys: ['esc'],
            label: 'show all',
            help: 'Clear search, filter and marks.',
            inFooter: true,
            run: () => {
              const isOfMarks = filter === 'all' && search === '';
              store.update((now) => {
                const cleared = { ...now, marked: new Set<string>() };
                return isOfMarks ? cleared : narrowed(cleared, { filter: 'all', search: '' });
              });
            },
          } satisfies Binding,
        ]
      : []),
    {
      id: 'migrations.directory',
      keys: ['D'],
      label: 'folder',
      help: 'Open another folder of migrations.',
      command: 'folder',
      run: () => askFor(store, 'directory', directory ?? './migrations'),
    },
    {
      id: 'migrations.refresh',
      keys: ['r'],
      label: 'refresh',
      help: 'Read again now.',
      command: 'refresh',
      run: actions.refresh,
    },
  ];
}

/** The keys that move in the list, or scroll the open file. */
export function moveBindings(store: MigrationsStore): readonly Binding[] {
  const move = (to: ListMove) => (): void =>
    store.update((now) => (now.isOpen ? { ...now, scroll: scrolled(now, to) } : moved(now, to)));
  const step = (to: 'up' | 'down') => (): void => store.update((now) => ({ ...moved(now, to), scroll: 0, showsRollback: false }));
  return [
    { id: 'migrations.down', keys: ['down', 'j'], label: 'down', help: 'Next row.', run: move('down') },
    { id: 'migrations.up', keys: ['up', 'k'], label: 'up', help: 'Row before.', run: move('up') },
    {
      id: 'migrations.next',
      keys: ['J'],
      label: 'next file',
      help: 'Next migration, also while one is open.',
      run: step('down'),
    },
    {
      id: 'migrations.previous',
      keys: ['K'],
      label: 'file before',
      help: 'Migration before, also while one is open.',
      run: step('up'),
    },
    {
      id: 'migrations.page-down',
      keys: ['pagedown', 'ctrl+d'],
      label: 'page down',
      help: 'A page down.',
      run: move('page-down'),
    },
    { id: 'migrations.page-up', keys: ['pageup', 'ctrl+u', 'b'], label: 'page up', help: 'A page up.', run: move('page-up') },
    { id: 'migrations.first', keys: ['home', 'g'], label: 'first', help: 'To the first row.', run: move('first') },
    { id: 'migrations.last', keys: ['end', 'G'], label: 'last', help: 'To the last row.', run: move('last') },
  ];
}

function moved(state: MigrationsState, to: ListMove): MigrationsState {
  const names = state.rows.map(({ name }) => name);
  return { ...state, awaited: undefined, list: moveList(state.list, to, names, state.height) };
}

/** Where the open file is scrolled to; the pane keeps it from going past the end. */
function scrolled({ scroll, height }: MigrationsState, to: ListMove): number {
  const by = { up: -1, down: 1, 'page-up': -height, 'page-down': height, first: -Infinity, last: Infinity }[to];
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, scroll + by));
}
