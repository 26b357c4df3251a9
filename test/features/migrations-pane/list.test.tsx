import { expect, test } from 'vitest';
import type { ConsoleFrame } from '../../support/console-frame.tsx';
import { expectWhole, paneYard, twoTables } from './yard.ts';

const marked = (frame: ConsoleFrame): string => frame.lines().find((line) => line.startsWith(' >')) ?? '';

test('a search that ends leaves the migrations before the one it found in view', async () => {
  const many = Array.from({ length: 9 }, (_, index) => [`00${index + 1}_x.sql`, `select ${index};`]);
  const yard = await paneYard(Object.fromEntries(many) as Record<string, string>);
  const frame = await yard.open({ rows: 16 });
  for (const keys of ['/005\r', '/005']) {
    frame.type(keys);
    await expect(frame).toShow(/^ > 005_x\.sql/);
    frame.press('esc');
    await expect(frame).toShow(/^ {3}001_x\.sql/);
    expect(marked(frame)).toContain('005_x.sql');
  }
});

test('a new migration is the one that is marked next', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open();
  frame.press('n');
  frame.type('add invoices\r');
  await expect(frame).toShow(/^ > 003_add_invoices\.sql +pending/);
});

test('a dry run tells the earlier ones that are pending, as an apply does', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open();
  frame.press('j', 'd');
  await expect(frame).toShow('Dry run of 002_b.sql');
  await expect(frame).toShow('warning: 1 earlier migration is not applied: 001_a.sql');
  frame.press('esc', 'k', 'd');
  await expect(frame).toShow('Dry run of 001_a.sql');
  expect(frame.lines().join('\n')).not.toContain('warning');
});

test.for([80, 120])(
  'what is special about a file is said in whole words in the list of a console of %i columns',
  async (columns) => {
    const yard = await paneYard({
      '001_a.sql': 'create table if not exists a (id int);',
      '003_index_of_a_name_of_usual_length.sql': 'create index concurrently if not exists a_id on a (id);\r\nselect 1;',
      '003_z.sql': 'select 1;',
      '004_b.sql': 'create table if not exists b (id int);',
    });
    await yard.admin.query(`create table b (id int); insert into schema_migrations (migration_name) values ('004_b.sql')`);
    const frame = await yard.open({ columns });
    await expect(frame).toShow(/^ {3}003_index\S+ +pending +late (no-tx \+3|\+4)(?!\S)/);
    expect(frame.lines().join('\n')).toMatch(/^ {3}003_z\.sql +pending +late (dup gap|dup \+1|\+2)(?!\S)/m);
    frame.type('/no-tx\r');
    await expect(frame).toShow(/^ > 003_index/);
    frame.press('enter');
    await expect(frame).toShow(/late +out-of-order: a later one was applied before it/);
    expect(frame.lines().join('\n')).toMatch(
      /no-tx +non-transactional: .*[^]*dup +duplicate-number: .*[^]*gap +no file .*[^]*crlf +/,
    );
    expectWhole(frame);
  },
);

test('esc right behind d leaves the dry run off, and the next one is of the migration that is marked then', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open();
  frame.press('d', 'esc', 'j');
  await expect(frame).toShow(/^ > 002_b\.sql/);
  frame.press('d');
  await expect(frame).toShow('Dry run of 002_b.sql');
});

test('on a rollback script the keys that apply this one refuse it, and do not take all pending ones instead', async () => {
  const yard = await paneYard({ ...twoTables, 'ROLLBACK_002_b.sql': 'drop table if exists b;' });
  const frame = await yard.open();
  frame.press('G');
  await expect(frame).toShow(/^ > ROLLBACK_002_b\.sql/);
  frame.press('a');
  await expect(frame).toShow(/> t {2}this one +ROLLBACK_002_b\.sql/);
  await expect(frame).toShow('2 in order, to the first that fails: 001_a.sql, 002_b.sql');
  frame.press('enter');
  await expect(frame).toShow(/ROLLBACK_002_b\.sql is no migration: a rollback script/);
  expect(frame.lines().join('\n')).not.toContain('Apply 2 migrations');
});

test('production asks for the number of several migrations, and for the name of one', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open({ facts: { environment: { name: 'PROD', production: true } } });
  frame.press('a', 'p');
  await expect(frame).toShow('This is production. Type how many are run: 2 migrations');
  frame.press('esc', 'j', 'a', 't');
  await expect(frame).toShow('This is production. Type the name of the file: 002_b.sql');
});

test('what a rollback drops is told before it runs, and that one is not written yet', async () => {
  const yard = await paneYard({
    '001_a.sql': 'alter table a add column n int;',
    'ROLLBACK_001_a.sql': 'alter table a drop column if exists n;',
  });
  await yard.admin.query('create table a (id int, n int); insert into a select i, i from generate_series(1, 50) as i; analyze a');
  await yard.admin.query(`insert into schema_migrations (migration_name) values ('001_a.sql')`);
  const frame = await yard.open();
  frame.press('u');
  await expect(frame).toShow('1 serious finding: tab shows them');
  frame.press('tab');
  await expect(frame).toShow('a.n holds data of about 50 rows');
  frame.press('esc', 'n');
  frame.type('more\r');
  await expect(frame).toShow(/^ > 002_more\.sql/);
  frame.press('u');
  await expect(frame).toShow('1 serious finding: tab shows them');
  frame.press('tab');
  await expect(frame).toShow('The rollback of more is not written yet');
});

test.for([80, 120])('a name of usual length stands in full in the list of a console of %i columns', async (columns) => {
  const name = '004_create_modulesettings_of_ten.sql';
  const yard = await paneYard({ [name]: 'create table if not exists module_settings (id int, name text, value text);' });
  await yard.admin.query('create table module_settings (id int)');
  const frame = await yard.open({ columns });
  expect(marked(frame)).toMatch(/^ > 004_create_modulesettings_of_ten\.sql +unknown/);
});

test(
  'a large statement with secrets is gone through to its end, applied and copied, with all of them masked',
  { timeout: 30_000 },
  async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `  (${n}, 'hunter2 ${n}')`);
    const yard = await paneYard({ '001_big.sql': `insert into logins (id, password) values\n${rows.join(',\n')};\n` });
    const frame = await yard.open();
    frame.press('enter');
    await expect(frame).toShow(/ {4}2 +\(0, '••••'\),/);
    frame.press('G');
    await expect(frame).toShow(/20001 +\(19999, '••••'\)/);
    frame.press('esc', 'd');
    await expect(frame).toShow('Dry run of 001_big.sql');
    frame.press('tab', 'tab');
    await expect(frame).toShow(/ {4}2 +\(0, '••••'\),/);
    expect(frame.lines().join('\n')).not.toMatch(/hunter2|\d {2}\.\.\./);
    frame.press('esc', 'y');
    await expect(frame).toShow('SQL with its secrets');
  },
);
