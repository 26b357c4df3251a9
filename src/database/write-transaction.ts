import type pg from 'pg';
import { AdminError, messageOf } from '#core/errors.ts';
import { beginWrite } from './queries.ts';
import { checkedRow, parameterValues, type Statement, statementText } from './query.ts';
import { answerWithin, graceMs } from './read-transaction.ts';
import { isConnectionLoss, statementError } from './sql-errors.ts';

/** What a write may do inside its transaction. Each call is a round trip. */
export interface WriteTransaction {
  run<Row>(wanted: Statement<Row>): Promise<readonly Row[]>;
}

/** Milliseconds: how long the server may work on a statement, wait for a lock, and wait for us. */
export interface WriteLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** Why a write failed where it matters whether anything was saved. */
export const commitUnknown = 'commit-unknown';

/**
 * Runs `work` between `begin read write` and `commit`. Whatever it throws rolls everything back. A connection that is lost before COMMIT
 * was sent saved nothing and says so (connection-lost); one that is lost while COMMIT is under way may have saved (commit-unknown):
 * the caller has to look again. `onCommit` is called right before COMMIT is sent.
 */
export async function runWriteTransaction<Result>(
  client: pg.PoolClient,
  limits: WriteLimits,
  work: (transaction: WriteTransaction) => Promise<Result>,
  onCommit?: () => void,
): Promise<Result> {
  const send = (text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<Record<string, unknown>>> => {
    const config = { text, values: [...values], queryMode: 'extended' } as pg.QueryConfig;
    return answerWithin(client.query<Record<string, unknown>>(config), limits.statementTimeoutMs + graceMs);
  };
  const parameters = [limits.statementTimeoutMs, limits.lockTimeoutMs, limits.idleTimeoutMs].map(String);
  let result: Result;
  try {
    await Promise.all([send('begin read write'), send(statementText(beginWrite), parameters)]);
    result = await work({
      run: async <Row>({ query, parameters: given, identifiers }: Statement<Row>) => {
        try {
          const { rows } = await send(statementText(query, identifiers), parameterValues(query, given));
          return rows.map((row) => checkedRow(query, row, rows.length) as Row);
        } catch (error) {
          throw notAllowed(statementError(error, query.name));
        }
      },
    });
  } catch (error) {
    if (isConnectionLoss(error)) throw nothingSaved(error);
    await send('rollback').catch(() => undefined);
    throw error;
  }
  try {
    onCommit?.();
    // After a statement that failed, whoever swallowed its error, PostgreSQL answers COMMIT with ROLLBACK and no error.
    const { command } = await send('commit');
    if (command !== 'COMMIT') throw new Error(`commit was answered with ${command}: nothing was saved`);
  } catch (error) {
    if (isConnectionLoss(error)) throw maybeSaved(error);
    throw statementError(error, 'commit');
  }
  return result;
}

/** What the server forbids to write, by right or because it takes no writes at all, is a refusal like our own. */
function notAllowed(failure: unknown): unknown {
  if (!(failure instanceof AdminError) || (failure.sqlState !== '42501' && failure.sqlState !== '25006')) return failure;
  const { code, message, detail, sqlState } = failure;
  const whatToDo =
    sqlState === '42501' ? 'Nothing was saved. Connect as a role that may write this, such as postgres.' : failure.whatToDo;
  return new AdminError({ kind: 'refused', code, whatHappened: message, whatToDo, detail, sqlState, cause: failure.cause });
}

function nothingSaved(cause: unknown): AdminError {
  return new AdminError({
    kind: 'connection',
    code: 'connection-lost',
    whatHappened: `The connection was lost before the change was committed (${messageOf(cause)}).`,
    whatToDo: 'Nothing was saved. Save again when the connection is back.',
    cause,
  });
}

function maybeSaved(cause: unknown): AdminError {
  return new AdminError({
    kind: 'connection',
    code: commitUnknown,
    whatHappened: `The connection was lost while the change was being committed (${messageOf(cause)}).`,
    whatToDo: 'It may or may not be saved: look at the record again when the connection is back.',
    cause,
  });
}
