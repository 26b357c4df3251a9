import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { createStore, type Readable } from '#core/store.ts';
import { usualLimits } from '../run/file-run.ts';
import { runMigrations, type RunReport, type RunRequest } from '../run/run.ts';
import { noteEvent, type RunJob, type RunWork, startedJob } from './run-job.ts';

export interface MigrationRunner {
  readonly job: Readable<RunJob | undefined>;
  /** Begins; one runs at a time. */
  readonly start: (work: RunWork) => void;
  /** Cancels the statement on the server; resolves when what became of it is recorded. */
  readonly stop: () => Promise<void>;
}

/** The one of this session. Leaving the console while it runs asks first. */
export function migrationRunnerOf(session: ConsoleSession): MigrationRunner {
  return session.stateOf('migrations-runner', () => createRunner(session));
}

function createRunner(session: ConsoleSession): MigrationRunner {
  const job = createStore<RunJob | undefined>(undefined);
  let controller = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const update = (change: (now: RunJob) => RunJob): void => job.update((now) => (now === undefined ? now : change(now)));
  const ended = (end: NonNullable<RunJob['end']>): void => {
    update((now) => ({ ...now, end }));
    session.router.bindingsChanged();
    session.queryClient.invalidateQueries().catch(session.fail);
    const now = job.get();
    if (now !== undefined) session.notify(`${summary(now)} p in Migrations shows it.`, isWell(now) ? 'good' : 'warning');
  };
  const start = (work: RunWork): void => {
    const before = job.get();
    if (before !== undefined && before.end === undefined) return;
    controller = new AbortController();
    const { author, unaudited } = session.facts;
    const request = {
      files: work.files,
      account: { author, isUnaudited: unaudited },
      limits: usualLimits,
      isTrial: work.isTrial,
    };
    job.set(startedJob(work));
    running = follow(session, request, controller.signal, update).then(
      (report) => ended({ report }),
      (failure: unknown) => ended({ failure }),
    );
    session.router.bindingsChanged();
  };
  const stop = (): Promise<void> => {
    update((now) => ({ ...now, isStopping: true }));
    controller.abort(new Error('stopped by the operator'));
    return running;
  };
  session.askBeforeQuit((leave) => {
    const now = job.get();
    if (now === undefined || now.end !== undefined) return false;
    choose(session, {
      title: 'Leave the console: migrations are running',
      choices: [
        { label: 'stay', hotkey: 's', run: () => undefined },
        { label: 'cancel the statement on the server, record it, and leave', hotkey: 'l', run: () => void stop().then(leave) },
      ],
    });
    return true;
  });
  return { job, start, stop };
}

/** Listens to a run to its end. */
async function follow(
  session: ConsoleSession,
  request: RunRequest,
  signal: AbortSignal,
  update: (change: (now: RunJob) => RunJob) => void,
): Promise<RunReport> {
  const run = runMigrations(session.database, request, signal);
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
    const event = next.value;
    // It was confirmed and is being watched over: the idle time begins when it ends.
    session.database.gate.keepOpen();
    update((now) => noteEvent(now, event, Date.now()));
    if (event.kind === 'file' || event.kind === 'result') session.queryClient.invalidateQueries().catch(session.fail);
  }
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
