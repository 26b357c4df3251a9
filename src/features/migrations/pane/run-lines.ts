import { displayText } from '#core/display-text.ts';
import { formatDuration } from '#core/format.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import { shareBar } from '#ui/share-bar.ts';
import type { Theme, Tone } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { FileResult, RunFailure } from '../run/events.ts';
import { failureText } from '../run/failure.ts';
import type { CurrentFile, RunJob } from './run-job.ts';

const resultWords: Readonly<Record<FileResult['state'], readonly [string, Tone]>> = {
  applied: ['applied', 'good'],
  'already-applied': ['was applied already', 'muted'],
  failed: ['FAILED', 'danger'],
  refused: ['was not run', 'warning'],
  unknown: ['UNKNOWN: the connection was lost, and it can not be told', 'danger'],
  tried: ['runs through; it was rolled back', 'good'],
};

/** Everything of a run, a line each: files with what became of them, how far the one at hand is, notices, failures. */
export function runLines(job: RunJob, nowMs: number, columns: number, theme: Theme): readonly Line[] {
  const results = new Map(job.results.map((result) => [result.name, result]));
  const files = job.files.flatMap((name): readonly Line[] => {
    const result = results.get(name);
    const notices = noticeLines(job, name, columns);
    if (result !== undefined) return [resultLine(result), ...notices, ...resultFailure(result, columns), ...doneBefore(result)];
    if (job.current?.name === name) return [...currentLines(job.current, nowMs, columns, theme), ...notices];
    return [[words('  '), span(displayText(name), 'muted'), words(job.end === undefined ? '  waits' : '  not run', 'muted')]];
  });
  const failure = job.end?.failure === undefined ? [] : [...failureLines(job.end.failure, columns), emptyLine];
  const waiting: readonly Line[] =
    job.waitingFor === undefined
      ? []
      : [
          [
            words('another console runs migrations here: ', 'warning'),
            span(displayText(job.waitingFor.who, { maxWidth: columns })),
          ],
        ];
  return [...failure, ...waiting, ...files];
}

/** How it goes, in a line. */
export function runStateLine(job: RunJob): Line {
  const { end, isStopping } = job;
  if (end === undefined)
    return isStopping
      ? [words('stopping: the statement is being cancelled on the server ...', 'warning')]
      : [words('running', 'accent'), words('; the other panes can be used meanwhile, s stops it')];
  if (end.report === undefined) return [words('Nothing was run.', 'danger')];
  const { results, notRun, isStopped } = end.report;
  const bad = results.find(({ failure }) => failure !== undefined);
  if (bad?.failure?.isStopped || (isStopped && bad === undefined))
    return [words('Stopped.', 'warning'), words(rest(notRun.length))];
  if (bad === undefined) return [words('Done.', 'good')];
  return [
    words(bad.state === 'refused' ? 'Refused.' : bad.state === 'unknown' ? 'Unknown.' : 'Failed.', 'danger'),
    words(rest(notRun.length)),
  ];
}

const rest = (notRun: number): string =>
  ` What came before stays applied${notRun === 0 ? '.' : `; ${notRun} ${notRun === 1 ? 'file was' : 'files were'} not run.`}`;

function resultLine({ name, state, executionTimeMs, resumedAt }: FileResult): Line {
  const [text, tone] = resultWords[state];
  const hasTime = state === 'applied' || state === 'failed' || state === 'tried';
  return [
    words('  '),
    span(displayText(name), 'strong'),
    words('  '),
    words(text, tone),
    ...(hasTime ? [words(', '), span(formatDuration(executionTimeMs))] : []),
    ...(resumedAt === undefined ? [] : [words(`, gone on with at statement ${resumedAt}`, 'muted')]),
  ];
}

function doneBefore({ state, doneStatements }: FileResult): readonly Line[] {
  if (state !== 'failed' || doneStatements === 0) return [];
  const what = `${doneStatements} ${doneStatements === 1 ? 'statement' : 'statements'}`;
  return [[words(`    ${what} before it stay done; the next apply goes on behind them`, 'warning')]];
}

function resultFailure({ failure }: FileResult, columns: number): readonly Line[] {
  return failure === undefined ? [] : runFailureLines(failure, columns - 4).map((line): Line => [words('    '), ...line]);
}

/** A failure with the line of the file and a caret. */
function runFailureLines(failure: RunFailure, columns: number): readonly Line[] {
  const [first = '', ...others] = failureText(failure).split('\n');
  return [
    ...wrapped(first, columns, 'danger'),
    ...failure.excerpt.map((line): Line => [span(displayText(line))]),
    ...others.flatMap((line) => wrapped(line, columns, 'plain')),
  ];
}

function wrapped(text: string, columns: number, tone: Tone): readonly Line[] {
  return wrapWords(displayText(text), columns).map((line): Line => [span(displayText(line), tone)]);
}

function currentLines(current: CurrentFile, nowMs: number, columns: number, theme: Theme): readonly Line[] {
  const { name, statement, statements, line, startedAtMs, watch } = current;
  const share = watch?.progress?.fraction;
  const doing = watch?.progress;
  return [
    [
      words('  '),
      span(displayText(name), 'strong'),
      words(`  statement ${statement} of ${statements}, line ${line}, `, 'accent'),
      span(formatDuration(Math.max(0, nowMs - startedAtMs)), 'accent'),
    ],
    ...(doing === undefined
      ? []
      : [
          [
            words('    '),
            ...(share === undefined
              ? []
              : [span(shareBar(share, barColumns, theme), 'accent' as const), words(` ${Math.floor(share * 100)} %  `)]),
            span(displayText(`${doing.command}: ${doing.phase}`, { maxWidth: columns })),
          ],
        ]),
    ...(watch?.blockedBy ?? []).flatMap(({ who, query }): readonly Line[] => [
      [words('    waits for ', 'warning'), span(displayText(who, { maxWidth: columns }), 'warning')],
      [words('      '), span(displayText(query.replaceAll(/\s+/g, ' '), { maxWidth: columns }), 'muted')],
    ]),
  ];
}

const barColumns = 24;

function noticeLines({ notices, forgottenNotices }: RunJob, name: string, columns: number): readonly Line[] {
  const own = notices.filter((notice) => notice.name === name);
  const lines = own.map(({ severity, message }): Line => [
    words('    '),
    span(displayText(severity, { maxWidth: 20 }), severity === 'WARNING' ? 'warning' : 'muted'),
    words(': ', 'muted'),
    span(displayText(message, { maxWidth: columns })),
  ]);
  const isFirst = own.length > 0 && own[0] === notices[0];
  return isFirst && forgottenNotices > 0
    ? [[words(`    ${forgottenNotices} earlier notices are not kept`, 'muted')], ...lines]
    : lines;
}
