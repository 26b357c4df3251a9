import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadOptions, Statement } from '#database/query.ts';
import type { Database } from '#database/database.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { adHoc, open, until } from './opening.ts';
import { startWithholding } from './withholding.ts';

let home: TestDatabase;
let database: Database;
let admin: Client;
const settle = (answers: readonly Promise<unknown>[]) => Promise.allSettled(answers);
const read = (text: string, options?: ReadOptions) => database.read(adHoc(text), options);

beforeAll(async () => {
  home = await createDatabase('empty');
  database = await open(home.settings);
  admin = await connectTo(home.settings);
  await admin.query('create table box (n int)');
});
afterAll(() => admin.end());

/** Our backends that run a statement now. */
async function running(): Promise<string[]> {
  const { rows } = await admin.query<{ query: string }>(
    `select query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'`,
  );
  return rows.map(({ query }) => query);
}

describe('round trips', () => {
  test.for([
    ['a read', 1],
    ['several reads together', 3],
  ] as const)('%s needs one', async ([, statements]) => {
    const line = await startWithholding(home.settings);
    const remote = await open({ ...home.settings, host: '127.0.0.1', port: line.port }, { pool: { max: 1 } });
    line.until('commit');
    const wanted: Statement[] = Array.from({ length: statements }, (_, n) => adHoc(`select ${n} as n`));
    const answers = statements === 1 ? [await remote.read(wanted[0]!)] : await Promise.all(await remote.readEach(wanted));
    expect(answers).toEqual(Array.from({ length: statements }, (_, n) => [{ n }]));
    // What is left of the commit message and its sync, and nothing more.
    expect(line.bytesAfter()).toBeLessThan(40);
    await remote.close();
    line.close();
  });
});

describe('a read', () => {
  test.for(['insert into box values (1) returning n', 'create table other ()', 'truncate box', "select nextval('numbers')"])(
    'is refused when it writes: %s',
    async (text) => {
      await admin.query('create sequence if not exists numbers');
      await expect(read(text)).rejects.toMatchObject({
        name: 'AdminError',
        kind: 'database',
        code: 'read-only',
        sqlState: '25006',
      });
      expect((await admin.query('select * from box')).rows).toEqual([]);
      await expect(read('select 1 as n')).resolves.toEqual([{ n: 1 }]);
    },
  );

  test('can not leave its read-only transaction by a second statement', async () => {
    await expect(read('commit; insert into box values (2)')).rejects.toMatchObject({
      code: 'statement-failed',
      sqlState: '42601',
    });
    expect((await admin.query('select * from box')).rows).toEqual([]);
  });

  test('that takes longer than its limit is stopped by the server and says what to do', async () => {
    await expect(read('select pg_sleep(30)', { statementTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'statement-timeout',
      whatToDo: expect.stringContaining('--statement-timeout'),
      sqlState: '57014',
    });
    await expect(read('show statement_timeout')).resolves.toEqual([{ statement_timeout: '5s' }]);
  });

  test("keeps the server's own words of a failure", async () => {
    await expect(read('select * from nothing')).rejects.toMatchObject({
      code: 'missing-table',
      detail: expect.stringContaining('relation "nothing" does not exist'),
    });
  });

  test('leaves no time limit and no transaction behind on its connection', async () => {
    const one = await open(home.settings, { pool: { max: 1 } });
    await one.read(adHoc('select 1'));
    const [row] = (
      await admin.query(`select state, query from pg_stat_activity where application_name = 'aisha-console' and state <> 'active'
      and datname = current_database() and query = 'commit' limit 1`)
    ).rows;
    expect(row).toEqual({ state: 'idle', query: 'commit' });
    await one.close();
  });
});

describe('aborting', () => {
  test.for([8, 1])('stops the statement on the server and frees the connection (pool of %i)', async (max) => {
    const own = await open(home.settings, { pool: { max }, statementTimeoutMs: 60_000 });
    const [before] = await own.read(adHoc<{ pid: number }>('select pg_backend_pid() as pid'));
    const stop = new AbortController();
    const slow = own.read(adHoc('select pg_sleep(60) as aborted_sleep'), { signal: stop.signal });
    const failure = slow.catch((error: unknown) => error);
    await until(async () => (await running()).some((query) => query.includes('aborted_sleep')));
    const reason = new Error('nobody waits');
    stop.abort(reason);
    expect(await failure).toBe(reason);
    await until(async () => !(await running()).some((query) => query.includes('aborted_sleep')));
    const after = await own.read(adHoc<{ pid: number }>('select pg_backend_pid() as pid'));
    // With one connection the cancelled one must come back, or nothing would.
    expect(max > 1 || after[0]?.pid === before?.pid).toBe(true);
    expect(own.monitor.status.get()).toEqual({ state: 'connected' });
    await own.close();
  });

  test('several reads together stops the one that runs and starts no other', async () => {
    const stop = new AbortController();
    const asked = database.readEach([adHoc('select pg_sleep(60) as first_sleep'), adHoc('select pg_sleep(60) as second_sleep')], {
      signal: stop.signal,
      statementTimeoutMs: 60_000,
    });
    await until(async () => (await running()).some((query) => query.includes('first_sleep')));
    stop.abort(new Error('left'));
    expect(await settle(await asked)).toMatchObject([{ reason: { message: 'left' } }, { reason: { message: 'left' } }]);
    await until(async () => !(await running()).some((query) => query.includes('_sleep')));
    await expect(read('select 1 as n')).resolves.toEqual([{ n: 1 }]);
  });

  test('before it began sends nothing', async () => {
    await expect(read('insert into box values (3)', { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
      'too late',
    );
  });

  test('closing the database while a statement runs stops it on the server', async () => {
    const own = await open(home.settings, { statementTimeoutMs: 60_000 });
    const stop = new AbortController();
    const slow = own.read(adHoc('select pg_sleep(60) as closing_sleep'), { signal: stop.signal }).catch(() => undefined);
    await until(async () => (await running()).some((query) => query.includes('closing_sleep')));
    // As at Ctrl-C: the signal and the end of the pool in one breath.
    stop.abort();
    await own.close();
    await slow;
    const isGone = until(async () => !(await running()).some((query) => query.includes('closing_sleep')));
    await expect(isGone).resolves.toBe(true);
  });
});

describe('several reads in one transaction', () => {
  test('settle each by itself: one failure spares the rest, before and behind', async () => {
    const answers = await database.readEach([
      adHoc('select 1 as n'),
      adHoc('select 1/0'),
      adHoc('insert into box values (4)'),
      adHoc('select 2 as n'),
    ]);
    expect(await settle(answers)).toMatchObject([
      { status: 'fulfilled', value: [{ n: 1 }] },
      { status: 'rejected', reason: { code: 'statement-failed', sqlState: '22012' } },
      { status: 'rejected', reason: { code: 'read-only' } },
      { status: 'fulfilled', value: [{ n: 2 }] },
    ]);
  });

  test('have the time limit each, not together', async () => {
    const answers = await database.readEach(
      [adHoc('select pg_sleep(0.2)'), adHoc('select pg_sleep(30)'), adHoc('select pg_sleep(0.2), 3 as n')],
      { statementTimeoutMs: 350 },
    );
    expect(await settle(answers)).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'statement-timeout' } },
      { status: 'fulfilled', value: [{ n: 3 }] },
    ]);
  });
});

test('more reads at once than connections wait for their turn', async () => {
  const narrow = await open(home.settings, { pool: { max: 2 } });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => narrow.read(adHoc(`select ${n} as n`))));
  expect(answers).toEqual(Array.from({ length: 40 }, (_, n) => [{ n }]));
});
