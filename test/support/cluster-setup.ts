import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startServer } from '#demo/server.ts';

/** How a test file reaches the run's cluster; made here once, read by cluster.ts in every worker. */
export interface ClusterAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** A database to connect to for creating others. */
  readonly maintenanceDatabase: string;
  /** In front of every database name of this run, so that another server can be shared and left clean. */
  readonly prefix: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    cluster: ClusterAddress;
  }
}

/** What tests need beyond the demo: many connections, two-phase commits (the audit tail's hard case), and no surprises from autovacuum. */
const settings = {
  max_connections: '200',
  max_prepared_transactions: '20',
  autovacuum_naptime: '1d',
  'pg_stat_statements.track': 'all',
  // All tests share one list, and what ran once would be the first to be dropped from it.
  'pg_stat_statements.max': '50000',
};

/**
 * One cluster for the whole run: an embedded one, or with TEST_POSTGRES_BIN another PostgreSQL's programs, or with TEST_DATABASE_URL a server
 * that already runs (without TLS; the role must be a superuser), on which only databases with this run's prefix are made and dropped.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined && url !== '') return useServer(project, new URL(url));
  const binaryDirectory = process.env['TEST_POSTGRES_BIN'];
  const server = await startServer({ tcp: { port: 0 }, settings, ...(binaryDirectory && { binaryDirectory }) });
  const { host, port, user } = server.connection('postgres', 'tcp');
  project.provide('cluster', { host, port, user, password: server.password, maintenanceDatabase: 'postgres', prefix: '' });
  return () => server.stop();
}

async function useServer(project: TestProject, url: URL): Promise<() => Promise<void>> {
  const address: ClusterAddress = {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    maintenanceDatabase: url.pathname.slice(1) || 'postgres',
    prefix: `aisha_test_${process.pid}_`,
  };
  project.provide('cluster', address);
  return async () => {
    const client = new Client({ ...address, database: address.maintenanceDatabase });
    await client.connect();
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [
      address.prefix,
    ]);
    for (const { datname } of rows) await client.query(`drop database ${client.escapeIdentifier(datname)} with (force)`);
    await client.end();
  };
}
