import { displayText } from '#core/display-text.ts';
import { formatAge, formatCount, formatDuration } from '#core/format.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import { shareBar } from '#ui/share-bar.ts';
import type { Theme } from '#ui/theme.ts';
import type { JobResult } from '../run/events.ts';
import { type Job, titleOfJob } from '../run/job.ts';
import { resultLines } from '../run/output.ts';
import { type CurrentJob, isWell, leftBehind, type MaintenanceJob } from './run-job.ts';
import { wrapped } from './told-lines.ts';

/** Everything of a run: jobs with what became of them, phases and bar of the one at hand, who is waited for. */
export function runLines(work: MaintenanceJob, nowMs: number, columns: number, theme: Theme): readonly Line[] {
  const { jobs, results, current, end } = work;
  const resultOf = new Map(results.map((result) => [result.job, result]));
  const lines = jobs.flatMap((job): readonly Line[] => {
    const result = resultOf.get(job);
    if (result !== undefined) return toldResult(result, columns);
    if (current?.job === job) return currentLines(current, nowMs, columns, theme);
    return [
      [words('  '), span(displayText(titleOfJob(job)), 'muted'), words(end === undefined ? '  waits' : '  not run', 'muted')],
    ];
  });
  const failure = end?.failure === undefined ? [] : [...failureLines(end.failure, columns), emptyLine];
  return [...failure, ...lines];
}

/** How it goes, in a line. */
export function runStateLine(work: MaintenanceJob): Line {
  const { end, isStopping, results } = work;
  if (end === undefined) {
    return isStopping
      ? [words('stopping: the statement is being cancelled on the server, and what it left is dropped ...', 'warning')]
      : [words('running', 'accent'), words('; the other panes can be used meanwhile, s stops it')];
  }
  if (end.report === undefined) return [words('Nothing was done.', 'danger')];
  if (leftBehind(results).length > 0) return [words('An invalid index is left behind.', 'danger'), words(' c cleans.')];
  if (isWell(work)) return [words('Done.', 'good')];
  const bad = results.find(({ state }) => state !== 'done');
  if (end.report.isStopped || bad?.state === 'stopped') return [words('Stopped.', 'warning'), words(' Nothing is left behind.')];
  return [words(bad?.state === 'unknown' ? 'Unknown.' : 'Failed.', 'danger')];
}

/** What is under way, as its line names it. */
export const currentTitle = ({ current }: MaintenanceJob): string | undefined =>
  current === undefined ? undefined : titleOfJob(current.job);

/** What failed, in the words of the server. */
export function failureText({ results }: MaintenanceJob): string {
  return results
    .flatMap(({ job, failure }) =>
      failure === undefined ? [] : [[`${titleOfJob(job)}: ${failure.message}`, ...failure.details].join('\n')],
    )
    .join('\n');
}

const tones = { done: 'good', failed: 'danger', stopped: 'warning', unknown: 'danger' } as const;

function toldResult(result: JobResult, columns: number): readonly Line[] {
  const [first = '', ...others] = resultLines(withKeys(result));
  return [
    ...wrapped(first, columns - 2).map((line): Line => [words('  '), span(displayText(line), tones[result.state])]),
    ...others.flatMap((other) =>
      wrapped(other.trim(), columns - 6).map((line): Line => [words('      '), span(displayText(line))]),
    ),
  ];
}

/** What the service says of a command's options, in terms of this pane: here all wait equally long. */
function withKeys(result: JobResult): JobResult {
  const { failure } = result;
  if (failure?.sqlState !== '55P03') return result;
  const whatToDo = 'When they are done, or were ended, esc and ask again.';
  return { ...result, failure: { ...failure, whatToDo } };
}

const barColumns = 24;

function currentLines(current: CurrentJob, nowMs: number, columns: number, theme: Theme): readonly Line[] {
  const { job, statement, startedAtMs, phases, progress, cleaning } = current;
  return [
    jobLine(job, nowMs - startedAtMs),
    [words('    '), span(displayText(statement, { maxWidth: columns }), 'muted')],
    ...phases.flatMap((phase): readonly Line[] => [[words('    '), words('done  ', 'good'), span(displayText(phase), 'muted')]]),
    ...(progress === undefined ? [] : progressLines(progress, columns, theme)),
    ...(cleaning === undefined
      ? []
      : [[words('    '), span(displayText(`left behind: ${cleaning.leftover}; it is being dropped`), 'warning')]]),
  ];
}

function jobLine(job: Job, elapsedMs: number): Line {
  return [
    words('  '),
    span(displayText(titleOfJob(job)), 'strong'),
    words('  '),
    span(formatDuration(Math.max(0, elapsedMs)), 'accent'),
  ];
}

type Progress = Exclude<CurrentJob['progress'], undefined>;

function progressLines(progress: Progress, columns: number, theme: Theme): readonly Line[] {
  const { phase, relation, done, total, unit, fraction, waitingFor } = progress;
  const measure =
    fraction === undefined || done === undefined || total === undefined
      ? []
      : [
          words('    '),
          span(shareBar(fraction, barColumns, theme), 'accent'),
          words(` ${Math.floor(fraction * 100)} %  ${formatCount(done)} of ${formatCount(total)} ${unit}`),
        ];
  return [
    [words('    '), words('now   ', 'accent'), span(displayText(relation === undefined ? phase : `${phase}, ${relation}`))],
    ...(measure.length === 0 ? [] : [measure]),
    ...waitingFor.flatMap(({ who, query, transactionAgeSeconds }): readonly Line[] => {
      const since = transactionAgeSeconds === undefined ? '' : `, its transaction began ${formatAge(transactionAgeSeconds)}`;
      return [
        [words('    waits for ', 'warning'), span(displayText(who + since, { maxWidth: columns }), 'warning')],
        [words('      '), span(displayText(query.replaceAll(/\s+/g, ' '), { maxWidth: columns }), 'muted')],
      ];
    }),
  ];
}
