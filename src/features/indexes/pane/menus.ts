import { type Choice, choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { displayText } from '#core/display-text.ts';
import { formatBytes } from '#core/format.ts';
import { checkIds } from '../finding.ts';
import { type IndexReading, titleOf } from '../model.ts';
import { beginsDescending, type SortId, sortIds } from './columns.ts';
import { fromTheTop, type IndexesState, type IndexesStore, narrowed, type OpenField, rowHere } from './indexes-state.ts';
import { type Row, subjectOf } from './rows.ts';

const sortLetters: Readonly<Record<SortId, string>> = {
  table: 't',
  name: 'n',
  method: 'm',
  columns: 'c',
  predicate: 'w',
  size: 's',
  scans: 'u',
  'scans a day': 'd',
  'scans since opened': 'o',
  'last used': 'l',
  'entries read': 'r',
  'rows fetched': 'f',
  unique: 'i',
  primary: 'p',
  constraint: 'x',
  valid: 'v',
};

/** Asks what to sort by. */
export function sortMenu(session: ConsoleSession, store: IndexesStore): void {
  choose(session, {
    title: 'Sort by; S turns the order round',
    choices: sortIds.map((sort) => ({
      label: sort,
      hotkey: sortLetters[sort],
      run: () => store.update((now) => fromTheTop({ ...now, sort, isDescending: beginsDescending(sort) })),
    })),
  });
}

type Narrowed = Partial<Pick<IndexesState, 'table' | 'method' | 'check'>>;

/** Asks what to narrow the list by, and offers each condition to be taken away. */
export function filterMenu(session: ConsoleSession, store: IndexesStore): void {
  const { reading, table, method, check } = store.get();
  if (reading === undefined) return;
  const set = (narrowing: Narrowed) => (): void => store.update((now) => narrowed(now, narrowing));
  const here = rowHere(store.get());
  const away = (value: string | undefined, narrowing: Narrowed): readonly Choice[] =>
    value === undefined ? [] : [{ label: `take away: ${value}`, run: set(narrowing) }];
  choose(session, {
    title: 'Show only',
    choices: [
      ...(here === undefined
        ? []
        : [
            { label: "this one's table", detail: subjectOf(here).table, hotkey: 'h', run: set({ table: subjectOf(here).table }) },
          ]),
      { label: 'a table ...', hotkey: 't', run: () => tableMenu(session, reading, set) },
      { label: 'a method ...', hotkey: 'm', run: () => methodMenu(session, reading, set) },
      { label: 'a check ...', hotkey: 'c', run: () => checkMenu(session, store, set) },
      { label: 'with a finding', hotkey: 'f', run: set({ check: 'any' }) },
      ...away(table, { table: undefined }),
      ...away(method, { method: undefined }),
      ...away(check === 'any' ? 'with a finding' : check, { check: undefined }),
    ],
  });
}

type Set = (narrowed: Narrowed) => () => void;

function tableMenu(session: ConsoleSession, { tables, indexesOf }: IndexReading, set: Set): void {
  const withIndexes = [...tables.values()].filter(({ oid }) => indexesOf.has(oid));
  const bySize = withIndexes.toSorted((left, right) => right.indexBytes - left.indexBytes);
  if (bySize.length === 0) return;
  choose(session, {
    title: 'Only a table; the one with the largest indexes first',
    choices: bySize.map((table) => ({
      label: titleOf(table),
      detail: `${indexesOf.get(table.oid)?.length ?? 0}, ${formatBytes(table.indexBytes)}`,
      run: set({ table: titleOf(table) }),
    })),
  });
}

function methodMenu(session: ConsoleSession, { indexes }: IndexReading, set: Set): void {
  const methods = [...Map.groupBy(indexes, ({ method }) => method)].toSorted(([, left], [, right]) => right.length - left.length);
  if (methods.length === 0) return;
  choose(session, {
    title: 'Only a method',
    choices: methods.map(([method, { length }]) => ({ label: method, detail: String(length), run: set({ method }) })),
  });
}

function checkMenu(session: ConsoleSession, store: IndexesStore, set: Set): void {
  const findings = store.get().judgement?.judged.findings ?? [];
  choose(session, {
    title: 'Only what a check found',
    choices: checkIds.map((check) => ({
      label: check,
      detail: String(findings.filter((finding) => finding.check === check).length),
      run: set({ check }),
    })),
  });
}

/** Offers what of a row can be taken along. */
export function copyMenu(session: ConsoleSession, row: Row): void {
  const choice = (label: string, hotkey: string, text: string | null | undefined): readonly Choice[] =>
    text === undefined || text === null || text === '' ? [] : [{ label, hotkey, run: () => session.copy(text, label) }];
  const { object } = subjectOf(row);
  choose(session, {
    title: displayText(`Copy of ${object}`),
    choices: [
      ...choice('name', 'n', row.index === undefined ? object : titleOf(row.index)),
      ...choice('definition', 'd', row.index?.definition),
      ...(row.kind === 'finding'
        ? [
            ...choice('reason', 'r', row.finding.reason),
            ...choice('statement', 's', row.finding.sql),
            ...choice('rollback', 'b', row.finding.rollbackSql),
          ]
        : []),
      ...(row.kind === 'considered' ? choice('reason', 'r', row.considered.notRaisedBecause) : []),
    ],
  });
}

/** Asks whether several findings become several migrations or one. */
export function writeMenu(session: ConsoleSession, count: number, ask: (asks: OpenField['asks']) => void): void {
  choose(session, {
    title: `Write ${count} findings as migrations`,
    choices: [
      { label: 'a file each', detail: 'each applied and taken back by itself', hotkey: 'e', run: () => ask('migrations') },
      {
        label: 'all in one file',
        detail: 'step by step; taken back in reverse',
        hotkey: 'o',
        run: () => ask('one-migration'),
      },
    ],
  });
}
