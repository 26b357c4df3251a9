import type { ConsoleSession } from '#console/public/hooks.ts';
import { createLongRun, type LongRun } from '#console/public/long-run.ts';
import { usualLimits } from '../run/file-run.ts';
import { runMigrations } from '../run/run.ts';
import { noteEvent, type RunJob, type RunWork, startedJob } from './run-job.ts';

/** The one of this session. Leaving the console while it runs asks first. */
export function migrationRunnerOf(session: ConsoleSession): LongRun<RunWork, RunJob> {
  return session.stateOf('migrations-runner', () => {
    const { author, unaudited } = session.facts;
    const account = { author, isUnaudited: unaudited };
    return createLongRun(session, {
      begin: startedJob,
      run: ({ files, isTrial }: RunWork, signal) =>
        runMigrations(session.database, { files, account, limits: usualLimits, isTrial }, signal),
      note: noteEvent,
      changes: ({ kind }) => kind === 'file' || kind === 'result',
      summary: (job) => ({ text: `${summary(job)} p in Migrations shows it.`, isWell: isWell(job) }),
      leaving: {
        title: 'Leave the console: migrations are running',
        stop: 'cancel the statement on the server, record it, and leave',
      },
    });
  });
}

/** Whether everything that was asked for is done. */
function isWell({ end }: RunJob): boolean {
  const results = end?.report?.results ?? [];
  const isDone = results.every(({ state }) => state === 'applied' || state === 'already-applied' || state === 'tried');
  return end?.report !== undefined && isDone && end.report.notRun.length === 0;
}

/** How it ended, in a sentence. */
function summary(job: RunJob): string {
  if (isWell(job)) return `${job.title}: done.`;
  const bad = job.end?.report?.results.find(({ failure }) => failure !== undefined);
  if (bad === undefined) return `${job.title}: not done.`;
  return `${job.title}: ${bad.failure?.isStopped ? 'stopped at' : bad.state === 'unknown' ? 'nobody can tell of' : 'failed at'} ${bad.name}.`;
}
