import type { LongJob } from '#console/public/long-run.ts';
import type { JobResult, MaintenanceEvent } from '../run/events.ts';
import type { Job } from '../run/job.ts';
import type { MaintenanceReport } from '../run/run.ts';

/** What is to be done, and what it is called. */
export interface MaintenanceWork {
  /** `Rebuild 3 indexes`. */
  readonly title: string;
  readonly jobs: readonly Job[];
}

/** Work on indexes and tables that runs or has run. */
export interface MaintenanceJob extends LongJob<MaintenanceReport> {
  readonly jobs: readonly Job[];
  readonly results: readonly JobResult[];
  readonly current: CurrentJob | undefined;
}

type EventOf<Kind extends MaintenanceEvent['kind']> = Extract<MaintenanceEvent, { readonly kind: Kind }>;

/** What runs now. */
export interface CurrentJob {
  readonly job: Job;
  readonly statement: string;
  /** Since the epoch. */
  readonly startedAtMs: number;
  /** Phases that are over, in words and in order. */
  readonly phases: readonly string[];
  readonly progress: EventOf<'progress'> | undefined;
  readonly cleaning: EventOf<'cleaning'> | undefined;
}

export function startedWork({ title, jobs }: MaintenanceWork): MaintenanceJob {
  return { title, jobs, results: [], current: undefined, isStopping: false, end: undefined };
}

/** Takes what happened into the job. Pure. */
export function noteMaintenance(work: MaintenanceJob, event: MaintenanceEvent, nowMs: number): MaintenanceJob {
  const { current } = work;
  switch (event.kind) {
    case 'begin': {
      const { job, statement } = event;
      return {
        ...work,
        current: { job, statement, startedAtMs: nowMs, phases: [], progress: undefined, cleaning: undefined },
      };
    }
    case 'progress': {
      if (current === undefined) return work;
      const before = current.progress?.phase;
      const isNew = before !== undefined && before !== event.phase && current.phases.at(-1) !== before;
      return { ...work, current: { ...current, progress: event, phases: isNew ? [...current.phases, before] : current.phases } };
    }
    case 'cleaning':
      return current === undefined ? work : { ...work, current: { ...current, cleaning: event } };
    case 'result':
      return { ...work, current: undefined, results: [...work.results, event.result] };
  }
}

/** Whether everything that was asked for is done and nothing was left behind. */
export function isWell({ end, results }: MaintenanceJob): boolean {
  const { report } = end ?? {};
  return (
    report !== undefined &&
    report.notRun.length === 0 &&
    results.every(({ state }) => state === 'done') &&
    leftBehind(results).length === 0
  );
}

/** What interrupted work left behind and could not drop. */
export function leftBehind(results: readonly JobResult[]): readonly JobResult['leftovers'][number][] {
  return results.flatMap(({ leftovers }) => leftovers).filter(({ isDropped }) => !isDropped);
}
