import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { pgBouncerPath, type Pooler, startPgBouncer } from '../support/pgbouncer.ts';
import { adHoc, open, until } from './opening.ts';

describe.skipIf(pgBouncerPath() === undefined)('through PgBouncer in transaction mode (needs pgbouncer)', () => {
  let home: TestDatabase;
  let pooler: Pooler;
  let database: Database;
  beforeAll(async () => {
    home = await createDatabase('demo');
    pooler = (await startPgBouncer({ target: home.settings, poolSize: 2 }))!;
    database = await open(pooler.settings, { statementTimeoutMs: 60_000 });
  });
  afterAll(() => pooler.stop());

  test('the route is known to be pooled, and direct without it', async () => {
    const direct = await open(home.settings);
    expect([database.server.route, direct.server.route]).toEqual(['pooled', 'direct']);
  });

  test('the catalog and many reads at once answer', async () => {
    const catalog = await database.catalog();
    expect(catalog.table('contacts')?.tenantColumn?.type).toBe('uuid');
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => database.read(adHoc(`select ${n} as n`))));
    expect(answers.map(([row]) => row)).toEqual(Array.from({ length: 30 }, (_, n) => ({ n })));
  });

  test('the time limit holds, and holds for nobody else', async () => {
    await expect(database.read(adHoc('select pg_sleep(30)'), { statementTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'statement-timeout',
    });
    const others = await connectTo(pooler.settings);
    for (let times = 0; times < 4; times += 1) {
      expect((await others.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '0' }]);
    }
    await others.end();
  });

  test('a write is refused', async () => {
    await expect(database.read(adHoc('delete from tenant returning id'))).rejects.toMatchObject({ code: 'read-only' });
  });

  test.for([1, 3])('aborting stops the statement on the server behind the pooler (%i together)', async (statements) => {
    const admin = await connectTo(home.settings);
    const running = async (): Promise<boolean> => {
      const { rows } = await admin.query(
        `select from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and query like '%pooled_sleep%'`,
      );
      return rows.length > 0;
    };
    const stop = new AbortController();
    const wanted = Array.from({ length: statements }, () => adHoc('select pg_sleep(60) as pooled_sleep'));
    const asked =
      statements === 1
        ? [database.read(wanted[0]!, { signal: stop.signal })]
        : database.readEach(wanted, { signal: stop.signal });
    const settled = Promise.resolve(asked).then((answers) => Promise.allSettled(answers));
    await until(running);
    stop.abort(new Error('left'));
    expect((await settled).map(({ status }) => status)).toEqual(wanted.map(() => 'rejected'));
    await until(async () => !(await running()));
    await expect(database.read(adHoc('select 1 as n'))).resolves.toEqual([{ n: 1 }]);
    await admin.end();
  });
});
