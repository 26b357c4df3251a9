import pg from 'pg';
import { AdminError, messageOf } from '#core/errors.ts';

/** SQLSTATE classes and codes that mean the session is gone rather than the statement wrong (PostgreSQL manual, appendix A). */
const lostStates = /^(08|57P0[1-5]|25P0[34])/;
const lostCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ENOENT',
  'EAI_AGAIN',
]);
const lostMessages =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|client has encountered|server conn crashed|server closed the connection|connect timeout/i;

/** Whether an error means that the connection, not the statement, failed: then a later try may well succeed. */
export function isConnectionLoss(thrown: unknown): boolean {
  if (thrown instanceof AdminError) return thrown.kind === 'connection';
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown ? String(thrown.code) : '';
  return lostStates.test(code) || lostCodes.has(code) || lostMessages.test(thrown.message);
}

const known: Readonly<Record<string, { code: string; whatHappened?: string; whatToDo: string }>> = {
  '57014': {
    code: 'statement-timeout',
    whatHappened: 'The server stopped the statement at its time limit.',
    whatToDo: 'Narrow it down, or allow more with --statement-timeout MS.',
  },
  '42501': { code: 'permission-denied', whatToDo: 'Connect as a role that may read this, such as postgres.' },
  '42P01': { code: 'missing-table', whatToDo: 'This database lacks that table; press r to read the catalog again.' },
  '42703': { code: 'missing-column', whatToDo: 'This database lacks that column; press r to read the catalog again.' },
  '25006': { code: 'read-only', whatToDo: 'The server takes no writes here: a standby, or a read-only transaction.' },
  '53300': { code: 'too-many-connections', whatToDo: 'Wait, lower DB_POOL_MAX, or connect through the pooler (port 6543).' },
  '53200': { code: 'out-of-memory', whatToDo: 'The server is out of memory; try again when it is less busy.' },
  '23514': { code: 'check-violation', whatToDo: 'Nothing was saved: a check constraint forbids this value.' },
  '23505': { code: 'unique-violation', whatToDo: 'Nothing was saved: another row has this value already.' },
  '23502': { code: 'not-null-violation', whatToDo: 'Nothing was saved: a column must not be empty.' },
  P0001: {
    code: 'trigger-error',
    whatToDo: 'Nothing was saved: a trigger or function of this database forbids it, in its own words.',
  },
  '22P05': { code: 'not-storable', whatToDo: 'Nothing was saved: PostgreSQL cannot store the character \\u0000.' },
  '22P02': {
    code: 'not-storable',
    whatToDo: 'Nothing was saved: PostgreSQL cannot read this as JSON or as the type of the column.',
  },
  '54001': { code: 'too-deep', whatToDo: 'Nothing was saved: the document is nested too deeply for this server.' },
  '54000': { code: 'too-large', whatToDo: 'Nothing was saved: the document or one of its keys is too large for this server.' },
  '40001': { code: 'serialization-failure', whatToDo: 'Nothing was saved: somebody else wrote at the same time; try again.' },
  '40P01': { code: 'deadlock', whatToDo: 'Nothing was saved: two writers waited for each other; try again.' },
  '55P03': { code: 'lock-timeout', whatToDo: 'Somebody else holds the row or table; try again shortly.' },
};

/**
 * Turns what pg threw while running a statement into an AdminError; SQLSTATEs become errors here and nowhere else. The server's own
 * message, detail, hint and context are kept in `detail`.
 */
export function statementError(thrown: unknown, queryName: string): unknown {
  if (thrown instanceof AdminError) return thrown;
  if (isConnectionLoss(thrown)) {
    return new AdminError({
      kind: 'connection',
      code: 'connection-lost',
      whatHappened: `The connection to the server was lost (${messageOf(thrown)}).`,
      whatToDo: 'The console reconnects by itself; a command can be run again.',
      cause: thrown,
    });
  }
  if (!(thrown instanceof pg.DatabaseError)) return thrown;
  const entry = known[thrown.code ?? ''];
  return new AdminError({
    kind: 'database',
    code: entry?.code ?? 'statement-failed',
    whatHappened: entry?.whatHappened ?? `The server refused ${queryName}: ${thrown.message}.`.replace(/\.\.$/, '.'),
    whatToDo: entry?.whatToDo ?? "Nothing was changed. The message is the server's own.",
    detail: [thrown.message, thrown.detail, thrown.hint, thrown.where].filter(Boolean).join('\n'),
    sqlState: thrown.code,
    cause: thrown,
  });
}
