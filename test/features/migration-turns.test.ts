import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '#features/migrations/run/events.ts';
import { until } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { history, openYard, runFiles, type Yard } from './migration-running.ts';

type Waiting = Extract<RunEvent, { kind: 'progress' }>;

interface Build {
  readonly backendPid: number;
  /** Lets it end; gives what came of it. */
  readonly end: () => Promise<string>;
}

/** Somebody else's index build, which stands still, and whose server process would be waited for. */
async function buildOfOthers({ home, admin }: Yard): Promise<Build> {
  const [keeper, builder] = await Promise.all([connectTo(home.settings), connectTo(home.settings)]);
  onTestFinished(() => Promise.all([keeper.end(), builder.end()]).then(() => undefined));
  await keeper.query('begin; insert into held values (0)');
  const { rows } = await builder.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backendPid = rows[0]!.pid;
  const building = builder.query('create index concurrently theirs on held (n)');
  await until(async () => {
    const { rowCount } = await admin.query(`select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`, [
      backendPid,
    ]);
    return rowCount === 1;
  });
  return {
    backendPid,
    end: async () => {
      await keeper.query('commit');
      return (await building).command;
    },
  };
}

async function heldYard(): Promise<Yard> {
  const yard = await openYard();
  await yard.admin.query('create table held (n int, m int); create index old on held (m)');
  return yard;
}

describe('an index is built, rebuilt or dropped concurrently', () => {
  test.for([
    ['built', 'create index concurrently ours on held (m)'],
    ['rebuilt', 'reindex index concurrently old'],
    ['rebuilt with all of its table', 'reindex table concurrently public.held'],
    ['dropped', 'drop index concurrently if exists old'],
  ] as const)("%s: behind somebody else's it waits outside of the server's queue, which would be a deadlock", async ([, sql]) => {
    const yard = await heldYard();
    const theirs = await buildOfOthers(yard);
    const told = Promise.withResolvers<Waiting>();
    const onEvent = (event: RunEvent): void =>
      void (event.kind === 'progress' && event.blockedBy.length > 0 && told.resolve(event));
    const running = runFiles(
      yard.database,
      { '1.sql': `${sql};\nselect 1;\n${sql.replace('ours', 'ours_too').replace('index old', 'index theirs')};` },
      { onEvent },
    );
    expect(await told.promise).toMatchObject({
      statement: 1,
      blockedBy: [{ backendPid: theirs.backendPid, application: 'test' }],
    });
    const { rows } = await yard.admin.query(
      `select from pg_stat_activity where application_name = 'aisha-console' and wait_event_type = 'Lock' and datname = current_database()`,
    );
    expect(rows).toEqual([]);
    expect(await theirs.end()).toBe('CREATE');
    expect((await running).results).toMatchObject([{ state: 'applied', failure: undefined }]);
    const { rows: left } = await yard.admin.query(`select from pg_locks where locktype = 'advisory' and classid = 1634300777
       and database = (select oid from pg_database where datname = current_database())`);
    expect(left).toEqual([]);
  });

  test('two consoles by turns: the migration waits for one that rebuilds, and neither is ended as a deadlock', async () => {
    const yard = await heldYard();
    const other = await connectTo(yard.home.settings);
    onTestFinished(() => other.end());
    await other.query(`select pg_advisory_lock(1634300777, 'held'::regclass::oid::int)`);
    const told = Promise.withResolvers<Waiting>();
    const running = runFiles(
      yard.database,
      { '1.sql': 'create index concurrently ours on held (m)' },
      { onEvent: (event) => void (event.kind === 'progress' && event.blockedBy.length > 0 && told.resolve(event)) },
    );
    await told.promise;
    await other.query('select pg_advisory_unlock_all()');
    expect((await running).results).toMatchObject([{ state: 'applied' }]);
  });

  test('it is stopped while it waits; a file that says how long to wait is refused then, with who was in the way', async () => {
    const yard = await heldYard();
    const theirs = await buildOfOthers(yard);
    const stop = new AbortController();
    const stopped = await runFiles(
      yard.database,
      { '1.sql': 'create index concurrently ours on held (m)' },
      { signal: stop.signal, onEvent: (event) => void (event.kind === 'progress' && event.blockedBy.length > 0 && stop.abort()) },
    );
    expect(stopped.results).toMatchObject([{ state: 'failed', failure: { isStopped: true, statement: 1 } }]);
    const late = await runFiles(yard.database, {
      '2.sql': "set lock_timeout = '300ms';\ncreate index concurrently ours on held (m)",
    });
    expect(late.results).toMatchObject([
      {
        state: 'failed',
        failure: { sqlState: '55P03', statement: 2, details: [expect.stringContaining(`process ${theirs.backendPid}`)] },
      },
    ]);
    expect((await history(yard))['2.sql']?.error).toMatch(
      /statement 2, line 2: somebody else works on the table\nin the way: process/,
    );
    await theirs.end();
    const again = await runFiles(yard.database, { '1.sql': 'create index concurrently ours on held (m)' });
    expect(again.results).toMatchObject([{ state: 'applied' }]);
  });
});
