import { displayText } from '#core/display-text.ts';
import { widthOf } from '#core/text-width.ts';
import { AdminError } from '#core/errors.ts';
import type { FileResult, RunEvent } from './events.ts';
import { failureText } from './failure.ts';
import type { RunReport } from './run.ts';

/** What a run tells as it goes, for stderr; undefined for what is too much for a person. */
export function eventLine(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'waiting':
      return `another console runs migrations here: ${event.holder.who}; waiting`;
    case 'file':
      return `${event.name}: ${counted(event.statements, 'statement')}${event.from > 1 ? `, going on at ${event.from}` : ''}`;
    case 'notice':
      return `  ${event.severity}: ${event.message}`;
    case 'progress': {
      const { statement, of, elapsedMs, progress, blockedBy } = event;
      const share = progress?.fraction === undefined ? '' : ` ${Math.floor(progress.fraction * 100)} %`;
      const doing = progress === undefined ? '' : `, ${progress.command}: ${progress.phase}${share}`;
      const waiting = blockedBy.map(({ who, query }) => `; waits for ${who}: ${query.replaceAll(/\s+/g, ' ').slice(0, 80)}`);
      return `  statement ${statement} of ${of}, ${Math.round(elapsedMs / 1000)} s${doing}${waiting.join('')}`;
    }
    case 'statement':
    case 'result':
      return undefined;
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The result as scripts get it: one entry a file. */
export function reportJson({ results, notRun, isStopped }: RunReport): unknown {
  return {
    migrations: results.map((result) => ({
      name: result.name,
      state: result.state,
      applied_at: result.appliedAt ?? null,
      execution_time_ms: result.executionTimeMs,
      statements: result.statements,
      done_statements: result.doneStatements,
      resumed_at: result.resumedAt ?? null,
      error: result.failure === undefined ? null : errorJson(result),
    })),
    not_run: notRun,
    stopped: isStopped,
  };
}

function errorJson({ failure }: FileResult): unknown {
  return {
    message: failure?.message,
    sqlstate: failure?.sqlState ?? null,
    statement: failure?.statement ?? null,
    line: failure?.line ?? null,
    column: failure?.column ?? null,
    details: failure?.details ?? [],
  };
}

const words: Readonly<Record<FileResult['state'], string>> = {
  applied: 'applied',
  'already-applied': 'was applied already',
  failed: 'FAILED',
  refused: 'was not run',
  unknown: 'UNKNOWN: the connection was lost, and it can not be told',
  tried: 'runs through; it was rolled back',
};

/** The same for people, with the failing line and a caret. */
export function reportText({ results, notRun }: RunReport): string {
  if (results.length === 0) return 'Nothing to run: everything in the folder is applied.';
  const longest = Math.max(...results.map(({ name }) => widthOf(displayText(name))));
  const lines = results.flatMap((result) => {
    const padding = ' '.repeat(longest - widthOf(displayText(result.name)));
    return [`${result.name}${padding}  ${words[result.state]}${timeOf(result)}`, ...failureLines(result)];
  });
  const rest = notRun.length === 0 ? [] : [`not run: ${notRun.join(', ')}`];
  return [...lines, ...rest].map((line) => displayText(line)).join('\n');
}

function timeOf({ state, executionTimeMs }: FileResult): string {
  return state === 'applied' || state === 'failed' || state === 'tried' ? `, ${executionTimeMs} ms` : '';
}

function failureLines({ failure, doneStatements, state }: FileResult): readonly string[] {
  if (failure === undefined) return [];
  const [first = '', ...others] = failureText(failure).split('\n');
  const done =
    state === 'failed' && doneStatements > 0
      ? [`done and kept: ${counted(doneStatements, 'statement')}; the next apply goes on behind`]
      : [];
  return [first, ...failure.excerpt, ...others, ...done].map((line) => `  ${line}`);
}

/** What a run fails with, after its result was printed; undefined where all went well. */
export function reportFailure({ results, isStopped }: RunReport): AdminError | undefined {
  const bad = results.find(({ state }) => state === 'failed' || state === 'refused' || state === 'unknown');
  if (bad === undefined) return isStopped ? stopped('Nothing else was begun.') : undefined;
  if (bad.failure?.isStopped) return stopped('The file at hand is recorded as failed.');
  return new AdminError({
    kind: bad.state === 'refused' ? 'refused' : bad.state === 'unknown' ? 'connection' : 'findings',
    code: `migration-${bad.state}`,
    whatHappened: `${bad.name} ${bad.state === 'failed' ? 'failed' : bad.state === 'refused' ? 'was not run' : 'is in an unknown state'}.`,
    whatToDo:
      bad.state === 'unknown'
        ? 'When the server is back, apply looks again before it goes on. Where it can not tell, say with migrations resolve what is true.'
        : 'What came before it stays applied; what follows was not run.',
  });
}

function stopped(ofTheRest: string): AdminError {
  return new AdminError({
    kind: 'interrupted',
    code: 'interrupted',
    whatHappened: 'The run was stopped.',
    whatToDo: `What was applied before stays. ${ofTheRest}`,
  });
}
