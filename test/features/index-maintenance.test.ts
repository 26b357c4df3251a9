import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { MaintenanceEvent } from '#features/indexes/run/events.ts';
import { jobStatement } from '#features/indexes/run/job.ts';
import { findLeftovers, planJobs } from '#features/indexes/run/plan.ts';
import { open, until } from '../database/opening.ts';
import { heldTable, standStillAt } from '../faults/reindex-stops.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { invalidIndexes, openWorkshop, runJobs, runOn, type Workshop } from './index-maintenance.ts';
import { failure, writing } from './metadata-saving.ts';

type ProgressEvent = MaintenanceEvent & { kind: 'progress' };

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop(`
    create schema "odd ""schema""";
    create table thing (id int primary key, name text, during int4range, exclude using gist (during with &&));
    create table "odd ""schema"""."The Thing" (id int, name text);
    create index same_name on thing (name);
    create index "Same ""Name"".ü" on "odd ""schema"""."The Thing" (name);
    create index same_name on "odd ""schema"""."The Thing" (id);
    insert into thing select n, repeat('x', 100) || n, int4range(n, n + 1) from generate_series(1, 3000) as n;
    delete from thing where id % 3 > 0;
    create table parted (id int, at date) partition by range (at);
    create table parted_1 partition of parted for values from ('2026-01-01') to ('2026-02-01');
    create table parted_2 partition of parted for values from ('2026-02-01') to ('2026-03-01');
    create index parted_at on parted (at);
    insert into parted select n, date '2026-01-01' + n % 59 from generate_series(1, 3000) as n`);
});

const oidOf = async (name: string): Promise<string> =>
  (await shop.admin.query<{ oid: string }>(`select $1::regclass::oid::text as oid`, [name])).rows[0]!.oid;

describe('reindex', () => {
  test('rebuilds an index beside the old one, and tells its size before and after', async () => {
    const before = await oidOf('same_name');
    const { results, isStopped, notRun } = await runOn(shop.database, 'reindex', { kind: 'index', names: ['same_name'] });
    expect([isStopped, notRun]).toEqual([false, []]);
    expect(results[0]).toMatchObject({
      state: 'done',
      statement: 'reindex index concurrently "public"."same_name"',
      indexes: [{ title: 'same_name', isRebuilt: true }],
      skipped: [],
      warnings: [],
      leftovers: [],
      failure: undefined,
      mayRetry: false,
    });
    const [result] = results;
    expect(result!.before.indexBytes).toBeGreaterThan(result!.after!.indexBytes!);
    expect(await oidOf('same_name')).not.toBe(before);
  });

  test('takes names as the catalog has them: of two schemas, quoted, with dots and quotes', async () => {
    const names = ['odd "schema".same_name', 'odd "schema".Same "Name".ü', 'public.same_name'];
    const { results, events } = await runOn(shop.database, 'reindex', { kind: 'index', names });
    // Two are of one table: the second waits for nobody but the first, which is over.
    expect(events.filter((event) => event.kind === 'progress' && event.waitingFor.length > 0)).toEqual([]);
    expect(results.map(({ state, statement }) => [state, statement])).toEqual([
      ['done', 'reindex index concurrently "odd ""schema"""."same_name"'],
      ['done', 'reindex index concurrently "odd ""schema"""."Same ""Name"".ü"'],
      ['done', 'reindex index concurrently "public"."same_name"'],
    ]);
    expect(results.map(({ indexes }) => indexes.map(({ title, isRebuilt }) => [title, isRebuilt]))).toEqual([
      [['odd "schema".same_name', true]],
      [['odd "schema".Same "Name".ü', true]],
      [['same_name', true]],
    ]);
  });

  test('finds by oid what a list has shown, each once', async () => {
    const oid = await oidOf('same_name');
    const jobs = await planJobs(shop.database, 'reindex', { kind: 'index', oids: [oid], names: ['same_name'] });
    expect(jobs.map(jobStatement)).toEqual(['reindex index concurrently "public"."same_name"']);
  });

  test('of a table says which indexes the server passes over: invalid ones, left-over ones, exclusion constraints', async () => {
    await shop.admin.query(`insert into thing values (1000000, 'twice'), (1000001, 'twice')`);
    await expect(shop.admin.query('create unique index concurrently broken on thing (name)')).rejects.toThrow('could not create');
    await expect(shop.admin.query('create unique index concurrently broken_ccnew on thing (name)')).rejects.toThrow('not create');
    onTestFinished(async () => void (await shop.admin.query('drop index broken, broken_ccnew')));
    const { results } = await runOn(shop.database, 'reindex', { kind: 'table', names: ['thing'] });
    const [result] = results;
    expect(result).toMatchObject({ state: 'done', statement: 'reindex table concurrently "public"."thing"', leftovers: [] });
    expect(result?.skipped).toEqual([
      { title: 'broken', why: 'invalid' },
      { title: 'broken_ccnew', why: 'left-over' },
      { title: 'thing_during_excl', why: 'exclusion-constraint' },
    ]);
    expect(result?.indexes.map(({ title, isRebuilt }) => [title.replace(/\d+/, 'N'), isRebuilt])).toEqual([
      ['pg_toast.pg_toast_N_index', true],
      ['same_name', true],
      ['thing_pkey', true],
    ]);
    expect(result?.warnings).toHaveLength(3);
    expect(await invalidIndexes(shop.admin)).toEqual(['public.broken', 'public.broken_ccnew']);
  });

  test('of one that can not be built says why in the words of the server, and cleans up', async () => {
    await shop.admin.query('create table twice (n int); create unique index twice_n on twice (n); insert into twice values (1)');
    // As a collation that changed below it would leave it: rows that the index should have kept out.
    await shop.admin.query(`update pg_index set indisready = false, indislive = true where indexrelid = 'twice_n'::regclass`);
    await shop.admin.query('insert into twice values (1)');
    const { results } = await runOn(shop.database, 'reindex', { kind: 'index', names: ['twice_n'] });
    expect(results[0]).toMatchObject({
      state: 'failed',
      failure: { sqlState: '23505', details: ['detail: Key (n)=(1) is duplicated.'] },
      leftovers: [{ title: 'twice_n_ccnew', kind: 'unfinished', isDropped: true }],
    });
    await shop.admin.query('drop table twice');
  });

  test('of a partitioned index rebuilds those of its partitions', async () => {
    const { results } = await runOn(shop.database, 'reindex', { kind: 'index', names: ['parted_at'] });
    expect(results[0]).toMatchObject({ state: 'done', statement: 'reindex index concurrently "public"."parted_at"' });
    expect(results[0]?.indexes.map(({ title, isRebuilt }) => [title, isRebuilt])).toEqual([
      ['parted_1_at_idx', true],
      ['parted_2_at_idx', true],
    ]);
    expect(results[0]?.after?.indexBytes).toBeGreaterThan(10_000);
  });
});

describe('progress', () => {
  test('says the phase in words, and who is waited for since when', async () => {
    const held = await openWorkshop(heldTable);
    onTestFinished(held.close);
    const still = await standStillAt(held, 'a REPEATABLE READ transaction is open');
    const told = Promise.withResolvers<ProgressEvent>();
    const running = runOn(
      held.database,
      'reindex',
      { kind: 'index', names: ['held_n'] },
      {
        onEvent: (event) =>
          void (event.kind === 'progress' && event.unit === 'sessions' && event.waitingFor.length > 0 && told.resolve(event)),
      },
    );
    await still.reached();
    const event = await told.promise;
    expect(event).toMatchObject({
      target: 'held_n',
      phase: 'waiting for transactions that see the database as it was before',
      unit: 'sessions',
      done: 0,
      total: 1,
      fraction: 0,
      waitingFor: [
        { application: 'test', state: 'idle in transaction', query: expect.stringContaining('select from elsewhere') as string },
      ],
    });
    const [blocker] = event.waitingFor;
    expect(blocker!.transactionAgeSeconds).toBeGreaterThan(0);
    expect(blocker!.queryAgeSeconds).toBeLessThan(60);
    await still.release();
    expect((await running).results[0]?.state).toBe('done');
  });

  test('two at once on one table: the second says that it waits for the first, and both are done', async () => {
    const held = await openWorkshop(heldTable);
    onTestFinished(held.close);
    await held.admin.query('create index held_other on held (n desc)');
    const still = await standStillAt(held, 'building');
    const first = runOn(held.database, 'reindex', { kind: 'index', names: ['held_n'] });
    const pid = await still.reached();
    const told = Promise.withResolvers<ProgressEvent>();
    const second = runOn(
      held.database,
      'reindex',
      { kind: 'index', names: ['held_other'] },
      {
        onEvent: (event) => void (event.kind === 'progress' && event.waitingFor.length > 0 && told.resolve(event)),
      },
    );
    expect(await told.promise).toMatchObject({
      phase: 'waiting for a lock',
      waitingFor: [{ backendPid: pid, application: 'aisha-console', query: 'reindex index concurrently "public"."held_n"' }],
    });
    // Were it in the server's queue, the first would wait for it in turn: a deadlock.
    // What the first one is building is nobody's left-over.
    expect((await findLeftovers(held.database)).jobs).toEqual([]);
    expect((await findLeftovers(held.database)).kept).toEqual([{ title: 'held_n_ccnew', why: 'somebody works on it now' }]);
    await still.release();
    const ended = await Promise.all([first, second]);
    expect(ended.map(({ results }) => results[0]?.state)).toEqual(['done', 'done']);
    expect(await invalidIndexes(held.admin)).toEqual([]);
  });

  test("behind an index build of somebody else it waits outside of the server's queue, which would be a deadlock", async () => {
    const held = await openWorkshop(`${heldTable}; create index held_other on held (n desc)`);
    onTestFinished(held.close);
    const still = await standStillAt(held, 'building');
    const client = await held.connect();
    const theirs = client.query('reindex index concurrently held_n');
    const pid = await still.reached();
    const told = Promise.withResolvers<ProgressEvent>();
    const onEvent = (event: MaintenanceEvent): void =>
      void (event.kind === 'progress' && event.waitingFor.length > 0 && told.resolve(event));
    const ours = runOn(held.database, 'reindex', { kind: 'index', names: ['held_other'] }, { onEvent });
    expect(await told.promise).toMatchObject({
      phase: 'waiting for a lock',
      waitingFor: [{ backendPid: pid, application: 'test' }],
    });
    await still.release();
    expect([(await theirs).command, (await ours).results[0]?.state]).toEqual(['REINDEX', 'done']);
  });

  test('whoever stops listening stops the work, and what it left behind is dropped', async () => {
    const held = await openWorkshop(heldTable);
    onTestFinished(held.close);
    const still = await standStillAt(held, 'building');
    const left = runOn(
      held.database,
      'reindex',
      { kind: 'index', names: ['held_n'] },
      {
        onEvent(event) {
          if (event.kind === 'progress' && event.waitingFor.length > 0) throw new Error('left');
        },
      },
    );
    await Promise.all([expect(left).rejects.toThrow('left'), still.reached()]);
    await until(async () => (await invalidIndexes(held.admin)).length === 0);
    await still.release();
  });
});

test('a REINDEX of a table that is stopped leaves an index behind for each of its own, TOAST too: all are dropped', async () => {
  const held = await openWorkshop(`${heldTable}; alter table held add column long text; create index held_long on held (long)`);
  onTestFinished(held.close);
  const still = await standStillAt(held, 'building');
  const stop = new AbortController();
  const running = runOn(held.database, 'reindex', { kind: 'table', names: ['held'] }, { signal: stop.signal });
  await still.reached();
  expect(await invalidIndexes(held.admin)).toHaveLength(3);
  stop.abort();
  const [result] = (await running).results;
  await still.release();
  expect(result?.state).toBe('stopped');
  expect(result?.leftovers.map(({ title, isDropped }) => [title.replace(/\d+/, 'N'), isDropped])).toEqual([
    ['pg_toast.pg_toast_N_index_ccnew', true],
    ['held_long_ccnew', true],
    ['held_n_ccnew', true],
  ]);
  expect(await invalidIndexes(held.admin)).toEqual([]);
});

describe('vacuum and analyze', () => {
  test('tell sizes and dead rows before and after, and are done', async () => {
    await shop.admin.query('create table churned (n int); insert into churned select generate_series(1, 5000)');
    await shop.admin.query('delete from churned; select pg_stat_force_next_flush()');
    await until(async () => {
      const { rows } = await shop.admin.query<{ dead: number }>(
        `select pg_stat_get_dead_tuples('churned'::regclass)::int as dead`,
      );
      return rows[0]!.dead === 5000;
    });
    const { results } = await runOn(shop.database, 'vacuum-analyze', { kind: 'table', names: ['churned'] });
    expect(results[0]).toMatchObject({
      state: 'done',
      statement: 'vacuum (analyze) "public"."churned"',
      before: { deadRows: 5000, indexBytes: 0 },
      after: { deadRows: 0 },
    });
    expect(results[0]!.before.tableBytes).toBeGreaterThan(results[0]!.after!.tableBytes!);
  });

  test('of a partitioned table, and one of a schema with quotes', async () => {
    const wanted = { kind: 'table', names: ['parted', 'odd "schema".The Thing'] } as const;
    const { results } = await runOn(shop.database, 'analyze', wanted);
    expect(results.map(({ state, statement }) => [state, statement])).toEqual([
      ['done', 'analyze "public"."parted"'],
      ['done', 'analyze "odd ""schema"""."The Thing"'],
    ]);
    const { rows } = await shop.admin.query(`select distinct tablename from pg_stats where tablename like 'parted%' order by 1`);
    expect(rows.map(({ tablename }: { tablename: string }) => tablename)).toEqual(['parted', 'parted_1', 'parted_2']);
  });

  test.for([
    ['vacuum', 'reading the table'],
    ['analyze', 'reading a sample of the table'],
  ] as const)('of a large table, %s says how far it is; stopped, it says so', async ([action, phase]) => {
    const slow = await openWorkshop(
      'create table large as select n, repeat(n::text, 20) as t from generate_series(1, 100000) as n',
    );
    const name = slow.home.settings.database;
    await slow.admin.query(
      `alter database "${name}" set vacuum_cost_delay = '50ms'; alter database "${name}" set vacuum_cost_limit = 10`,
    );
    const stop = new AbortController();
    const measured = Promise.withResolvers<ProgressEvent>();
    const onEvent = (event: MaintenanceEvent): void => {
      if (event.kind !== 'progress' || event.done === undefined || event.done === 0) return;
      measured.resolve(event);
      stop.abort();
    };
    const running = runOn(slow.database, action, { kind: 'table', names: ['large'] }, { signal: stop.signal, onEvent });
    const { total, done, ...event } = await measured.promise;
    expect(event).toMatchObject({ target: 'large', phase, relation: 'large', unit: 'blocks', waitingFor: [] });
    expect([total! > 500, done! < total!, event.fraction]).toEqual([true, true, done! / total!]);
    expect((await running).results[0]).toMatchObject({ state: 'stopped', leftovers: [], mayRetry: true });
  });

  test('stopped while it waits, a vacuum says so', async () => {
    const held = await openWorkshop(heldTable);
    onTestFinished(held.close);
    const keeper = await held.connect();
    await keeper.query('begin; lock table held in share update exclusive mode');
    const stop = new AbortController();
    const onEvent = (event: MaintenanceEvent): void =>
      void (event.kind === 'progress' && event.waitingFor.length > 0 && stop.abort());
    const { results, isStopped } = await runOn(
      held.database,
      'vacuum',
      { kind: 'table', names: ['held'] },
      { signal: stop.signal, onEvent },
    );
    expect([isStopped, results[0]?.state, results[0]?.failure?.message]).toEqual([true, 'stopped', 'stopped by the operator']);
  });
});

describe('what is refused', () => {
  test.for([
    ['index', 'nothing', 'not-found', 'no-index', 'There is no index nothing.'],
    ['index', 'Same "Name".ü', 'not-found', 'no-index', 'There is no index Same "Name".ü.'],
    ['index', '"same_name"', 'not-found', 'no-index', 'There is no index "same_name".'],
    ['index', 'thing', 'not-found', 'no-index', 'thing is a table.'],
    ['table', 'same_name', 'not-found', 'no-table', 'same_name is an index.'],
    ['table', 'pg_catalog.pg_class', 'not-found', 'no-table', 'There is no table pg_catalog.pg_class.'],
    ['table', `thing"; drop table thing; --`, 'not-found', 'no-table', 'There is no table thing"; drop table thing; --.'],
    ['index', 'thing_during_excl', 'refused', 'exclusion-constraint', /can not rebuild concurrently/],
  ] as const)('%s %s', async ([kind, name, failureKind, code, message]) => {
    const thrown = await failure(planJobs(shop.database, 'reindex', { kind, names: [name] }));
    expect(thrown).toMatchObject({ kind: failureKind, code });
    expect(thrown.message).toMatch(message);
  });

  test('a name that can be two: a schema with a dot', async () => {
    const dotted = await openWorkshop(
      `create schema a; create schema "a.b"; create table a."b.c" (n int); create table "a.b".c (n int)`,
    );
    const thrown = await failure(planJobs(dotted.database, 'analyze', { kind: 'table', names: ['a.b.c'] }));
    expect(thrown).toMatchObject({ kind: 'usage', code: 'ambiguous-name' });
  });

  test('to rebuild what is left over', async () => {
    const held = await openWorkshop(`${heldTable}; insert into held values (3)`);
    onTestFinished(held.close);
    await expect(held.admin.query('create unique index concurrently x_ccnew1 on held (n)')).rejects.toThrow('could not create');
    const thrown = await failure(planJobs(held.database, 'reindex', { kind: 'index', names: ['x_ccnew1'] }));
    expect(thrown).toMatchObject({ kind: 'refused', code: 'left-over' });
    const { jobs } = await findLeftovers(held.database, ['x_ccnew1']);
    expect((await runJobs(held.database, jobs)).results[0]).toMatchObject({ state: 'done', before: { tableBytes: 8192 } });
    expect(await failure(findLeftovers(held.database, ['held_n']))).toMatchObject({ kind: 'not-found', code: 'not-left-over' });
  });

  test('a standby', async () => {
    const server = { ...shop.database.server, isStandby: true };
    const standby = Object.create(shop.database, { server: { value: server } }) as Workshop['database'];
    expect(await failure(planJobs(standby, 'analyze', { kind: 'table', names: ['thing'] }))).toMatchObject({ code: 'standby' });
  });

  test('everything in a read-only session', async () => {
    const locked = await open(shop.home.settings);
    const running = runOn(locked, 'analyze', { kind: 'table', names: ['thing'] });
    expect(await failure(running)).toMatchObject({ kind: 'refused', code: 'read-only' });
  });

  test.skipIf(pgBouncerPath() === undefined)(
    'a transaction pooler, with what to connect to instead (needs pgbouncer)',
    async () => {
      const pooler = (await startPgBouncer({ target: shop.home.settings }))!;
      onTestFinished(() => pooler.stop());
      const pooled = await open(pooler.settings, { access: writing });
      const thrown = await failure(planJobs(pooled, 'reindex', { kind: 'index', names: ['same_name'] }));
      expect(thrown).toMatchObject({ kind: 'refused', code: 'needs-session' });
      expect(thrown.whatToDo).toContain('Connect to the server itself instead');
      const jobs = await planJobs(shop.database, 'reindex', { kind: 'index', names: ['same_name'] });
      expect(await failure(runJobs(pooled, jobs))).toMatchObject({ code: 'needs-session' });
    },
  );
});
