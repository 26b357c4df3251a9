import { AdminError, messageOf } from '#core/errors.ts';
import type { StatementLimits } from '#core/limit-options.ts';
import type { Database } from '#database/database.ts';
import { type BackendIdentity, endLostBackend, prepareSession } from '#database/prepare-session.ts';
import type { ServerMessage } from '#database/script.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { takeTurn } from '#database/turn.ts';
import { type Blocker, whileWatching } from '#database/watch.ts';
import type { Emit, JobFailure } from './events.ts';
import { phaseText } from './phases.ts';

/** Limits in milliseconds. */
export interface MaintenanceLimits extends StatementLimits {
  /** How long a server may take to be back after a connection was lost, until what became of a statement stays unknown. */
  readonly patienceMs: number;
}

/** Where nothing else was asked for: a minute for others, and as long as the work takes. */
export const usualLimits: MaintenanceLimits = { statementTimeoutMs: 0, lockTimeoutMs: 60_000, patienceMs: 20_000 };

/** A statement on a session of its own. */
export interface Attempt {
  readonly target: string;
  /** The table that it works on. */
  readonly tableOid: string;
  readonly statement: string;
  readonly limits: MaintenanceLimits;
  /** Stops it on the server. */
  readonly signal?: AbortSignal | undefined;
  /** What it does where the server has no word for it. */
  readonly phase?: string;
  /** Milliseconds of performance.now. */
  readonly startedMs: number;
}

/** What came of it. */
export interface Attempted {
  readonly state: 'done' | 'failed' | 'stopped' | 'lost';
  readonly failure: JobFailure | undefined;
  readonly warnings: readonly string[];
}

const watchMs = 500;
/** Who was seen in the way this long ago may still have been when the statement failed: nobody is, a moment later. */
const recentMs = 3 * watchMs;

/**
 * Sends a statement that no transaction may hold, on a connection of its own, and tells how far it is. When this is over no process of ours
 * runs it any more, except where the server did not come back (`lost`). Throws an AdminError where it was not begun.
 */
export async function attempt(database: Database, emit: Emit, what: Attempt): Promise<Attempted> {
  const { target, statement, limits, signal, startedMs } = what;
  const warnings: string[] = [];
  let seen: { readonly blockers: readonly Blocker[]; readonly atMs: number } = { blockers: [], atMs: 0 };
  let begun: BackendIdentity | undefined;
  const onLook: Parameters<typeof whileWatching>[3] = ({ progress, blockedBy }) => {
    if (blockedBy.length > 0) seen = { blockers: blockedBy, atMs: performance.now() };
    emit({
      kind: 'progress',
      target,
      phase: what.phase ?? phaseText(progress, blockedBy.length > 0),
      relation: progress?.relation,
      done: progress?.done,
      total: progress?.total,
      unit: progress?.unit ?? '',
      fraction: progress?.fraction,
      waitingFor: blockedBy,
      elapsedMs: Math.round(performance.now() - startedMs),
    });
  };
  try {
    return await database.session(
      async (session): Promise<Attempted> => {
        begun = await prepareSession(session, limits);
        session.onNotice(({ severity, message }) => {
          if (severity === 'WARNING') warnings.push(message);
        });
        const onWait = (blockedBy: readonly Blocker[]): void => onLook({ progress: undefined, blockedBy });
        const turn = await takeTurn(session, what.tableOid, { lockTimeoutMs: limits.lockTimeoutMs, signal }, onWait);
        const outcome =
          turn.state === 'failed'
            ? turn
            : await whileWatching(database, session, watchMs, onLook, () => session.run(statement, { signal }));
        if (outcome.state === 'done') return { state: 'done', failure: undefined, warnings };
        const isStopped = signal?.aborted === true && outcome.error.sqlState === '57014';
        const inTheWay = performance.now() - seen.atMs < recentMs ? seen.blockers : [];
        const failure = failureFrom(outcome.error, isStopped, limits, inTheWay);
        return { state: isStopped ? 'stopped' : 'failed', failure, warnings };
      },
      { needs: 'session', what: 'Maintenance' },
    );
  } catch (error) {
    if (begun === undefined || !isConnectionLoss(error)) throw error;
    const isGone = await endLostBackend(database, begun, limits.patienceMs);
    if (!isGone) return { state: 'lost', failure: lossFrom(error, lookLater), warnings };
    return { state: signal?.aborted === true ? 'stopped' : 'failed', failure: lossFrom(error, 'It can be run again.'), warnings };
  }
}

const lookLater = 'When the server is back, indexes clean --dry-run shows whether anything was left behind.';

function failureFrom(
  error: ServerMessage,
  isStopped: boolean,
  { lockTimeoutMs, statementTimeoutMs }: MaintenanceLimits,
  inTheWay: readonly Blocker[],
): JobFailure {
  const { sqlState, detail, hint } = error;
  const waited = sqlState === '55P03' || sqlState === '57014' || sqlState === '40P01';
  const [message = '', whatToDo = ''] = isStopped
    ? ['stopped by the operator', 'It can be run again.']
    : sqlState === '55P03'
      ? [`it waited ${lockTimeoutMs} ms for somebody else`, 'Try again when they are done, or wait longer with --lock-timeout.']
      : sqlState === '57014' && statementTimeoutMs === 0
        ? ['somebody cancelled it on the server', 'It can be run again.']
        : sqlState === '57014'
          ? [`it was stopped after its ${statementTimeoutMs} ms`, 'Allow it more with --time-limit.']
          : sqlState === '23505'
            ? [error.message, 'The table holds rows that its unique index should have kept out: look at them first.']
            : sqlState === '42501'
              ? [error.message, 'Connect as the owner of the table.']
              : [error.message, "The message is the server's own."];
  return {
    message,
    sqlState,
    details: [
      ...[detail && `detail: ${detail}`, hint && `hint: ${hint}`].filter((text) => text !== undefined),
      ...(waited ? inTheWay.map(({ who }) => `in the way: ${who}`) : []),
    ],
    whatToDo,
  };
}

/** The same of a connection that was lost: what the server said last, where it said something. */
function lossFrom(error: unknown, whatToDo: string): JobFailure {
  const cause = error instanceof AdminError ? error.cause : undefined;
  return {
    message: `the connection was lost (${messageOf(cause ?? error)})`,
    sqlState: error instanceof AdminError ? error.sqlState : undefined,
    details: [],
    whatToDo,
  };
}
