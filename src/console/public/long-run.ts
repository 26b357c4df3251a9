import { createStore, type Readable } from '#core/store.ts';
import { choose } from './choose.tsx';
import type { ConsoleSession } from './hooks.ts';

/** Work of minutes or hours that runs or has run. Outlives the dialog that shows it, and its pane's being on screen. */
export interface LongJob<Report> {
  readonly title: string;
  readonly isStopping: boolean;
  readonly end: LongEnd<Report> | undefined;
}

/** How it ended: with a report, or before anything was begun with what was thrown. */
export type LongEnd<Report> =
  | { readonly report: Report; readonly failure?: undefined }
  | { readonly report?: undefined; readonly failure: unknown };

/** A place where one such work runs at a time. */
export interface LongRun<Work, Job> {
  readonly job: Readable<Job | undefined>;
  /** Begins; nothing happens while something runs. */
  readonly start: (work: Work) => void;
  /** Cancels the statement on the server; resolves when what became of it is known. */
  readonly stop: () => Promise<void>;
}

/** A kind of long work. */
export interface LongWork<Work, Event, Report, Job extends LongJob<Report>> {
  readonly begin: (work: Work) => Job;
  readonly run: (work: Work, signal: AbortSignal) => AsyncGenerator<Event, Report>;
  /** Takes what happened into the job. Pure. */
  readonly note: (job: Job, event: Event, nowMs: number) => Job;
  /** Whether what is on screen may be another after this. */
  readonly changes: (event: Event) => boolean;
  /** How it ended, in a sentence. */
  readonly summary: (job: Job) => { readonly text: string; readonly isWell: boolean };
  /** What is asked of who would leave the console meanwhile. */
  readonly leaving: { readonly title: string; readonly stop: string };
}

/** Nobody reads faster, and a frame for each of ten thousand events keeps the work itself waiting. */
const showEveryMs = 50;

/** Makes the place for such work. Leaving the console while something runs asks first. */
export function createLongRun<Work, Event, Report, Job extends LongJob<Report>>(
  session: ConsoleSession,
  kind: LongWork<Work, Event, Report, Job>,
): LongRun<Work, Job> {
  const job = createStore<Job | undefined>(undefined);
  let controller = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const update = (change: (now: Job) => Job): void => job.update((now) => (now === undefined ? now : change(now)));
  const waiting: { readonly event: Event; readonly atMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting.splice(0);
    if (events.length === 0) return;
    update((now) => events.reduce((before, { event, atMs }) => kind.note(before, event, atMs), now));
    session.router.bindingsChanged();
  };
  const ended = (end: LongEnd<Report>): void => {
    show();
    update((now) => ({ ...now, end }));
    session.router.bindingsChanged();
    session.readAgain();
    const now = job.get();
    if (now === undefined) return;
    const { text, isWell } = kind.summary(now);
    session.notify(text, isWell ? 'good' : 'warning', { isGeneral: true });
  };
  const follow = async (work: Work): Promise<Report> => {
    const run = kind.run(work, controller.signal);
    for (;;) {
      const next = await run.next();
      if (next.done) return next.value;
      const event = next.value;
      // It was confirmed and is being watched over: the idle time begins when it ends.
      session.database.gate.keepOpen();
      waiting.push({ event, atMs: Date.now() });
      timer ??= setTimeout(show, showEveryMs);
      if (!kind.changes(event)) continue;
      show();
      session.readAgain();
    }
  };
  const start = (work: Work): void => {
    if (isRunning(job.get())) return;
    controller = new AbortController();
    job.set(kind.begin(work));
    running = follow(work).then(
      (report) => ended({ report }),
      (failure: unknown) => ended({ failure }),
    );
    session.router.bindingsChanged();
  };
  const stop = (): Promise<void> => {
    update((now) => ({ ...now, isStopping: true }));
    session.router.bindingsChanged();
    controller.abort(new Error('stopped by the operator'));
    return running;
  };
  session.askBeforeQuit((leave) => {
    if (!isRunning(job.get())) return false;
    choose(session, {
      title: kind.leaving.title,
      choices: [
        { label: 'stay', hotkey: 's', run: () => undefined },
        { label: kind.leaving.stop, hotkey: 'l', throwsAway: true, run: () => void stop().then(leave) },
      ],
    });
    return true;
  });
  return { job, start, stop };
}

/** Whether it was begun and has not ended. */
export function isRunning(job: LongJob<unknown> | undefined): boolean {
  return job !== undefined && job.end === undefined;
}
