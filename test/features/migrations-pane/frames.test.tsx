import { describe, expect, test } from 'vitest';
import { AccessGate } from '#database/access-gate.ts';
import { confirm, pressDeliberately } from '../../journeys/opening.ts';
import { startProxy } from '../../support/proxy.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../../support/console-frame.tsx';
import { temporaryDirectory } from '../../support/terminal.ts';
import { expectWhole, historyOf, paneYard, twoTables } from './yard.ts';

const sizes = [
  [80, 24],
  [120, 40],
] as const;

const marked = (frame: ConsoleFrame): string => frame.lines().find((line) => line.startsWith(' >')) ?? '';
const shows = (text: string) => (lines: readonly string[]) => lines.join('\n').includes(text);

/** Chooses of the menu that `a` opens and confirms what comes. */
async function apply(frame: ConsoleFrame, choice: string, ending: string | RegExp = 'Done.'): Promise<void> {
  frame.press('a');
  await expect(frame).toShow('Apply; statements and findings come first');
  frame.press(choice);
  await expect(frame).toShow(/enter apply/);
  await confirm(frame, (lines) => !lines.some((line) => /enter apply/.test(line)));
  await expect(frame).toShow(ending);
}

test('a file of 5 MB and 10,000 statements opens and is gone through', { timeout: 30_000 }, async () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => `insert into big values (${n}, '${'x'.repeat(480)}');`);
  const yard = await paneYard({ '001_big.sql': `create table big (n int, t text);\n${rows.join('\n')}\n` });
  const frame = await yard.open();
  await expect(frame).toShow(/ 1\. create table, line 1 {2}not run/);
  frame.press('enter');
  await expect(frame).toShow(/ 2\. insert, line 2 {2}not run/);
  frame.press('G');
  await expect(frame).toShow(/10001 {2}insert into big values \(9999, 'x/);
});

describe.for(sizes)('at %i x %i', ([columns, rows]) => {
  test('the folder beside the history: state, evidence, counts; a file in full', async () => {
    const yard = await paneYard(twoTables);
    await yard.admin.query('create table a (id int primary key)');
    await yard.admin.query(
      `insert into schema_migrations (migration_name, applied_by, execution_time_ms) values ('001_a.sql', 'olga', 12)`,
    );
    const frame = await yard.open({ columns, rows });
    await expect(frame).toShow(/ 1 pending · 1 applied · 1 unverified/);
    expect(frame.lines().find((line) => line.startsWith('   NAME'))).toMatch(/NAME +STATE +FLAGS +WHEN +.*EVIDENCE/);
    expect(marked(frame)).toMatch(/001_a\.sql +applied +no-sum +\d{4}-\d\d-\d\d .*3 of 3/);
    expectWhole(frame);
    frame.press('enter');
    await expect(frame).toShow(/ 1\. create table, line 3 {2}done/);
    expect(frame.lines().join('\n')).toMatch(/description +The first table[^]*by olga[^]*3 {2}create table if not exists a/);
    expectWhole(frame);
    frame.press('J');
    await expect(frame).toShow(/ 1\. create table, line 1 {2}not run/);
    frame.press('esc');
    await expect(frame).toShow(/^ > 002_b\.sql/);
  });

  test('a failing file: line, column and caret in the result, and later from the history', async () => {
    const yard = await paneYard({ ...twoTables, '003_bad.sql': 'select 1;\n\nselect\n  no_such_thing;\n' });
    const frame = await yard.open({ columns, rows });
    await apply(frame, 'p', /Failed\. What came before stays applied/);
    expect(frame.lines().join('\n')).toMatch(/001_a\.sql {2}applied, .*\n.*002_b\.sql {2}applied[^]*003_bad\.sql {2}FAILED/);
    expect(frame.lines().join('\n')).toMatch(
      /statement 2, line 4, column 3: column "no_such_thing" does[^]* {2}no_such_thing;.*\n.* {3}\^/,
    );
    expectWhole(frame);
    frame.press('esc');
    await expect(frame).toShow(/1 failed · 2 applied/);
    frame.press('s');
    await expect(frame).toShow(/^ > 003_bad\.sql/);
    frame.press('enter');
    await expect(frame).toShow(/ 1\. select, line 1 {2}ran, and was rolled back/);
    await expect(frame).toShow(/ 2\. select, line 3 {2}FAILED/);
    expect(frame.lines().join('\n')).toMatch(/ {4}4 {4}no_such_thing\n +\^ column "no_such_thing"/);
    expect(await historyOf(yard)).toMatchObject({
      '002_b.sql': 'applied',
      '003_bad.sql': expect.stringContaining('line 4, column 3'),
    });
  });

  test('loading, and a server that is gone', async () => {
    const yard = await paneYard(twoTables);
    const proxy = await startProxy({ host: yard.home.settings.host, port: yard.home.settings.port });
    const database = await openTestDatabase({ ...yard.home.settings, port: proxy.port });
    proxy.freeze();
    const frame = openFrame(database, { columns, rows, pane: 'migrations', facts: { migrationsDirectory: yard.folder } });
    await expect(frame).toShow('reading the folder, the history and the catalog');
    expectWhole(frame);
    frame.type('jjkk /x\u001b');
    await proxy.resume();
    await expect(frame).toShow(/^ > 001_a\.sql/);
    await proxy.close();
    frame.press('r');
    await expect(frame).toShow(/STALE, connection lost/);
    expect(marked(frame)).toContain('001_a.sql');
  });
});

test('without a folder it says how to give one, and takes a path', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open({
    facts: { migrationsDirectory: '/no/such/folder' },
    waitsFor: 'There is no folder /no/such/folder',
  });
  expect(frame.lines().join('\n')).toMatch(/--dir FOLDER or AISHA_MIGRATIONS_DIR/);
  frame.press('a');
  await expect(frame).toShow('apply: there is no folder yet');
  frame.press('D', 'ctrl+u');
  frame.type(`${yard.folder}\r`);
  await expect(frame).toShow(/^ > 001_a\.sql/);
});

test('an empty folder, and the first migration written into it', async () => {
  const yard = await paneYard({});
  const frame = await yard.open({ waitsFor: 'The folder is empty, and nothing is recorded.' });
  frame.press('n');
  frame.type('add invoices\r');
  await expect(frame).toShow(/^ > 001_add_invoices\.sql +pending/);
  await expect(frame).toShow(/ROLLBACK_001_add_\S+ +not-a-migr/);
});

test('filters, search and what is wrong first', async () => {
  const yard = await paneYard({ ...twoTables, '003_c.sql': 'create table c ();' });
  await yard.admin.query(`create table b (id int); insert into schema_migrations (migration_name, success, error_message)
    values ('001_a.sql', true, null), ('003_c.sql', false, 'broke'), ('000_gone.sql', true, null)`);
  const frame = await yard.open();
  await expect(frame).toShow(/1 failed · 1 missing-file · 1 pending · 1 applied · 2 differing/);
  frame.press('s');
  await expect(frame).toShow(/^ > 003_c\.sql +failed/);
  expect(
    frame
      .lines()
      .filter((line) => /^ [ >] \d{3}_/.test(line))
      .map((line) => line.slice(3, 6)),
  ).toEqual(['003', '000', '001', '002']);
  frame.press('f');
  await expect(frame).toShow('history, file and catalog differ');
  frame.press('d');
  await expect(frame).toShow(/\[differing\] worst first 1 of 3/);
  frame.type('/gone\r');
  await expect(frame).toShow(/^ > 000_gone\.sql +missing-file/);
  frame.press('esc');
  await expect(frame).toShow(/1 failed · 1 missing-file.*of 4/);
});

test('exactly the marked ones are run, with a warning that earlier ones are pending', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open();
  frame.press('j', 'space', 'a');
  await expect(frame).toShow('the 1 marked');
  frame.press('m');
  await expect(frame).toShow('warning: 1 earlier migration is not applied: 001_a.sql');
  await confirm(frame, shows('Done.'));
  expect(await historyOf(yard)).toEqual({ '002_b.sql': 'applied' });
  frame.press('esc');
  await expect(frame).toShow(/^ > 002_b\.sql +applied/);
});

test('a rollback that something speaks against asks for the name; taken back, it is pending again', async () => {
  const yard = await paneYard({ ...twoTables, 'ROLLBACK_001_a.sql': 'drop table a;' });
  const frame = await yard.open();
  await apply(frame, 'p');
  frame.press('esc', 'g', 'u');
  await expect(frame).toShow(/enter roll back/);
  await confirm(frame, shows('Done.'));
  expect(await historyOf(yard)).toMatchObject({ '001_a.sql': 'rolled back by ROLLBACK_001_a.sql' });
  frame.press('esc');
  await expect(frame).toShow(/ 1 pending · 1 applied · 1 rollback ran/);
  frame.press('u');
  await expect(frame).toShow('warning: 001_a.sql is not recorded as applied.');
  frame.press('enter');
  await expect(frame).toShow('roll back: type the name of the migration first');
  frame.press('esc');
});

test('production asks for the name of the file, typed and not pasted', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open({ facts: { environment: { name: 'PROD', production: true } } });
  frame.press('a', 't');
  await expect(frame).toShow('This is production. Type the name of the file: 001_a.sql');
  frame.paste('001_a.sql');
  await expect(frame).toShow('Type it; pasting does not count.');
  frame.type('001_a.sql');
  await expect(frame).toShow(/type it 001_a\.sql/);
  await confirm(frame, shows('Done.'));
  expect(await historyOf(yard)).toEqual({ '001_a.sql': 'applied' });
});

test('a read-only session says why, and shows a dry run all the same', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open();
  Object.defineProperty(frame.session.database, 'gate', { value: new AccessGate({ state: 'read-only', mayUnlock: true }) });
  for (const [key, name] of [
    ['a', 'apply'],
    ['u', 'roll back'],
    ['v', 'resolve'],
    ['I', 'history'],
  ] as const) {
    frame.press(key);
    await expect(frame).toShow(`${name}: this session is read-only: :unlock opens writing`);
  }
  frame.press('d');
  await expect(frame).toShow('Dry run of 001_a.sql');
  expect(frame.lines().at(-1)).toContain('esc close');
  expect(frame.lines().at(-1)).not.toContain('apply');
  frame.press('enter');
  await expect(frame).toShow('a dry run runs nothing');
  expect(await historyOf(yard)).toEqual({});
});

test('a file that is no migration has no dry run', async () => {
  const yard = await paneYard({ 'README.md': 'read me' });
  const frame = await yard.open();
  await expect(frame).toShow(/^ > README\.md/);
  frame.press('d');
  await expect(frame).toShow('README.md is no migration: not an .sql file.');
});

test('a run goes on while another pane is shown, tells who is in the way, and is stopped on the server', async () => {
  const yard = await paneYard({
    '001_a.sql': 'create table a (id int); ',
    '002_wait.sql': 'lock table a; select pg_sleep(600);',
  });
  const frame = await yard.open();
  frame.press('a', 'p');
  await expect(frame).toShow(/enter apply/);
  await confirm(frame, shows('statement 2 of 2'));
  frame.press('esc');
  await expect(frame).toShow(/running 2 of 2, .*p shows it/);
  frame.press('4');
  await expect(frame).toShow((lines) => !lines.join('\n').includes('002_wait.sql'));
  frame.press('2');
  await expect(frame).toShow(/running 2 of 2, .*p shows it/);
  await expect(frame).toShow(/^ [ >] 002_wait\.sql +running/);
  frame.press('a');
  await expect(frame).toShow('apply: migrations are running: p shows them');
  frame.press('q');
  await expect(frame).toShow('Leave the console: migrations are running');
  frame.press('esc');
  expect(frame.quits).toEqual([]);
  frame.press('p');
  await expect(frame).toShow(/running; the other panes can be used meanwhile, s stops it/);
  // By itself: stopping is a decision, which a press right behind another never makes.
  await pressDeliberately(frame, 's', shows('Stopped. What came before stays applied.'));
  expect(await historyOf(yard)).toEqual({
    '001_a.sql': 'applied',
    '002_wait.sql': expect.stringContaining('stopped by the operator'),
  });
  const { rows } = await yard.admin.query(
    `select 1 from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid() and state = 'active'`,
  );
  expect(rows).toEqual([]);
});

test('a file that waits for a lock says who holds it', async () => {
  const yard = await paneYard({ '001_a.sql': `set lock_timeout = '60s'; alter table held add column more int;` });
  await yard.admin.query('create table held (id int)');
  await yard.admin.query('begin; lock table held');
  const frame = await yard.open({ columns: 80, rows: 24 });
  frame.press('a', 't');
  await expect(frame).toShow(/enter apply/);
  await confirm(frame, shows('waits for process'));
  expectWhole(frame);
  await yard.admin.query('commit');
  await expect(frame).toShow('Done.');
});

test('while another console runs migrations nothing is run, and it is told who that is', async () => {
  const yard = await paneYard(twoTables);
  await yard.admin.query('select pg_advisory_lock(1634300776, 1835624306)');
  const frame = await yard.open({ columns: 80, rows: 24 });
  await apply(frame, 'p', 'Nothing was run.');
  await expect(frame).toShow(/Another console is running migrations here: process \d+/);
  expectWhole(frame);
  expect(await historyOf(yard)).toEqual({});
});

test('findings stand in the file and in the plan, with what to write instead', async () => {
  const yard = await paneYard({ '001_a.sql': 'create table a (id int);\n' });
  const frame = await yard.open();
  await expect(frame).toShow('1 finding before it is applied');
  frame.press('a', 'p');
  await expect(frame).toShow(/1 finding +statements/);
  frame.press('tab');
  await expect(frame).toShow('no-idempotency-guard');
  await expect(frame).toShow('create table if not exists a (id int)');
  frame.press('tab');
  await expect(frame).toShow(/ {4}1 {2}create table a \(id int\)/);
  frame.press('esc');
  expect(await historyOf(yard)).toEqual({});
});

test('without a history it proposes a baseline from evidence, and records what is confirmed', async () => {
  const yard = await paneYard({ ...twoTables, '003_c.sql': 'create table c ();', '004_d.sql': 'create table d ();' }, false);
  await yard.admin.query('create table a (id int primary key); create table c ()');
  const frame = await yard.open();
  await expect(frame).toShow('no history table: evidence only, I proposes a baseline');
  frame.press('a', 'p');
  await expect(frame).toShow('I creates the history.');
  frame.press('I');
  await expect(frame).toShow(/baseline, from evidence +through 003_c\.sql/);
  frame.press('b');
  await expect(frame).toShow('Record 2 migrations as applied, through 003_c.sql');
  await expect(frame).toShow('1 are left out');
  await confirm(frame, shows('Recorded 2 migrations as a baseline.'));
  expect(await historyOf(yard)).toEqual({
    '001_a.sql': 'baseline: applied before there was a history',
    '003_c.sql': 'baseline: applied before there was a history',
  });
  await expect(frame).toShow(/2 pending · 2 baseline/);
});

test('a history that row level security hides is said to be hidden, and I says what helps', async () => {
  const yard = await paneYard(twoTables);
  const role = `pane_hidden_${process.pid}`;
  await yard.admin.query(`create table a (id int primary key); create role ${role} login password 'x';
    grant select on schema_migrations to ${role}; alter table schema_migrations enable row level security`);
  const frame = await yard.open({ columns: 80, rows: 24, as: { user: role, password: () => 'x' } });
  await expect(frame).toShow('history hidden by row level security: I says what to do');
  await expect(frame).toShow(/^ > 001_a\.sql +unknown/);
  frame.press('I');
  await expect(frame).toShow(/can not see the whole history/);
  expectWhole(frame);
  await yard.admin.query(`drop owned by ${role}; drop role ${role}`);
});

test('resolve asks for a reason; a log is previewed and imported', async () => {
  const yard = await paneYard(twoTables);
  const log = `${temporaryDirectory()}/LOG.md`;
  const { writeFileSync } = await import('node:fs');
  writeFileSync(
    log,
    '| File | Date Applied | Applied By | Notes |\n|---|---|---|---|\n| 001_a.sql | 2025-01-15 | Olga | first |\n| 009_x.sql | 2025-01-16 | Olga | |\n',
  );
  const frame = await yard.open();
  frame.press('I', 'i');
  frame.type(`${log.replace('LOG', 'GONE')}\r`);
  await expect(frame).toShow('GONE.md can not be read');
  await expect(frame).toShow((lines) => lines.join('').includes('Give a markdown file.'));
  await expect(frame).toShow(/log in markdown .*GONE\.md/);
  frame.press('esc', '?');
  await expect(frame).toShow((lines) => /^─+$/.test(lines.at(-2)!));
  expect(frame.lines().join('')).not.toContain('Give a markdown file.');
  frame.press('esc', 'I', 'i');
  frame.type(`${log}\r`);
  await expect(frame).toShow(/2025-01-16 {2}009_x\.sql {2}Olga {2}not in the folder/);
  await confirm(frame, shows('Recorded 2 migrations from the log.'));
  await expect(frame).toShow(/1 missing-file · 1 pending · 1 applied/);
  frame.press('j', 'v', 'a');
  await expect(frame).toShow('Record 002_b.sql as applied');
  frame.press('enter');
  await expect(frame).toShow('type a reason first');
  frame.type('run by hand');
  await confirm(frame, shows('resolved as applied now.'));
  expect((await historyOf(yard))['002_b.sql']).toBe('resolved as applied: run by hand');
});

test('takes along the name, the SQL and the error', async () => {
  const yard = await paneYard(twoTables);
  const frame = await yard.open();
  frame.press('y');
  await expect(frame).toShow('Copy of 001_a.sql');
  frame.press('s');
  await expect(frame).toShow('Sent the SQL to the clipboard');
  expect(Buffer.from(/52;c;([^\u0007\u001b]*)/.exec(frame.sent.join(''))?.[1] ?? '', 'base64').toString()).toBe(
    twoTables['001_a.sql'],
  );
});

test('secrets in a file are masked, in its view, before it is applied and in what is copied, until they are asked for', async () => {
  const secret = 'hunter2';
  const yard = await paneYard({ '001_role.sql': `create role app_of_test\n  password '${secret}';\n` });
  const frame = await yard.open();
  frame.press('enter');
  await expect(frame).toShow(/2 +password '••••'/);
  frame.press('x');
  await expect(frame).toShow(/2 +password 'hunter2'/);
  frame.press('x');
  await expect(frame).toShow(/2 +password '••••'/);
  const clipboard = (): string =>
    Buffer.from(/52;c;([A-Za-z0-9+/=]*)/.exec(frame.sent.at(-1) ?? '')?.[1] ?? '', 'base64').toString();
  frame.press('y', 's');
  await expect.poll(clipboard).toContain("password '••••'");
  frame.press('y', 'S');
  await expect.poll(clipboard).toContain(secret);
  frame.press('x', 'esc', 'd');
  await expect(frame).toShow(/password '••••'/);
  expect(frame.lines().join('\n')).not.toContain(secret);
});
