import { type ReactNode, useEffect } from 'react';
import type { Area, Binding } from '#console/public/contract.ts';
import { type ConsoleSession, useRead, useStore } from '#console/public/hooks.ts';
import { displayText } from '#core/display-text.ts';
import { formatTimestamp } from '#core/format.ts';
import { maskText } from '#core/mask.ts';
import { createStore, type Store } from '#core/store.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import type { DocumentPlace, StoredDocument } from '../documents.ts';
import { type HistoryEntry, listHistory } from '../history.ts';
import { changeLines } from '#ui/change-lines.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { failureLines } from '#ui/failure-lines.ts';

interface HistoryState {
  readonly entries: readonly HistoryEntry[];
  readonly cursor: number;
  readonly scroll: number;
}

const id = 'metadata-history';

/** What the dialog is asked to take back: one edit of ours, or the whole bulk change that it is part of. */
export interface HistoryUndo {
  readonly edit: (entry: HistoryEntry) => void;
  readonly bulk: (bulkId: string) => void;
}

/** Shows a record's edits and audit entries, newest first, with what each changed. */
export function openHistory(session: ConsoleSession, { place }: StoredDocument, undo: HistoryUndo): void {
  const store = createStore<HistoryState>({ entries: [], cursor: 0, scroll: 0 });
  session.openDialog({
    id,
    layer: { title: 'History', bindings: () => historyBindings(session, store, undo) },
    Content: (area) => <HistoryContent {...area} store={store} place={place} />,
  });
}

function historyBindings(session: ConsoleSession, store: Store<HistoryState>, undo: HistoryUndo): readonly Binding[] {
  const { entries, cursor } = store.get();
  const entry = entries[cursor];
  const move = (by: number): void =>
    store.update((now) => ({ ...now, scroll: 0, cursor: Math.max(0, Math.min(now.entries.length - 1, now.cursor + by)) }));
  const scroll = (by: number): void => store.update((now) => ({ ...now, scroll: Math.max(0, now.scroll + by) }));
  const close = (): void => session.closeDialog(id);
  return [
    {
      id: 'history.undo',
      keys: ['u'],
      label: 'take back',
      help: 'Take the marked edit back, with a reason; refused where its paths have changed since.',
      inFooter: true,
      disabledReason: undoReason(session, entry),
      run: () => {
        if (entry === undefined) return;
        close();
        undo.edit(entry);
      },
    },
    {
      id: 'history.undo-bulk',
      keys: ['B'],
      label: 'whole bulk change',
      help: 'Take back the whole bulk change that the marked edit is part of.',
      inFooter: entry?.bulkId !== undefined,
      disabledReason: entry?.bulkId === undefined ? 'the entry is part of no bulk change' : undoReason(session, entry),
      run: () => {
        if (entry?.bulkId === undefined) return;
        close();
        undo.bulk(entry.bulkId);
      },
    },
    {
      id: 'history.copy',
      keys: ['y'],
      label: 'copy id',
      help: 'Copy the id of the marked entry.',
      inFooter: true,
      disabledReason: entry === undefined ? 'no entry is marked' : undefined,
      run: () => entry !== undefined && session.copy(entry.id, 'id of the audit entry'),
    },
    { id: 'history.down', keys: ['down', 'j'], label: 'down', help: 'Next entry.', run: () => move(1) },
    { id: 'history.up', keys: ['up', 'k'], label: 'up', help: 'Entry before.', run: () => move(-1) },
    { id: 'history.page-down', keys: ['pagedown', 'space'], label: 'scroll', help: 'Scroll the changes.', run: () => scroll(5) },
    { id: 'history.page-up', keys: ['pageup', 'b'], label: 'scroll', help: 'Scroll the changes back.', run: () => scroll(-5) },
    { id: 'history.close', keys: ['esc', 'q', 'enter', 'ctrl+c'], label: 'close', help: 'Close.', inFooter: true, run: close },
  ];
}

function undoReason(session: ConsoleSession, entry: HistoryEntry | undefined): string | undefined {
  if (entry === undefined) return 'no entry is marked';
  if (!entry.isMetadataEdit) return 'only metadata edits can be taken back';
  return readOnlyReason(session);
}

function HistoryContent({
  columns,
  rows,
  store,
  place,
}: Area & { readonly store: Store<HistoryState>; readonly place: DocumentPlace }): ReactNode {
  const state = useStore(store);
  const history = useRead({
    key: ['metadata-history', place.table.title, place.column.name, place.id],
    read: async (database, options) => listHistory(database, await database.catalog(), place, options),
  });
  useEffect(() => {
    const entries = history.data;
    if (entries === undefined) return;
    // An edit of ours and the trigger's entry of the same update have one time: the mark starts on what can be taken back.
    const edit = entries.findIndex(({ isMetadataEdit, at }) => isMetadataEdit && at === entries[0]?.at);
    store.update((now) => ({ ...now, entries, cursor: now.entries.length === 0 ? Math.max(0, edit) : now.cursor }));
  }, [store, history.data]);
  const title: Line = [
    words('History of '),
    span(displayText(`${place.table.title} ${place.id}`, { maxWidth: columns }), 'strong'),
  ];
  const { entries } = state;
  const marked = entries[state.cursor];
  if (marked === undefined) {
    const said: readonly Line[] =
      history.error !== null
        ? failureLines(history.error, columns)
        : [[words(history.data === undefined ? 'reading the audit log ...' : 'Nothing is on record about this row.', 'muted')]];
    return <Lines columns={columns} lines={fitRows([title, emptyLine, ...said], rows)} />;
  }
  const listRows = Math.max(3, Math.min(entries.length, Math.floor((rows - 3) / 2)));
  const from = Math.max(0, Math.min(state.cursor - Math.floor(listRows / 2), entries.length - listRows));
  const list = entries.slice(from, from + listRows).map((entry, index) => entryLine(entry, from + index === state.cursor));
  const detail = detailLines(marked, columns);
  const room = rows - list.length - 2;
  const shown = detail.slice(Math.min(state.scroll, Math.max(0, detail.length - room)));
  return <Lines columns={columns} lines={fitRows([title, ...list, emptyLine, ...shown], rows)} />;
}

function entryLine({ at, action, actor, changes, isMetadataEdit, id: entryId }: HistoryEntry, isMarked: boolean): Line {
  return [
    words(isMarked ? ' > ' : '   '),
    span(at === null ? displayText('no time') : formatTimestamp(at), isMarked ? 'selected' : 'plain'),
    words('  '),
    span(displayText(action.padEnd(13), { maxWidth: 30 }), isMetadataEdit ? 'accent' : 'plain'),
    words(`  ${changes.length} ${changes.length === 1 ? 'change ' : 'changes'}  `, 'muted'),
    span(displayText(actor ?? 'unknown', { maxWidth: 40 })),
    words('  '),
    span(displayText(entryId.slice(0, 8)), 'muted'),
  ];
}

function detailLines({ reason, changes, unreadable, bulkId }: HistoryEntry, columns: number): readonly Line[] {
  if (unreadable !== undefined) return [[span(displayText(`can not be shown: ${unreadable}`, { maxWidth: columns }), 'warning')]];
  return [
    ...(reason === undefined ? [] : [[words('reason ', 'muted'), span(displayText(maskText(reason), { maxWidth: columns }))]]),
    ...(bulkId === undefined ? [] : [[words('part of bulk change ', 'muted'), span(displayText(bulkId))]]),
    ...(changes.length === 0 ? [[words('no change of values is on record', 'muted')]] : changeLines(changes, columns)),
  ];
}
