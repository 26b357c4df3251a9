import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { AdminError } from '#core/errors.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { createStore, type Readable } from '#core/store.ts';
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

/** A bulk change that runs or has run. Outlives the dialog that shows it, and its pane's being on screen. */
export interface BulkJob {
  readonly work: BulkWork;
  /** Undefined until the service has given one. */
  readonly bulkId: string | undefined;
  readonly progress: BulkProgress | undefined;
  readonly isStopping: boolean;
  readonly end: BulkEnd | undefined;
}

/** How it ended: with a result, or before its first record with what was thrown. */
export type BulkEnd =
  | { readonly result: BulkResult; readonly failure?: undefined }
  | { readonly result?: undefined; readonly failure: unknown };

export interface BulkRunner {
  readonly job: Readable<BulkJob | undefined>;
  /** Begins, with the id of an earlier run where it goes on with that. One runs at a time. */
  readonly start: (work: BulkWork, bulkId?: string) => void;
  /** Stops between two records; resolves when the one at hand is finished. */
  readonly stop: () => Promise<void>;
  /** Forgets a job that has ended. */
  readonly forget: () => void;
}

/** What was done to a record, for counts. */
export const doneWord = ({ what }: BulkWork): string => (what === 'undo' ? 'undone' : 'changed');

/** The one of this session. Leaving the console while a bulk change runs asks first. */
export function bulkRunnerOf(session: ConsoleSession): BulkRunner {
  return session.stateOf('metadata-bulk-runner', () => createRunner(session));
}

function createRunner(session: ConsoleSession): BulkRunner {
  const job = createStore<BulkJob | undefined>(undefined);
  let controller = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const update = (change: Partial<BulkJob>): void => {
    job.update((now) => (now === undefined ? now : { ...now, ...change }));
    session.router.bindingsChanged();
  };
  const stop = (): Promise<void> => {
    update({ isStopping: true });
    controller.abort();
    return running;
  };
  const start = (work: BulkWork, bulkId?: string): void => {
    controller = new AbortController();
    const { signal } = controller;
    job.set({ work, bulkId, progress: undefined, isStopping: false, end: undefined });
    const options = {
      signal,
      onProgress: (progress: BulkProgress) => {
        // It was confirmed and is being watched over: the idle time begins when it ends.
        session.database.gate.keepOpen();
        update({ progress });
      },
    };
    running = run(session, work, bulkId, { ...options, onStart: (id) => update({ bulkId: id }) }).then(
      (result) => ended({ result }),
      (failure: unknown) => ended({ failure: signal.aborted ? stoppedEarly() : failure }),
    );
  };
  const ended = (end: BulkEnd): void => {
    update({ end });
    session.readAgain();
    const now = job.get();
    if (now !== undefined) session.notify(`${summary(now, end)} B in Metadata shows it.`, isWell(end) ? 'good' : 'warning');
  };
  session.askBeforeQuit((leave) => {
    const now = job.get();
    if (now === undefined || now.end !== undefined) return false;
    choose(session, {
      title: 'Leave the console: a bulk change is running',
      choices: [
        { label: 'stay', hotkey: 's', run: () => undefined },
        { label: 'stop it after the record at hand, and leave', hotkey: 'l', run: () => void stop().then(leave) },
      ],
    });
    return true;
  });
  return { job, start, stop, forget: () => job.update((now) => (now?.end === undefined ? now : undefined)) };
}

async function run(
  session: ConsoleSession,
  work: BulkWork,
  bulkId: string | undefined,
  options: Parameters<typeof undoBulk>[4] & Pick<BulkRequest, 'onStart'>,
): Promise<BulkResult> {
  const { database, facts } = session;
  const catalog = await database.catalog();
  const context = { reason: work.reason, author: facts.author };
  if (work.what === 'undo') return undoBulk(database, catalog, bulkId ?? '', { ...context, tenant: work.tenant }, options);
  return runBulk(database, catalog, { ...work.request, ...context, bulkId, onStart: options.onStart }, options);
}

function stoppedEarly(): AdminError {
  return new AdminError({
    kind: 'interrupted',
    code: 'stopped',
    whatHappened: 'It was stopped before its first record.',
    whatToDo: 'Nothing was changed.',
  });
}

export const isWell = ({ result }: BulkEnd): boolean =>
  result !== undefined && result.stopped === undefined && result.failed.length === 0;

/** How it ended, in a sentence. */
function summary({ work }: BulkJob, { result }: BulkEnd): string {
  const what = work.what === 'undo' ? 'Taking back' : 'Bulk change of';
  if (result === undefined) return `${what} ${work.title} failed.`;
  const how = result.stopped === undefined ? 'is done' : 'was stopped';
  return `${what} ${work.title} ${how}: ${countsText(result, doneWord(work))}.`;
}
