import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { formatAge, formatBytes, formatCount, formatDuration } from '#core/format.ts';
import type { JobResult, Leftover, MaintenanceEvent, Measure } from './events.ts';
import { titleOfJob } from './job.ts';
import type { MaintenanceReport } from './run.ts';

/** What a run tells as it goes, for stderr; undefined for what the result tells again. */
export function eventLine(event: MaintenanceEvent): string | undefined {
  switch (event.kind) {
    case 'begin':
      return event.statement;
    case 'progress': {
      const { phase, relation, done, total, unit, fraction, waitingFor, elapsedMs } = event;
      const share =
        fraction === undefined || done === undefined || total === undefined
          ? ''
          : ` ${Math.floor(fraction * 100)} % (${formatCount(done)} of ${formatCount(total)} ${unit})`;
      const whom = waitingFor.map(({ who, transactionAgeSeconds, query }) => {
        const since = transactionAgeSeconds === undefined ? '' : `, its transaction began ${formatAge(transactionAgeSeconds)}`;
        return `; waits for ${who}${since}: ${query.replaceAll(/\s+/g, ' ').slice(0, 80)}`;
      });
      return `  ${formatDuration(elapsedMs)}: ${phase}${relation === undefined ? '' : `, ${relation}`}${share}${whom.join('')}`;
    }
    case 'cleaning':
      return `  left behind: ${event.leftover}. ${event.statement}`;
    case 'result':
      return undefined;
  }
}

/** Whether an event says what the one before did, but for numbers: a person needs it now and then only. */
export function isRepetition(event: MaintenanceEvent, before: MaintenanceEvent | undefined): boolean {
  if (event.kind !== 'progress' || before?.kind !== 'progress') return false;
  const whom = ({ waitingFor }: typeof event): string => waitingFor.map(({ backendPid }) => backendPid).join(' ');
  return event.phase === before.phase && event.relation === before.relation && whom(event) === whom(before);
}

/** The result as scripts get it. */
export function reportJson({ results, notRun, isStopped }: MaintenanceReport): unknown {
  return {
    jobs: results.map((result) => ({
      action: result.job.action,
      target: result.job.target.title,
      table: result.job.target.table,
      statement: result.statement,
      state: result.state,
      elapsed_ms: result.elapsedMs,
      before: measureJson(result.before),
      after: result.after === undefined ? null : measureJson(result.after),
      indexes: result.indexes.map((index) => ({
        index: index.title,
        rebuilt: index.isRebuilt,
        bytes_before: index.bytesBefore,
        bytes_after: index.bytesAfter,
      })),
      skipped: result.skipped.map(({ title, why }) => ({ index: title, why })),
      warnings: result.warnings,
      left_over: result.leftovers.map(leftoverJson),
      may_retry: result.mayRetry,
      on_record: result.unrecorded === undefined,
      error:
        result.failure === undefined
          ? null
          : { ...result.failure, sqlState: undefined, sqlstate: result.failure.sqlState ?? null },
    })),
    not_run: notRun.map(({ target }) => target.title),
    stopped: isStopped,
  };
}

const measureJson = ({ tableBytes, indexBytes, deadRows }: Measure): unknown => ({
  table_bytes: tableBytes,
  index_bytes: indexBytes,
  dead_rows: deadRows,
});

const leftoverJson = ({ title, kind, isDropped, statement, why }: Leftover): unknown => ({
  index: title,
  kind,
  dropped: isDropped,
  statement,
  why: why ?? null,
});

const words: Readonly<Record<JobResult['state'], string>> = {
  done: 'done',
  failed: 'FAILED',
  stopped: 'stopped',
  unknown: 'UNKNOWN: the connection was lost, and the server did not come back to be asked',
};

/** The same for people. */
export function reportText({ results, notRun }: MaintenanceReport): string {
  const lines = results.flatMap(resultLines);
  const rest = notRun.length === 0 ? [] : [`not run: ${notRun.map(({ target }) => target.title).join(', ')}`];
  return [...lines, ...rest].map((line) => displayText(line)).join('\n');
}

/** What became of a job, with what belongs to it below. */
export function resultLines(result: JobResult): readonly string[] {
  const { job, state, elapsedMs, failure, indexes, skipped, warnings, leftovers, unrecorded } = result;
  return [
    `${titleOfJob(job)}: ${words[state]}, ${formatDuration(elapsedMs)}${sizes(result)}`,
    ...(failure === undefined ? [] : [failure.message, ...failure.details, failure.whatToDo].map((line) => `  ${line}`)),
    ...(job.target.kind === 'index' && indexes.length === 1 && state === 'done'
      ? []
      : indexes.map(({ title, isRebuilt, bytesBefore, bytesAfter }) =>
          isRebuilt ? `  ${title}: ${bytes(bytesBefore)}, now ${bytes(bytesAfter)}` : `  ${title}: not rebuilt`,
        )),
    ...skipped.map(({ title, why }) => `  ${title}: passed over: ${whySkipped[why]}`),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...leftovers.flatMap(leftoverLines),
    ...(unrecorded === undefined ? [] : [`  NOT ON RECORD: ${unrecorded}`]),
  ];
}

export const whySkipped = {
  invalid: 'it is invalid; rebuild it by its name, or drop it',
  'left-over': 'an interrupted REINDEX left it behind: indexes clean, or C in the pane, drops it',
  'exclusion-constraint': 'it is of an exclusion constraint, which can not be rebuilt concurrently',
} as const;

function leftoverLines({ title, kind, isDropped, statement, why }: Leftover): readonly string[] {
  const what = kind === 'unfinished' ? 'the unfinished new index' : 'the old index, replaced already,';
  if (isDropped) return [`  ${title}: ${what} was left behind and is dropped`];
  return [
    `  ${title}: ${what} IS LEFT BEHIND, invalid: ${why ?? ''}`,
    `    indexes clean, or C in the pane, drops it; or: ${statement};`,
  ];
}

function sizes({ job: { action }, before, after }: JobResult): string {
  if (action === 'analyze') return '';
  const indexBytes = `; indexes ${bytes(before.indexBytes)}, now ${bytes(after?.indexBytes ?? null)}`;
  if (action === 'reindex') return indexBytes;
  if (action === 'drop') return `; ${bytes(before.indexBytes)}`;
  const rows = `; dead rows ${formatCount(before.deadRows)}, now ${after === undefined ? 'unknown' : formatCount(after.deadRows)}`;
  return `; table ${bytes(before.tableBytes)}, now ${bytes(after?.tableBytes ?? null)}${indexBytes}${rows}`;
}

const bytes = (count: number | null): string => (count === null ? 'unknown' : formatBytes(count));

/** What a run fails with, after its result was printed; undefined where all went well. */
export function reportFailure({ results, isStopped }: MaintenanceReport): AdminError | undefined {
  const kept = results.flatMap(({ leftovers }) => leftovers).filter(({ isDropped }) => !isDropped);
  const cleaning =
    kept.length === 0 ? '' : ` Left behind: ${kept.map(({ title }) => title).join(', ')}; drop with indexes clean.`;
  const bad = results.filter(({ state }) => state !== 'done');
  if (isStopped) {
    const whatHappened = 'The run was stopped.';
    return new AdminError({
      kind: 'interrupted',
      code: 'interrupted',
      whatHappened,
      whatToDo: `It can be run again.${cleaning}`,
    });
  }
  const [first] = bad;
  if (first !== undefined) {
    return new AdminError({
      kind: first.state === 'unknown' ? 'connection' : 'findings',
      code: `maintenance-${first.state}`,
      whatHappened: `To ${titleOfJob(first.job)} ${first.state === 'unknown' ? 'came to an end that nobody knows' : 'failed'}.`,
      whatToDo: `${first.failure?.whatToDo ?? ''}${cleaning}`,
    });
  }
  const unrecorded = results.find((result) => result.unrecorded !== undefined);
  if (unrecorded === undefined && kept.length === 0) return undefined;
  return new AdminError({
    kind: 'findings',
    code: unrecorded === undefined ? 'left-over' : 'not-on-record',
    whatHappened:
      unrecorded === undefined ? 'It is done, and left an index behind.' : 'It is done, and not on record in the audit log.',
    whatToDo: cleaning.trim() || 'Look at the audit log and its rights.',
  });
}
