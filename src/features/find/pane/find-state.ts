import { createStore, type Store } from '#core/store.ts';
import { listAtStart, type ListState } from '#ui/list-state.ts';
import { fieldOf, type TextField } from '#ui/text-field.ts';
import type { Match } from '../find.ts';

/** The find box: what is typed, what was found, where the cursor is, and whether the pinned tenant narrows the search. */
export interface FindState {
  readonly field: TextField;
  readonly list: ListState;
  readonly matches: readonly Match[];
  readonly everywhere: boolean;
  readonly height: number;
}

export type FindStore = Store<FindState>;

/** A new box with `text` typed in. */
export function createFindState(text: string): FindStore {
  return createStore<FindState>({ field: fieldOf(text), list: listAtStart, matches: [], everywhere: false, height: 1 });
}

/** What tells one match from another in the list. */
export function matchKey(match: Match): string {
  return `${match.kind} ${match.table} ${match.id} ${match.label}`;
}
