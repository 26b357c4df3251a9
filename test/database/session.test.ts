import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { directHost } from '#database/server.ts';
import type { Notice, Session } from '#database/session.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { startProxy } from '../support/proxy.ts';
import { adHoc, open, until } from './opening.ts';

const writing = { state: 'writing', lockedAtMs: undefined } as const;
const asked = { needs: 'session', what: 'This test' } as const;

let home: TestDatabase;
let database: Database;
beforeAll(async () => {
  home = await createDatabase('empty');
  database = await open(home.settings, { access: writing });
  const admin = await connectTo(home.settings);
  await admin.query('create table things (n int)');
  await admin.end();
});

describe('a session of its own', () => {
  test('sends text of several statements, counts them, and is told of a failure in the place where it is', async () => {
    const counted: number[] = [];
    await database.session(async (session) => {
      const onStatement = (completed: number): void => void counted.push(completed);
      expect(await session.run('begin; insert into things values (1); select n from things', { onStatement })).toEqual({
        state: 'done',
        commands: ['BEGIN', 'INSERT', 'SELECT'],
      });
      expect(session.transaction).toBe('open');
      expect(await session.run(`insert into things values (2);\nselect 'é😀', no from things; select 1`)).toMatchObject({
        state: 'failed',
        completed: 1,
        error: { sqlState: '42703', severity: 'ERROR', position: 45 },
      });
      expect(session.transaction).toBe('failed');
      expect(await session.run('commit')).toEqual({ state: 'done', commands: ['ROLLBACK'] });
      expect(session.transaction).toBe('none');
    }, asked);
    expect(counted).toEqual([1, 2, 3]);
    expect(await database.read(adHoc('select n from things'))).toEqual([]);
  });

  test('hears notices, and a COPY that waits for rows fails instead of waiting', async () => {
    const heard: Notice[] = [];
    await database.session(async (session) => {
      const deaf = session.onNotice((notice) => heard.push(notice));
      await session.run(`do $$ begin raise notice 'one'; raise warning 'two'; end $$`);
      deaf();
      await session.run(`do $$ begin raise notice 'three'; end $$`);
      expect(await session.run('copy things from stdin')).toMatchObject({ state: 'failed', error: { sqlState: '57014' } });
    }, asked);
    expect(heard).toEqual([
      { severity: 'NOTICE', message: 'one' },
      { severity: 'WARNING', message: 'two' },
    ]);
  });

  test('is stopped on the server, stays usable, and sends nothing that was stopped before', async () => {
    const stop = new AbortController();
    await database.session(async (session) => {
      const sleeping = session.run('select pg_sleep(60)', { signal: stop.signal });
      await running(session);
      stop.abort();
      expect(await sleeping).toMatchObject({ state: 'failed', completed: 0, error: { sqlState: '57014' } });
      expect(await session.run('insert into things values (3)', { signal: stop.signal })).toMatchObject({ state: 'failed' });
      expect(await session.ask(adHoc('select count(*)::int as n from things'))).toEqual([{ n: 0 }]);
    }, asked);
  });

  test('leaves nothing of itself behind for the next', async () => {
    await database.session((session) => session.run('set search_path = nowhere; select pg_advisory_lock(1)'), asked);
    await database.session(async (session) => {
      const [row] = await session.ask(adHoc<{ path: string; locks: number }>(leftBehind));
      expect(row).toEqual({ path: '"$user", public', locks: 0 });
    }, asked);
  });

  test('can be made as good as new, its locks apart', async () => {
    await database.session(async (session) => {
      await session.run(
        'create temp table t (n int); prepare p as select 1; set search_path = nowhere; select pg_advisory_lock(1)',
      );
      await session.reset();
      const [row] = await session.ask(adHoc<{ path: string; locks: number }>(leftBehind));
      expect(row).toEqual({ path: '"$user", public', locks: 1 });
      expect(await session.run('table t')).toMatchObject({ error: { sqlState: '42P01' } });
    }, asked);
  });

  test('a connection that is lost is an AdminError, and the session of a read-only console is refused', async () => {
    const proxy = await startProxy(home.settings);
    const through = await open({ ...home.settings, port: proxy.port }, { access: writing });
    const lost = through.session(async (session) => {
      const sleeping = session.run('select pg_sleep(60)');
      await running(session);
      proxy.cut();
      return sleeping;
    }, asked);
    await expect(lost).rejects.toMatchObject({ kind: 'connection', code: 'connection-lost' });
    await proxy.close();
    const locked = await open(home.settings);
    await expect(locked.session(async () => undefined, asked)).rejects.toMatchObject({ kind: 'refused', code: 'read-only' });
  });
});

const leftBehind = `select current_setting('search_path') as path,
  (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())::int as locks`;

const running = (session: Session): Promise<boolean> =>
  until(async () => {
    const sleeping = adHoc(`select 1 as n from pg_stat_activity where pid = ${session.backendPid} and wait_event = 'PgSleep'`);
    return (await database.read(sleeping)).length > 0;
  });

describe.skipIf(pgBouncerPath() === undefined)('through PgBouncer in transaction mode (needs pgbouncer)', () => {
  let stop: (() => Promise<void>) | undefined;
  afterAll(() => stop?.());

  test('what needs a session is refused, one transaction is not', async () => {
    const pooler = (await startPgBouncer({ target: home.settings }))!;
    stop = () => pooler.stop();
    const pooled = await open(pooler.settings, { access: writing });
    await expect(pooled.session(async () => undefined, asked)).rejects.toMatchObject({ kind: 'refused', code: 'needs-session' });
    const transaction = pooled.session((session) => session.run('begin; select 1; commit'), { ...asked, needs: 'transaction' });
    expect(await transaction).toMatchObject({ state: 'done' });
  });

  test.for([
    ['db.abcdefghijklmnopqrst.supabase.co', 'abcdefghijklmnopqrst', 'db.abcdefghijklmnopqrst.supabase.co'],
    ['aws-0-eu-central-1.pooler.supabase.com', 'abcdefghijklmnopqrst', 'db.abcdefghijklmnopqrst.supabase.co'],
    ['10.0.0.1', 'crm', undefined],
  ] as const)('instead of %s', ([host, label, direct]) => {
    expect(directHost({ host, label })).toBe(direct);
  });
});
