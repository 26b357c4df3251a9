import { eventsOf } from '#core/events-of.ts';
import type { Database } from '#database/database.ts';
import type { MaintenanceLimits } from './attempt.ts';
import type { JobResult, MaintenanceEvent } from './events.ts';
import type { Job } from './job.ts';
import { type MaintenanceAccount, requireRecord } from './record.ts';
import { runJob } from './run-job.ts';

/** What is to be done, in this order, one after the other. */
export interface MaintenanceRequest {
  readonly jobs: readonly Job[];
  readonly account: MaintenanceAccount;
  readonly limits: MaintenanceLimits;
}

/** What a run came to. */
export interface MaintenanceReport {
  readonly results: readonly JobResult[];
  /** Behind where the run was stopped or the server was lost; one that fails keeps none from being tried. */
  readonly notRun: readonly Job[];
  readonly isStopped: boolean;
}

/**
 * Does jobs that planJobs or findLeftovers gave, each on a connection of its own. Tells everything as it happens; returns what became of each.
 * Aborting `signal`, or leaving the generator, stops the statement on the server and then drops what it left behind. Throws an AdminError
 * where nothing could be begun: read-only, no audit log, a transaction pooler (needs-session, with the host to connect to).
 */
export function runMaintenance(
  database: Database,
  { jobs, account, limits }: MaintenanceRequest,
  signal?: AbortSignal,
): AsyncGenerator<MaintenanceEvent, MaintenanceReport> {
  return eventsOf<MaintenanceEvent, MaintenanceReport>(async (emit, stopping) => {
    const results: JobResult[] = [];
    const [first] = jobs;
    if (first === undefined) return { results, notRun: [], isStopped: false };
    database.gate.requireWriting();
    const audit = await requireRecord(database, account, first);
    for (const job of jobs) {
      if (stopping.aborted) break;
      const result = await runJob({ database, account, audit, limits, signal: stopping, emit }, job);
      results.push(result);
      emit({ kind: 'result', result });
      if (result.state === 'stopped' || result.state === 'unknown') break;
    }
    return { results, notRun: jobs.slice(results.length), isStopped: stopping.aborted };
  }, signal);
}
