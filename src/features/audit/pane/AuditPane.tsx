import { type ReactNode, useEffect } from 'react';
import type { Area } from '#console/public/contract.ts';
import { type ConsoleSession, useClock, useKeyLayer, usePinnedTenant, useSession, useStore } from '#console/public/hooks.ts';
import { keepLogPlace } from '#ui/log-view.ts';
import { Lines } from '#ui/Lines.tsx';
import { fitRows, type Line } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { type AuditStore, createAuditState } from './audit-state.ts';
import { besideColumns, listWidth } from './entry-columns.ts';
import { extentOf } from './entry-log.ts';
import { EntryView } from './EntryView.tsx';
import { createFeed } from './feed.ts';
import { filterLine } from './filter-line.ts';
import { auditLayer } from './keys.ts';
import { listLines } from './list-lines.ts';
import { useRate } from './rate-reading.ts';
import { auditActions, showRecord } from './session-actions.ts';
import { hintLine, statusLine } from './status-line.ts';
import { useTenantNames } from './tenant-names.ts';

/** Lines above the rows: how it goes, the filter, and the columns' titles. */
const linesAbove = 3;

/** The audit log as it is written and as far back as it goes, and what one entry changed. */
export function AuditPane({ columns, rows }: Area): ReactNode {
  const session = useSession();
  const theme = useTheme();
  const { store, layer, feed } = session.stateOf('audit', () => createPane(session));
  const state = useStore(store);
  const tenant = usePinnedTenant();
  const nowMs = useClock();
  useKeyLayer(layer);
  useHandOver(session, store, feed);
  const rate = useRate(store, nowMs);
  const hint = hintLine(state);
  const height = Math.max(1, rows - linesAbove - (hint === undefined ? 0 : 1));
  useEffect(() => {
    store.update((now) => ({ ...now, height, view: keepLogPlace(now.view, extentOf(now.log), height) }));
  }, [store, height]);
  useTenantNames(session, store);

  const head: readonly Line[] = [
    statusLine(state, { rate, nowMs }, columns, theme),
    filterLine(state, tenant, columns, theme),
    ...(hint === undefined ? [] : [hint]),
  ];
  const area = { columns, rows: rows - head.length };
  const list = (width: number): readonly Line[] =>
    fitRows(listLines({ ...state, height }, { nowMs, isPinned: tenant !== undefined }, width, theme), area.rows);
  if (state.isOpen) return <EntryView {...area} store={store} nowMs={nowMs} head={head} />;
  if (columns < besideColumns) return <Lines columns={columns} lines={[...head, ...list(columns)]} />;
  const width = listWidth(columns);
  return <EntryView {...area} store={store} nowMs={nowMs} head={head} beside={{ lines: list(width), columns: width }} />;
}

function createPane(session: ConsoleSession): {
  readonly store: AuditStore;
  readonly feed: ReturnType<typeof createFeed>;
  readonly layer: ReturnType<typeof auditLayer>;
} {
  const store = createAuditState();
  const feed = createFeed(session, store);
  session.tenant.subscribe(feed.restart);
  feed.restart();
  let before = '';
  store.subscribe(() => {
    const { log, view, history, conditions, field, isOpen } = store.get();
    const now = [log.rows.length === 0, view.isFollowing, history.isApart, conditions.length, field === undefined, isOpen].join();
    if (now === before) return;
    before = now;
    session.router.bindingsChanged();
  });
  return { store, feed, layer: auditLayer(store, auditActions(session, store, feed)) };
}

/** Another pane or the find box asked for a record's entries, or for those of the tenant that it pinned: nothing else narrows them. */
function useHandOver(session: ConsoleSession, store: AuditStore, feed: ReturnType<typeof createFeed>): void {
  const handOver = useStore(session.handOver);
  useEffect(() => {
    if (handOver?.pane !== 'audit') return;
    session.handOver.set(undefined);
    const { table, recordId } = handOver;
    if (recordId !== undefined) {
      showRecord(store, feed, table, recordId);
      return;
    }
    const { conditions, window } = store.get();
    store.update((now) => ({ ...now, conditions: [], window: undefined, search: '', field: undefined }));
    if (conditions.length > 0 || window !== undefined) feed.restart();
  }, [handOver, session, store, feed]);
}
