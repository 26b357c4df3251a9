import { type Choice, choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { type IndexedTable, titleOf } from '../model.ts';
import type { Wanted } from '../run/plan.ts';
import type { IndexesState, IndexesStore } from './indexes-state.ts';
import { askToMaintain } from './maintaining.ts';
import { type Row, subjectOf } from './rows.ts';
import { openRun } from './run-dialog.ts';

/** Shows what would be done, and does it when that is confirmed. */
export function maintain(
  session: ConsoleSession,
  store: IndexesStore,
  action: Parameters<typeof askToMaintain>[1],
  wanted: Wanted,
): void {
  const begun = (): void => {
    store.update((now) => ({ ...now, marked: new Set() }));
    openRun(session);
  };
  session.prepare((opening) => askToMaintain(opening, action, wanted, begun));
}

/** The table that a row is about. */
export function tableOf({ reading }: IndexesState, row: Row): IndexedTable | undefined {
  if (row.index !== undefined) return reading?.tables.get(row.index.tableOid);
  const { table } = subjectOf(row);
  return [...(reading?.tables.values() ?? [])].find((each) => titleOf(each) === table);
}

/** Asks what to rebuild: the marked ones, this one, or all indexes of its table. */
export function reindexMenu(session: ConsoleSession, store: IndexesStore, row: Row): void {
  const state = store.get();
  const marked = state.rows.filter(({ key }) => state.marked.has(key)).flatMap(({ index }) => index ?? []);
  const oids = [...new Set(marked.map(({ oid }) => oid))];
  const { index } = row;
  const table = tableOf(state, row);
  const run = (wanted: Wanted) => (): void => maintain(session, store, 'reindex', wanted);
  const names = marked.map(titleOf).join(', ');
  const choices: readonly Choice[] = [
    ...(oids.length === 0
      ? []
      : [{ label: `the ${oids.length} marked`, detail: names, hotkey: 'm', run: run({ kind: 'index', oids }) }]),
    ...(index === undefined
      ? []
      : [{ label: 'this index', detail: titleOf(index), hotkey: 't', run: run({ kind: 'index', oids: [index.oid] }) }]),
    ...(table === undefined
      ? []
      : [
          {
            label: 'all of its table',
            detail: titleOf(table),
            hotkey: 'a',
            run: run({ kind: 'table', oids: [table.oid] }),
          },
        ]),
  ];
  if (choices.length > 0) choose(session, { title: 'Rebuild; statements, sizes and locks come first', choices });
}

/** Asks whether to analyze too. */
export function vacuumMenu(session: ConsoleSession, store: IndexesStore, row: Row): void {
  const table = tableOf(store.get(), row);
  if (table === undefined) return;
  const wanted = { kind: 'table', oids: [table.oid] } as const;
  choose(session, {
    title: 'Vacuum; statement, sizes and locks come first',
    choices: [
      { label: 'vacuum', detail: titleOf(table), hotkey: 'v', run: () => maintain(session, store, 'vacuum', wanted) },
      {
        label: 'vacuum and analyze',
        detail: titleOf(table),
        hotkey: 'a',
        run: () => maintain(session, store, 'vacuum-analyze', wanted),
      },
    ],
  });
}
