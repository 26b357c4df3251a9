import type { Binding, KeyLayer } from '#console/public/contract.ts';
import { lineTarget } from '#console/public/open-line.ts';
import { listAtStart, type ListMove, moveList } from '#ui/list-state.ts';
import { emptyField, type TextField } from '#ui/text-field.ts';
import type { Tenant } from '../tenants.ts';
import { fromTheStart, selectedTenant, type TenantsStore } from './tenants-state.ts';

/** What the pane's keys ask of the console around it. */
export interface TenantsActions {
  readonly pin: (tenant: Tenant) => void;
  readonly isPinned: (tenant: Tenant) => boolean;
  readonly unpin: () => void;
  readonly showAudit: (tenant: Tenant) => void;
  readonly showMetadata: (tenant: Tenant) => void;
  readonly copy: (tenant: Tenant) => void;
  readonly sort: () => void;
  readonly filter: () => void;
  readonly summary: () => void;
  readonly refresh: () => void;
}

/** The pane's keys: while the search is open, letters go into it. */
export function tenantsLayer(store: TenantsStore, actions: TenantsActions): KeyLayer {
  const search = (edit: (field: TextField) => TextField): void =>
    store.update((state) => ({ ...state, search: edit(state.search), anchor: 'start' }));
  return {
    title: 'Tenants',
    textTarget: () => (store.get().isSearching ? lineTarget(search) : undefined),
    bindings: () =>
      store.get().isSearching ? searchBindings(store) : [...tenantBindings(store, actions), ...listBindings(store, actions)],
  };
}

const movingKeys = new Set(['up', 'down', 'pageup', 'pagedown']);

function searchBindings(store: TenantsStore): readonly Binding[] {
  const stop = (): void => store.update((state) => ({ ...state, isSearching: false }));
  return [
    {
      id: 'tenants.search-done',
      keys: ['enter'],
      label: 'to the list',
      help: 'Keep the search and go to the list.',
      inFooter: true,
      run: stop,
    },
    {
      id: 'tenants.search-cancel',
      keys: ['esc', 'ctrl+c'],
      label: 'clear',
      help: 'Clear the search.',
      inFooter: true,
      run: () => store.update((state) => ({ ...state, isSearching: false, search: emptyField, anchor: 'start' })),
    },
    // What types or edits belongs to the field; only what it has no use for moves the list.
    ...moves(store).flatMap((binding) => {
      const keys = binding.keys.filter((key) => movingKeys.has(key));
      return keys.length === 0 ? [] : [{ ...binding, keys }];
    }),
  ];
}

function tenantBindings(store: TenantsStore, actions: TenantsActions): readonly Binding[] {
  const tenant = selectedTenant(store.get());
  const onTenant = (run: (tenant: Tenant) => void): Pick<Binding, 'run' | 'disabledReason'> => ({
    disabledReason: tenant === undefined ? 'no tenant is marked' : undefined,
    run: () => tenant !== undefined && run(tenant),
  });
  const isPinned = tenant !== undefined && actions.isPinned(tenant);
  const { isOpen } = store.get();
  const setOpen = (open: boolean): void => store.update((state) => ({ ...state, isOpen: open, cardScroll: 0 }));
  return [
    isOpen
      ? {
          id: 'tenants.close',
          keys: ['esc', 'enter'],
          label: 'back',
          help: 'Go back to the list.',
          inFooter: true,
          run: () => setOpen(false),
        }
      : {
          id: 'tenants.open',
          keys: ['enter', 'right', 'l'],
          label: 'open',
          help: 'Show everything about the tenant.',
          inFooter: true,
          ...onTenant(() => setOpen(true)),
        },
    {
      id: 'tenants.pin',
      keys: ['t'],
      label: isPinned ? 'unpin' : 'pin tenant',
      help: 'Pin the tenant: audit, metadata and find follow it.',
      command: 'pin',
      inFooter: true,
      ...onTenant((marked) => (isPinned ? actions.unpin() : actions.pin(marked))),
    },
    {
      id: 'tenants.audit',
      keys: ['a'],
      label: 'audit',
      help: "Show the tenant's audit log.",
      inFooter: true,
      ...onTenant(actions.showAudit),
    },
    {
      id: 'tenants.metadata',
      keys: ['m'],
      label: 'metadata',
      help: "Show the tenant's metadata document.",
      inFooter: true,
      ...onTenant(actions.showMetadata),
    },
    {
      id: 'tenants.copy',
      keys: ['y'],
      label: 'copy',
      help: 'Copy id, slug, name or the row as JSON.',
      command: 'copy',
      inFooter: true,
      ...onTenant(actions.copy),
    },
  ];
}

function listBindings(store: TenantsStore, actions: TenantsActions): readonly Binding[] {
  const { search, status, plan, isOpen } = store.get();
  const isNarrowed = search.graphemes.length > 0 || status !== undefined || plan !== undefined;
  const clear = (): void =>
    store.update((state) => ({ ...state, search: emptyField, status: undefined, plan: undefined, anchor: 'start' }));
  return [
    {
      id: 'tenants.search',
      keys: ['/'],
      label: 'search',
      help: 'Search by part of a name or slug, a UUID, or its first characters.',
      command: 'search',
      inFooter: true,
      run: () => store.update((state) => ({ ...state, isSearching: true, isOpen: false })),
    },
    {
      id: 'tenants.sort',
      keys: ['s'],
      label: 'sort',
      help: 'Choose the order.',
      command: 'sort',
      inFooter: true,
      run: actions.sort,
    },
    {
      id: 'tenants.reverse',
      keys: ['S'],
      label: 'reverse',
      help: 'Turn the order round.',
      command: 'reverse',
      run: () => store.update((state) => ({ ...state, descending: !state.descending, ...fromTheStart })),
    },
    {
      id: 'tenants.filter',
      keys: ['f'],
      label: 'filter',
      help: 'Show one status or plan only.',
      command: 'filter',
      inFooter: true,
      run: actions.filter,
    },
    ...(isOpen
      ? []
      : [
          {
            id: 'tenants.clear',
            keys: ['esc'],
            label: 'clear',
            help: 'Clear search and filters.',
            disabledReason: isNarrowed ? undefined : 'nothing is searched or filtered',
            run: clear,
          },
        ]),
    {
      id: 'tenants.summary',
      keys: ['i'],
      label: 'summary',
      help: 'How many tenants have each status and plan.',
      command: 'summary',
      run: actions.summary,
    },
    { id: 'tenants.refresh', keys: ['r'], label: 'refresh', help: 'Read again now.', command: 'refresh', run: actions.refresh },
    ...moves(store),
  ];
}

function moves(store: TenantsStore): readonly Binding[] {
  const move = (to: ListMove): void =>
    store.update((state) =>
      state.isOpen
        ? { ...state, cardScroll: scrolled(state.cardScroll, to, state.height) }
        : {
            ...state,
            list: moveList(
              state.list,
              to,
              state.rows.map(({ id }) => id),
              state.height,
            ),
          },
    );
  const toEnd = (anchor: 'start' | 'end'): void => {
    const { isOpen, ends } = store.get();
    if (isOpen || ends[anchor]) move(anchor === 'start' ? 'first' : 'last');
    else store.update((state) => ({ ...state, anchor, turn: state.turn + 1, list: listAtStart }));
  };
  return [
    { id: 'tenants.down', keys: ['down', 'j'], label: 'down', help: 'Next row.', run: () => move('down') },
    { id: 'tenants.up', keys: ['up', 'k'], label: 'up', help: 'Row before.', run: () => move('up') },
    {
      id: 'tenants.page-down',
      keys: ['pagedown', 'ctrl+d', 'space'],
      label: 'page down',
      help: 'A page down.',
      run: () => move('page-down'),
    },
    { id: 'tenants.page-up', keys: ['pageup', 'ctrl+u', 'b'], label: 'page up', help: 'A page up.', run: () => move('page-up') },
    { id: 'tenants.first', keys: ['home', 'g'], label: 'first', help: 'To the first row.', run: () => toEnd('start') },
    { id: 'tenants.last', keys: ['end', 'G'], label: 'last', help: 'To the last row.', run: () => toEnd('end') },
  ];
}

/** Where the open card is scrolled to; the pane keeps it from going past the end. */
function scrolled(row: number, move: ListMove, height: number): number {
  const by = { up: -1, down: 1, 'page-up': -height, 'page-down': height, first: -Infinity, last: Infinity }[move];
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, row + by));
}
