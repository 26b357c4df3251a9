import { prepareSession } from '#database/prepare-session.ts';
import { statement } from '#database/query.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import type { Done } from '../history-note.ts';
import { writeNote } from '../history-note.ts';
import type { ParsedStatement } from '../parse.ts';
import { recordProgressQuery } from '../queries.ts';
import { batchOf } from './batches.ts';
import { doneWith, type ResumePoint } from './done.ts';
import type { RunFailure } from './events.ts';
import { plainFailure } from './failure.ts';
import { becomeOurselves, commit, type Ending, type FileRun, isReadOnly, recordSuccess } from './file-run.ts';
import { inOwnTurn } from './own-turn.ts';
import { lookAtUnderWay } from './under-way.ts';
import { discardsAll, mayBeWrapped, waitsLong } from './session-statements.ts';
import { batchFailure, sendBatch } from './whole.ts';

/** Why a file stops: thrown within, and an ending outside. */
class Stopped extends Error {
  readonly failure: RunFailure;
  readonly isLost: boolean;
  readonly isUnknown: boolean;

  constructor(failure: RunFailure, { isLost = false, isUnknown = false } = {}) {
    super(failure.message);
    this.failure = failure;
    this.isLost = isLost;
    this.isUnknown = isUnknown;
  }
}

/** Ends the transaction that is open; savepoints and BEGIN do not. */
const ending = /^(?:commit|end)\b(?!\s+prepared)/i;

/**
 * Runs a file statement by statement, in the transactions it opens itself or none, and notes what is done in the very transaction that did it:
 * before a COMMIT of the file's, or in a transaction of ours around a statement that would have one of its own anyway. Only statements that
 * refuse a transaction can be cut off without it being known; those are noted before they are sent.
 */
export async function runStepwise(run: FileRun, from: ResumePoint): Promise<Ending> {
  const steps = new Steps(run, from.done);
  try {
    await steps.resume(from);
    const appliedAt = await steps.all();
    return { state: 'applied', appliedAt };
  } catch (error) {
    if (error instanceof Stopped) {
      if (error.isUnknown) return { state: 'unknown', failure: error.failure };
      return { state: 'failed', failure: error.failure, done: steps.done, isLost: error.isLost };
    }
    if (!isConnectionLoss(error)) {
      await run.session.run('rollback').catch(() => undefined);
      return { state: 'failed', failure: plainFailure(error), done: steps.done, isLost: false };
    }
    const failure = { ...plainFailure(error), message: 'the connection was lost', statement: steps.current?.ordinal };
    if (steps.isApart) return { state: 'unknown', failure };
    return { state: 'failed', failure, done: steps.done, isLost: true };
  }
}

class Steps {
  done: Done;
  current: ParsedStatement | undefined;
  /** A statement is under way that no transaction holds. */
  isApart = false;
  /** The connection went while the last COMMIT was under way, which then turned out to have worked. */
  isLost = false;
  readonly #run: FileRun;

  constructor(run: FileRun, done: Done) {
    this.#run = run;
    this.done = done;
    run.moment.count(() => this.done.statements);
  }

  /** Brings the session to where it was: settings of what is done hold for the rest too. */
  async resume({ done, underWay, isCutOff }: ResumePoint): Promise<void> {
    const { session, parsed } = this.#run;
    for (const step of parsed.statements.slice(0, done.statements)) {
      const { node, text } = step;
      if ('VariableSetStmt' in node && !node.VariableSetStmt.is_local) await session.run(text);
      if (discardsAll(step)) await prepareSession(session, this.#run.limits);
    }
    if (underWay === undefined) return;
    const found = await inOwnTurn(this.#run, underWay, waitsLong(underWay, parsed.statements), () =>
      lookAtUnderWay(session, underWay),
    );
    if (typeof found !== 'string') return this.#fail(batchFailure(this.#run, batchOf([underWay]), found));
    if (!isCutOff) return;
    if (found === 'done') this.done = doneWith(this.done, underWay);
    if (found === 'unknown') {
      const message = `it can not be told whether statement ${underWay.ordinal} took effect when the run before was cut off`;
      throw new Stopped(
        { ...plainFailure(new Error(message)), statement: underWay.ordinal, line: underWay.line },
        { isUnknown: true },
      );
    }
  }

  /** Runs what is not done. Gives when the file was applied. */
  async all(): Promise<string> {
    const { session, parsed } = this.#run;
    const { statements } = parsed;
    let appliedAt: string | undefined;
    for (const statementNow of statements.slice(this.done.statements)) {
      this.current = statementNow;
      this.#run.onStatement(statementNow);
      appliedAt = await this.#step(statementNow, statementNow.ordinal === statements.length);
    }
    this.current = undefined;
    // COMMIT AND CHAIN leaves an empty one behind.
    if (appliedAt !== undefined && session.transaction !== 'none' && !this.isLost) await session.run('rollback');
    if (appliedAt !== undefined) return appliedAt;
    if (session.transaction !== 'none') {
      await session.run('rollback');
      throw new Stopped(plainFailure(new Error('the file leaves its transaction open: what was done in it was rolled back')));
    }
    return this.#finish();
  }

  /** The row, where the file's last statement had no transaction that could hold it. */
  async #finish(): Promise<string> {
    const { session, parsed } = this.#run;
    await session.run('begin read write');
    const last = parsed.statements.at(-1);
    const end = { text: 'commit', ordinal: parsed.statements.length, line: last?.line ?? 1 };
    return (await this.#end(end, true)) ?? '';
  }

  async #step(step: ParsedStatement, isLast: boolean): Promise<string | undefined> {
    const { session } = this.#run;
    if (session.transaction !== 'none') {
      if (ending.test(step.text)) return this.#end(step, isLast);
      await this.#send(step);
      return undefined;
    }
    if (step.controlsTransaction || !mayBeWrapped(step)) {
      await this.#apart(step);
      return undefined;
    }
    const wrapped = batchOf([step], 'begin;\n');
    const outcome = await sendBatch(this.#run, wrapped, 1);
    if (outcome.state === 'failed') await this.#fail(batchFailure(this.#run, wrapped, outcome, 1));
    return this.#end({ ...step, text: 'commit' }, isLast);
  }

  /** Ends a transaction with what is done by it; the last one of the file with its row. */
  async #end(step: Pick<ParsedStatement, 'text' | 'ordinal' | 'line'>, isLast: boolean): Promise<string | undefined> {
    const run = this.#run;
    const done = this.#doneBy(step);
    if (await isReadOnly(run)) return this.#endReadOnly(step);
    if (run.session.transaction === 'open') await becomeOurselves(run);
    const written = run.session.transaction === 'failed' ? undefined : await this.#note(done, isLast);
    const ended = await commit(run, step.text, written?.transactionId ?? '', ({ success, note }) =>
      isLast
        ? success === true && note === undefined
        : success === true || (note?.kind === 'running' && note.done.statements >= done.statements),
    );
    if (ended.state === 'unknown') throw new Stopped({ ...ended.failure, statement: step.ordinal }, { isUnknown: true });
    if (ended.state === 'failed') {
      const failure = ended.error ?? plainFailure(new Error('COMMIT was answered with ROLLBACK'));
      await this.#fail({ ...failure, statement: step.ordinal, line: step.line }, ended.isLost);
    }
    this.done = done;
    this.isLost = ended.isLost;
    if (!isLast && ended.isLost) throw new Stopped(plainFailure(new Error('the connection was lost')), { isLost: true });
    return written?.appliedAt;
  }

  /** Nothing can be noted in such a transaction; nor need it be: run once more after a loss, it changes nothing either. */
  async #endReadOnly(step: Pick<ParsedStatement, 'text' | 'ordinal' | 'line'>): Promise<undefined> {
    const { session, signal, parsed } = this.#run;
    const outcome = await session.run(step.text, { signal });
    if (outcome.state === 'failed') {
      const failure = plainFailure(new Error(outcome.error.message));
      await this.#fail({ ...failure, statement: step.ordinal, line: step.line });
    }
    this.done = this.#doneBy(step);
    // COMMIT AND CHAIN leaves an empty one behind.
    if (step.ordinal === parsed.statements.length && session.transaction !== 'none') await session.run('rollback');
  }

  async #note(done: Done, isLast: boolean): Promise<{ readonly transactionId: string; readonly appliedAt: string | undefined }> {
    if (isLast) return recordSuccess(this.#run);
    return { transactionId: await this.#progress(done, 0), appliedAt: undefined };
  }

  async #progress(done: Done, underWay: number): Promise<string> {
    const { session, file } = this.#run;
    const since = new Date().toISOString();
    const note = writeNote({ kind: 'running', since, backendPid: session.backendPid, statement: underWay, done });
    const [row] = await session.ask(statement(recordProgressQuery, { migrationName: file.name, note }));
    if (row === undefined) throw new Error(`the row of ${file.name} is gone from the history`);
    return row.transaction_id;
  }

  /** What is done when this statement is; what stands between was rolled back, or is done with it. */
  #doneBy(step: Pick<ParsedStatement, 'ordinal'>): Done {
    return this.#run.parsed.statements.slice(this.done.statements, step.ordinal).reduce(doneWith, this.done);
  }

  /** Notes the statement that is under way, or that none is, outside of the file's transactions. */
  async #noteApart(underWay: number): Promise<void> {
    const { session } = this.#run;
    // The file may have made the session read-only.
    await session.run('begin read write');
    await becomeOurselves(this.#run);
    await this.#progress(this.done, underWay);
    const outcome = await session.run('commit');
    // Nothing may be sent that is not on record as under way.
    if (outcome.state === 'failed') await this.#fail(plainFailure(new Error(outcome.error.message)));
  }

  /** A statement that no transaction of ours may hold: BEGIN, and what refuses one. */
  async #apart(step: ParsedStatement): Promise<void> {
    const { session, parsed } = this.#run;
    const isNoted = !step.controlsTransaction;
    const keepsWaiting = waitsLong(step, parsed.statements);
    const refused = await inOwnTurn(this.#run, step, keepsWaiting, async () => {
      if (isNoted) {
        await this.#noteApart(step.ordinal);
        this.isApart = true;
      }
      // Building an index concurrently waits for old transactions, and keeps nobody waiting meanwhile.
      if (keepsWaiting) await session.run('set lock_timeout = 0');
      // DISCARD ALL would give the lock back too, under which we run.
      if (discardsAll(step)) await prepareSession(session, this.#run.limits);
      else await this.#send(step);
      this.isApart = false;
    });
    if (refused !== undefined) await this.#fail(batchFailure(this.#run, batchOf([step]), refused));
    // Before anything else is sent: a connection that is lost with that leaves this done.
    if (session.transaction === 'none') this.done = this.#doneBy(step);
    if (keepsWaiting) await session.run(`set lock_timeout = ${this.#run.limits.lockTimeoutMs}`);
    if (session.transaction !== 'none') return;
    if (isNoted && step.ordinal < parsed.statements.length) await this.#noteApart(0);
  }

  async #send(step: ParsedStatement): Promise<void> {
    const batch = batchOf([step]);
    const outcome = await sendBatch(this.#run, batch);
    if (outcome.state === 'failed') await this.#fail(batchFailure(this.#run, batch, outcome));
  }

  async #fail(failure: RunFailure, isLost = false): Promise<never> {
    if (!isLost && this.#run.session.transaction !== 'none') await this.#run.session.run('rollback');
    throw new Stopped(failure, { isLost });
  }
}
