import { createStore, type Store } from '#core/store.ts';
import { listAtStart, type ListState } from '#ui/list-state.ts';
import { emptyField, type TextField } from '#ui/text-field.ts';
import type { DocumentColumn } from '../documents.ts';
import type { KeptDraft } from '../drafts.ts';
import type { FoundRecord } from '../search.ts';
import type { DocumentState } from './document-state.ts';

/** The pane: tables, the records of one, the document of one. Outlives its being on screen. */
export interface MetadataState {
  readonly view: 'tables' | 'records' | 'document';
  /** Rows of a list on screen. */
  readonly height: number;
  readonly tables: { readonly rows: readonly DocumentColumn[]; readonly list: ListState };
  readonly column: DocumentColumn | undefined;
  readonly records: RecordsState;
  readonly document: DocumentState | undefined;
  /** What is being read, to be said instead of an empty pane. */
  readonly opening: string | undefined;
  /** Drafts of this database that were not saved, from before. */
  readonly drafts: readonly KeptDraft[];
}

export interface RecordsState {
  readonly search: TextField;
  readonly isSearching: boolean;
  readonly rows: readonly FoundRecord[];
  readonly list: ListState;
  /** Which end of the records the pages are read from. */
  readonly anchor: 'start' | 'end';
  /** Goes up where the pages have to be read anew from the anchor: those at hand are a window that has moved away from it. */
  readonly turn: number;
  /** Which ends of the records are among the rows that are loaded. */
  readonly ends: { readonly start: boolean; readonly end: boolean };
}

export type MetadataStore = Store<MetadataState>;

export const recordsAtStart: RecordsState = {
  search: emptyField,
  isSearching: false,
  rows: [],
  list: listAtStart,
  anchor: 'start',
  turn: 0,
  ends: { start: true, end: false },
};

export function createMetadataState(): MetadataStore {
  return createStore<MetadataState>({
    view: 'tables',
    height: 1,
    tables: { rows: [], list: listAtStart },
    column: undefined,
    records: recordsAtStart,
    document: undefined,
    opening: undefined,
    drafts: [],
  });
}

/** Changes the open document, if there is one. */
export function changeDocument(store: MetadataStore, change: (document: DocumentState) => DocumentState): void {
  store.update((now) => (now.document === undefined ? now : { ...now, document: change(now.document) }));
}

/** What tells one row of a list from another. */
export const columnKey = ({ table, column }: DocumentColumn): string => `${table.title}.${column.name}`;
export const recordKey = ({ id }: FoundRecord): string => id;
