import { beforeAll, describe, expect, test } from 'vitest';
import { open } from '../database/opening.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { onTestFinished } from 'vitest';
import { writing } from './metadata-saving.ts';
import { history, openYard, runFiles, type Yard } from './migration-running.ts';

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
  await yard.admin.query('create table texts (id int, t text); create table things (n int)');
});

const sum = async (what: string): Promise<unknown> =>
  (await yard.admin.query<{ it: unknown }>(`select ${what} as it`)).rows[0]?.it;

describe('large files', () => {
  test('5 MB in one statement, and behind it an error in its place', async () => {
    const big = 'ü;'.repeat(1_700_000);
    const text = `insert into texts values (1, '${big}');\nselect no;\n`;
    const { results } = await runFiles(yard.database, { '1_big.sql': text });
    expect(results).toMatchObject([
      { state: 'failed', failure: { statement: 2, line: 2, column: 8, excerpt: ['select no;', '       ^'] } },
    ]);
    const mended = await runFiles(yard.database, { '1_big.sql': text.replace('select no;', '') });
    expect(mended.results).toMatchObject([{ state: 'applied' }]);
    expect(await sum(`(select length(t) from texts where id = 1)`)).toBe(3_400_000);
  });

  test.for([
    ['one transaction', ''],
    ['statement by statement', 'begin; commit;\n'],
  ] as const)('10,000 statements, %s; the one that fails is told by its number', { timeout: 60_000 }, async ([kind, first]) => {
    const name = `2_${kind}.sql`;
    const text = `${first}${Array.from({ length: 10_000 }, (_, n) => `insert into things values (${n}); -- ;`).join('\n')}`;
    const wrong = text.replace('values (7654)', "values ('x')");
    const failed = await runFiles(yard.database, { [name]: wrong });
    const before = first === '' ? 0 : 2;
    expect(failed.results).toMatchObject([
      {
        state: 'failed',
        doneStatements: first === '' ? 0 : 7656,
        failure: { statement: 7655 + before, line: first === '' ? 7655 : 7656 },
      },
    ]);
    const { results, events } = await runFiles(yard.database, { [name]: text });
    expect(results).toMatchObject([{ state: 'applied', resumedAt: first === '' ? undefined : 7657 }]);
    expect(events.filter(({ kind: what }) => what === 'statement').length).toBe(first === '' ? 10_000 : 10_000 - 7654);
    expect(await sum('(select sum(n)::int from things)')).toBe(49_995_000);
    await yard.admin.query('truncate things');
  });
});

test('what this server can not read, though the parser can, is told in its place among many statements', async () => {
  const strict = await openYard();
  await strict.admin.query(`alter database "${strict.home.name}" set backslash_quote = off`);
  const lines = Array.from({ length: 40 }, (_, n) => (n === 20 ? `select E'a\\'b';` : `select ${n};`));
  const { results } = await runFiles(strict.database, { '1.sql': lines.join('\n') });
  expect(results).toMatchObject([{ state: 'failed', failure: { sqlState: '22P06', statement: 21, line: 21, column: 8 } }]);
});

describe.skipIf(pgBouncerPath() === undefined)('through PgBouncer in transaction mode (needs pgbouncer)', () => {
  test('a file that is one transaction runs as anywhere; any other is refused, with where to go instead', async () => {
    const pooler = (await startPgBouncer({ target: yard.home.settings, poolSize: 2 }))!;
    onTestFinished(() => pooler.stop());
    const pooled = await open(pooler.settings, { access: writing });
    const good = await runFiles(pooled, {
      '3_a.sql': 'create table pooled_a (n int)',
      '3_b.sql': 'select no',
      '3_c.sql': 'select 1',
    });
    expect(good.results.map(({ state }) => state)).toEqual(['applied', 'failed']);
    const rows = await history(yard);
    expect([rows['3_a.sql']?.success, rows['3_b.sql']?.error]).toEqual([
      true,
      'statement 1, line 1, column 8: column "no" does not exist',
    ]);
    for (const text of ['begin; select 1; commit', 'create index concurrently on texts (id)']) {
      const { results } = await runFiles(pooled, { '3_d.sql': text });
      expect(results[0]).toMatchObject({ state: 'refused', failure: { message: expect.stringContaining('transaction pooler') } });
      expect(results[0]?.failure?.details.join(' ')).toContain('Connect to the server itself');
    }
    expect(await history(yard)).not.toHaveProperty('3_d.sql');
  });

  test('a file that sets how its transaction is isolated is refused before anything is sent, since another took its first place', async () => {
    const pooler = (await startPgBouncer({ target: yard.home.settings, poolSize: 2 }))!;
    onTestFinished(() => pooler.stop());
    const pooled = await open(pooler.settings, { access: writing });
    for (const mode of ['isolation level serializable', 'isolation level repeatable read, read only', 'deferrable']) {
      const { results } = await runFiles(pooled, { '3_e.sql': `-- first\nset transaction ${mode};\nselect 1;` });
      expect(results).toMatchObject([{ state: 'refused', failure: { message: expect.stringContaining('transaction pooler') } }]);
    }
    const { results } = await runFiles(pooled, { '3_f.sql': 'set transaction read only;\nselect count(*) from texts;' });
    expect(results).toMatchObject([{ state: 'applied' }]);
    expect(Object.keys(await history(yard))).toEqual(expect.not.arrayContaining(['3_e.sql']));
    expect((await history(yard))['3_f.sql']?.success).toBe(true);
  });

  test('one console at a time there too', async () => {
    const pooler = (await startPgBouncer({ target: yard.home.settings, poolSize: 4 }))!;
    onTestFinished(() => pooler.stop());
    const pooled = await open(pooler.settings, { access: writing });
    await yard.admin.query('begin; lock table things');
    const stop = new AbortController();
    const first = runFiles(
      pooled,
      { '4_first.sql': 'insert into things values (1)' },
      { signal: stop.signal, limits: { lockTimeoutMs: 0 } },
    );
    const locked = async (): Promise<boolean> =>
      (await sum(`(select count(*)::int from pg_locks where locktype = 'advisory' and classid = 1634300776)`)) === 1;
    while (!(await locked())) await new Promise((resolve) => setImmediate(resolve));
    for (const database of [pooled, yard.database]) {
      await expect(runFiles(database, { '4_second.sql': 'select 1' })).rejects.toMatchObject({ code: 'migrations-locked' });
    }
    stop.abort();
    expect((await first).results).toMatchObject([{ state: 'failed', failure: { isStopped: true } }]);
    await yard.admin.query('commit');
  });
});
