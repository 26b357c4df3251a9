import type { ReactNode } from 'react';
import type { Area, Binding } from '#console/public/contract.ts';
import { type ConsoleSession, useSession, useStore } from '#console/public/hooks.ts';
import { displayText, trusted } from '#core/display-text.ts';
import type { Store } from '#core/store.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { editText, fieldLine, textOf } from '#ui/text-field.ts';
import { type Theme, useTheme } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { previewBulk } from '../bulk.ts';
import { changeFromLines } from '../bulk-change.ts';
import { askToRunBulk } from './bulk-asking.ts';
import {
  type BulkDraft,
  bulkDraftOf,
  type BulkStart,
  changeLine,
  draftProblem,
  emptyDraft,
  insertLines,
  lineProblem,
  moveLine,
  reopened,
} from './bulk-draft.ts';
import { bulkRunnerOf, lastText } from './bulk-runner.ts';
import { showBulkRun, whoseText } from './bulk-undoing.ts';
import { columnKey } from './metadata-state.ts';

const id = 'metadata-bulk';

/** Asks what to change in the records of a list and whose, and goes on to the dry run. With a `bulkId` it goes on with that run. */
export function openBulk(session: ConsoleSession, start: BulkStart, bulkId: string | undefined): void {
  const draft = bulkDraftOf(session);
  let reading = new AbortController();
  draft.update((now) => reopened(now, bulkId));
  const dryRun = (): void => {
    if (draftProblem(draft.get(), start) !== undefined) {
      draft.update((now) => ({ ...now, hasTried: true }));
      return;
    }
    reading = new AbortController();
    const { signal } = reading;
    draft.update((now) => ({ ...now, isReading: true, failure: undefined }));
    preview(session, draft, start, signal).then(
      () => draft.update((now) => ({ ...now, isReading: false })),
      (failure: unknown) => {
        if (!signal.aborted) draft.update((now) => ({ ...now, isReading: false, failure }));
      },
    );
  };
  const close = (): void => {
    reading.abort(new Error('The dry run was left.'));
    draft.update((now) => ({ ...now, isReading: false }));
    session.closeDialog(id);
  };
  session.openDialog({
    id,
    layer: {
      title: 'Change in bulk',
      textTarget: () =>
        draft.get().isReading
          ? undefined
          : {
              insert: (text) => draft.update((now) => insertLines(now, text)),
              edit: (edit) => draft.update((now) => changeLine(now, (field) => editText(field, edit))),
            },
      bindings: () => [...bulkBindings(draft, start, dryRun, close), ...lastBindings(session, draft, close)],
    },
    Content: (area) => <BulkContent {...area} draft={draft} start={start} />,
  });
}

async function preview(session: ConsoleSession, draft: Store<BulkDraft>, start: BulkStart, signal: AbortSignal): Promise<void> {
  const { lines, reason, bulkId } = draft.get();
  const typed = lines.map(textOf).filter((line) => line.trim() !== '');
  const scope = start.tenant ?? ('all-tenants' as const);
  const bulk = { place: start.column, condition: start.condition, scope, change: changeFromLines(typed) };
  const found = await previewBulk(session.database, bulk, { signal });
  signal.throwIfAborted();
  if (found.count.rows === 0) {
    session.notify('No record is found: there is nothing to change.', 'warning');
    return;
  }
  await askToRunBulk(session, {
    bulk,
    which: start.which,
    lines: typed,
    preview: found,
    bulkId,
    reason,
    signal,
    onLeave: (now) => draft.update((before) => ({ ...before, reason: now })),
    onStart: () => {
      draft.set(emptyDraft);
      session.closeDialog(id);
    },
  });
}

function bulkBindings(draft: Store<BulkDraft>, { tenant }: BulkStart, dryRun: () => void, close: () => void): readonly Binding[] {
  const busy = draft.get().isReading ? 'the dry run is on its way' : undefined;
  const move = (by: 1 | -1) => (): void => draft.update((now) => moveLine(now, by));
  return [
    {
      id: 'bulk.dry-run',
      keys: ['enter'],
      label: 'dry run',
      help: 'Show how many records would change, whose, and samples; nothing is changed yet.',
      inFooter: true,
      disabledReason: busy,
      run: dryRun,
    },
    {
      id: 'bulk.next-line',
      keys: ['down', 'tab', 'ctrl+n'],
      label: 'another line',
      help: 'Go to the next line, or to a new one.',
      inFooter: true,
      disabledReason: busy,
      run: move(1),
    },
    {
      id: 'bulk.line-before',
      keys: ['up', 'shift+tab', 'ctrl+p'],
      label: 'line before',
      help: 'Go to the line before.',
      disabledReason: busy,
      run: move(-1),
    },
    {
      id: 'bulk.all-tenants',
      keys: ['ctrl+g'],
      label: draft.get().isForAll ? 'no tenant' : 'all tenants',
      help: 'Change the records of all tenants, where none is pinned.',
      inFooter: tenant === undefined,
      disabledReason: busy ?? (tenant === undefined ? undefined : `${tenant.name} is pinned; T unpins it`),
      run: () => draft.update((now) => ({ ...now, isForAll: !now.isForAll, hasTried: false })),
    },
    {
      id: 'bulk.leave-draft',
      keys: ['esc', 'ctrl+c'],
      label: 'close',
      help: 'Close; what was typed is there again with B.',
      inFooter: true,
      run: close,
    },
  ];
}

/** Leads to the bulk change before this one: from there it is taken back as one. */
function lastBindings(session: ConsoleSession, draft: Store<BulkDraft>, close: () => void): readonly Binding[] {
  if (bulkRunnerOf(session).job.get() === undefined) return [];
  return [
    {
      id: 'bulk.last',
      keys: ['ctrl+l'],
      label: 'the last one',
      help: 'Show the last bulk change of this session, to take it back or to resume it.',
      inFooter: true,
      disabledReason: draft.get().isReading ? 'the dry run is on its way' : undefined,
      run: () => {
        close();
        showBulkRun(session);
      },
    },
  ];
}

function BulkContent({
  columns,
  rows,
  draft,
  start,
}: Area & { readonly draft: Store<BulkDraft>; readonly start: BulkStart }): ReactNode {
  const theme = useTheme();
  const session = useSession();
  const { facts } = session;
  const state = useStore(draft);
  const last = useStore(bulkRunnerOf(session).job);
  const above: readonly Line[] = [
    [
      words(facts.environment.name, facts.environment.production ? 'danger-badge' : 'badge'),
      words(' Change '),
      span(displayText(columnKey(start.column), { maxWidth: columns }), 'strong'),
      words(state.bulkId === undefined ? ' in bulk' : ' in bulk, going on with '),
      ...(state.bulkId === undefined ? [] : [span(displayText(state.bulkId))]),
    ],
    [
      words('which  ', 'muted'),
      span(displayText(start.which, { maxWidth: columns }), start.condition.kind === 'all' ? 'warning' : 'plain'),
    ],
    [words('whose  ', 'muted'), whose(state, start)],
    ...(last === undefined ? [] : [[words('last   ', 'muted'), span(displayText(lastText(last), { maxWidth: columns }))]]),
    emptyLine,
    [words('What to change, a path a line: ', 'muted'), words('/path = value'), words(' or ', 'muted'), words('unset /path')],
  ];
  const below = belowLines(state, start, columns);
  const lines = state.lines.flatMap((_, index) => lineLines(state, index, columns, theme));
  const room = Math.max(1, rows - above.length - below.length);
  const at = state.lines.slice(0, state.cursor + 1).flatMap((_, index) => lineLines(state, index, columns, theme)).length;
  const from = Math.max(0, at - room);
  return <Lines columns={columns} lines={fitRows([...above, ...lines.slice(from, from + room), ...below], rows)} />;
}

function whose({ isForAll }: BulkDraft, { tenant }: BulkStart): Line[number] {
  if (tenant !== undefined) return span(displayText(`${whoseText(tenant)}, the pinned tenant`, { maxWidth: 70 }), 'accent');
  return isForAll
    ? words(`${whoseText(undefined)}: the records of every tenant are changed`, 'warning')
    : words('not said yet: no tenant is pinned, and ctrl-g takes those of all tenants', 'warning');
}

function lineLines(
  { lines, cursor, hasTried, isReading }: BulkDraft,
  index: number,
  columns: number,
  theme: Theme,
): readonly Line[] {
  const line = lines[index]!;
  const isFocused = index === cursor && !isReading;
  const shown = isFocused ? fieldLine(line, columns - 3, theme) : [span(displayText(textOf(line), { maxWidth: columns }))];
  const problem = lineProblem(line);
  const told = problem !== undefined && (hasTried || index !== cursor);
  return [
    [words(isFocused ? ' > ' : '   ', 'accent'), ...shown],
    ...(told
      ? wrapWords(displayText(problem), columns - 5).map((text): Line => [words('     '), span(trusted(text), 'danger')])
      : []),
  ];
}

function belowLines(state: BulkDraft, start: BulkStart, columns: number): readonly Line[] {
  if (state.isReading) return [emptyLine, [words('dry run: counting and trying; esc leaves it ...', 'accent')]];
  if (state.failure !== undefined) return [emptyLine, ...failureLines(state.failure, columns)];
  if (state.isFromBefore)
    return [
      emptyLine,
      [words('This was typed before: typing begins anew, an arrow key or a deletion goes on with it.', 'accent')],
    ];
  const problem = state.hasTried ? draftProblem(state, start) : undefined;
  if (problem === undefined) return [emptyLine, [words('Values are JSON: "text", 42, true, null, {"key": 1}', 'muted')]];
  return [emptyLine, ...wrapWords(problem, columns).map((text): Line => [words(text, 'danger')])];
}
