import { beforeAll, describe, expect, test } from 'vitest';
import { migrationFile } from '#features/migrations/folder.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { usualLimits } from '#features/migrations/run/file-run.ts';
import { reportText } from '#features/migrations/run/output.ts';
import { until } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { runMigrations } from '#features/migrations/run/run.ts';
import { author } from './metadata-saving.ts';
import { dump, history, openYard, runFiles, type Yard } from './migration-running.ts';

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
  await yard.admin.query('create table things (n int)');
});

const things = async (): Promise<readonly number[]> =>
  (await yard.admin.query<{ n: number }>('select n from things order by n')).rows.map(({ n }) => n);

describe('what is recorded', () => {
  test('a success: who, how long, which text; in the transaction of the file', async () => {
    const { results } = await runFiles(yard.database, { '001_one.sql': 'insert into things values (1);' });
    expect(results).toMatchObject([{ name: '001_one.sql', state: 'applied', statements: 1, failure: undefined }]);
    const row = (await history(yard))['001_one.sql'];
    expect(row).toMatchObject({ success: true, error: null, by: 'olga', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(row?.ms).toBeGreaterThan(0);
  });

  test('what is applied is not run again', async () => {
    const { results } = await runFiles(yard.database, { '001_one.sql': 'insert into things values (1);' });
    expect(results).toMatchObject([{ state: 'already-applied' }]);
    expect(await things()).toEqual([1]);
  });

  test('a failure, with its statement, line, column and caret; then the success that replaces it; the database was as before in between', async () => {
    const before = await dump(yard.admin, 'exact');
    const broken = `insert into /* 😀😀 */ things values (2);\n\n/* ö */ insert into things\n    values (3), /* é😀 */ ('x'::int);`;
    const first = await runFiles(yard.database, { '002_two.sql': broken, '003_three.sql': 'select 1' });
    expect(first.results).toMatchObject([{ state: 'failed', doneStatements: 0 }]);
    expect(first.notRun).toEqual(['003_three.sql']);
    expect(first.results[0]?.failure).toMatchObject({
      message: 'invalid input syntax for type integer: "x"',
      sqlState: '22P02',
      statement: 2,
      line: 4,
      column: 27,
      excerpt: [`    values (3), /* é😀 */ ('x'::int);`, `${' '.repeat(27)}^`],
    });
    expect(await dump(yard.admin, 'exact')).toBe(before);
    expect((await history(yard))['002_two.sql']).toMatchObject({
      success: false,
      error: 'statement 2, line 4, column 27: invalid input syntax for type integer: "x"',
    });
    const second = await runFiles(yard.database, { '002_two.sql': broken.replace(`'x'::int`, '4') });
    expect(second.results).toMatchObject([{ state: 'applied' }]);
    expect((await history(yard))['002_two.sql']).toMatchObject({ success: true, error: null });
    expect(await things()).toEqual([1, 2, 3, 4]);
  });

  test('the line of a DO block, and what the server adds', async () => {
    const text = `-- first\nDO $$\nBEGIN\n  RAISE EXCEPTION 'not so' USING DETAIL = 'because', HINT = 'otherwise';\nEND $$;`;
    const { results } = await runFiles(yard.database, { '004_block.sql': text });
    expect(results[0]?.failure).toMatchObject({
      message: 'not so',
      line: 4,
      details: expect.arrayContaining(['detail: because', 'hint: otherwise']),
    });
  });

  test('no secret: neither on screen nor in the history, though the server tells whole rows', async () => {
    const hash = `$2b$10$${'SECRET'.repeat(5)}`;
    const url = 'postgresql://joe:SECRET@db.example.com/crm';
    await yard.admin.query('create table logins (id int check (id < 10), hash text)');
    const texts = {
      '006_row.sql': `insert into logins values (99, '${hash}');`,
      '006_raise.sql': `do $$ begin raise notice '${url}'; raise exception '${url}'; end $$;`,
    };
    const told: unknown[] = [];
    for (const [name, text] of Object.entries(texts)) told.push(await runFiles(yard.database, { [name]: text }));
    expect(JSON.stringify(told)).toMatch(/Failing row contains \(99, ••••\)[^]*postgresql:\/\/joe:••••@db/);
    expect(JSON.stringify([told, await history(yard)])).not.toContain('SECRET');
    await yard.admin.query(`update schema_migrations set error_message = 'password=SECRET ' || $1 where not success`, [url]);
    const { migrations } = await readStatus(yard.database, { directory: '', files: [] });
    expect(migrations.map(({ error }) => error).join()).toMatch(/password=•••• postgres/);
    expect(migrations.map(({ error }) => error).join()).not.toContain('SECRET');
    await yard.admin.query('drop table logins; delete from schema_migrations where not success');
  });

  test('nothing of what can not be run, which is told with its line and a caret', async () => {
    const { results } = await runFiles(yard.database, { '007_typo.sql': 'select 1;\n\ncreate tabel x (n int);' });
    expect(results[0]).toMatchObject({ state: 'refused', failure: { line: 3, column: 8 } });
    expect(reportText({ results, notRun: [], isStopped: false })).toBe(
      [
        '007_typo.sql  was not run',
        '  line 3, column 8: it does not parse: syntax error at or near "tabel"',
        '  create tabel x (n int);',
        '         ^',
      ].join('\n'),
    );
    expect(await history(yard)).not.toHaveProperty('007_typo.sql');
  });

  test('nothing by itself: a trial runs through, is rolled back and leaves no row', async () => {
    const before = await dump(yard.admin, 'exact');
    const text = 'create table tried (n int); insert into things values (99);';
    const { results } = await runFiles(yard.database, { '005_trial.sql': text }, { isTrial: true });
    const failing = await runFiles(yard.database, { '005_trial.sql': 'select no' }, { isTrial: true });
    const own = await runFiles(yard.database, { '005_trial.sql': 'begin; select 1; commit' }, { isTrial: true });
    expect([results, failing.results, own.results].map(([result]) => result?.state)).toEqual(['tried', 'failed', 'refused']);
    expect(await dump(yard.admin, 'exact')).toBe(before);
    expect(await history(yard)).not.toHaveProperty('005_trial.sql');
  });

  test('a history without a checksum column works as it is', async () => {
    const plain = await openYard();
    await plain.admin.query('alter table schema_migrations drop column checksum');
    const { results } = await runFiles(plain.database, { '1.sql': 'select 1' });
    expect(results).toMatchObject([{ state: 'applied' }]);
  });

  test.for([
    ['drop table schema_migrations', 'no-history'],
    ['alter table schema_migrations drop column success', 'history-foreign'],
    ['alter table schema_migrations drop constraint schema_migrations_migration_name_key', 'history-foreign'],
  ] as const)('without a history that can hold it, nothing is run: %s', async ([change, code]) => {
    const bare = await openYard();
    await bare.admin.query(change);
    await expect(runFiles(bare.database, { '1.sql': 'create table t (n int)' })).rejects.toMatchObject({ kind: 'refused', code });
  });

  test('an operator with a longer name than the history has room for', async () => {
    const file = migrationFile('011_long.sql', Buffer.from('select 1'));
    const account = { author: { ...author, operator: 'ö'.repeat(300) }, isUnaudited: true };
    const run = runMigrations(yard.database, { files: [{ file }], account, limits: usualLimits });
    while (!(await run.next()).done);
    expect((await history(yard))['011_long.sql']).toMatchObject({ success: true, by: 'ö'.repeat(255) });
  });

  test('a file that takes the history away fails as a whole', async () => {
    const { results } = await runFiles(yard.database, { '006_drop.sql': 'drop table schema_migrations' });
    expect(results).toMatchObject([{ state: 'failed' }]);
    expect((await history(yard))['006_drop.sql']).toMatchObject({ success: false });
  });
});

describe('audit entries', () => {
  test.for(['demo', 'production'] as const)('in the %s shape: applied and failed, with who and which text', async (shape) => {
    const { admin, database } = await openYard(shape);
    const text = 'create table audited (n int)';
    await runFiles(database, { '900_a.sql': text, '901_b.sql': 'select no' }, { isUnaudited: false });
    const columns =
      shape === 'demo'
        ? `table_name as table, new_data as doc, changed_by as by`
        : `entity_type as table, changes as doc, user_email as by`;
    const { rows } = await admin.query<{ doc: Record<string, Record<string, unknown>> }>(
      `select action, ${columns} from audit_log where action like 'MIGRATION%' order by id`,
    );
    expect(rows).toHaveLength(2);
    expect(
      rows.map((row) => row.doc['migration']).toSorted((a, b) => String(a?.['name']).localeCompare(String(b?.['name']))),
    ).toMatchObject([
      {
        name: '900_a.sql',
        statements: 1,
        operator: 'olga',
        host: 'desk.example',
        ssh_client: '203.0.113.9',
        console_version: '9.9.9',
      },
      { name: '901_b.sql', error: expect.stringContaining('column "no" does not exist') },
    ]);
    expect(rows[0]).toMatchObject({ action: 'MIGRATION_APPLY', table: 'schema_migrations', by: 'olga' });
  });

  test('where there is no audit log, nothing is run unless that is wanted', async () => {
    const file = { '950_unaudited.sql': 'select 1' };
    await expect(runFiles(yard.database, file, { isUnaudited: false })).rejects.toMatchObject({ code: 'no-audit-log' });
    expect(await history(yard)).not.toHaveProperty('950_unaudited.sql');
  });

  test('an entry that the log does not take undoes the migration', async () => {
    const { admin, database } = await openYard('demo');
    await admin.query(`create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger lose before insert on audit_log for each row when (new.new_data::text like '%"after%' or new.action = 'MIGRATION_APPLY')
        execute function lose()`);
    const run = runFiles(database, { '960_x.sql': 'create table never (n int)' }, { isUnaudited: false });
    await expect(run).rejects.toMatchObject({ code: 'audit-suppressed' });
    expect((await admin.query(`select to_regclass('never') as it`)).rows).toEqual([{ it: null }]);
  });
});

describe('several files in one run', () => {
  test('what one leaves in its session does not reach into the next', async () => {
    const { results } = await runFiles(yard.database, {
      '970_leaves.sql': `set search_path = pg_catalog; create temp table left_behind (n int); set role pg_monitor; prepare p as select 1;
        select pg_advisory_unlock_all();`,
      '971_finds_nothing.sql': `create table in_public (n int); insert into public.in_public select count(*) from pg_prepared_statements`,
      '972_finds_nothing.sql': 'select from left_behind',
    });
    expect(results.map(({ state, failure }) => [state, failure?.sqlState])).toEqual([
      ['applied', undefined],
      ['applied', undefined],
      ['failed', '42P01'],
    ]);
    expect((await yard.admin.query('select n from in_public')).rows).toEqual([{ n: 0 }]);
  });
});

describe('one at a time', () => {
  test('a second console waits until the first is done, and is told who has the lock', async () => {
    const keeper = await connectTo(yard.home.settings);
    await keeper.query(`begin; lock table things`);
    const first = runFiles(
      yard.database,
      { '010_first.sql': 'insert into things values (10)' },
      { limits: { lockTimeoutMs: 0 } },
    );
    await until(async () => (await waiting()) > 0);
    await expect(runFiles(yard.database, { '011_second.sql': 'select 1' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'migrations-locked',
      message: expect.stringMatching(/process \d+ \(aisha-console, /),
    });
    let told = '';
    const second = runFiles(
      yard.database,
      { '011_second.sql': 'insert into things values (11)' },
      {
        limits: { waitMs: 20_000 },
        onEvent: (event) => {
          if (event.kind === 'waiting') told = event.holder.who;
        },
      },
    );
    await until(async () => told !== '');
    await keeper.query('commit');
    await keeper.end();
    expect([(await first).results, (await second).results].map(([result]) => result?.state)).toEqual(['applied', 'applied']);
    expect(told).toMatch(/^process \d+ \(aisha-console/);
  });

  test('a lock that another session keeps is a failure that names the session', async () => {
    const keeper = await connectTo(yard.home.settings);
    await keeper.query('begin; lock table things');
    const run = runFiles(
      yard.database,
      { '012_locked.sql': 'insert into things values (12)' },
      { limits: { lockTimeoutMs: 1500 } },
    );
    const { results, events } = await run;
    await keeper.query('rollback');
    await keeper.end();
    expect(results[0]).toMatchObject({ state: 'failed', failure: { sqlState: '55P03' } });
    expect(results[0]?.failure?.details.join('\n')).toMatch(/in the way: process \d+ \(test, \w+, idle in transaction\)/);
    const seen = events.find((event) => event.kind === 'progress');
    expect(seen).toMatchObject({ statement: 1, of: 1, blockedBy: [{ query: 'begin; lock table things' }] });
  });
});

describe('a stop', () => {
  test.for([
    ['one transaction', 'insert into things values (20); select pg_sleep(60);', 0],
    ['statement by statement', 'begin; insert into things values (21); commit; select pg_sleep(60);', 3],
  ] as const)('%s: cancels on the server and is recorded', async ([, text, done]) => {
    const stop = new AbortController();
    const name = `020_${done}.sql`;
    const run = runFiles(yard.database, { [name]: text, '021_next.sql': 'select 1' }, { signal: stop.signal });
    await until(async () => (await sleeping()) > 0);
    stop.abort();
    const { results, notRun, isStopped } = await run;
    expect([isStopped, notRun]).toEqual([true, ['021_next.sql']]);
    expect(results[0]).toMatchObject({ state: 'failed', doneStatements: done, failure: { isStopped: true } });
    expect((await history(yard))[name]).toMatchObject({
      success: false,
      error: expect.stringContaining('stopped by the operator'),
    });
    expect(await sleeping()).toBe(0);
  });

  test('whoever leaves the events stops the run', async () => {
    const run = runFiles(yard.database, { '022_left.sql': 'select pg_sleep(60)' }, { onEvent: leave });
    await expect(run).rejects.toThrow('left');
    await until(async () => (await sleeping()) === 0);
  });
});

function leave(event: { readonly kind: string }): void {
  if (event.kind === 'statement') throw new Error('left');
}

describe('going on', () => {
  const text = `begin; insert into things values (30); commit;\ninsert into things values (31);\nselect no;\ninsert into things values (32);`;

  test('after the statement that failed, with the settings that were made before; what is done must be as it was', async () => {
    const first = await runFiles(yard.database, { '030_steps.sql': `set search_path = public, pg_catalog;\n${text}` });
    expect(first.results[0]).toMatchObject({ state: 'failed', doneStatements: 5, failure: { statement: 6, line: 4 } });
    const edited = await runFiles(yard.database, { '030_steps.sql': `set search_path = public;\n${text}` });
    expect(edited.results[0]).toMatchObject({
      state: 'refused',
      failure: { message: expect.stringContaining('were edited since') },
    });
    const mended = text.replace(
      'select no',
      () => 'insert into things select 33 where current_setting($$search_path$$) like $$%pg_catalog$$',
    );
    const second = await runFiles(yard.database, { '030_steps.sql': `set search_path = public, pg_catalog;\n${mended}` });
    expect(second.results[0]).toMatchObject({ state: 'applied', resumedAt: 6 });
    expect((await things()).filter((n) => n >= 30)).toEqual([30, 31, 32, 33]);
  });

  test('an index that failed to build is dropped and built again', async () => {
    await yard.admin.query('create table doubles (n int); insert into doubles values (1), (1)');
    const file = { '031_index.sql': 'create unique index concurrently idx_doubles on doubles (n);' };
    const first = await runFiles(yard.database, file);
    expect(first.results[0]).toMatchObject({ state: 'failed', failure: { sqlState: '23505' } });
    await yard.admin.query('truncate doubles');
    expect((await runFiles(yard.database, file)).results[0]).toMatchObject({ state: 'applied' });
    const { rows } = await yard.admin.query(`select indisvalid from pg_index where indexrelid = 'idx_doubles'::regclass`);
    expect(rows).toEqual([{ indisvalid: true }]);
  });
});

const counted = async (where: string): Promise<number> =>
  (
    await yard.admin.query(
      `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${where}`,
    )
  ).rowCount ?? 0;
const waiting = (): Promise<number> => counted(`wait_event_type = 'Lock'`);
const sleeping = (): Promise<number> => counted(`wait_event = 'PgSleep'`);
