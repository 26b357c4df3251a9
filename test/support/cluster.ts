import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { buildDemo } from '#demo/schema.ts';
import type { ClusterAddress } from './cluster-setup.ts';

/** `demo`: as `--demo` builds it. `production`: production-shape.sql, drifted from the manual. `empty`: nothing in it. */
export type Template = 'demo' | 'production' | 'empty';

/** A database of one test file's own. */
export interface TestDatabase {
  readonly name: string;
  readonly settings: ConnectionSettings;
  /** The same as a connection string, for the built program's `--database-url`. */
  readonly url: string;
  /** Drops it, disconnecting whoever is in it. Optional at the end of a file: the cluster goes anyway. */
  drop(): Promise<void>;
}

let count = 0;

/**
 * Clones a template of the run's cluster: about 0.1 s, through TCP on 127.0.0.1. The first to ask for a template builds it (the demo: 1 s),
 * so that a run without a database does not pay for it.
 *
 * `file_copy` clones faster than `wal_log` on 15 and 18 (95 against 125 ms alone, 190 against 360 ms for four at once), and clones need not
 * wait for each other as long as nobody is connected to the template, to which connections are therefore forbidden.
 */
export async function createDatabase(template: Template): Promise<TestDatabase> {
  const address = inject('cluster');
  const name = `${address.prefix}${template}_${process.pid}_${++count}`;
  await withAdmin(address, async (admin) => {
    const source = template === 'empty' ? 'template0' : await ensureTemplate(admin, address, template);
    await admin.query(`create database "${name}" template "${source}" strategy file_copy`);
  });
  const { user, password, host, port } = address;
  return {
    name,
    settings: settingsOf(address, name),
    url: `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${name}`,
    drop: () => withAdmin(address, async (admin) => void (await admin.query(`drop database if exists "${name}" with (force)`))),
  };
}

/** A connected plain client, for what a test itself does to its database; end it when done. */
export async function connectTo(settings: ConnectionSettings): Promise<Client> {
  const { host, port, database, user, password } = settings;
  const client = new Client({ host, port, database, user, password, application_name: 'test' });
  await client.connect();
  return client;
}

async function ensureTemplate(admin: Client, address: ClusterAddress, template: 'demo' | 'production'): Promise<string> {
  const name = `${address.prefix}template_${template}`;
  // Other workers wait here while one builds. The lock ends with the connection, a worker that dies included.
  await admin.query(`select pg_advisory_lock(hashtext($1))`, [name]);
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) {
    const building = `${name}_building`;
    await admin.query(`drop database if exists "${building}" with (force)`);
    await admin.query(`create database "${building}" template template0`);
    await build(settingsOf(address, building), template);
    await admin.query(`alter database "${building}" rename to "${name}"`);
    await admin.query(`alter database "${name}" allow_connections false`);
  }
  await admin.query(`select pg_advisory_unlock(hashtext($1))`, [name]);
  return name;
}

async function build(settings: ConnectionSettings, template: 'demo' | 'production'): Promise<void> {
  if (template === 'demo') return buildDemo(settings);
  const client = await connectTo(settings);
  try {
    await client.query(await readFile(join(import.meta.dirname, 'production-shape.sql'), 'utf8'));
  } finally {
    await client.end();
  }
}

async function withAdmin<T>(address: ClusterAddress, work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = await connectTo(settingsOf(address, address.maintenanceDatabase));
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function settingsOf({ host, port, user, password }: ClusterAddress, database: string): ConnectionSettings {
  return { host, port, database, user, password: () => password, tls: { state: 'off', why: 'local' }, source: 'test' };
}
