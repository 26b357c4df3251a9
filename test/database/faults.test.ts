import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import { startServer } from '#demo/server.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Proxy, startProxy } from '../support/proxy.ts';
import { adHoc, open, until } from './opening.ts';

let home: TestDatabase;
let admin: Client;

beforeAll(async () => {
  home = await createDatabase('empty');
  admin = await connectTo(home.settings);
});
afterAll(() => admin.end());

const crashes: unknown[] = [];
process.on('uncaughtException', (error) => crashes.push(error));
process.on('unhandledRejection', (error) => crashes.push(error));

async function throughProxy(options: Parameters<typeof open>[1] = {}): Promise<{ proxy: Proxy; database: Database }> {
  const proxy = await startProxy(home.settings);
  const database = await open({ ...home.settings, host: '127.0.0.1', port: proxy.port }, options);
  onTestFinished(async () => {
    await proxy.close();
    await database.close();
  });
  return { proxy, database };
}

const lost = (database: Database) => until(async () => database.monitor.status.get().state === 'lost');
const connected = (database: Database) => until(async () => database.monitor.status.get().state === 'connected');
const isRunning = async (text: string): Promise<boolean> => {
  const { rows } = await admin.query(
    `select from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and strpos(query, $1) > 0`,
    [text],
  );
  return rows.length > 0;
};
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('a connection that breaks', () => {
  test('while idle costs the next read nothing but another connection', async () => {
    const { proxy, database } = await throughProxy();
    proxy.cut();
    await expect(database.read(adHoc('select 1 as n'))).resolves.toEqual([{ n: 1 }]);
    expect(database.monitor.status.get()).toEqual({ state: 'connected' });
  });

  test('while idle spares several reads together as well', async () => {
    const { proxy, database } = await throughProxy();
    proxy.cut();
    const answers = await database.readEach([adHoc('select 1 as n'), adHoc('select 2 as n')]);
    expect(await Promise.all(answers)).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  test('under a read is reported as lost, and the console says when it is back', async () => {
    const { proxy, database } = await throughProxy();
    const said: string[] = [];
    database.monitor.status.subscribe(() => said.push(database.monitor.status.get().state));
    const slow = failureOf(database.read(adHoc('select pg_sleep(60) as under_read')));
    await until(() => isRunning('under_read'));
    await proxy.refuse();
    expect(await slow).toMatchObject({ name: 'AdminError', kind: 'connection' });
    await lost(database);
    await until(async () => {
      const status = database.monitor.status.get();
      return status.state === 'lost' && status.attempts > 0 && status.nextAttemptAtMs > Date.now() && status.reason !== '';
    });
    expect(await failureOf(database.read(adHoc('select 1')))).toMatchObject({ kind: 'connection', whatToDo: expect.any(String) });
    await proxy.resume();
    database.monitor.retryNow();
    await connected(database);
    await expect(database.read(adHoc('select 1 as n'))).resolves.toEqual([{ n: 1 }]);
    expect(said).toContain('lost');
    expect(said.at(-1)).toBe('connected');
  });

  test('is noticed without a read when the server is gone, and mended without one', async () => {
    const { proxy, database } = await throughProxy();
    await proxy.refuse();
    await expect(lost(database)).resolves.toBe(true);
    await proxy.resume();
    await expect(connected(database)).resolves.toBe(true);
  });

  test('under the probe of the monitor does not end the process', async () => {
    const { proxy, database } = await throughProxy();
    proxy.cut();
    for (let times = 0; times < 5; times += 1) {
      database.monitor.suspect();
      await until(async () => proxy.connections > 0);
      proxy.cut();
    }
    await expect(database.read(adHoc('select 1 as n'))).resolves.toEqual([{ n: 1 }]);
  });
});

describe('an administrator who ends our session', () => {
  test.for(['idle', 'active'] as const)('while it is %s', async (state) => {
    const database = await open(home.settings, { pool: { max: 1 } });
    const [session] = await database.read(adHoc<{ pid: number }>('select pg_backend_pid() as pid'));
    const slow = state === 'active' ? failureOf(database.read(adHoc('select pg_sleep(1) as ended_session'))) : undefined;
    if (slow !== undefined) await until(() => isRunning('ended_session'));
    await admin.query('select pg_terminate_backend($1)', [session!.pid]);
    // Read-only statements may be sent again: the second try answers.
    expect(await (slow ?? database.read(adHoc('select 1')))).toBeDefined();
    const [other] = await database.read(adHoc<{ pid: number }>('select pg_backend_pid() as pid'));
    expect(other!.pid).not.toBe(session!.pid);
    expect(database.monitor.status.get()).toEqual({ state: 'connected' });
  });
});

describe('a server that is restarted', () => {
  test('idle and under a read: lost, then back by itself', async () => {
    let server = await startServer({ tcp: { port: 0 } });
    onTestFinished(() => server.stop());
    const settings: ConnectionSettings = { ...server.connection('postgres', 'tcp'), password: () => server.password };
    const database = await open(settings, { statementTimeoutMs: 60_000 });
    const slow = failureOf(database.read(adHoc('select pg_sleep(60)')));
    await until(async () => {
      const rows = await database.read(
        adHoc(`select from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`),
      );
      return rows.length > 0;
    });
    await server.stop();
    expect(await slow).toMatchObject({ name: 'AdminError', kind: 'connection' });
    await lost(database);
    server = await startServer({ tcp: { port: settings.port } });
    await connected(database);
    await expect(database.read(adHoc('select 1 as n'))).resolves.toEqual([{ n: 1 }]);
  });
});

describe('a network that goes silent', () => {
  test('gives up a read after its time limit and some patience, and not twice', async () => {
    const { proxy, database } = await throughProxy({ statementTimeoutMs: 100 });
    proxy.freeze();
    const start = performance.now();
    expect(await failureOf(database.read(adHoc('select 1')))).toMatchObject({
      code: 'no-answer',
      message: expect.stringMatching(/not answered for 3 s/),
    });
    expect(performance.now() - start).toBeLessThan(6000);
    await lost(database);
    await proxy.resume();
    await connected(database);
    await expect(database.read(adHoc('select 1 as n'))).resolves.toEqual([{ n: 1 }]);
  });

  test('lets an abort through at once', async () => {
    const { proxy, database } = await throughProxy();
    proxy.freeze();
    const stop = new AbortController();
    const waiting = failureOf(database.read(adHoc('select 1'), { signal: stop.signal }));
    stop.abort(new Error('left the pane'));
    expect(await waiting).toMatchObject({ message: 'left the pane' });
  });

  test('at connect is given up as well', async () => {
    const proxy = await startProxy(home.settings);
    onTestFinished(() => proxy.close());
    proxy.freeze();
    const settings = { ...home.settings, host: '127.0.0.1', port: proxy.port };
    expect(await failureOf(open(settings, { pool: { connectionTimeoutMs: 200 } }))).toMatchObject({
      kind: 'connection',
      code: 'connection-timeout',
    });
  });
});

test('nothing of all this was an unhandled error', () => {
  expect(crashes).toEqual([]);
});
