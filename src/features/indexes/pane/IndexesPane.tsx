import { type ReactNode, useEffect, useMemo } from 'react';
import type { Area } from '#console/public/contract.ts';
import { type ConsoleSession, useClock, useKeyLayer, useRead, useSession, useSettled, useStore } from '#console/public/hooks.ts';
import { isRunning } from '#console/public/long-run.ts';
import { formatDuration } from '#core/format.ts';
import { Lines } from '#ui/Lines.tsx';
import { besides, fitRows, type Line, words } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { explainUses } from '../explain/explain.ts';
import type { Index } from '../model.ts';
import { detailLines } from './detail-lines.ts';
import { headLines } from './head-lines.ts';
import { arranged, createIndexesState, type IndexesState, type IndexesStore, rowHere, withReading } from './indexes-state.ts';
import { indexesLayer } from './keys.ts';
import { besideColumns, listLines, listWidth } from './list-lines.ts';
import { judge, readAll } from './reading.ts';
import type { MaintenanceJob } from './run-job.ts';
import { maintenanceRunnerOf } from './runner.ts';
import { indexesActions } from './session-actions.ts';
import type { Explained } from './statement-lines.ts';

const refreshMs = 10_000;
/** Judging reads what statements have run, and is for a person to act on: not every few seconds. */
const judgeMs = 60_000;
const settleMs = 60;

/** Every index with its use, what the checks make of them, and one of them in full. */
export function IndexesPane({ columns, rows }: Area): ReactNode {
  const session = useSession();
  const theme = useTheme();
  const { store, layer } = session.stateOf('indexes', () => createPane(session));
  const state = useStore(store);
  const status = useStore(session.database.monitor.status);
  const nowMs = useClock();
  const job = useStore(maintenanceRunnerOf(session).job);
  useKeyLayer(layer);
  const error = useReadings(session, store);
  const lostSinceMs = status.state === 'lost' ? status.sinceMs : undefined;
  const head = headLines(state, { lostSinceMs, failure: error, running: runningText(job, nowMs), nowMs }, columns, theme);
  const area = rows - head.length;
  const height = Math.max(1, area - 1);
  useEffect(() => {
    store.update((now) => arranged({ ...now, height }));
  }, [store, height]);

  const isBeside = columns >= besideColumns && !state.isOpen;
  const width = isBeside ? columns - listWidth(columns) - 3 : columns - 4;
  const here = rowHere(state);
  // While the cursor rushes over the list, no detail is laid out.
  const settled = useSettled(here, settleMs);
  const detailed = state.isOpen ? here : settled;
  const { reading, judgement, changes, sizes, measured } = state;
  const explained = useExplained(state.isOpen ? detailed?.index : undefined, state);
  const detail = useMemo(
    () =>
      detailed === undefined
        ? []
        : detailLines({ reading, judgement, changes, sizes, measured, explained }, detailed, width, theme),
    [reading, judgement, changes, sizes, measured, explained, detailed, width, theme],
  );
  const lastScroll = Math.max(0, detail.length - area);
  useEffect(() => {
    if (state.isOpen && state.scroll > lastScroll) store.update((now) => ({ ...now, scroll: lastScroll }));
  }, [store, state.isOpen, state.scroll, lastScroll]);
  if (state.isOpen && here !== undefined) {
    const body = fitRows(detail.slice(Math.min(state.scroll, lastScroll)), area);
    return <Lines columns={columns} lines={[...head, ...body.map((line): Line => [words('  '), ...line])]} />;
  }
  const list = fitRows(listLines({ ...state, height }, error, listWidth(columns), theme), area);
  const body = isBeside ? besides(list, detail, listWidth(columns), columns, theme) : list;
  return <Lines columns={columns} lines={[...head, ...body]} />;
}

function createPane(session: ConsoleSession): {
  readonly store: IndexesStore;
  readonly layer: ReturnType<typeof indexesLayer>;
} {
  const store = createIndexesState();
  return { store, layer: indexesLayer(store, indexesActions(session, store)) };
}

/** What runs, for the head. */
function runningText(job: MaintenanceJob | undefined, nowMs: number): string | undefined {
  if (job === undefined || !isRunning(job)) return undefined;
  const { current, jobs, results } = job;
  const place = jobs.length === 1 ? '' : ` ${results.length + 1} of ${jobs.length}`;
  const share = current?.progress?.fraction === undefined ? '' : ` ${Math.floor(current.progress.fraction * 100)} %`;
  const since = current === undefined ? '' : `, ${formatDuration(Math.max(0, nowMs - current.startedAtMs))}`;
  return `running${place}${share}${since}, p shows it`;
}

/** Asks the planner about the statements of an index that fills the pane: not of each that the cursor passes. */
function useExplained(index: Index | undefined, { reading, judgement }: IndexesState): Explained {
  const asked = useRead({
    key: ['indexes-explained', index?.oid],
    enabled: index !== undefined && reading !== undefined && judgement !== undefined,
    read: (database, options) => explainUses(database, reading!, judgement!.statements.statements, index!, options),
  });
  if (index === undefined) return undefined;
  return asked.data ?? (asked.isError ? undefined : 'asking');
}

/** Keeps the readings in the store; gives what the last one failed with. */
function useReadings(session: ConsoleSession, store: IndexesStore): unknown {
  const read = useRead({
    key: ['indexes'],
    refreshMs,
    read: (database, options) => readAll(session, database, options),
  });
  const { data } = read;
  const judging = useRead({
    key: ['indexes-judged'],
    refreshMs: judgeMs,
    enabled: data !== undefined,
    read: async (database, options) => judge(database, await readAll(session, database, options), options),
  });
  const judgement = judging.data;
  useEffect(() => {
    if (data === undefined) return;
    store.update((now) => withReading(now, data));
    session.router.bindingsChanged();
  }, [store, session, data]);
  useEffect(() => {
    if (judgement === undefined) return;
    store.update((now) => arranged({ ...now, judgement }));
    session.router.bindingsChanged();
  }, [store, session, judgement]);
  return read.error ?? judging.error;
}
