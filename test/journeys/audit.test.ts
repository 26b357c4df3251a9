import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Program, startProgram, temporaryDirectory } from '../support/terminal.ts';
import { confirm, copied, expectWholeFrame } from './opening.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase('demo');
  await sql('delete from audit_log');
});

async function sql(text: string): Promise<void> {
  const client = await connectTo(database.settings);
  await client.query(text);
  await client.end();
}

/** Contacts get a new telephone number, through the application's triggers. */
const touch = (contacts: number): Promise<void> =>
  sql(
    `update contacts set phone = '+1555' || lpad(floor(random() * 1e7)::text, 7, '0') where id in (select id from contacts order by id limit ${contacts})`,
  );

async function openAudit(
  options: { readonly columns?: number; readonly rows?: number; readonly args?: readonly string[] } = {},
): Promise<Program> {
  const program = startProgram({ ...options, args: ['audit', '--database-url', database.url, ...(options.args ?? [])] });
  await program.waitFor(/^ live .* ms/);
  return program;
}

describe('following', () => {
  test('shows what the application writes, each entry once, newest last', async () => {
    const program = await openAudit();
    await expect(program).toShow('The audit log is empty.');
    await touch(3);
    await expect(program).toShow(/ 3 of 3 loaded/);
    expect(program.lines().filter((line) => /UPDATE +contacts/.test(line.slice(0, 78)))).toHaveLength(3);
    expectWholeFrame(program);
    await touch(2);
    await expect(program).toShow(/ 5 of 5 loaded/);
  });

  test('goes on while the list is paused, also through the loss of its connections', async () => {
    const program = await openAudit();
    await touch(5);
    await expect(program).toShow(/ 5 of 5 loaded/);
    program.press('up');
    await expect(program).toShow(/^ paused, nothing new/);
    await sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await touch(4);
    await expect(program).toShow(/^ paused, 4 new/);
    expectWholeFrame(program);
    program.press('end');
    await expect(program).toShow(/ 9 of 9 loaded/);
    await expect(program).toShow(/^ live/);
  });

  test('an emptied table is a gap that is seen, and following goes on', async () => {
    await touch(2);
    const program = await openAudit();
    await expect(program).toShow(/ 2 of 2 loaded/);
    await sql('truncate audit_log');
    await expect(program).toShow(/── .*(truncated|emptied)/);
    await touch(1);
    await expect(program).toShow(/ 4 of 4 loaded/);
    expectWholeFrame(program);
  });
});

describe('at 80 x 24, in ASCII and without colours', () => {
  test('everything is there, and bad typing breaks nothing', async () => {
    await touch(30);
    const program = await openAudit({ columns: 80, rows: 24, args: ['--ascii', '--no-color'] });
    await expect(program).toShow(/ 30 of 30/);
    expectWholeFrame(program);
    expect(program.lines().slice(4, -2).join('')).toMatch(/^[ -~]*$/);
    program.type('jjjjkkkkggGG\u001b\u001b[A\u001b[B++\u001b--\u001bwww\u001bfffq\u001b/////\u001bnNnNdxzxzdJKJKppFFoo');
    await expect(program).toShow(/\[table contacts\] \[record/);
    program.press('F');
    await expect(program).toShow(/ 30 of 30/);
    program.press('end');
    await expect(program).toShow(/^ live/);
    expectWholeFrame(program);
  });
});

describe('taking along', () => {
  test('y copies the entry as JSON and the id of its record', async () => {
    await touch(1);
    const program = await openAudit();
    await expect(program).toShow(/ 1 of 1 loaded/);
    const mark = program.mark();
    program.press('y');
    await expect(program).toShow('entry as JSON');
    program.press('e');
    await expect(program).toShow('Sent the entry as JSON');
    expect(JSON.parse(copied(program, mark)[0]!)).toMatchObject({ action: 'UPDATE', table: 'contacts', before: {}, after: {} });
  });

  test('e writes what the filter lets through, for its owner only, and replaces no file unasked', async () => {
    const folder = temporaryDirectory();
    await touch(7);
    await sql(
      `insert into audit_log (action, table_name, changed_by, new_data, changed_at) values ('OTHER', 'x', 'y', '{}', now())`,
    );
    const program = await openAudit();
    program.type('+a');
    await expect(program).toShow(/\[action OTHER\] +1 of 1/);
    const file = join(folder, 'log.ndjson');
    const ask = async (): Promise<void> => {
      program.type('en');
      await expect(program).toShow('export as ndjson to');
      program.press('ctrl+u');
      program.type(file);
      await expect(program).toShow(file);
    };
    await ask();
    program.type('/nowhere/log');
    program.press('enter');
    await expect(program).toShow('can not be written');
    await expect(program).toShow(`export as ndjson to ${file}/nowhere/log`);
    program.press('esc');
    await ask();
    program.press('enter');
    await expect(program).toShow(`Wrote 1 entries`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ action: 'OTHER' });
    program.press('F');
    await expect(program).toShow(/ 8 of 8 loaded/);
    await ask();
    program.press('enter');
    await expect(program).toShow(`${file} exists already`);
    program.press('r');
    await expect(program).toShow(`Wrote 8 entries`);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(8);
    expectWholeFrame(program);
  });

  test('W writes a migration with its twin, and runs nothing', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, '041_before.sql'), '');
    await touch(1);
    const program = await openAudit();
    program.press('W');
    await expect(program).toShow('a column txid with its index');
    program.press('t');
    await expect(program).toShow('folder of the migrations');
    program.press('ctrl+u');
    program.type(`${folder}\r`);
    await expect(program).toShow('Wrote ');
    expect(readdirSync(folder).filter((name) => /^(ROLLBACK_)?04[23]_audit_log_txid/.test(name))).toHaveLength(4);
    const client = await connectTo(database.settings);
    const { rows } = await client.query(
      `select 1 from information_schema.columns where table_name = 'audit_log' and column_name = 'txid'`,
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});

test('without an index on the time it says what is slow and offers the migration, and the keys stay quick', async () => {
  await sql(`drop index idx_audit_log_changed_at;
    insert into audit_log (action, table_name, record_id, changed_by, old_data, new_data, changed_at)
    select 'UPDATE', 'contacts', gen_random_uuid(), 'x', '{"a": 1}', '{"a": 2}', now() - n * interval '1 second' from generate_series(1, 1000000) n`);
  await sql('analyze audit_log');
  const program = await openAudit({ columns: 80, rows: 24 });
  await expect(program).toShow(/^ slow: reads 1,0\d\d,\d\d\d rows each time, no index on changed_at; W offers one$/);
  expectWholeFrame(program);
  program.press('W');
  await expect(program).toShow('an index on changed_at');
  program.press('esc');
  await confirm(program, (lines) => lines.some((line) => line.startsWith('  UPDATE contacts')));
});
