import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectTo, createDatabase } from '../support/cluster.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { startProxy } from '../support/proxy.ts';
import type { Proxy } from '../support/proxy.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('empty');
});
afterAll(() => database.drop());

test.for([
  ['demo', true],
  ['production', true],
  ['empty', false],
] as const)('a clone of %s can be dropped while somebody is connected', async ([template, filled]) => {
  const clone = await createDatabase(template);
  const client = await connectTo(clone.settings);
  client.on('error', () => undefined);
  const { rows } = await client.query(`select count(*) > 10 as filled from pg_tables where schemaname = 'public'`);
  expect(rows).toEqual([{ filled }]);
  await clone.drop();
  await expect(connectTo(clone.settings)).rejects.toMatchObject({ code: '3D000' });
});

describe.skipIf(pgBouncerPath() === undefined)('PgBouncer (needs pgbouncer)', () => {
  test('pools transactions: two clients get the same server, and only with the password', async () => {
    const pooler = await startPgBouncer({ target: database.settings, poolSize: 1 });
    if (!pooler) throw new Error('pgbouncer is there, but did not start');
    onTestFinished(() => pooler.stop());
    const clients = await Promise.all([connectTo(pooler.settings), connectTo(pooler.settings)]);
    const servers = await Promise.all(
      clients.map(async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid),
    );
    expect(servers[0]).toBe(servers[1]);
    await Promise.all(clients.map((client) => client.end()));
    await expect(connectTo({ ...pooler.settings, password: () => 'wrong' })).rejects.toThrow(/authentication failed/);
    await pooler.stop();
    await expect(connectTo(pooler.settings)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the proxy', () => {
  let proxy: Proxy;
  let client: Client;
  const open = async (): Promise<void> => {
    proxy = await startProxy(database.settings);
    client = await connectTo({ ...database.settings, port: proxy.port });
    client.on('error', () => undefined);
  };
  afterEach(async () => {
    await proxy.close();
    await client.end().catch(() => undefined);
  });

  test('cuts what is open and takes what is new', async () => {
    await open();
    proxy.cut();
    await expect(client.query('select 1')).rejects.toThrow(/ECONNRESET|terminated|closed|queryable/);
    await vi.waitFor(() => expect(proxy.connections).toBe(0));
    client = await connectTo({ ...database.settings, port: proxy.port });
    await expect(client.query('select 1')).resolves.toBeDefined();
  });

  test('refuses until it resumes', async () => {
    await open();
    await proxy.refuse();
    await expect(connectTo({ ...database.settings, port: proxy.port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.resume();
    client = await connectTo({ ...database.settings, port: proxy.port });
    await expect(client.query('select 1')).resolves.toBeDefined();
  });

  test('freezes without losing anything, and delays', async () => {
    await open();
    proxy.freeze();
    const answer = client.query('select 1 as one');
    const outcome = await Promise.race([
      answer.then(() => 'answered'),
      connectTo(database.settings).then((direct) => direct.end()),
    ]);
    expect(outcome).not.toBe('answered');
    await proxy.resume();
    expect((await answer).rows).toEqual([{ one: 1 }]);
    proxy.delay(50);
    const start = performance.now();
    await client.query('select 1');
    expect(performance.now() - start).toBeGreaterThan(95);
  });
});
