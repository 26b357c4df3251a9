import type { ReactNode } from 'react';
import type { Area, Binding } from '#console/public/contract.ts';
import { type ConsoleSession, useSession, useStore } from '#console/public/hooks.ts';
import { displayText, trusted } from '#core/display-text.ts';
import { formatCappedCount, formatCount } from '#core/format.ts';
import { createStore, type Store } from '#core/store.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { countsText } from '../bulk-output.ts';
import type { BulkProgress } from '../bulk-rows.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { TypedWord } from '#core/typed-word.ts';
import {
  type BulkEnd,
  type BulkJob,
  type BulkRunner,
  bulkRunnerOf,
  closedBulkOf,
  doneWord,
  isWell,
  whereTo,
} from './bulk-runner.ts';

const id = 'metadata-bulk-run';

/** Asks to take the whole bulk change back. */
type Undo = (bulkId: string, tenant: TenantIdentity | undefined, typed: TypedWord) => void;

/** Shows the bulk change that runs or has run. Closing it leaves it running. */
export function openBulkRun(session: ConsoleSession, undo: Undo): void {
  const runner = bulkRunnerOf(session);
  const scroll = createStore(0);
  session.openDialog({
    id,
    layer: {
      title: 'Bulk change',
      bindings: () => {
        const job = runner.job.get();
        const close = (): void => session.closeDialog(id);
        const own =
          job === undefined
            ? []
            : job.end === undefined
              ? runningBindings(runner, job, close)
              : endedBindings(session, job, job.end, undo, close);
        return [...own, ...copyBindings(session, job), ...scrollBindings(scroll)];
      },
    },
    Content: (area) => <RunContent {...area} runner={runner} scroll={scroll} />,
  });
}

function runningBindings(runner: BulkRunner, { isStopping }: BulkJob, close: () => void): readonly Binding[] {
  return [
    {
      id: 'bulk.stop',
      keys: ['s'],
      label: 'stop',
      help: 'Stop after the record at hand; it can be resumed and undone.',
      inFooter: true,
      disabledReason: isStopping ? 'it is stopping' : undefined,
      run: () => void runner.stop(),
    },
    {
      id: 'bulk.leave',
      keys: ['esc', 'q', 'ctrl+c'],
      label: 'leave it running',
      help: 'Close; it goes on, and B shows it again.',
      inFooter: true,
      run: close,
    },
  ];
}

function endedBindings(session: ConsoleSession, job: BulkJob, end: BulkEnd, undo: Undo, close: () => void): readonly Binding[] {
  const runner = bulkRunnerOf(session);
  const { work, bulkId } = job;
  const done = end.report === undefined ? 0 : end.report.changed + end.report.skipped;
  return [
    {
      id: 'bulk.undo',
      keys: ['u'],
      label: 'undo all',
      help: 'Take all its edits back as one, with a reason.',
      inFooter: true,
      disabledReason: work.what === 'undo' ? 'this took it back' : done === 0 ? 'nothing was changed' : undefined,
      run: () => {
        if (bulkId !== undefined) undo(bulkId, work.tenant, work.typed);
      },
    },
    {
      id: 'bulk.resume',
      keys: ['r'],
      label: 'resume',
      help: 'Go on where it stopped, and try again what failed; what is done is left alone.',
      inFooter: true,
      confirm: true,
      disabledReason: isWell(end) ? 'it is done' : undefined,
      // Without an edit on record the service knows no run to go on with.
      run: () => runner.start({ work, bulkId: work.what === 'undo' || done > 0 ? bulkId : undefined }),
    },
    {
      id: 'bulk.close',
      keys: ['esc', 'q', 'enter', 'ctrl+c'],
      label: 'close',
      help: 'Close. B and ctrl-l show it again; later its id does: :bulk ID.',
      inFooter: true,
      run: () => {
        close();
        closedBulkOf(session).set(job);
        session.notify(whereTo(job));
      },
    },
  ];
}

function copyBindings(session: ConsoleSession, job: BulkJob | undefined): readonly Binding[] {
  return [
    {
      id: 'bulk.copy',
      keys: ['y'],
      label: 'copy id',
      help: 'Copy the id of the bulk change.',
      inFooter: true,
      disabledReason: job?.bulkId === undefined ? 'it has none yet' : undefined,
      run: () => job?.bulkId !== undefined && session.copy(job.bulkId, 'id of the bulk change'),
    },
  ];
}

function scrollBindings(scroll: Store<number>): readonly Binding[] {
  const by = (rows: number) => (): void => scroll.update((now) => Math.max(0, now + rows));
  return [
    { id: 'bulk.down', keys: ['down', 'j'], label: 'scroll', help: 'Scroll the failed records.', run: by(1) },
    { id: 'bulk.up', keys: ['up', 'k'], label: 'scroll', help: 'Scroll back.', run: by(-1) },
    { id: 'bulk.page-down', keys: ['pagedown', 'space'], label: 'page', help: 'Scroll a page.', run: by(10) },
    { id: 'bulk.page-up', keys: ['pageup', 'b'], label: 'page', help: 'Scroll a page back.', run: by(-10) },
  ];
}

function RunContent({
  columns,
  rows,
  runner,
  scroll,
}: Area & { readonly runner: BulkRunner; readonly scroll: Store<number> }): ReactNode {
  const { facts } = useSession();
  const job = useStore(runner.job);
  const scrolled = useStore(scroll);
  if (job === undefined) return <Lines columns={columns} lines={fitRows([], rows)} />;
  const { work, bulkId, end } = job;
  const progress = end?.report ?? job.progress;
  const what = work.what === 'undo' ? 'Taking back a bulk change of ' : 'Bulk change of ';
  const above: readonly Line[] = [
    [
      words(facts.environment.name, facts.environment.production ? 'danger-badge' : 'badge'),
      words(` ${what}`),
      span(displayText(work.title, { maxWidth: columns }), 'strong'),
    ],
    [words('id ', 'muted'), span(displayText(bulkId ?? 'not given yet'))],
    emptyLine,
    stateLine(job),
    ...progressLines(job, progress, columns),
    emptyLine,
    ...endLines(job, columns),
  ];
  const failed = failedLines(progress, columns);
  const room = Math.max(1, rows - above.length);
  const from = Math.max(0, Math.min(scrolled, failed.length - room));
  return <Lines columns={columns} lines={fitRows([...above, ...failed.slice(from)], rows)} />;
}

function stateLine({ isStopping, end }: BulkJob): Line {
  if (end === undefined)
    return isStopping
      ? [words('stopping: the record at hand is finished first ...', 'warning')]
      : [words('running', 'accent'), words('; the other panes can be used meanwhile, s stops it')];
  if (end.report === undefined) return [words('Not done.', 'danger')];
  if (end.report.stopped === undefined)
    return end.report.failed.length === 0
      ? [words('Done.', 'good')]
      : [words('Done, but records failed; r tries them again.', 'warning')];
  return [
    words(end.report.stopped.why === 'failed' ? 'Stopped by a failure.' : 'Stopped.', 'warning'),
    words(' What is done is done and on record; r goes on with the rest.'),
  ];
}

function progressLines({ work }: BulkJob, progress: BulkProgress | undefined, columns: number): readonly Line[] {
  if (progress === undefined) return [[words('no record yet', 'muted')]];
  const of =
    work.what === 'undo' ? `${formatCount(work.expected.rows)} edits` : `about ${formatCappedCount(work.expected)} records`;
  return [
    [words(`${formatCount(progress.matched)} of ${of}; ${formatCount(progress.rowsPerSecond)} rows a second`)],
    ...wrapWords(countsText(progress, doneWord(work)), columns).map((text): Line => [span(trusted(text), 'strong')]),
  ];
}

function endLines({ end, bulkId }: BulkJob, columns: number): readonly Line[] {
  const stopped = end?.report?.stopped;
  const failure = end?.failure ?? (stopped?.why === 'failed' ? stopped.error : undefined);
  if (failure === undefined) return [];
  const later = bulkId === undefined ? '' : `Later, or in another console: :bulk ${bulkId}`;
  return [...failureLines(failure, columns), ...(later === '' ? [] : [[words(later, 'muted')]]), emptyLine];
}

function failedLines(progress: BulkProgress | undefined, columns: number): readonly Line[] {
  if (progress === undefined || progress.failed.length === 0) return [];
  return [
    [words(`${formatCount(progress.failed.length)} failed:`, 'warning')],
    ...progress.failed.flatMap((row): readonly Line[] => [
      [words('  '), span(displayText(row.id, { maxWidth: columns }))],
      ...wrapWords(displayText(row.reason), columns - 4).map((text): Line => [words('    '), span(trusted(text), 'muted')]),
    ]),
  ];
}
