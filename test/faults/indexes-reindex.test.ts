import { describe, expect, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import type { MaintenanceLimits } from '#features/indexes/run/attempt.ts';
import { findLeftovers } from '#features/indexes/run/plan.ts';
import type { MaintenanceReport } from '#features/indexes/run/run.ts';
import { open, until } from '../database/opening.ts';
import { invalidIndexes, openWorkshop, runJobs, runOn, type Workshop } from '../features/index-maintenance.ts';
import { writing } from '../features/metadata-saving.ts';
import { startProxy } from '../support/proxy.ts';
import { heldTable, type Point, points, type Standstill, standStillAt } from './reindex-stops.ts';

const wanted = { kind: 'index', names: ['held_n'] } as const;
const everyPoint = Object.keys(points) as Point[];

/** What is there after a REINDEX ended, and what its result says of it. */
async function aftermath({ admin }: Workshop, { results: [result] }: MaintenanceReport): Promise<unknown> {
  const { rows } = await admin.query(`select indisvalid from pg_index where indrelid = 'held'::regclass`);
  const { state, mayRetry, leftovers } = result!;
  return { invalid: await invalidIndexes(admin), ofTheTable: rows, state, mayRetry, leftovers };
}

/** Nothing invalid is left, whatever the end, and what was dropped is told; stopped behind the exchange of names, the index is rebuilt. */
function expectedAt(point: Point, state: 'stopped' | 'failed'): unknown {
  const isRebuilt = point === 'a reader is open';
  const title = isRebuilt ? 'held_n_ccold' : 'held_n_ccnew';
  const leftover = {
    title,
    kind: isRebuilt ? 'replaced' : 'unfinished',
    isDropped: true,
    statement: `drop index concurrently if exists "public"."${title}"`,
    why: undefined,
  };
  return {
    invalid: [],
    ofTheTable: [{ indisvalid: true }],
    state: isRebuilt ? 'done' : state,
    mayRetry: !isRebuilt,
    leftovers: point === 'the table is locked' ? [] : [leftover],
  };
}

/** Reindexes; when it stands still `end` is done, and when it cleans up, or is over, what kept it is let go. */
async function endedAt(
  workshop: Workshop,
  point: Point,
  end: (pid: number, stop: AbortController) => unknown,
  options: { readonly database?: Database; readonly limits?: Partial<MaintenanceLimits> } = {},
): Promise<MaintenanceReport> {
  const still: Standstill = await standStillAt(workshop, point);
  const stop = new AbortController();
  const running = runOn(options.database ?? workshop.database, 'reindex', wanted, {
    signal: stop.signal,
    ...(options.limits && { limits: options.limits }),
    onEvent: (event) => void (event.kind === 'cleaning' && still.release()),
  });
  await end(await still.reached(), stop);
  const report = await running;
  await still.release().catch(() => undefined);
  return report;
}

describe.concurrent('a REINDEX that ends early leaves no invalid index behind', () => {
  test.for(everyPoint)('cancelled while %s', async (point, { onTestFinished }) => {
    const workshop = await openWorkshop(heldTable);
    onTestFinished(workshop.close);
    const report = await endedAt(workshop, point, (_pid, stop) => stop.abort());
    expect(await aftermath(workshop, report)).toEqual(expectedAt(point, 'stopped'));
    expect(report.isStopped).toBe(true);
  });

  test.for(everyPoint)('its process ended by somebody while %s', async (point, { onTestFinished }) => {
    const workshop = await openWorkshop(heldTable);
    onTestFinished(workshop.close);
    const report = await endedAt(workshop, point, (pid) => workshop.admin.query('select pg_terminate_backend($1)', [pid]));
    expect(await aftermath(workshop, report)).toEqual(expectedAt(point, 'failed'));
  });

  test.for(everyPoint)('its connection cut while %s', async (point, { onTestFinished }) => {
    const workshop = await openWorkshop(heldTable);
    onTestFinished(workshop.close);
    const { settings } = workshop.home;
    const proxy = await startProxy(settings);
    const through: ConnectionSettings = { ...settings, port: proxy.port };
    const database = await open(through, { access: writing });
    onTestFinished(() => database.close());
    const report = await endedAt(workshop, point, () => proxy.cut(), { database });
    expect(await aftermath(workshop, report)).toEqual(expectedAt(point, 'failed'));
    await proxy.close();
  });

  test.for(everyPoint)('out of patience while %s', async (point, { onTestFinished }) => {
    const workshop = await openWorkshop(heldTable);
    onTestFinished(workshop.close);
    // Long enough to be seen standing still at the points that are reached in two steps.
    const report = await endedAt(workshop, point, () => undefined, { limits: { lockTimeoutMs: 2000 } });
    expect(await aftermath(workshop, report)).toEqual(expectedAt(point, 'failed'));
    const inTheWay: unknown = expect.stringMatching(/^in the way: process \d+ \(test, \w+, idle( in transaction)?\)$/);
    expect(report.results[0]?.failure).toEqual(
      point === 'a reader is open'
        ? undefined
        : {
            sqlState: '55P03',
            message: 'it waited 2000 ms for somebody else',
            details: [inTheWay],
            whatToDo: 'Try again when they are done, or wait longer with --lock-timeout.',
          },
    );
  });
});

describe.concurrent('what can not be dropped now', () => {
  test('is named with its statement and who is in the way, is found again, and dropped later', async ({ onTestFinished }) => {
    const workshop = await openWorkshop(heldTable);
    onTestFinished(workshop.close);
    const still = await standStillAt(workshop, 'a writer is open');
    const { results } = await runOn(workshop.database, 'reindex', wanted, { limits: { lockTimeoutMs: 1000 } });
    const statement = 'drop index concurrently if exists "public"."held_n_ccnew"';
    expect(results[0]).toMatchObject({ state: 'failed', mayRetry: false });
    expect(results[0]?.leftovers).toMatchObject([{ title: 'held_n_ccnew', isDropped: false, statement }]);
    expect(results[0]?.leftovers[0]?.why).toMatch(/^it waited 1000 ms for somebody else; in the way: process \d+ \(test, /);
    await still.release();
    const found = await findLeftovers(workshop.database);
    expect(found.jobs.map(({ target }) => [target.title, target.table])).toEqual([['held_n_ccnew', 'held']]);
    expect((await runJobs(workshop.database, found.jobs)).results).toMatchObject([{ state: 'done', leftovers: [] }]);
    expect(await invalidIndexes(workshop.admin)).toEqual([]);
  });

  test('of two on one table, each cleans up behind itself alone', async ({ onTestFinished }) => {
    const workshop = await openWorkshop(`${heldTable}; create index held_theirs on held (stand_still(n), n)`);
    onTestFinished(workshop.close);
    const still = await standStillAt(workshop, 'building');
    const stop = new AbortController();
    const ours = runOn(workshop.database, 'reindex', wanted, { signal: stop.signal, limits: { lockTimeoutMs: 700 } });
    await still.reached();
    const client = await workshop.connect();
    const theirs = client.query('reindex index concurrently held_theirs');
    await until(async () => (await blocked(workshop)) > 1);
    stop.abort();
    // Theirs begins in the moment in which ours is stopped.
    const [result] = (await ours).results;
    expect(result?.leftovers).toMatchObject([{ title: 'held_n_ccnew', isDropped: false }]);
    expect(await invalidIndexes(workshop.admin)).toEqual(['public.held_n_ccnew', 'public.held_theirs_ccnew']);
    expect((await findLeftovers(workshop.database)).kept.map(({ title }) => title)).toEqual(['held_theirs_ccnew']);
    await still.release();
    await theirs;
    await runJobs(workshop.database, (await findLeftovers(workshop.database)).jobs);
    expect(await invalidIndexes(workshop.admin)).toEqual([]);
  });

  test('with the server away, is told as unknown and where to look', async ({ onTestFinished }) => {
    const workshop = await openWorkshop(heldTable);
    onTestFinished(workshop.close);
    const proxy = await startProxy(workshop.home.settings);
    const database = await open({ ...workshop.home.settings, port: proxy.port }, { access: writing });
    onTestFinished(() => database.close());
    const still = await standStillAt(workshop, 'building');
    const running = runOn(database, 'reindex', wanted, { limits: { patienceMs: 500 } });
    await still.reached();
    await proxy.refuse();
    const report = await running;
    expect(report.results[0]).toMatchObject({ state: 'unknown', after: undefined });
    expect(report.results[0]?.failure?.whatToDo).toContain('indexes clean');
    await proxy.close();
    // The server finds out that nobody listens, and ends what it ran.
    const jobs = await until(async () => {
      const found = await findLeftovers(workshop.database);
      return found.jobs.length > 0 && found.jobs;
    });
    expect(jobs.map(({ target }) => target.title)).toEqual(['held_n_ccnew']);
    await still.release();
  });
});

async function blocked({ admin }: Workshop): Promise<number> {
  const { rowCount } = await admin.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'reindex%'`,
  );
  return rowCount ?? 0;
}
