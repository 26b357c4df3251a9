import type pg from 'pg';
import { AdminError } from '#core/errors.ts';
import { beginRead } from './queries.ts';
import { statementText } from './query.ts';

/** How much longer than the server's own limit we wait before we take the network for dead. */
export const graceMs = 3000;

/** One statement ready to be sent. */
export interface PreparedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A read transaction under way: a promise a statement, each settled as its answer arrives. */
export interface ReadTransaction {
  readonly results: readonly Promise<readonly unknown[]>[];
  /** The server process that runs it; undefined as long as the server has not said. */
  readonly backendPid: () => number | undefined;
  /** Settles, never rejects, when the connection is free again. */
  readonly finished: Promise<void>;
}

type Answer = Promise<pg.QueryResult<Record<string, unknown>>>;

/** A read-only transaction that is being sent: what is sent next is not waited for. */
export interface BegunRead {
  readonly send: (text: string, values?: readonly unknown[]) => Answer;
  readonly end: (how: 'commit' | 'rollback') => Omit<ReadTransaction, 'results'>;
}

/** Sends the beginning of a read-only transaction, with the time limit of each of its statements. */
export function beginReadTransaction(client: pg.PoolClient, statementTimeoutMs: number): BegunRead {
  let backendPid: number | undefined;
  const sent: Promise<unknown>[] = [];
  const send = (text: string, values: readonly unknown[] = []): Answer => {
    const answer = client.query<Record<string, unknown>>({
      text,
      values: [...values],
      queryMode: 'extended',
    } as pg.QueryConfig);
    sent.push(answer);
    return answer;
  };
  void send('begin read only').catch(() => undefined);
  send(statementText(beginRead), [String(statementTimeoutMs)]).then(
    (answer) => {
      backendPid = Number(answer.rows[0]?.['backend_pid']);
    },
    () => undefined,
  );
  return {
    send,
    end(how) {
      void send(how).catch(() => undefined);
      return { backendPid: () => backendPid, finished: Promise.allSettled(sent).then(() => undefined) };
    },
  };
}

/**
 * Sends a read-only transaction in one round trip: `begin read only`, its time limit, the statements, `commit`. Several statements are
 * set apart by a savepoint, so that one that fails (no right on a table) does not take the others with it. `statementTimeoutMs` holds
 * for each statement. Works through a transaction pooler, since nothing outlives the transaction.
 */
export function sendReadTransaction(
  client: pg.PoolClient,
  statements: readonly PreparedStatement[],
  statementTimeoutMs: number,
): ReadTransaction {
  const { send, end } = beginReadTransaction(client, statementTimeoutMs);
  const apart = statements.length > 1;
  // One savepoint serves all: going back to it keeps it.
  if (apart) void send('savepoint statement').catch(() => undefined);
  const results = statements.map(async (statement) => {
    const answer = send(statement.text, statement.values);
    if (apart) void send('rollback to savepoint statement').catch(() => undefined);
    return (await answer).rows;
  });
  return { results, ...end('commit') };
}

/** Rejects as soon as `signal` aborts, otherwise settles as `work` does. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}

/** Settles as `work` does, or rejects with noAnswer when the server has said nothing for so long. */
export async function answerWithin<T>(work: Promise<T>, waitMs: number): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(noAnswer(waitMs)), waitMs);
  try {
    return await untilAborted(work, silence.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The reason a read is given up when the server has said nothing for longer than its own time limit allows. */
export function noAnswer(waitedMs: number): AdminError {
  return new AdminError({
    kind: 'connection',
    code: 'no-answer',
    whatHappened: `The server has not answered for ${Math.round(waitedMs / 1000)} s.`,
    whatToDo: 'Check the network; the console reconnects by itself.',
  });
}
