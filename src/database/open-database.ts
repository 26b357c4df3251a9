import pg from 'pg';
import type { ConnectionSettings, PoolSettings } from '#core/connection-settings.ts';
import type { Access } from './access-gate.ts';
import { connectionError } from './connection-errors.ts';
import { Database } from './database.ts';
import { poolOptions } from './pool-options.ts';
import { describeServer } from './queries.ts';
import { checkedRow, statementText } from './query.ts';
import { answerWithin, graceMs, sendReadTransaction } from './read-transaction.ts';
import { type Server, serverFrom } from './server.ts';

/**
 * Connects and learns who and where we are, in one connection. Throws an AdminError (connection) when the server can not be reached,
 * refuses us, or is too old.
 */
export async function openDatabase(
  settings: ConnectionSettings,
  poolSettings: PoolSettings,
  options: { readonly statementTimeoutMs: number; readonly access: (server: Server) => Access },
): Promise<Database> {
  const connecting = poolOptions(settings, poolSettings);
  const pool = new pg.Pool({ ...connecting, pipeline: true });
  const cancelPool = new pg.Pool({ ...connecting, max: 1 });
  for (const each of [pool, cancelPool]) {
    each.on('error', () => undefined);
    // The pool listens to its idle connections only: without this, one that breaks while it is in use would end the process.
    each.on('connect', (client) => client.on('error', () => undefined));
  }
  const connectApart = async (): Promise<pg.Client> => {
    const client = new pg.Client(connecting);
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      throw connectionError(error, settings);
    }
    return client;
  };
  try {
    const server = await greet(pool, settings, options.statementTimeoutMs);
    return new Database({ pool, cancelPool, connectApart }, settings, server, options.statementTimeoutMs, options.access(server));
  } catch (error) {
    void pool.end();
    throw connectionError(error, settings);
  }
}

async function greet(pool: pg.Pool, settings: ConnectionSettings, statementTimeoutMs: number): Promise<Server> {
  const client = await pool.connect();
  const greetedPid = (client as { processID?: number }).processID;
  try {
    const transaction = sendReadTransaction(client, [{ text: statementText(describeServer), values: [] }], statementTimeoutMs);
    const waitMs = statementTimeoutMs + graceMs;
    const rows = await answerWithin(transaction.results[0]!, waitMs);
    await answerWithin(transaction.finished, waitMs);
    client.release();
    return serverFrom(checkedRow(describeServer, rows[0], 1), settings, greetedPid);
  } catch (error) {
    client.release(true);
    throw error;
  }
}
