import { type ReactNode, useEffect, useMemo } from 'react';
import type { Area } from '#console/public/contract.ts';
import { useRead, useSettled, useStore } from '#console/public/hooks.ts';
import { Lines } from '#ui/Lines.tsx';
import { besides, emptyLine, type Line, words } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { readDetailOf } from '../entries.ts';
import { type AuditStore, markedGap, markedRow } from './audit-state.ts';
import { contentLines, factLines, gapLines, partOf } from './entry-lines.ts';
import { transactionAround } from './entry-log.ts';

const settleMs = 150;

/** The marked entry with its documents, beside the list or alone. */
export function EntryView({
  columns,
  rows,
  store,
  nowMs,
  head,
  beside,
}: Area & {
  readonly store: AuditStore;
  readonly nowMs: number;
  /** What stands above. */
  readonly head: readonly Line[];
  readonly beside?: { readonly lines: readonly Line[]; readonly columns: number };
}): ReactNode {
  const theme = useTheme();
  const state = useStore(store);
  const { source, log, view, isWhole, revealed, isLocal, tenantNames, scroll } = state;
  const row = markedRow(state);
  // While entries rush by under a view that follows, none of them is read.
  const settled = useSettled(row?.entry, settleMs);
  const id = settled?.id;
  const isSettled = row !== undefined && settled === row.entry;
  const detail = useRead({
    // Of one that was updated there are two rows, and what was read for the first is not how it is now.
    key: ['audit-entry', id, settled?.fullXid],
    enabled: id !== undefined && source.state === 'there',
    read: async (database, options) =>
      source.state === 'there' && id !== undefined
        ? ((await readDetailOf(database, source.source, settled!, options)) ?? null)
        : null,
  });
  const place = view.cursor - log.first;
  const around = transactionAround(log.rows, place);
  const transaction = { size: around.end - around.start, place: place - around.start + 1 };
  const tenantId = row?.entry.tenantId ?? null;
  const tenantName = tenantId === null ? undefined : tenantNames.get(tenantId);
  const width = beside === undefined ? columns - 4 : columns - beside.columns - 3;
  const shown = isSettled ? detail.data : undefined;
  const failure = isSettled && detail.data === undefined ? detail.error : null;
  const showsSecrets = row !== undefined && revealed === row.entry.id;
  const content = useMemo(
    () => contentLines({ detail: shown, failure, isWhole, showsSecrets }, width),
    [shown, failure, isWhole, showsSecrets, width],
  );
  const facts = row === undefined ? [] : factLines(row, { detail: shown, transaction, tenantName, isLocal, nowMs }, width);
  const gap = markedGap(state);
  const aside = gap === undefined ? [] : gapLines(gap, isLocal, width);
  const lines = row === undefined ? aside : [...facts, emptyLine, ...content];
  const lastScroll = Math.max(0, lines.length - rows);
  useEffect(() => {
    if (beside === undefined && scroll > lastScroll) store.update((now) => ({ ...now, scroll: lastScroll }));
  }, [beside, scroll, lastScroll, store]);
  const from = beside === undefined ? Math.min(scroll, lastScroll) : 0;
  const visible = partOf(lines, from, rows, beside === undefined ? 'space scrolls' : 'enter opens');
  const body =
    beside === undefined
      ? visible.map((line): Line => [words('  '), ...line])
      : besides(beside.lines, visible, beside.columns, columns, theme);
  return <Lines columns={columns} lines={[...head, ...body]} />;
}
