import { createStore, type Store } from '#core/store.ts';
import { listAtStart, type ListState } from '#ui/list-state.ts';
import { emptyField, type TextField, textOf } from '#ui/text-field.ts';
import type { Tenant, TenantSort } from '../tenants.ts';

/** What the pane shows and where the operator is in it; outlives the pane's being on screen. */
export interface TenantsState {
  readonly search: TextField;
  /** Typing goes into the search. */
  readonly isSearching: boolean;
  readonly status: string | undefined;
  readonly plan: string | undefined;
  readonly sort: TenantSort;
  readonly descending: boolean;
  /** Which end of the list the pages are read from. */
  readonly anchor: 'start' | 'end';
  /** Goes up where the pages have to be read anew from the anchor: those at hand are a window that has moved away from it. */
  readonly turn: number;
  /** Which ends of the list are among the rows that are loaded. */
  readonly ends: { readonly start: boolean; readonly end: boolean };
  /** The rows that are loaded, in order; key handlers move over them. */
  readonly rows: readonly Tenant[];
  readonly list: ListState;
  /** Rows on screen. */
  readonly height: number;
  /** The card fills the pane. */
  readonly isOpen: boolean;
  readonly cardScroll: number;
}

export type TenantsStore = Store<TenantsState>;

export function createTenantsState(): TenantsStore {
  return createStore<TenantsState>({
    search: emptyField,
    isSearching: false,
    status: undefined,
    plan: undefined,
    sort: 'name',
    descending: false,
    anchor: 'start',
    turn: 0,
    ends: { start: true, end: false },
    rows: [],
    list: listAtStart,
    height: 1,
    isOpen: false,
    cardScroll: 0,
  });
}

/** What was searched and is no tenant's; nothing where the list has rows. */
export function missedSearch({ search, rows }: TenantsState): string {
  return rows.length === 0 ? textOf(search).trim() : '';
}

/** The tenant under the cursor. */
export function selectedTenant(state: TenantsState): Tenant | undefined {
  return state.rows[state.list.cursor];
}

/** What another order does to the place in the list: it starts anew. Where it is narrowed otherwise, only its pages do. */
export const fromTheStart = { anchor: 'start', list: listAtStart } as const;
