import type { ScriptOutcome } from '#database/script.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { nothingDone } from '../history-note.ts';
import { type Batch, batchesOf } from './batches.ts';
import type { RunFailure } from './events.ts';
import { failureAt, plainFailure } from './failure.ts';
import { becomeOurselves, commit, type Ending, type FileRun, isReadOnly, recordSuccess } from './file-run.ts';

/**
 * Runs a file as one transaction, its row of the history and its audit entry within: all of it happens or nothing. What fails is an ending;
 * throws only what is a bug.
 */
export async function runWhole(run: FileRun): Promise<Ending> {
  const { session, signal, parsed } = run;
  try {
    if (!run.isBegun) await session.run('begin');
    for (const batch of batchesOf(parsed.statements)) {
      run.onStatement(batch.statements[0]!);
      const outcome = await sendBatch(run, batch);
      if (outcome.state === 'failed') return await undo(run, batchFailure(run, batch, outcome));
    }
    await becomeOurselves(run);
    if (run.isTrial) {
      // A constraint that waits for COMMIT fails here instead.
      const outcome = await session.run('set constraints all immediate', { signal });
      await session.run('rollback');
      return outcome.state === 'done' ? { state: 'tried' } : failed(plainFailure(new Error(outcome.error.message)));
    }
    if (await isReadOnly(run)) {
      // It changed nothing: that it ran is recorded behind it.
      await session.run('commit');
      await session.run('begin read write');
    }
    const { appliedAt, transactionId } = await recordSuccess(run);
    const ending = await commit(run, 'commit', transactionId, ({ success, note }) => success === true && note === undefined);
    if (ending.state === 'committed') return { state: 'applied', appliedAt };
    if (ending.state === 'unknown') return ending;
    const failure = ending.error ?? plainFailure(new Error('COMMIT was answered with ROLLBACK'));
    return ending.isLost ? failed(failure, true) : await undo(run, failure);
  } catch (error) {
    const isLost = isConnectionLoss(error);
    if (!isLost) return undo(run, plainFailure(error));
    return failed(
      { ...plainFailure(error), message: 'the connection was lost before COMMIT: nothing of it was committed' },
      isLost,
    );
  }
}

function failed(failure: RunFailure, isLost = false): Ending {
  return { state: 'failed', failure, done: nothingDone, isLost };
}

async function undo(run: FileRun, failure: RunFailure): Promise<Ending> {
  try {
    if (run.session.transaction !== 'none') await run.session.run('rollback');
    return failed(failure);
  } catch (error) {
    if (isConnectionLoss(error)) return failed(failure, true);
    throw error;
  }
}

/** Sends statements together, telling which one is under way. */
export function sendBatch({ session, signal, onStatement }: FileRun, batch: Batch, ahead = 0): Promise<ScriptOutcome> {
  return session.run(batch.sql, {
    signal,
    onStatement(completed) {
      const next = batch.statements[completed - ahead];
      if (next !== undefined && completed > ahead) onStatement(next);
    },
  });
}

/** The failure of a batch, in its place; `ahead` statements of ours went before the file's. */
export function batchFailure(
  run: FileRun,
  batch: Batch,
  { completed, error }: ScriptOutcome & { state: 'failed' },
  ahead = 0,
): RunFailure {
  const at = error.position === undefined ? undefined : error.position - 1;
  // A server reads all of a batch before it runs any: what it can not read is told by the place alone.
  const told = at === undefined ? -1 : batch.starts.findLastIndex((start) => start <= at);
  const index = told === -1 ? Math.min(Math.max(0, completed - ahead), batch.statements.length - 1) : told;
  const offset = at === undefined ? undefined : at - batch.starts[index]!;
  return failureAt(run.file, batch.statements[index]!, error, {
    offset: offset !== undefined && offset >= 0 ? offset : undefined,
    isStopped: run.signal.aborted && error.sqlState === '57014',
    inTheWay: run.inTheWay(),
  });
}
