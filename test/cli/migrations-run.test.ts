import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run } from './program.ts';

let home: TestDatabase;
let admin: Client;
const base = mkdtempSync(join(tmpdir(), 'aisha-console-run-'));
const folder = join(base, 'migrations');
mkdirSync(folder);
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
write('001_first.sql', `create table first (n int);\ndo $$ begin raise notice 'hello'; end $$;\n`);
write('002_broken.sql', `create table second (n int);\n\nselect nothing\n  from first;\n`);
write('003_third.sql', 'begin;\ncreate table third (n int);\ncommit;\n');
write('ROLLBACK_001_first.sql', 'drop table first;');
write('LOG.md', '| File | Date Applied | Applied By |\n|---|---|---|\n| 009_old.sql | 2024-01-02 | Admin |\n');
beforeAll(async () => {
  home = await createDatabase('production');
  admin = await connectTo(home.settings);
  await admin.query('drop table if exists schema_migrations');
});
afterAll(async () => {
  rmSync(base, { recursive: true, force: true });
  await admin.end();
});

const on = (...args: readonly string[]): Promise<Outcome> =>
  run(['--database-url', home.url, '--operator', 'olga', 'migrations', ...args], {
    environment: { AISHA_MIGRATIONS_DIR: folder },
  });

const json = ({ stdout }: Outcome): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;
const shown = ({ code, stdout, stderr }: Outcome): string => `${code}\n${stdout}\n${stderr}`;

describe('the life of a history, from the command line', () => {
  test('nothing is run without a history, and none is made without a yes', async () => {
    expect(shown(await on('apply', '001_first.sql', '--yes'))).toMatch(/^4\n[^]*no history of migrations[^]*migrations init/);
    expect(shown(await on('init'))).toMatch(/^4\n[^]*not confirmed/);
    expect(shown(await on('init', '--dry-run'))).toMatch(/^0\nWould create public\.schema_migrations/);
    expect(await on('--read-only', 'init', '--yes')).toMatchObject({ code: 4, stderr: expect.stringContaining('read-only') });
    expect(json(await on('init', '--yes', '--json'))).toEqual({ step: 'create' });
    expect(shown(await on('init'))).toMatch(/^0\nThe history is as it should be/);
  });

  test('a log is imported, after a look', async () => {
    const log = join(folder, 'LOG.md');
    const planned = await on('import-log', log, '--dry-run', '--json');
    expect(json(planned)).toEqual({
      dry_run: true,
      migrations: [{ name: '009_old.sql', before: null, state: 'imported', applied_at: '2024-01-02' }],
    });
    expect(planned.stderr).toContain('the folder has no 009_old.sql');
    expect(shown(await on('import-log', log, '--yes'))).toMatch(/^0\nRecorded:[^]*009_old\.sql +pending +imported +2024-01-02/);
    const again = await on('import-log', log, '--dry-run', '--json');
    expect([json(again), again.stderr]).toEqual([{ dry_run: true, migrations: [] }, expect.stringContaining('1 in the history')]);
    expect(shown(await on('import-log', log))).toMatch(/^0\nNothing to record/);
    expect(shown(await on('import-log', join(folder, 'none.md'), '--yes'))).toMatch(/^2\n[^]*can not be read/);
  });

  test('a dry run shows statements and lint and runs nothing; a trial runs and rolls back', async () => {
    const dry = await on('apply', '--all', '--dry-run', '--json');
    expect(json(dry)).toMatchObject({
      dry_run: true,
      migrations: [
        {
          name: '001_first.sql',
          mode: 'transactional',
          statements: [{ ordinal: 1, line: 1, kind: 'create table' }, { kind: 'do' }],
          error: null,
        },
        { name: '002_broken.sql', mode: 'transactional' },
        { name: '003_third.sql', mode: 'own-transaction' },
      ],
    });
    expect(JSON.stringify(json(dry)['findings'])).toContain('no-idempotency-guard');
    expect(shown(await on('apply', '001_first.sql', '--dry-run'))).toMatch(
      /1\. create table, line 1\n +create table first[^]*\[no-idempotency-guard\]/,
    );
    expect(shown(await on('apply', '001_first.sql', '--dry-run', '--trial'))).toMatch(
      /^4\n[^]*A trial runs the statements before it rolls them back.*give --yes/,
    );
    const trial = await on('apply', '001_first.sql', '--dry-run', '--trial', '--yes');
    expect([trial.code, trial.stdout]).toEqual([0, expect.stringContaining('runs through; it was rolled back')]);
    expect((await admin.query(`select to_regclass('first') as it`)).rows).toEqual([{ it: null }]);
  });

  test('apply runs in order, tells what happens on stderr, stops at the first failure with its place, and exits 1', async () => {
    const { code, stdout, stderr } = await on('apply', '--all', '--yes', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      migrations: [
        {
          name: '001_first.sql',
          state: 'applied',
          applied_at: expect.any(String),
          execution_time_ms: expect.any(Number),
          statements: 2,
          done_statements: 2,
          resumed_at: null,
          error: null,
        },
        {
          name: '002_broken.sql',
          state: 'failed',
          applied_at: null,
          execution_time_ms: expect.any(Number),
          statements: 2,
          done_statements: 0,
          resumed_at: null,
          error: { message: 'column "nothing" does not exist', sqlstate: '42703', statement: 2, line: 3, column: 8, details: [] },
        },
      ],
      not_run: ['003_third.sql'],
      stopped: false,
    });
    expect(stderr).toMatch(
      /001_first\.sql: 2 statements\n +NOTICE: hello\n002_broken\.sql: 2 statements\n[^]*002_broken\.sql failed\./,
    );
    const again = await on('apply', '002_broken.sql', '--yes');
    expect(again.stdout).toMatch(
      /002_broken\.sql {2}FAILED, \d+ ms\n {2}statement 2, line 3, column 8: column "nothing" does not exist\n {2}select nothing\n {9}\^/,
    );
  });

  test('what breaks or blocks is told before it is run, with --yes too, and stops nothing', async () => {
    const other = await createDatabase('empty');
    const there = await connectTo(other.settings);
    await there.query('create table kept (n int); insert into kept values (1); analyze kept');
    await there.end();
    const dangerous = join(base, 'dangerous');
    mkdirSync(dangerous);
    writeFileSync(join(dangerous, '001_drop.sql'), 'drop table if exists kept;\n');
    const at = (...args: readonly string[]): Promise<Outcome> =>
      run(['--database-url', other.url, 'migrations', ...args, '--dir', dangerous, '--unaudited']);
    await at('init', '--yes');
    const told = '001_drop.sql:1: warning: kept holds data of about 1 row [drop-in-use]\n--dry-run shows what to write instead\n';
    expect(await at('apply', '001_drop.sql')).toMatchObject({ code: 4, stderr: expect.stringContaining(told) });
    expect(await at('apply', '001_drop.sql', '--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining(told) });
  });

  test('what failed is resolved by hand, and the rest goes on; a warning names what is skipped', async () => {
    const skipping = await on('apply', '003_third.sql', '--yes');
    expect([skipping.code, skipping.stderr]).toEqual([
      0,
      expect.stringContaining('1 earlier migration is not applied: 002_broken.sql'),
    ]);
    expect(shown(await on('resolve', '002_broken.sql', '--as', 'applied', '--yes'))).toMatch(/^2\n[^]*--reason/);
    const resolved = await on('resolve', '002_broken.sql', '--as', 'applied', '--reason', 'done by hand', '--yes', '--json');
    expect(json(resolved)).toMatchObject({
      migrations: [{ name: '002_broken.sql', before: 'failed', state: 'resolved as applied' }],
    });
    expect(shown(await on('apply', '--all', '--yes'))).toMatch(/^0\nNothing to run/);
    expect(shown(await on('baseline', '--through', '003_third.sql', '--yes'))).toMatch(/^0\nNothing to record/);
  });

  test('a baseline is suggested from what is there, doubted where nothing is, and leaves out what it is told to', async () => {
    const other = await createDatabase('production');
    const there = await connectTo(other.settings);
    await there.query('create table first (n int); create table third (n int)');
    await there.end();
    const at = (...args: readonly string[]): Promise<Outcome> =>
      run(['--database-url', other.url, 'migrations', ...args, '--dir', folder]);
    await run(['--database-url', other.url, 'migrations', 'init', '--yes']);
    expect(shown(await at('baseline'))).toMatch(/^2\n[^]*suggests: --through 003_third\.sql --except 002_broken\.sql\n/);
    expect(shown(await at('apply', '--all', '--yes'))).toMatch(/^4\n[^]*baseline --through/);
    const all = await at('baseline', '--through', '003_third.sql', '--dry-run', '--json');
    expect([json(all)['dry_run'], all.stderr]).toEqual([true, expect.stringMatching(/warning: 002_broken\.sql: 0 of \d/)]);
    const done = await at('baseline', '--through', '003_third.sql', '--except', '002_broken.sql', '--yes', '--json');
    expect(json(done)).toMatchObject({ migrations: [{ name: '001_first.sql', state: 'baseline' }, { name: '003_third.sql' }] });
    expect(json(await at('baseline', '--through', '003_third.sql', '--dry-run', '--json'))).toMatchObject({
      migrations: [{ name: '002_broken.sql' }],
    });
    expect(shown(await at('apply', '--all', '--dry-run'))).toMatch(/^0\n002_broken\.sql/);
    await at('apply', '002_broken.sql', '--yes');
    expect(shown(await at('baseline', '--through', '003_third.sql', '--dry-run'))).toMatch(/^4\n[^]*002_broken\.sql: failed/);
  });

  test('rollback takes a migration back, after a yes', async () => {
    expect(shown(await on('rollback', '001_first.sql'))).toMatch(/^4\n[^]*not confirmed/);
    expect(shown(await on('rollback', '001_first.sql', '--dry-run'))).toMatch(/^0\nROLLBACK_001_first\.sql[^]*drop table first/);
    expect(shown(await on('rollback', '001_first.sql', '--yes'))).toMatch(/^0\nROLLBACK_001_first\.sql +applied/);
    const { migrations } = JSON.parse((await on('status', '--json')).stdout) as { migrations: { name: string; state: string }[] };
    expect(migrations.find(({ name }) => name === '001_first.sql')?.state).toBe('pending');
  });

  test('every act is in the audit log, in order', async () => {
    const { rows } = await admin.query(
      `select action, entity_id as name, user_email as by from audit_log where action like 'MIGRATION%' order by created_at`,
    );
    const by = 'olga';
    expect(rows).toEqual([
      { action: 'MIGRATION_INIT', name: 'schema_migrations', by },
      { action: 'MIGRATION_IMPORT', name: '009_old.sql', by },
      { action: 'MIGRATION_APPLY', name: '001_first.sql', by },
      { action: 'MIGRATION_APPLY', name: '002_broken.sql', by },
      { action: 'MIGRATION_APPLY', name: '002_broken.sql', by },
      { action: 'MIGRATION_APPLY', name: '003_third.sql', by },
      { action: 'MIGRATION_RESOLVE', name: '002_broken.sql', by },
      { action: 'MIGRATION_ROLLBACK', name: 'ROLLBACK_001_first.sql', by },
    ]);
  });

  test('new writes the next two files', async () => {
    expect(shown(await on('new', 'add invoices'))).toMatch(
      /^0\nwrote .*004_add_invoices\.sql\nwrote .*ROLLBACK_004_add_invoices\.sql/,
    );
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['004_add_invoices.sql', 'ROLLBACK_004_add_invoices.sql']));
    expect(await on('new', 'add invoices')).toMatchObject({ code: 5 });
  });

  test.for([
    [['apply', '--yes'], 2, /Say what to apply/],
    [['apply', '--all', '001_first.sql'], 2, /in one way/],
    [['apply', 'none.sql', '--yes'], 6, /has no none\.sql/],
    [['apply', '--all', '--trial'], 2, /--trial belongs to --dry-run/],
    [['apply', '--all', '--lock-timeout', 'x'], 2, /--lock-timeout holds "x"/],
    [['rollback', '003_third.sql', '--yes'], 6, /no ROLLBACK_003_third\.sql/],
    [['baseline', '--yes'], 2, /--through/],
    [['resolve', '001_first.sql', '--as', 'done'], 2, /applied, reverted/],
  ] as const)('%j exits %i', async ([args, code, words]) => {
    const outcome = await on(...args);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringMatching(words)]);
  });
});

describe('secrets in migrations', () => {
  const secret = 'hunter2-of-the-app';
  const sql = `do $$ begin\n  execute 'create role pg_nobody password ''${secret}''';\nend $$;\nselect 1;\n`;
  const told = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await on(...args);
    return stdout + stderr;
  };

  test('a dry run masks them, says so, and shows them only when that is asked for', async () => {
    write('010_role.sql', sql);
    for (const more of [[], ['--json']]) {
      const words = await told('apply', '010_role.sql', '--dry-run', ...more);
      expect(words).not.toContain(secret);
      expect(words).toContain('secrets are masked; --reveal prints them');
      expect(words).toMatch(/password ''••••''/);
      expect(await told('apply', '010_role.sql', '--dry-run', '--reveal', ...more)).toContain(secret);
    }
  });

  test('none is in what a failure tells, nor in the history and the audit log', async () => {
    const words = await told('apply', '010_role.sql', '--yes');
    expect(words).toMatch(/010_role\.sql +FAILED[^]*role name "pg_nobody" is reserved/);
    write('011_line.sql', `select set_config('app.api_key', '${secret}', true), no_such_column;\n`);
    expect(await told('apply', '011_line.sql', '--yes')).toMatch(
      /select set_config\('app\.api_key', '••••', true\), no_such_column;\n +\^/,
    );
    const { rows } = await admin.query<{ text: string }>(
      `select coalesce(string_agg(h::text, ' '), '') || (select coalesce(string_agg(a::text, ' '), '') from audit_log as a) as text
       from schema_migrations as h`,
    );
    expect(rows[0]?.text).toContain('is reserved');
    expect([words, await told('status'), await told('lint', '--all', '--json'), rows[0]?.text].join('\n')).not.toContain(secret);
  });

  test('of a password that does not end nothing is told', async () => {
    write('012_open.sql', `alter role app password '${secret};\n`);
    const words = (await told('apply', '012_open.sql', '--yes')) + (await told('status', '--json'));
    expect(words).toContain('unterminated quoted string');
    expect(words).not.toContain(secret);
  });
});

test('a history that row level security hides is told as that, with what helps, and nothing is run', async () => {
  const role = `hidden_from_${process.pid}`;
  await admin.query(`create role ${role} login password 'x'; grant usage, create on schema public to ${role};
    grant select, insert, update on schema_migrations, audit_log to ${role}; alter table schema_migrations enable row level security`);
  const { host, port, database } = home.settings;
  const url = `postgresql://${role}:x@${host}:${port}/${database}`;
  const told = (...args: readonly string[]): Promise<Outcome> =>
    run(['--database-url', url, '--operator', 'olga', 'migrations', ...args], { environment: { AISHA_MIGRATIONS_DIR: folder } });
  const said = /can not see the whole history[^]*public\.schema_migrations[^]*Connect as a role that bypasses it/;
  const status = await told('status');
  expect(status).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(/001_first\.sql +unknown/),
    stderr: expect.stringMatching(said),
  });
  expect(status.stdout).not.toContain('pending');
  for (const args of [
    ['verify'],
    ['apply', '--all', '--yes'],
    ['apply', '003_third.sql', '--yes'],
    ['baseline'],
    ['rollback', '001_first.sql', '--yes'],
  ])
    expect(await told(...args)).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(said) });
  await admin.query(`alter table schema_migrations disable row level security; drop owned by ${role}; drop role ${role}`);
});
