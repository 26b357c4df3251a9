import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '#core/package-root.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Program, type ProgramOptions, startProgram, temporaryDirectory } from '../support/terminal.ts';
import { confirm, expectWholeFrame } from './opening.ts';

/** The demo's database, and its folder to be written into. */
async function openMigrations(
  more: Readonly<Record<string, string>> = {},
  options: ProgramOptions = {},
): Promise<{ program: Program; database: TestDatabase; admin: Client; folder: string }> {
  const database = await createDatabase('demo');
  const admin = await connectTo(database.settings);
  onTestFinished(() => admin.end());
  const folder = join(temporaryDirectory(), 'migrations');
  cpSync(join(packageRoot(), 'src', 'demo', 'migrations'), folder, { recursive: true });
  for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
  return { program: await reopen(database, folder, options), database, admin, folder };
}

async function reopen(database: TestDatabase, folder: string, options: ProgramOptions = {}): Promise<Program> {
  const args = ['migrations', '--dir', folder, '--database-url', database.url, ...(options.args ?? [])];
  const program = startProgram({ ...options, args });
  await program.waitFor(/^ > \S/);
  return program;
}

async function stateOf(admin: Client, name: string): Promise<string> {
  const { rows } = await admin.query<{ said: string }>(
    `select success || ' ' || coalesce(error_message, '') as said from schema_migrations where migration_name = $1`,
    [name],
  );
  return rows[0]?.said ?? 'nothing';
}

/** Chooses of the menu and confirms what comes. */
async function apply(program: Program, choice: string, wanted: string | RegExp): Promise<void> {
  program.press('a');
  await expect(program).toShow('Apply; statements and findings come first');
  program.press(choice);
  await expect(program).toShow(/enter apply/);
  await confirm(program, (lines) =>
    lines.some((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line))),
  );
}

describe('the demo', () => {
  test('all pending stops at the one that fails; the others are marked and run; 050 is taken back; all of it is audited', async () => {
    const { program, admin } = await openMigrations();
    await expect(program).toShow(/1 failed · 2 pending · 40 applied/);
    expectWholeFrame(program);
    await apply(program, 'p', 'Failed. What came before stays applied; 2 files were not run.');
    await expect(program).toShow(/statement 2, line 9: check constraint/);
    program.press('esc', 's');
    await expect(program).toShow(/^ > 051_won/);
    program.press('j', 'space', 'j', 'space');
    await expect(program).toShow('2 marked');
    await apply(program, 'm', 'Done.');
    await expect(program).toShow(/053_cash_flow_account_index\.sql {2}applied/);
    program.press('esc');
    await expect(program).toShow(/1 failed · 42 applied/);
    program.type('/050_fl\r');
    await expect(program).toShow(/^ > 050_flatten/);
    program.press('u');
    await expect(program).toShow('Type the name of the migration: 050_flatten_tenant_metadata.sql');
    program.type('050_flatten_tenant_metadata.sql');
    await confirm(program, (lines) => lines.join('\n').includes('Done.'));
    program.press('esc');
    await expect(program).toShow(/^ > 050_flatten\S* +pending/);
    expect(await stateOf(admin, '051_won_opportunities_need_close_date.sql')).toMatch(/^false statement 2, line 9: check/);
    expect(await stateOf(admin, '050_flatten_tenant_metadata.sql')).toMatch(/^false rolled back by ROLLBACK_050/);
    const { rows } = await admin.query<{ action: string; n: number }>(
      `select action, count(*)::int as n from audit_log where action like 'MIGRATION%' group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { action: 'MIGRATION_APPLY', n: 3 },
      { action: 'MIGRATION_ROLLBACK', n: 1 },
    ]);
  });

  test('a long statement: leaving asks, and a stop reaches the server', async () => {
    const { program, admin } = await openMigrations({ '060_slow.sql': 'create table slow (id int); select pg_sleep(600);' });
    program.press('end');
    program.type('/060\r');
    await expect(program).toShow(/^ > 060_slow\.sql +pending/);
    await apply(program, 't', 'statement 2 of 2');
    program.press('esc', '1');
    await expect(program).toShow(/^ > Acme/);
    program.press('q');
    await expect(program).toShow('Leave the console: migrations are running');
    program.press('l');
    expect(await program.waitForExit()).toMatchObject({ code: 0 });
    expect(await stateOf(admin, '060_slow.sql')).toMatch(/^false statement 2, line 1: stopped by the operator/);
  });

  test('a console killed while it runs: the next one says that it was interrupted, and runs it', async () => {
    const { program, database, admin, folder } = await openMigrations({
      '060_slow.sql': 'create table slow (id int);\nselect pg_sleep(600);',
    });
    program.type('/060\r');
    await expect(program).toShow(/^ > 060_slow\.sql +pending/);
    await apply(program, 't', 'statement 2 of 2');
    process.kill(program.pid, 'SIGKILL');
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`,
    );
    writeFileSync(join(folder, '060_slow.sql'), 'create table slow (id int);');
    const next = await reopen(database, folder);
    next.type('/060\r');
    await expect(next).toShow(/^ > 060_slow\.sql +failed/);
    await expect(next).toShow('interrupted');
    await apply(next, 't', 'Done.');
    expect(await stateOf(admin, '060_slow.sql')).toBe('true ');
  });
});

describe('at 80 x 24, in ASCII and without colours', () => {
  test('everything is there, and bad typing breaks nothing', async () => {
    const { program, admin } = await openMigrations(
      {},
      { columns: 80, rows: 24, args: ['--ascii', '--no-color', '--read-only'] },
    );
    await expect(program).toShow(/1 failed - 2 pending - 40 applied/);
    expectWholeFrame(program);
    program.type(
      'jjkkGGgg  aauuvvIInn\u001b\u001b[A\u001b[Bssww\rooJJKKd\u001bhhff\u001b////\u001b??\u001bDD\u001bppp\u001byyy\u001b',
    );
    await expect(program).toShow(/^ > \d{3}_/);
    expectWholeFrame(program);
    expect(program.lines().slice(4, -2).join('')).toMatch(/^[ -~]*$/);
    program.press('a');
    await expect(program).toShow('apply: this session was started with --read-only');
    const { rows } = await admin.query(`select 1 from audit_log where action like 'MIGRATION%'`);
    expect(rows).toEqual([]);
  });
});

test('three hundred files do not keep keys waiting, and a folder that goes away is told', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`${1000 + n}_t.sql`, `create table if not exists many_${n} (id int, name text);\n`]),
  );
  const { program, folder } = await openMigrations(many);
  await expect(program).toShow(/302 pending/);
  program.press('end');
  await expect(program).toShow((lines) => lines.some((line) => line.startsWith(' > ROLLBACK_050')));
  program.press('g');
  await expect(program).toShow(/^ > 001_init/);
  expectWholeFrame(program);
  rmSync(folder, { recursive: true });
  program.press('r', 'D', 'ctrl+u');
  program.type(`${folder}/none\r`);
  await expect(program).toShow('There is no folder');
});
