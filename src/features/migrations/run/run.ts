import { AdminError } from '#core/errors.ts';
import { eventsOf } from '#core/events-of.ts';
import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { statement } from '#database/query.ts';
import type { MigrationFile } from '../folder.ts';
import { parseMigration } from '../parse.ts';
import { takeLockQuery } from '../queries.ts';
import type { FileResult, RunEvent } from './events.ts';
import { plainFailure } from './failure.ts';
import type { RunContext, RunLimits } from './file-run.ts';
import { takeLock } from './lock.ts';
import { runFile } from './run-file.ts';

/** What is to be run, in this order. */
export interface RunRequest {
  readonly files: readonly { readonly file: MigrationFile; readonly undoes?: string | undefined }[];
  readonly account: Account;
  readonly limits: RunLimits;
  /** Run each through and roll it back; nothing is recorded. */
  readonly isTrial?: boolean;
}

/** What a run came to. */
export interface RunReport {
  readonly results: readonly FileResult[];
  /** Files behind the one that failed, or behind where the run was stopped. */
  readonly notRun: readonly string[];
  readonly isStopped: boolean;
}

/**
 * Runs migration files one after the other, each in a session as good as new, under the lock that lets one console at a time do so; stops at
 * the first that fails. Tells everything as it happens; returns what became of each. Aborting `signal`, or leaving the generator, stops the
 * statement on the server, and that is recorded as the failure it is. Throws an AdminError where nothing could be run: read-only, no
 * history, another console.
 */
export function runMigrations(
  database: Database,
  request: RunRequest,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, RunReport> {
  return eventsOf<RunEvent, RunReport>((emit, stopping) => {
    const isPooled = database.server.route === 'pooled';
    const needs = isPooled ? ('transaction' as const) : ('session' as const);
    const { account, limits, isTrial = false } = request;
    return database.session(
      (session) => runAll({ database, session, account, limits, isTrial, emit, signal: stopping }, request.files, isPooled),
      { needs, what: 'A migration' },
    );
  }, signal);
}

const goesOn: ReadonlySet<FileResult['state']> = new Set(['applied', 'already-applied', 'tried']);

async function runAll(context: RunContext, files: RunRequest['files'], isPooled: boolean): Promise<RunReport> {
  const { session, database, limits, emit, signal } = context;
  const results: FileResult[] = [];
  const report = (): RunReport => {
    const notRun = files.slice(results.length).map(({ file }) => file.name);
    return { results, notRun, isStopped: signal.aborted };
  };
  const take = async (): Promise<boolean> => (await session.ask(statement(takeLockQuery, {})))[0]?.is_taken === true;
  for (const { file, undoes } of files) {
    if (signal.aborted) break;
    const runNow = async (): Promise<FileResult> => {
      // Asked for again before every file: one of them may have given all locks of the session back.
      if (!isPooled) await takeLock(take, { reader: database, waitMs: limits.waitMs, emit, signal });
      return runFile(context, { file, parsed: await parseMigration(file), undoes });
    };
    const result = await runNow().catch((error: unknown) => notBegun(error, file, results));
    // Stopped while waiting for its turn.
    if (result === undefined) break;
    results.push(result);
    emit({ kind: 'result', result });
    if (!goesOn.has(result.state)) break;
  }
  return report();
}

/** Nothing can be run any more, though something was: what was done is told, and this file was not begun; undefined where that was asked for. */
function notBegun(error: unknown, file: MigrationFile, results: readonly FileResult[]): FileResult | undefined {
  if (!(error instanceof AdminError) || results.length === 0) throw error;
  if (error.kind === 'interrupted') return undefined;
  return {
    name: file.name,
    state: 'refused',
    executionTimeMs: 0,
    appliedAt: undefined,
    statements: 0,
    resumedAt: undefined,
    doneStatements: 0,
    failure: plainFailure(error),
  };
}
