import type { ConsoleSession } from '#console/public/hooks.ts';
import { createLongRun, type LongEnd, type LongJob, type LongRun } from '#console/public/long-run.ts';
import { AdminError } from '#core/errors.ts';
import { eventsOf } from '#core/events-of.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type BulkRequest, runBulk, undoBulk } from '../bulk.ts';
import { countsText } from '../bulk-output.ts';
import type { BulkProgress, BulkResult } from '../bulk-rows.ts';
import type { TypedWord } from '#core/typed-word.ts';

/** What a run does: changes what a search finds, or takes such a change back. `title` says where: `contacts.metadata`. */
export type BulkWork = {
  readonly title: string;
  readonly reason: string;
  /** What must be typed on production to take it back. */
  readonly typed: TypedWord;
  /** Whose rows; undefined for every tenant's. */
  readonly tenant: TenantIdentity | undefined;
  /** About how many records; capped when there are more. */
  readonly expected: { readonly rows: number; readonly capped: boolean };
} & (
  | { readonly what: 'change'; readonly request: Omit<BulkRequest, 'author' | 'bulkId' | 'onStart' | 'reason'> }
  | { readonly what: 'undo' }
);

/** What is begun: with the id of an earlier run, that is gone on with. */
export interface BulkStart {
  readonly work: BulkWork;
  readonly bulkId?: string | undefined;
}

/** A bulk change that runs or has run. Outlives the dialog that shows it, and its pane's being on screen. */
export interface BulkJob extends LongJob<BulkResult> {
  readonly work: BulkWork;
  /** Undefined until the service has given one. */
  readonly bulkId: string | undefined;
  readonly progress: BulkProgress | undefined;
}

/** How it ended: with a result, or before its first record with what was thrown. */
export type BulkEnd = LongEnd<BulkResult>;

export type BulkRunner = LongRun<BulkStart, BulkJob>;

/** What was done to a record, for counts. */
export const doneWord = ({ what }: BulkWork): string => (what === 'undo' ? 'undone' : 'changed');

/** The one of this session. Leaving the console while a bulk change runs asks first. */
export function bulkRunnerOf(session: ConsoleSession): BulkRunner {
  return session.stateOf('metadata-bulk-runner', () =>
    createLongRun<BulkStart, BulkEvent, BulkResult, BulkJob>(session, {
      begin: ({ work, bulkId }) => ({
        title: work.title,
        work,
        bulkId,
        progress: undefined,
        isStopping: false,
        end: undefined,
      }),
      run: (begun, signal) => eventsOf((emit, stopping) => run(session, begun, emit, stopping), signal),
      note: (job, event) => ({ ...job, ...event }),
      changes: () => false,
      summary: (job) => ({ text: `${summary(job)} B in Metadata shows it.`, isWell: isWell(job.end) }),
      leaving: {
        title: 'Leave the console: a bulk change is running',
        stop: 'stop it after the record at hand, and leave',
      },
    }),
  );
}

type BulkEvent = Partial<Pick<BulkJob, 'bulkId' | 'progress'>>;

async function run(
  { database, facts }: ConsoleSession,
  { work, bulkId }: BulkStart,
  emit: (event: BulkEvent) => void,
  signal: AbortSignal,
): Promise<BulkResult> {
  try {
    const catalog = await database.catalog();
    const context = { reason: work.reason, author: facts.author };
    const options = { signal, onProgress: (progress: BulkProgress) => emit({ progress }) };
    if (work.what === 'undo')
      return await undoBulk(database, catalog, bulkId ?? '', { ...context, tenant: work.tenant }, options);
    const onStart = (id: string): void => emit({ bulkId: id });
    return await runBulk(database, catalog, { ...work.request, ...context, bulkId, onStart }, options);
  } catch (error) {
    throw signal.aborted ? stoppedEarly() : error;
  }
}

function stoppedEarly(): AdminError {
  return new AdminError({
    kind: 'interrupted',
    code: 'stopped',
    whatHappened: 'It was stopped before its first record.',
    whatToDo: 'Nothing was changed.',
  });
}

export const isWell = (end: BulkEnd | undefined): boolean =>
  end?.report !== undefined && end.report.stopped === undefined && end.report.failed.length === 0;

/** How it ended, in a sentence. */
function summary({ work, end }: BulkJob): string {
  const result = end?.report;
  const what = work.what === 'undo' ? 'Taking back' : 'Bulk change of';
  if (result === undefined) return `${what} ${work.title} failed.`;
  const how = result.stopped === undefined ? 'is done' : 'was stopped';
  return `${what} ${work.title} ${how}: ${countsText(result, doneWord(work))}.`;
}
