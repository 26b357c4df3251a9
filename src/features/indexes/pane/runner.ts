import type { ConsoleSession } from '#console/public/hooks.ts';
import { createLongRun, type LongRun } from '#console/public/long-run.ts';
import { usualLimits } from '../run/attempt.ts';
import { runMaintenance } from '../run/run.ts';
import { isWell, leftBehind, type MaintenanceJob, type MaintenanceWork, noteMaintenance, startedWork } from './run-job.ts';

/** The one of this session. Leaving the console while it runs asks first. */
export function maintenanceRunnerOf(session: ConsoleSession): LongRun<MaintenanceWork, MaintenanceJob> {
  return session.stateOf('indexes-runner', () => {
    const { author, unaudited: isUnaudited } = session.facts;
    return createLongRun(session, {
      begin: startedWork,
      run: ({ jobs }: MaintenanceWork, signal) =>
        runMaintenance(session.database, { jobs, account: { author, isUnaudited }, limits: usualLimits }, signal),
      note: noteMaintenance,
      changes: ({ kind }) => kind === 'result',
      summary: (job) => ({ text: `${job.title}: ${summary(job)} p in Indexes shows it.`, isWell: isWell(job) }),
      leaving: {
        title: 'Leave the console: indexes are being worked on',
        stop: 'cancel the statement on the server, drop what it left behind, and leave',
      },
    });
  });
}

function summary(job: MaintenanceJob): string {
  if (isWell(job)) return 'done.';
  const { end, results } = job;
  const kept = leftBehind(results).length;
  const left = kept === 0 ? '' : ` ${kept} ${kept === 1 ? 'index is' : 'indexes are'} left behind.`;
  if (end?.report === undefined) return 'nothing was done.';
  const bad = results.find(({ state }) => state !== 'done');
  if (bad === undefined) return `not all was done.${left}`;
  const words = { done: 'done', failed: 'failed at', stopped: 'stopped at', unknown: 'nobody can tell of' };
  return `${words[bad.state]} ${bad.job.target.title}.${left}`;
}
