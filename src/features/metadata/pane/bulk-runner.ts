import type { ConsoleSession } from '#console/public/hooks.ts';
import { createLongRun, type LongEnd, type LongJob, type LongRun } from '#console/public/long-run.ts';
import { AdminError } from '#core/errors.ts';
import { eventsOf } from '#core/events-of.ts';
import { createStore, type Store } from '#core/store.ts';
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
      summary: (job) => ({ text: `${summary(job)} ${whereTo(job)}`, isWell: isWell(job.end) }),
      leaving: {
        title: 'Leave the console: a bulk change is running',
        stop: 'stop it after the record at hand, and leave',
      },
    }),
  );
}

/** The one that had ended and was closed: no longer in the way of the next, and still there to be taken back. */
export function closedBulkOf(session: ConsoleSession): Store<BulkJob | undefined> {
  return session.stateOf('metadata-bulk-closed', () => createStore<BulkJob | undefined>(undefined));
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

/** The bulk change that was looked at to its end and closed, in a few words: how it is got back at. */
export const lastText = ({ work, bulkId, end }: BulkJob): string => {
  const how = end?.report === undefined ? 'failed' : countsText(end.report, doneWord(work));
  return `ctrl-l shows it${work.what === 'change' ? ', u there takes it back' : ''}: ${work.title}, ${how}, ${bulkId ?? 'without an id'}`;
};

/** Where an ended one is found again, and how it is taken back, in a sentence. */
export function whereTo({ work, bulkId, end }: BulkJob): string {
  const done = end?.report === undefined ? 0 : end.report.changed + end.report.skipped;
  return work.what === 'undo' || bulkId === undefined || done === 0
    ? 'B in Metadata shows it.'
    : `To take it back: B in Metadata, or later :bulk ${bulkId}`;
}

/** How it ended, in a sentence. */
function summary({ work, end }: BulkJob): string {
  const result = end?.report;
  const what = work.what === 'undo' ? 'Taking back' : 'Bulk change of';
  if (result === undefined) return `${what} ${work.title} failed.`;
  const how = result.stopped === undefined ? 'is done' : 'was stopped';
  return `${what} ${work.title} ${how}: ${countsText(result, doneWord(work))}.`;
}
