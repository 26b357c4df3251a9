import pg from 'pg';
import type { ConnectionSettings, PoolSettings } from '#core/connection-settings.ts';
import { type Access, AccessGate } from './access-gate.ts';
import { type Catalog, readCatalog } from './catalog.ts';
import { connectionError } from './connection-errors.ts';
import { ConnectionMonitor } from './connection-monitor.ts';
import { poolOptions } from './pool-options.ts';
import { cancelBackend, describeServer } from './queries.ts';
import { parameterValues, type Reader, type ReadOptions, type Statement, statementText } from './query.ts';
import { noAnswer, type ReadTransaction, sendReadTransaction, untilAborted } from './read-transaction.ts';
import { type Server, serverFrom } from './server.ts';
import { isConnectionLoss, statementError } from './sql-errors.ts';

/** How much longer than the server's own limit we wait before we take the network for dead. */
const graceMs = 3000;
/** How long a cancelled statement may take to give its connection back before the connection is thrown away. */
const cancelGraceMs = 1000;

/** The one way to the server: reads, cancellation, connection state, access. Made by openDatabase. */
export class Database implements Reader {
  readonly server: Server;
  readonly monitor: ConnectionMonitor;
  readonly gate: AccessGate;
  readonly #pool: pg.Pool;
  readonly #settings: ConnectionSettings;
  readonly #statementTimeoutMs: number;
  #catalog: Promise<Catalog> | undefined;

  constructor(pool: pg.Pool, settings: ConnectionSettings, server: Server, statementTimeoutMs: number, access: Access) {
    this.#pool = pool;
    this.#settings = settings;
    this.#statementTimeoutMs = statementTimeoutMs;
    this.server = server;
    this.gate = new AccessGate(access);
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
      return await (await this.#send([wanted], options))[0]!;
    } catch (error) {
      // A connection that died while it lay idle in the pool says nothing about the server: ask once more on another.
      if (options.signal?.aborted || this.monitor.status.get().state === 'lost' || !isConnectionLoss(error)) throw this.#failed(error, wanted);
      try {
        return await (await this.#send([wanted], options))[0]!;
      } catch (again) {
        throw this.#failed(again, wanted);
      }
    }
  }

  /** Several reads in one round trip; each promise settles by itself, so that one failure or the time limit spares the rest. */
  async readEach<Row>(wanted: readonly Statement<Row>[], options: ReadOptions = {}): Promise<readonly Promise<readonly Row[]>[]> {
    try {
      const results = await this.#send(wanted, options);
      return results.map((result, index) => {
        const answer = result.catch((error: unknown) => Promise.reject(this.#failed(error, wanted[index]!)));
        answer.catch(() => undefined);
        return answer;
      });
    } catch (error) {
      throw this.#failed(error, wanted[0]!);
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

  /** Ends every connection. Waits for none that is stuck. */
  async close(): Promise<void> {
    this.monitor.stop();
    this.gate.stop();
    await Promise.race([this.#pool.end(), new Promise((resolve) => setTimeout(resolve, cancelGraceMs).unref())]);
  }

  async #checkOut(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw connectionError(error, this.#settings);
    }
  }

  async #send<Row>(wanted: readonly Statement<Row>[], options: ReadOptions): Promise<readonly Promise<readonly Row[]>[]> {
    const prepared = wanted.map(({ query, parameters, identifiers }) => ({
      text: statementText(query, identifiers),
      values: parameterValues(query, parameters),
    }));
    const timeoutMs = options.statementTimeoutMs ?? this.#statementTimeoutMs;
    options.signal?.throwIfAborted();
    const client = await this.#checkOut();
    // Without a listener of ours, a connection that breaks while it is checked out would end the process.
    const ignore = (): void => undefined;
    client.on('error', ignore);
    const transaction = sendReadTransaction(client, prepared, timeoutMs);
    const waitMs = timeoutMs * wanted.length + graceMs;
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(noAnswer(waitMs)), waitMs);
    const signal = options.signal === undefined ? silence.signal : AbortSignal.any([options.signal, silence.signal]);
    void this.#giveBack(client, transaction, wanted.length, signal).finally(() => {
      clearTimeout(timer);
      client.off('error', ignore);
    });
    return transaction.results.map(async (result, index) => {
      const rows = await untilAborted(result, signal);
      this.monitor.reportAnswer();
      return rows.map((row) => wanted[index]!.query.row.parse(row) as Row);
    });
  }

  /** Releases the connection when it is free, or cancels its statement on the server when `signal` says that nobody waits any more. */
  async #giveBack(client: pg.PoolClient, transaction: ReadTransaction, statements: number, signal: AbortSignal): Promise<void> {
    const interrupted = await untilAborted(transaction.finished, signal).then(
      () => false,
      () => true,
    );
    if (!interrupted) {
      const failure = await Promise.all(transaction.results).then(
        () => undefined,
        (error: unknown) => error,
      );
      client.release(isConnectionLoss(failure));
      return;
    }
    const pid = transaction.backendPid();
    if (statements === 1 && pid !== undefined) {
      await this.#pool.query(statementText(cancelBackend), [pid]).catch(() => undefined);
      const settled = await untilAborted(transaction.finished, AbortSignal.timeout(cancelGraceMs)).then(
        () => true,
        () => false,
      );
      client.release(!settled);
      return;
    }
    client.release(true);
    if (pid !== undefined) await this.#pool.query(statementText(cancelBackend), [pid]).catch(() => undefined);
  }

  #failed(thrown: unknown, wanted: Statement): unknown {
    const error = statementError(thrown, wanted.query.name);
    if (isConnectionLoss(error)) this.monitor.reportLoss(thrown);
    return error;
  }
}

/**
 * Connects and learns who and where we are, in one connection. Throws an AdminError (connection) when the server can not be reached,
 * refuses us, or is too old.
 */
export async function openDatabase(
  settings: ConnectionSettings,
  poolSettings: PoolSettings,
  options: { readonly statementTimeoutMs: number; readonly access: (server: Server) => Access },
): Promise<Database> {
  const pool = new pg.Pool({ ...poolOptions(settings, poolSettings), pipeline: true });
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    const greetedPid = (client as { processID?: number }).processID;
    const transaction = sendReadTransaction(client, [{ text: statementText(describeServer), values: [] }], options.statementTimeoutMs);
    const rows = await transaction.results[0]!;
    await transaction.finished;
    client.release();
    const server = serverFrom(describeServer.row.parse(rows[0]), settings, greetedPid);
    return new Database(pool, settings, server, options.statementTimeoutMs, options.access(server));
  } catch (error) {
    void pool.end();
    throw connectionError(error, settings);
  }
}
