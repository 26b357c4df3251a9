import { AdminError } from '#core/errors.ts';
import { idleTimeoutMs, prepareSession } from '#database/prepare-session.ts';
import { beginWrite } from '#database/queries.ts';
import { type Ask, statement } from '#database/query.ts';
import { directHost } from '#database/server.ts';
import { needsSession } from '#database/session.ts';
import { nothingDone } from '../history-note.ts';
import { takeTransactionLockQuery } from '../queries.ts';
import { findRecords, type HistoryRow, readRow, type Records, writeRow } from '../record.ts';
import { fromTheStart, type ResumePoint, resumePoint } from './done.ts';
import type { FileResult, RunFailure } from './events.ts';
import { parseFailure, plainFailure } from './failure.ts';
import { elapsedMs, type Ending, type FileRun, type RunContext, type Runnable } from './file-run.ts';
import { recordFailure } from './record-failure.ts';
import { takeLock } from './lock.ts';
import { Moment } from './moment.ts';
import { setsIsolation } from './session-statements.ts';
import { runStepwise } from './stepwise.ts';
import { watched } from './watched.ts';
import { runWhole } from './whole.ts';

/**
 * Runs one file and records what became of it. Its own failures are results; throws AdminErrors where nothing can be run at all: no history,
 * no audit log, another console.
 */
export async function runFile(context: RunContext, runnable: Runnable): Promise<FileResult> {
  const { session, database, account } = context;
  const startedMs = performance.now();
  const isPooled = database.server.route === 'pooled';
  const ask: Ask = session.ask.bind(session);
  if (isPooled) await beginPooled(context);
  // Nothing of the file before must reach into this one: psql, too, gives each file a session.
  else await prepareSession(session, context.limits);
  const records = await findRecords(ask, account);
  const rowBefore = await readRow(ask, runnable.file.name);
  const refused = whyNot(context, runnable, rowBefore);
  const from = refused === undefined ? resumeFrom(runnable, rowBefore) : fromTheStart;
  if (refused !== undefined || from instanceof AdminError) {
    if (isPooled) await session.run('rollback');
    return refused ?? resultOf(runnable, startedMs, { state: 'refused', failure: plainFailure(from) });
  }
  const moment = new Moment(runnable.file.name, runnable.parsed.mode === 'transactional');
  const run = (): Promise<FileResult> => runMarked(context, runnable, { records, rowBefore, from, moment, startedMs });
  // What is tried and rolled back writes nothing.
  return context.isTrial ? run() : database.writes.whileBegun(() => moment.sentence(), run);
}

/** What is known of a file before it is begun. */
interface Beginning extends Pick<FileRun, 'records' | 'rowBefore' | 'moment' | 'startedMs'> {
  readonly from: ResumePoint;
}

/** Runs a file that nothing speaks against, from the note that it runs to the record of how it ended. */
async function runMarked(context: RunContext, runnable: Runnable, beginning: Beginning): Promise<FileResult> {
  const { records, rowBefore, from, moment, startedMs } = beginning;
  if (!context.isTrial) await markRunning(context, runnable, records, from);
  moment.enter('running');
  const total = runnable.parsed.statements.length;
  context.emit({ kind: 'file', name: runnable.file.name, statements: total, from: from.done.statements + 1 });
  const ending = await watched(context, runnable, startedMs, ({ onStatement, onWait, inTheWay }) => {
    const run: FileRun = {
      ...context,
      ...runnable,
      ...beginning,
      isBegun: context.database.server.route === 'pooled',
      onStatement(next) {
        moment.reach(next.ordinal);
        onStatement(next);
      },
      onWait,
      inTheWay,
    };
    return runnable.parsed.mode === 'transactional' ? runWhole(run) : runStepwise(run, from);
  });
  const resumedAt = from.done.statements === 0 ? undefined : from.done.statements + 1;
  if (ending.state === 'failed' && !context.isTrial) {
    moment.enter('recording');
    const appliedAt = await recordFailure(context, runnable, records, rowBefore, ending, startedMs);
    if (appliedAt !== undefined) return resultOf(runnable, startedMs, { state: 'applied', appliedAt }, resumedAt);
  }
  return resultOf(runnable, startedMs, ending, resumedAt);
}

/** Behind a pooler all lasts for one transaction: the limits, the lock, and that it is this process. */
async function beginPooled({ session, limits, database, emit, signal }: RunContext): Promise<void> {
  const { statementTimeoutMs, lockTimeoutMs, waitMs } = limits;
  const values = [statementTimeoutMs, lockTimeoutMs, idleTimeoutMs].map(String);
  const take = async (): Promise<boolean> => {
    await session.run('begin');
    const [statementTimeout = '', lockTimeout = '', idleTimeout = ''] = values;
    await session.ask(statement(beginWrite, { statementTimeout, lockTimeout, idleTimeout }));
    const [row] = await session.ask(statement(takeTransactionLockQuery, {}));
    if (row?.is_taken !== true) await session.run('rollback');
    else session.servedBy(row.backend_pid);
    return row?.is_taken === true;
  };
  await takeLock(take, { reader: database, waitMs, emit, signal });
}

/** Why a file is not run at all, as its result; undefined where it is. */
function whyNot({ database, isTrial }: RunContext, runnable: Runnable, row: HistoryRow | undefined): FileResult | undefined {
  const { parsed, undoes } = runnable;
  const startedMs = performance.now();
  if (row?.success === true && undoes === undefined) {
    return { ...resultOf(runnable, startedMs, { state: 'already-applied' }), appliedAt: row.appliedAt };
  }
  const refused = (failure: RunFailure): FileResult => resultOf(runnable, startedMs, { state: 'refused', failure });
  const { psqlOnly, error } = parsed;
  if (error !== undefined) return refused(parseFailure(runnable.file, { error, psqlOnly }));
  const isPooled = database.server.route === 'pooled';
  const needsDirect = (what: string): FileResult => refused(plainFailure(needsSession(what, directHost(database.server))));
  if (parsed.mode === 'transactional') {
    // The lock and the limits come first in that transaction.
    return isPooled && setsIsolation(parsed.statements)
      ? needsDirect('A file that sets how its transaction is isolated')
      : undefined;
  }
  if (isTrial) return refused(plainFailure(new Error(`it can not be tried: ${whyNotOne[parsed.mode]}`)));
  return isPooled ? needsDirect(`A file that is not one transaction (${whyNotOne[parsed.mode]})`) : undefined;
}

const whyNotOne = {
  'own-transaction': 'it begins and ends transactions itself',
  'non-transactional': 'it has statements that refuse a transaction',
} as const;

function resumeFrom({ file, parsed }: Runnable, row: HistoryRow | undefined): ResumePoint | AdminError {
  if (parsed.mode === 'transactional') return fromTheStart;
  try {
    return resumePoint(file.name, parsed.statements, row?.note);
  } catch (error) {
    if (error instanceof AdminError) return error;
    throw error;
  }
}

/** Says in a transaction of its own that the file runs, so that whoever looks finds it whatever happens to us. */
async function markRunning(
  context: RunContext,
  { file }: Runnable,
  records: Records,
  { done, isCutOff }: ResumePoint,
): Promise<void> {
  const { session, database, account } = context;
  const statementUnderWay = isCutOff ? done.statements + 1 : 0;
  const since = new Date().toISOString();
  const note = { kind: 'running', since, backendPid: session.backendPid, statement: statementUnderWay, done } as const;
  const row = { name: file.name, success: false, note, executionTimeMs: null, checksum: file.checksum };
  if (session.transaction === 'none') await writeRow(session.ask.bind(session), records, account, row);
  else await database.write(async (transaction) => writeRow(transaction.run.bind(transaction), records, account, row));
}

function resultOf(
  { file, parsed }: Runnable,
  startedMs: number,
  ending: Ending | { readonly state: 'refused'; readonly failure: FileResult['failure'] } | { readonly state: 'already-applied' },
  resumedAt?: number,
): FileResult {
  const statements = parsed.statements.length;
  return {
    name: file.name,
    state: ending.state,
    executionTimeMs: elapsedMs({ startedMs }),
    appliedAt: ending.state === 'applied' ? ending.appliedAt : undefined,
    statements,
    resumedAt,
    doneStatements:
      ending.state === 'applied' ? statements : ending.state === 'failed' ? ending.done.statements : nothingDone.statements,
    failure: 'failure' in ending ? ending.failure : undefined,
  };
}
