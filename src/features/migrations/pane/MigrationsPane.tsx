import { type ReactNode, useEffect, useMemo, useReducer } from 'react';
import type { Area } from '#console/public/contract.ts';
import { type ConsoleSession, useClock, useKeyLayer, useRead, useSession, useSettled, useStore } from '#console/public/hooks.ts';
import { Lines } from '#ui/Lines.tsx';
import { besides, fitRows, type Line, words } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { besideColumns, listWidth } from './columns.ts';
import { detailRows } from './detail.ts';
import { headLines } from './head-lines.ts';
import { migrationsLayer } from './keys.ts';
import { listLines } from './list-lines.ts';
import { arranged, createMigrationsState, type MigrationsStore, shownMigration } from './migrations-state.ts';
import { readFolder } from './reading.ts';
import { migrationRunnerOf } from './runner.ts';
import { migrationsActions } from './session-actions.ts';
import type { LazyRows } from './sql-rows.ts';

const refreshMs = 10_000;
const settleMs = 60;

/** The folder of migrations beside what ran here, and one of them in full. */
export function MigrationsPane({ columns, rows }: Area): ReactNode {
  const session = useSession();
  const theme = useTheme();
  const { store, layer } = session.stateOf('migrations', () => createPane(session));
  const state = useStore(store);
  const job = useStore(migrationRunnerOf(session).job);
  const status = useStore(session.database.monitor.status);
  const nowMs = useClock();
  useKeyLayer(layer);
  const answer = useRead({
    key: ['migrations', state.directory],
    refreshMs,
    read: (database, options) => readFolder(database, store.get().directory, store.get().reading, options),
  });
  const lostSinceMs = status.state === 'lost' ? status.sinceMs : undefined;
  const head = headLines(state, { job, lostSinceMs, nowMs }, columns, theme);
  const area = rows - head.length;
  const height = Math.max(1, area - 1);
  const { data } = answer;
  useEffect(() => {
    store.update((now) => arranged({ ...now, height, reading: data ?? now.reading }));
    session.router.bindingsChanged();
  }, [store, session, data, height]);

  const isBeside = columns >= besideColumns && !state.isOpen;
  const width = isBeside ? columns - listWidth(columns) - 3 : columns - 4;
  const shown = shownMigration(state);
  // While the cursor rushes over the list, no file is laid out.
  const settled = useSettled(shown, settleMs);
  const detailed = state.isOpen ? shown : settled;
  const { reading, revealed } = state;
  const detail = useMemo(
    () => (detailed === undefined || reading === undefined ? undefined : detailRows({ reading, revealed }, detailed, width)),
    [reading, revealed, detailed, width],
  );
  const lastScroll = Math.max(0, (detail?.count ?? 0) - area);
  useEffect(() => {
    if (state.isOpen && state.scroll > lastScroll) store.update((now) => ({ ...now, scroll: lastScroll }));
  }, [store, state.isOpen, state.scroll, lastScroll]);
  const from = state.isOpen ? Math.min(state.scroll, lastScroll) : 0;
  useWhenReady(detail, from, from + area, session.fail);
  const visible = Array.from({ length: Math.min(area, (detail?.count ?? 0) - from) }, (_, index) => detail!.row(from + index));
  if (state.isOpen) {
    const body = fitRows(visible, area).map((line): Line => [words('  '), ...line]);
    return <Lines columns={columns} lines={[...head, ...body]} />;
  }
  const list = fitRows(listLines({ ...state, height }, answer.error, listWidth(columns), theme), area);
  const body = isBeside ? besides(list, visible, listWidth(columns), columns, theme) : list;
  return <Lines columns={columns} lines={[...head, ...body]} />;
}

/** Draws again when the rows on screen can be given in full. */
function useWhenReady(rows: LazyRows | undefined, first: number, end: number, fail: (thrown: unknown) => void): void {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const ready = rows?.ready(first, end);
    if (ready === undefined) return undefined;
    let isOnScreen = true;
    ready.then(() => isOnScreen && drawAgain()).catch(fail);
    return () => {
      isOnScreen = false;
    };
  }, [rows, first, end, fail]);
}

function createPane(session: ConsoleSession): {
  readonly store: MigrationsStore;
  readonly layer: ReturnType<typeof migrationsLayer>;
} {
  const store = createMigrationsState(session.facts.migrationsDirectory);
  return { store, layer: migrationsLayer(store, migrationsActions(session, store)) };
}
