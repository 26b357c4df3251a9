import type pg from 'pg';
import { AdminError } from '#core/errors.ts';
import { cancelUntil } from './cancelling.ts';
import { checkedRow, parameterValues, type Statement, statementText } from './query.ts';
import { Script, type ScriptOutcome } from './script.ts';
import { statementError } from './sql-errors.ts';

/** Something the server said beside its answers: `NOTICE`, `WARNING`, `INFO`. */
export interface Notice {
  readonly severity: string;
  readonly message: string;
}

/** What `run` takes: aborting `signal` stops the statement on the server; `onStatement` is told how many statements have been answered. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStatement?: (completed: number) => void;
}

/** How long a statement that is to stop may take until the connection is given up. */
const cancelGraceMs = 10_000;

/**
 * A connection of its own for work that is no single read or write: several statements as they stand in a file, statements that refuse a
 * transaction, settings and locks that last. Made by `Database.session`, which ends it.
 */
export class Session {
  readonly #client: pg.Client;
  readonly #cancel: (backendPid: number) => Promise<unknown>;
  readonly #listeners = new Set<(notice: Notice) => void>();
  #backendPid: number;

  constructor(client: pg.Client, cancel: (backendPid: number) => Promise<unknown>) {
    this.#client = client;
    this.#cancel = cancel;
    this.#backendPid = (client as { processID?: number }).processID ?? 0;
    client.on('notice', ({ severity, message }) => {
      for (const listener of this.#listeners) listener({ severity: severity ?? 'NOTICE', message: message ?? '' });
    });
  }

  /** The server process that runs it; behind a pooler only what `servedBy` was told inside the transaction. */
  get backendPid(): number {
    return this.#backendPid;
  }

  /** Behind a pooler: which server process has this transaction. */
  servedBy(backendPid: number): void {
    this.#backendPid = backendPid;
  }

  /** Whether a transaction is open; `failed` takes nothing but ROLLBACK. */
  get transaction(): 'none' | 'open' | 'failed' {
    const status = this.#client.getTransactionStatus();
    if (status === 'E') return 'failed';
    return status === 'T' ? 'open' : 'none';
  }

  /** Hears what the server says until the given function is called. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Sends SQL as it stands, as a simple query: several statements outside a transaction are one implicit transaction. What the server
   * refuses is an outcome; throws an AdminError (connection) where the connection is lost, also while a statement is being stopped.
   */
  async run(sql: string, { signal, onStatement = () => undefined }: RunOptions = {}): Promise<ScriptOutcome> {
    if (signal?.aborted) return { state: 'failed', completed: 0, error: stopped };
    const script = this.#client.query(new Script(sql, onStatement));
    const stopping = Promise.withResolvers<void>();
    const stop = (): void => void this.#stop(script.outcome).then(stopping.resolve, stopping.resolve);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await script.outcome;
    } catch (error) {
      throw statementError(error, 'the script');
    } finally {
      signal?.removeEventListener('abort', stop);
      // A late word to stop must not meet the next statement.
      if (signal?.aborted) await stopping.promise;
    }
  }

  /** One statement of queries/, outside of any file's own. Throws AdminErrors as a read does. */
  async ask<Row>({ query, parameters, identifiers }: Statement<Row>): Promise<readonly Row[]> {
    try {
      const config = {
        text: statementText(query, identifiers),
        values: parameterValues(query, parameters),
        queryMode: 'extended',
      };
      const { rows } = await this.#client.query<Record<string, unknown>>(config as pg.QueryConfig);
      return rows.map((row) => checkedRow(query, row, rows.length) as Row);
    } catch (error) {
      throw statementError(error, query.name);
    }
  }

  /** Undoes what lasts in a session (settings, role, temporary tables, cursors, prepared statements), but keeps its advisory locks. */
  async reset(): Promise<void> {
    await this.run(everythingButLocks);
  }

  /** Stops what runs and ends the connection; for when nobody waits any more. */
  async abandon(): Promise<void> {
    await this.#cancel(this.#backendPid).catch(() => undefined);
    await this.#client.end().catch(() => undefined);
  }

  async #stop(outcome: Promise<ScriptOutcome>): Promise<void> {
    if (await cancelUntil(outcome, () => this.#cancel(this.#backendPid), cancelGraceMs)) return;
    // Nothing is heard of it: the network is dead, and the server will find that out by itself.
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** How a session comes to its connection, and how it is stopped. Aborting `closing` ends it whatever it does. */
interface Means {
  readonly connect: () => Promise<pg.Client>;
  readonly cancel: (backendPid: number) => Promise<unknown>;
  readonly closing: AbortSignal;
}

/** Opens a session for `work` and ends it behind it. */
export async function runInSession<Result>(
  { connect, cancel, closing }: Means,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const client = await connect();
  const session = new Session(client, cancel);
  const abandon = (): void => void session.abandon();
  closing.addEventListener('abort', abandon, { once: true });
  try {
    return await work(session);
  } finally {
    closing.removeEventListener('abort', abandon);
    await client.end().catch(() => undefined);
  }
}

/** DISCARD ALL, as PostgreSQL's manual spells it out, without pg_advisory_unlock_all. */
const everythingButLocks = `close all; set session authorization default; reset all; deallocate all; unlisten *;
  discard plans; discard temp; discard sequences`;

const stopped = {
  severity: 'ERROR',
  sqlState: '57014',
  message: 'stopped before it was sent',
  detail: undefined,
  hint: undefined,
  where: undefined,
  position: undefined,
};

/** The refusal of work that a transaction pooler can not carry. `directHost` is what to connect to instead, where that is known. */
export function needsSession(what: string, directHost: string | undefined): AdminError {
  return new AdminError({
    kind: 'refused',
    code: 'needs-session',
    whatHappened: `${what} needs a session of its own, and this connection goes through a transaction pooler.`,
    whatToDo: `Nothing was changed. Connect to ${directHost ?? 'the server itself'} instead, port 5432.`,
  });
}
