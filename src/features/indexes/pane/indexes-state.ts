import { createStore, type Store } from '#core/store.ts';
import { keepPlace, listAtStart, type ListState } from '#ui/list-state.ts';
import { fieldOf, type TextField } from '#ui/text-field.ts';
import type { Bloat } from '../bloat.ts';
import type { Index, IndexReading } from '../model.ts';
import { type Scans, scansBetween } from '../scans.ts';
import type { SeenStatements } from '../statements.ts';
import { indexOrder, type SortId } from './columns.ts';
import { allRows, bySeverity, isShown, type Judged, keyOfIndex, type Narrowing, type Row, type View } from './rows.ts';

/** What the checks made of the database, and what they looked at beside it. */
export interface Judgement {
  readonly judged: Judged;
  readonly statements: SeenStatements;
  readonly bloats: ReadonlyMap<string, Bloat>;
}

/** What the pane shows and where the operator is in it; outlives the pane's being on screen. */
export interface IndexesState extends Narrowing {
  readonly view: View;
  readonly reading: IndexReading | undefined;
  readonly judgement: Judgement | undefined;
  /** The counters when the pane was opened first, and what came since; by oid. */
  readonly firstScans: Scans | undefined;
  readonly changes: Scans;
  /** Sizes as they were seen to change in this session, by the row's key. */
  readonly sizes: ReadonlyMap<string, readonly number[]>;
  /** Bloat that was asked for, by oid. */
  readonly measured: ReadonlyMap<string, Bloat | 'measuring'>;
  readonly most: { readonly bytes: number; readonly scans: number };
  readonly sort: SortId;
  readonly isDescending: boolean;
  readonly rows: readonly Row[];
  readonly list: ListState;
  readonly height: number;
  /** Keys of rows, in whichever view they were marked. */
  readonly marked: ReadonlySet<string>;
  readonly field: OpenField | undefined;
  /** The detail fills the pane. */
  readonly isOpen: boolean;
  readonly scroll: number;
}

/** A line that something is typed into. */
export interface OpenField {
  readonly asks: 'search' | 'migrations' | 'one-migration';
  readonly text: TextField;
}

export type IndexesStore = Store<IndexesState>;

export function createIndexesState(): IndexesStore {
  return createStore<IndexesState>({
    view: 'indexes',
    table: undefined,
    method: undefined,
    check: undefined,
    search: '',
    reading: undefined,
    judgement: undefined,
    firstScans: undefined,
    changes: new Map(),
    sizes: new Map(),
    measured: new Map(),
    most: { bytes: 1, scans: 1 },
    sort: 'size',
    isDescending: true,
    rows: [],
    list: listAtStart,
    height: 1,
    marked: new Set(),
    field: undefined,
    isOpen: false,
    scroll: 0,
  });
}

const mostSizes = 60;

/** The state with another reading: what changed since the pane was opened is told apart. */
export function withReading(state: IndexesState, reading: IndexReading): IndexesState {
  const { indexes } = reading;
  const scans = new Map(indexes.filter(({ isPartitioned }) => !isPartitioned).map((index) => [index.oid, index.scans]));
  const firstScans = carriedOver(state, indexes) ?? scans;
  const sizes = indexes.flatMap((index): [string, readonly number[]][] => {
    if (index.indexBytes === null) return [];
    const before = state.sizes.get(keyOfIndex(index)) ?? [];
    const isSame = before.at(-1) === index.indexBytes;
    return [[keyOfIndex(index), isSame ? before : [...before, index.indexBytes].slice(-mostSizes)]];
  });
  return arranged({
    ...state,
    reading,
    firstScans,
    changes: scansBetween(indexes, firstScans, scans),
    sizes: new Map(sizes),
    most: {
      bytes: indexes.reduce((most, { indexBytes }) => Math.max(most, indexBytes ?? 0), 1),
      scans: indexes.reduce((most, index) => Math.max(most, index.scans), 1),
    },
  });
}

/** The counters of the beginning; a rebuilt index has another oid, and its counters go on. */
function carriedOver({ firstScans, reading }: IndexesState, indexes: readonly Index[]): Scans | undefined {
  if (firstScans === undefined || reading === undefined) return firstScans;
  const before = new Map(reading.indexes.map((index) => [keyOfIndex(index), index.oid]));
  const rebuilt = indexes.flatMap((index): [string, number][] => {
    const old = before.get(keyOfIndex(index));
    const scans = old === undefined || old === index.oid ? undefined : firstScans.get(old);
    return scans === undefined ? [] : [[index.oid, scans]];
  });
  return rebuilt.length === 0 ? firstScans : new Map([...firstScans, ...rebuilt]);
}

/** The state with rows and cursor as they follow from the rest. */
export function arranged(state: IndexesState): IndexesState {
  const rows = inOrder(state).filter((row) => isShown(row, state.judgement?.judged, state));
  const { view, table, method, check, search } = state;
  const list = keepPlace(state.list, keysOf(rows), state.height, [view, table, method, check, search].join('\n'));
  // Who looks at the top of a list that changes by itself wants to see what comes to the top.
  const isAtTop = state.list.offset === 0 && list.cursor < state.height;
  return { ...state, rows, list: isAtTop ? { ...list, offset: 0 } : list };
}

const ordered = new WeakMap<readonly Row[], { readonly by: readonly unknown[]; readonly rows: readonly Row[] }>();

/** All rows of the view in their order, which a narrowing does not change: put in order when it is another one. */
function inOrder({ view, reading, judgement, sort, isDescending, changes }: IndexesState): readonly Row[] {
  const all = allRows(view, reading, judgement?.judged);
  const by = [sort, isDescending, changes];
  const before = ordered.get(all);
  if (before?.by.every((each, index) => each === by[index])) return before.rows;
  const order = indexOrder(sort, isDescending, changes);
  const rows =
    view === 'indexes'
      ? all.toSorted((left, right) => (left.index && right.index ? order(left.index, right.index) : 0))
      : all.toSorted(bySeverity);
  ordered.set(all, { by, rows });
  return rows;
}

const keys = new WeakMap<readonly Row[], readonly string[]>();

/** The rows' keys, put together once for a list. */
export function keysOf(rows: readonly Row[]): readonly string[] {
  const known = keys.get(rows) ?? rows.map(({ key }) => key);
  keys.set(rows, known);
  return known;
}

/** The state narrowed otherwise, or no longer. */
export function narrowed(state: IndexesState, narrowing: Partial<Narrowing>): IndexesState {
  return arranged({ ...state, ...narrowing, scroll: 0, isOpen: false });
}

/** The same with the cursor on the first row: another list than before, or in another order. */
export function fromTheTop(state: IndexesState): IndexesState {
  return arranged({ ...state, list: listAtStart, scroll: 0, isOpen: false });
}

/** The row under the cursor. */
export function rowHere({ rows, list }: Pick<IndexesState, 'rows' | 'list'>): Row | undefined {
  return rows[list.cursor];
}

/** Opens the line that something is typed into. */
export function askFor(store: IndexesStore, asks: OpenField['asks'], text = ''): void {
  store.update((now) => ({ ...now, isOpen: false, field: { asks, text: fieldOf(text) } }));
}
