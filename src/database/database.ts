import type pg from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import { mapInSlices } from '#core/slices.ts';
import { type Access, AccessGate } from './access-gate.ts';
import { type Catalog, readCatalog } from './catalog.ts';
import { connectionError } from './connection-errors.ts';
import { ConnectionMonitor } from './connection-monitor.ts';
import type { Pools } from './pool-options.ts';
import { cancelBackend } from './queries.ts';
import { checkedRow, parameterValues, type Reader, type ReadOptions, type Statement, statementText } from './query.ts';
import { type ForeignStatement, type Plan, planFrom, sendExplain } from './explain.ts';
import { ReadChannel } from './read-channel.ts';
import { graceMs, sendReadTransaction, untilAborted } from './read-transaction.ts';
import { directHost, type Server } from './server.ts';
import { needsSession, runInSession, type Session } from './session.ts';
import { runWriteTransaction, type WriteLimits, type WriteTransaction } from './write-transaction.ts';
import { isConnectionLoss, statementError } from './sql-errors.ts';
import { WritesUnderWay } from './writes-under-way.ts';

/** How long connections that are in use may take to end when the console leaves. */
const closeGraceMs = 2000;
/** A write waits two seconds for a lock, and a transaction that we leave open for ten seconds is ended by the server. */
const writeLimits = { lockTimeoutMs: 2000, idleTimeoutMs: 10_000 };

/** The one way to the server: reads, cancellation, connection state, access. Made by openDatabase. */
export class Database implements Reader {
  readonly server: Server;
  readonly monitor: ConnectionMonitor;
  readonly gate: AccessGate;
  readonly writes = new WritesUnderWay();
  readonly #pool: pg.Pool;
  readonly #cancelPool: pg.Pool;
  readonly #connectApart: () => Promise<pg.Client>;
  readonly #channel: ReadChannel;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  readonly #settings: ConnectionSettings;
  readonly #statementTimeoutMs: number;
  #catalog: Promise<Catalog> | undefined;

  constructor(
    { pool, cancelPool, connectApart }: Pools,
    settings: ConnectionSettings,
    server: Server,
    statementTimeoutMs: number,
    access: Access,
  ) {
    this.#pool = pool;
    this.#cancelPool = cancelPool;
    this.#connectApart = connectApart;
    this.#settings = settings;
    this.#statementTimeoutMs = statementTimeoutMs;
    this.server = server;
    this.gate = new AccessGate(access);
    this.#channel = new ReadChannel({
      checkOut: () => this.#checkOut(),
      cancel: (backendPid) => this.#cancelBackend(backendPid),
      closing: this.#closing.signal,
    });
    this.monitor = new ConnectionMonitor(async () => {
      const client = await this.#checkOut();
      try {
        await untilAborted(client.query('select 1'), AbortSignal.timeout(graceMs));
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    });
    pool.on('error', () => this.monitor.suspect());
  }

  /** Rows of one read, in one round trip. Throws an AdminError for what a server can answer; an aborted read rejects with its reason. */
  async read<Row>(wanted: Statement<Row>, options: ReadOptions = {}): Promise<readonly Row[]> {
    try {
      const [answer] = await this.#ask([wanted], options);
      return await answer!;
    } catch (error) {
      throw this.#failed(error, wanted.query.name);
    }
  }

  /** Several reads in one round trip, handed out with the first answer; each settles by itself: one failure or time limit spares the rest. */
  async readEach<Row>(wanted: readonly Statement<Row>[], options: ReadOptions = {}): Promise<readonly Promise<readonly Row[]>[]> {
    if (wanted.length === 0) return [];
    try {
      const results = await this.#ask(wanted, options);
      return results.map((result, index) => {
        const answer = result.catch((error: unknown) => Promise.reject(this.#failed(error, wanted[index]!.query.name)));
        answer.catch(() => undefined);
        return answer;
      });
    } catch (error) {
      throw this.#failed(error, wanted[0]!.query.name);
    }
  }

  /**
   * How the server would run a statement that somebody else wrote; it is planned and never run (explain.ts). Throws an AdminError for what the
   * server answers, the time limit and locks of others included; an aborted one rejects with its reason.
   */
  async explain(wanted: ForeignStatement, options: ReadOptions = {}): Promise<Plan> {
    const timeoutMs = options.statementTimeoutMs ?? this.#statementTimeoutMs;
    try {
      const [answer] = await this.#channel.send((client) => sendExplain(client, wanted, timeoutMs), {
        waitMs: timeoutMs + graceMs,
        signal: options.signal,
      });
      const rows = await answer!;
      this.monitor.reportAnswer();
      return planFrom(rows);
    } catch (thrown) {
      throw this.#failed(thrown, 'explain');
    }
  }

  /**
   * Runs `work` in a write transaction of its own. Throws an AdminError: refused while this session is read-only, connection-lost or
   * commit-unknown where the connection failed, and whatever the server or `work` object to; then nothing is saved.
   */
  async write<Result>(
    work: (transaction: WriteTransaction) => Promise<Result>,
    { onCommit, ...limits }: Partial<WriteLimits> & { readonly onCommit?: () => void } = {},
  ): Promise<Result> {
    this.gate.requireWriting();
    const client = await this.#checkOut();
    let failure: unknown;
    try {
      const whole = { ...writeLimits, statementTimeoutMs: this.#statementTimeoutMs, ...limits };
      const result = await runWriteTransaction(client, whole, work, onCommit);
      this.monitor.reportAnswer();
      return result;
    } catch (error) {
      failure = error;
      if (isConnectionLoss(error)) this.monitor.reportLoss(error);
      throw error;
    } finally {
      client.release(isConnectionLoss(failure));
    }
  }

  /**
   * Gives `work` a connection of its own, ended behind it. `needs`: through a transaction pooler nothing outlives a transaction. Throws an
   * AdminError: refused while this session is read-only and for what the route can not carry, connection, and what `work` throws.
   */
  async session<Result>(
    work: (session: Session) => Promise<Result>,
    { needs, what }: { readonly needs: 'session' | 'transaction'; readonly what: string },
  ): Promise<Result> {
    this.gate.requireWriting();
    if (needs === 'session' && this.server.route === 'pooled') throw needsSession(what, directHost(this.server));
    try {
      const cancel = (backendPid: number): Promise<unknown> => this.#cancelBackend(backendPid);
      return await runInSession({ connect: this.#connectApart, cancel, closing: this.#closing.signal }, work);
    } catch (error) {
      if (isConnectionLoss(error)) this.monitor.reportLoss(error);
      throw error;
    }
  }

  /** Tables, columns, keys and indexes of this database, read once; `refresh` reads them again. */
  catalog(options: { refresh?: boolean } = {}): Promise<Catalog> {
    if (this.#catalog === undefined || options.refresh) {
      const reading = readCatalog(this);
      reading.catch(() => {
        if (this.#catalog === reading) this.#catalog = undefined;
      });
      this.#catalog = reading;
    }
    return this.#catalog;
  }

  /** Cancels what still runs and ends every connection; may be called again. Waits for what is in use, and for none that is stuck. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.monitor.stop();
      this.gate.stop();
      const isIdle = this.#pool.idleCount === this.#pool.totalCount;
      this.#closing.abort(new Error('The connection is being closed.'));
      const ended = this.#pool.end().then(() => this.#cancelPool.end());
      // Idle connections have sent their goodbye when this line is reached; the server's answer is of no use to anybody.
      await (isIdle ? undefined : Promise.race([ended, new Promise((resolve) => setTimeout(resolve, closeGraceMs).unref())]));
      ended.catch(() => undefined);
    })();
    return this.#closed;
  }

  async #checkOut(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw connectionError(error, this.#settings);
    }
  }

  /**
   * The answers, as soon as the first is there. That a connection was lost before it (it may have died while it lay idle in the pool) says
   * nothing about the server: then everything is asked once more, on another one.
   */
  async #ask<Row>(wanted: readonly Statement<Row>[], options: ReadOptions): Promise<readonly Promise<readonly Row[]>[]> {
    const mayAskAgain = (failure: unknown): boolean =>
      isConnectionLoss(failure) &&
      !(failure instanceof AdminError && failure.code === 'no-answer') &&
      options.signal?.aborted !== true &&
      this.monitor.status.get().state === 'connected';
    try {
      const answers = await this.#send(wanted, options);
      const failure = await answers[0]!.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!mayAskAgain(failure)) return answers;
    } catch (error) {
      if (!mayAskAgain(error)) throw error;
    }
    return this.#send(wanted, options);
  }

  async #send<Row>(wanted: readonly Statement<Row>[], options: ReadOptions): Promise<readonly Promise<readonly Row[]>[]> {
    const prepared = wanted.map(({ query, parameters, identifiers }) => ({
      text: statementText(query, identifiers),
      values: parameterValues(query, parameters),
    }));
    const timeoutMs = options.statementTimeoutMs ?? this.#statementTimeoutMs;
    const results = await this.#channel.send((client) => sendReadTransaction(client, prepared, timeoutMs), {
      waitMs: timeoutMs * wanted.length + graceMs,
      signal: options.signal,
    });
    const answers = results.map(async (result, index) => {
      const rows = await result;
      this.monitor.reportAnswer();
      return mapInSlices(rows, (row) => checkedRow(wanted[index]!.query, row, rows.length) as Row);
    });
    // Whoever asked hears of a failure by waiting for the answer; that nobody waits for a later one is no bug.
    for (const answer of answers) answer.catch(() => undefined);
    return answers;
  }

  async #cancelBackend(backendPid: number | undefined): Promise<void> {
    if (backendPid !== undefined) await this.#cancelPool.query(statementText(cancelBackend), [backendPid]);
  }

  #failed(thrown: unknown, name: string): unknown {
    const error = statementError(thrown, name);
    if (isConnectionLoss(error)) this.monitor.reportLoss(thrown);
    return error;
  }
}
