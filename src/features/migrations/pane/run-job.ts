import type { LongJob } from '#console/public/long-run.ts';
import type { FileResult, LockHolder, RunEvent } from '../run/events.ts';
import type { RunReport, RunRequest } from '../run/run.ts';

/** What is to be run, and what it is called. */
export interface RunWork {
  /** `Apply 3 migrations`. */
  readonly title: string;
  readonly files: RunRequest['files'];
  readonly isTrial: boolean;
}

/** Migrations that run or have run. Outlives the dialog that shows them, and their pane's being on screen. */
export interface RunJob extends LongJob<RunReport> {
  readonly isTrial: boolean;
  /** Names, in order. */
  readonly files: readonly string[];
  readonly results: readonly FileResult[];
  readonly current: CurrentFile | undefined;
  /** Another console that runs migrations, while it is waited for. */
  readonly waitingFor: LockHolder | undefined;
  readonly notices: readonly RunNotice[];
  /** Notices before those that are kept. */
  readonly forgottenNotices: number;
}

type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { readonly kind: Kind }>;

export interface RunNotice extends Omit<EventOf<'notice'>, 'kind'> {
  /** The statement during which it came. */
  readonly statement: number;
}

/** The file that runs now. */
export interface CurrentFile {
  readonly name: string;
  readonly statements: number;
  readonly statement: number;
  readonly line: number;
  /** Since the epoch. */
  readonly startedAtMs: number;
  /** What was last seen of it on the server. */
  readonly watch: EventOf<'progress'> | undefined;
}

/** A migration may raise a notice a row. */
const mostNotices = 500;

export function startedJob({ title, files, isTrial }: RunWork): RunJob {
  return {
    title,
    isTrial,
    files: files.map(({ file }) => file.name),
    results: [],
    current: undefined,
    waitingFor: undefined,
    notices: [],
    forgottenNotices: 0,
    isStopping: false,
    end: undefined,
  };
}

/** Takes what happened into the job. Pure. */
export function noteEvent(job: RunJob, event: RunEvent, nowMs: number): RunJob {
  switch (event.kind) {
    case 'waiting':
      return { ...job, waitingFor: event.holder };
    case 'file': {
      const { name, statements, from } = event;
      const current = { name, statements, statement: from, line: 1, startedAtMs: nowMs, watch: undefined };
      return { ...job, waitingFor: undefined, current };
    }
    case 'statement':
      if (job.current === undefined) return job;
      return { ...job, current: { ...job.current, statement: event.statement, line: event.line, watch: undefined } };
    case 'progress':
      return job.current === undefined ? job : { ...job, current: { ...job.current, watch: event } };
    case 'notice': {
      const { name, severity, message } = event;
      const notices = [...job.notices, { name, severity, message, statement: job.current?.statement ?? 0 }];
      const forgotten = Math.max(0, notices.length - mostNotices);
      return { ...job, notices: notices.slice(forgotten), forgottenNotices: job.forgottenNotices + forgotten };
    }
    case 'result':
      return { ...job, current: undefined, waitingFor: undefined, results: [...job.results, event.result] };
  }
}
