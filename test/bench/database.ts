import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import { openDatabase } from '#database/open-database.ts';
import { connectClient } from '#demo/client.ts';
import { buildDemo } from '#demo/schema.ts';
import { startServer } from '#demo/server.ts';

export interface BenchDatabase {
  readonly settings: ConnectionSettings;
  readonly url: string;
}

export interface BenchServer {
  /** As `--demo` builds it. */
  readonly demo: BenchDatabase;
  /** Another database with everything of the demo in it. */
  clone(name: string): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

/** Made for loading 2 million rows quickly; what is measured afterwards is the same for all who are compared. */
const serverSettings = {
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  maintenance_work_mem: '256MB',
  autovacuum: 'off',
};

/** A PostgreSQL of the bench's own, over TCP on this machine, with the demo in it. */
export async function startBenchServer(): Promise<BenchServer> {
  const server = await startServer({ tcp: { port: 0 }, settings: serverSettings });
  const database = (name: string): BenchDatabase => ({
    settings: server.connection(name, 'tcp'),
    url: `postgresql://${server.user}:${server.password}@127.0.0.1:${server.port}/${name}`,
  });
  const administrate = async (statement: string): Promise<void> => {
    const client = await connectClient(server.connection('postgres', 'tcp'), 'bench');
    await client.query(statement);
    await client.end();
  };
  await administrate('create database demo');
  await buildDemo(server.connection('demo', 'tcp'));
  return {
    demo: database('demo'),
    async clone(name) {
      await administrate(`create database "${name}" template demo strategy file_copy`);
      return database(name);
    },
    stop: () => server.stop(),
  };
}

/** The console's own way to a database, in this process. */
export function openReader({ settings }: BenchDatabase): Promise<Database> {
  const pool = { max: 4, idleTimeoutMs: 30_000, connectionTimeoutMs: 2000 };
  return openDatabase(settings, pool, {
    statementTimeoutMs: 20_000,
    access: () => ({ state: 'read-only', mayUnlock: false }),
  });
}
