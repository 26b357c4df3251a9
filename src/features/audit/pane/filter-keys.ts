import type { Binding } from '#console/public/contract.ts';
import { placeLogCursor } from '#ui/log-view.ts';
import type { AuditActions } from './actions.ts';
import { askFor, type AuditState, type AuditStore, markedEntry } from './audit-state.ts';
import { extentOf } from './entry-log.ts';
import { findMatch } from './view-search.ts';

/** Search in what is loaded. */
export function searchBindings(store: AuditStore, actions: AuditActions): readonly Binding[] {
  const { search, isOpen } = store.get();
  const none = search === '' ? 'nothing is searched: / searches' : undefined;
  const jump = (direction: 1 | -1): void => {
    const state = store.get();
    const found = findMatch(state, state.view.cursor + direction, direction);
    if (found === undefined) actions.say(`Nothing that is loaded matches "${search}".`);
    else store.update((now) => ({ ...now, scroll: 0, view: placeLogCursor(now.view, found, extentOf(now.log), now.height) }));
  };
  return [
    {
      id: 'audit.search',
      keys: ['/'],
      label: 'search',
      help: 'Search in what is loaded; matches are marked.',
      command: 'search',
      inFooter: true,
      run: () => askFor(store, { asks: 'search' }),
    },
    {
      id: 'audit.next',
      keys: ['n'],
      label: 'match below',
      help: 'Go to the next match below.',
      disabledReason: none,
      run: () => jump(1),
    },
    {
      id: 'audit.previous',
      keys: ['N'],
      label: 'match above',
      help: 'Go to the next match above.',
      disabledReason: none,
      run: () => jump(-1),
    },
    ...(isOpen
      ? []
      : [
          {
            id: 'audit.search-clear',
            keys: ['esc'],
            label: 'clear',
            help: 'Clear the search.',
            disabledReason: none,
            run: () => store.update((now) => ({ ...now, search: '' })),
          },
        ]),
  ];
}

/** What narrows the list. */
export function filterBindings(store: AuditStore, actions: AuditActions): readonly Binding[] {
  const state = store.get();
  const entry = markedEntry(state);
  const noEntry = entry === undefined ? 'no entry is marked' : undefined;
  const noFilter = state.conditions.length === 0 ? 'nothing is filtered' : undefined;
  const set = (change: (conditions: AuditState['conditions']) => AuditState['conditions']): void => {
    store.update((now) => ({ ...now, conditions: change(now.conditions) }));
    actions.filtered();
  };
  return [
    {
      id: 'audit.filter',
      keys: ['f'],
      label: 'filter',
      help: 'Only, or without, a table, action, actor, record or text; take a condition away.',
      command: 'filter',
      inFooter: true,
      run: actions.filter,
    },
    {
      id: 'audit.only',
      keys: ['+'],
      label: 'only like this',
      help: 'Only entries with the table, action, actor, record or tenant of the marked one.',
      disabledReason: noEntry,
      run: () => entry !== undefined && actions.likeThis(entry, false),
    },
    {
      id: 'audit.without',
      keys: ['-'],
      label: 'without these',
      help: 'Without entries with the table, action, actor or record of the marked one.',
      disabledReason: noEntry,
      run: () => entry !== undefined && actions.likeThis(entry, true),
    },
    {
      id: 'audit.unfilter-last',
      keys: ['backspace', 'delete'],
      label: 'less filter',
      help: 'Take the last condition away.',
      disabledReason: noFilter,
      run: () => set((conditions) => conditions.slice(0, -1)),
    },
    {
      id: 'audit.unfilter',
      keys: ['F'],
      label: 'no filter',
      help: 'Take all conditions away; the pinned tenant stays.',
      command: 'unfilter',
      disabledReason: noFilter,
      run: () => set(() => []),
    },
  ];
}
