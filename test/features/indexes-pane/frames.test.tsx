import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Database } from '#database/database.ts';
import { pressUntil } from '../../journeys/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../../support/cluster.ts';
import { type ConsoleFrame, type FrameOptions, openFrame, openTestDatabase } from '../../support/console-frame.tsx';
import { startProxy } from '../../support/proxy.ts';
import { temporaryDirectory } from '../../support/terminal.ts';
import { expectWhole } from '../migrations-pane/yard.ts';

let demo: TestDatabase;

beforeAll(async () => {
  demo = await createDatabase('demo');
});

const sizes = [
  [80, 24],
  [120, 40],
] as const;

const marked = (frame: ConsoleFrame): string => frame.lines().find((line) => line.startsWith(' >')) ?? '';
const text = (frame: ConsoleFrame): string => frame.lines().join('\n');

/** The pane with its findings. */
async function openPane(database: TestDatabase, options: FrameOptions = {}): Promise<ConsoleFrame> {
  const frame = openFrame(await openTestDatabase(database.settings), { pane: 'indexes', ...options });
  await expect(frame).toShow(/^ > \S/);
  await expect(frame).toShow(/ \d+ findings? [·-] /);
  return frame;
}

describe.for(sizes)('at %i x %i', ([columns, rows]) => {
  const open = (): Promise<ConsoleFrame> => openPane(demo, { columns, rows });

  test('the list: since when is counted, size and scans as bars, sorted by any column and turned round', async () => {
    const frame = await open();
    expect(text(frame)).toMatch(/counters count since \d{4}-[^]*a\s+verdict needs 30 days, so "unused" is only\s+"not yet used"/);
    expect(text(frame)).toMatch(/ \d+ indexes, \d.* MB · \d+ findings? · .*all indexes .*1 of \d+ by size v/s);
    expect(frame.lines().find((line) => line.startsWith('   TABLE'))).toMatch(/TABLE +INDEX +SIZE +SCANS/);
    expect(marked(frame)).toMatch(/ > contacts +idx_contacts_metada\S+ +\d+ kB {2}████ /);
    expectWhole(frame);
    frame.press('s');
    await expect(frame).toShow(/│ > t {2}table/);
    frame.press('n');
    await expect(frame).toShow(/1 of \d+ by name \^/);
    const first = marked(frame);
    frame.press('S');
    await expect(frame).toShow(/1 of \d+ by name v/);
    expect(marked(frame)).not.toBe(first);
    frame.press('s');
    await expect(frame).toShow(/│ > t {2}table/);
    frame.press('r');
    await expect(frame).toShow(/^ {3}TABLE .* READ/);
    expectWhole(frame);
  });

  test('the marked index stays marked when a search or a filter comes and goes, as long as it is shown', async () => {
    const frame = await open();
    const mark = (pattern: RegExp) => (lines: readonly string[]) =>
      pattern.test(lines.find((line) => line.startsWith(' >')) ?? '');
    frame.type('/idx_contacts_email\r');
    await expect(frame).toShow(mark(/idx_contacts_em/));
    frame.press('esc');
    await expect(frame).toShow((lines) => /of \d\d by size/.test(lines.join('\n')) && mark(/idx_contacts_em/)(lines));
    frame.press('f');
    await expect(frame).toShow("this one's table");
    frame.press('h');
    await expect(frame).toShow((lines) => /\[contacts\]/.test(lines.join('\n')) && mark(/idx_contacts_em/)(lines));
    frame.type('/nothing of the kind');
    await expect(frame).toShow('nothing of the kind');
    frame.press('esc', 'esc');
    await expect(frame).toShow((lines) => /of \d\d by size/.test(lines.join('\n')) && mark(/idx_contacts_em/)(lines));
    expectWhole(frame);
  });

  test('search, and filters as chips that esc takes away', async () => {
    const frame = await open();
    frame.type('/idx_contacts_email\r');
    await expect(frame).toShow(/\/idx_contacts_email .*1 of \d /);
    expect(marked(frame)).toContain('idx_contacts_em');
    frame.press('esc');
    await expect(frame).toShow(/\d+ of \d\d by size/);
    frame.press('f');
    await expect(frame).toShow(/m {2}a method \.\.\./);
    frame.press('m');
    await expect(frame).toShow(/gin +\d/);
    await pressUntil(frame, 'down', (lines) => lines.some((line) => /> .*gin +\d/.test(line)), 300);
    frame.press('enter');
    await expect(frame).toShow(/all indexes \[gin\] .*1 of \d /);
    expectWhole(frame);
    frame.press('f');
    await expect(frame).toShow('take away: gin');
    frame.press('esc');
    await expect(frame).toShow((lines) => !lines.join('').includes('take away: gin'));
    frame.press('esc');
    await expect(frame).toShow(/\d+ of \d\d by size/);
  });

  test('findings with the gravest first and their statements; what was not raised, with the reason', async () => {
    const frame = await open();
    frame.press('c');
    await expect(frame).toShow(/ findings, the gravest first .*1 of \d+/);
    expect(marked(frame)).toMatch(/ > warning +missing-foreign-key +accounts \(primary_contact_id\)/);
    const names = frame.lines().flatMap((line) => /^ {3}notice +[a-z-]+ +(\S+)/.exec(line)?.slice(1) ?? []);
    expect(names).toContain('idx_conversation_messages_conversation_id');
    expect(names.join()).not.toContain('…');
    expectWhole(frame);
    frame.press('enter');
    await expect(frame).toShow('What takes it back');
    expect(text(frame)).toMatch(/no index finds rows by the foreign key[^]*CREATE INDEX CONCURRENTLY IF NOT EXISTS/);
    expectWhole(frame);
    frame.press('esc');
    await expect(frame).toShow(/^ > warning/);
    frame.press('c');
    await expect(frame).toShow(/ considered and not raised /);
    frame.press('enter');
    await expect(frame).toShow(/because +\S/);
    frame.press('esc');
    await expect(frame).toShow(/^ > \S/);
    frame.press('esc');
    await expect(frame).toShow(/ all indexes .* by size/);
  });

  test('one in full: heap against indexes, what is lost by dropping it, what stands beside it', async () => {
    const frame = await open();
    frame.type('/contacts_pkey\r');
    await expect(frame).toShow(/\/contacts_pkey .*1 of /);
    frame.press('enter');
    await expect(frame).toShow(/btree, primary key/);
    expect(text(frame)).toMatch(/heap \d.* MB, \d+ indexes[^]*indexes \d\d % of both[^]*CREATE UNIQUE INDEX/);
    expectWhole(frame);
    await pressUntil(frame, 'j', (lines) => lines.join('\n').includes('the primary key contacts_pkey'), 300);
    expectWhole(frame);
  });

  test('statements on its table: the planner is asked when it is opened, and says how they are run', async () => {
    const client = await connectTo(demo.settings);
    await client.query(`select last_name from contacts where email = 'nobody@example.org' limit 5`);
    await client.end();
    const frame = await open();
    frame.type('/idx_contacts_email\r');
    await expect(frame).toShow(/\/idx_contacts_email .*1 of /);
    frame.press('enter');
    await pressUntil(frame, 'j', (lines) => lines.join('\n').includes('email = $'), 300);
    expect(text(frame)).toMatch(/ (uses|does not use) it: [^]*on contacts[^]*, cost\s+[\d.]+/);
    expect(text(frame)).toMatch(/\d calls?, [^,]+ each, [^]*% of\s+the\s+time\s+of\s+all\s+statements/);
    expectWhole(frame);
  });

  test('a server that is gone leaves the list, marked as old', async () => {
    const proxy = await startProxy({ host: demo.settings.host, port: demo.settings.port });
    const frame = await openPane({ ...demo, settings: { ...demo.settings, port: proxy.port } }, { columns, rows });
    await proxy.close();
    frame.press('r');
    await expect(frame).toShow(/STALE, connection lost/);
    expect(marked(frame)).toContain('contacts');
  });
});

test('at 80 columns all counts are read to their end beside what is left over', async () => {
  const home = await createDatabase('demo');
  const admin = await connectTo(home.settings);
  await admin.query(`create index contacts_email_ccnew on contacts (email)`);
  await admin.query(`update pg_index set indisvalid = false where indexrelid = 'contacts_email_ccnew'::regclass`);
  await admin.end();
  const frame = await openPane(home, { columns: 80, rows: 24 });
  expect(text(frame)).toMatch(/ findings .* \d+ notice\s*\n 1 left over, C cleans\s*\n/);
  expectWhole(frame);
});

test('a standby that is gone is told, since what is shown grows old without it', async () => {
  const proxy = await startProxy({ host: demo.settings.host, port: demo.settings.port });
  const standby = await openTestDatabase({ ...demo.settings, port: proxy.port });
  // The primary through the proxy, which says that it is a standby.
  const readEach: typeof standby.readEach = async (wanted, options) =>
    (await Database.prototype.readEach.call(standby, wanted, options)).map(async (answer) =>
      (await answer).map((row) => ({ ...(row as object), is_standby: true }) as never),
    );
  Object.defineProperty(standby, 'readEach', { value: readEach });
  const openReplicas = () => Promise.resolve([{ name: 'standby:5432', database: standby }]);
  const frame = await openPane(demo, { columns: 80, rows: 24, openReplicas });
  expect(text(frame)).toMatch(/scans\s+of\s+this\s+server\s+and\s+standby:5432\s+are\s+added\s+up/);
  await proxy.close();
  frame.press('r');
  await expect(frame).toShow(/ STALE, not read anew: /);
  expect(marked(frame)).toContain('contacts');
  expectWhole(frame);
});

test('scans since the pane was opened are told apart', async () => {
  const own = await createDatabase('demo');
  const frame = await openPane(own);
  const client = await connectTo(own.settings);
  onTestFinished(() => client.end());
  await client.query('set enable_seqscan = off');
  for (let times = 0; times < 7; times += 1) {
    await client.query(`select from tenant where slug = 'acme-corp'`);
  }
  await client.query('select pg_stat_force_next_flush()');
  frame.press('s');
  await expect(frame).toShow('scans since opened');
  frame.press('o');
  await pressUntil(frame, 'r', (lines) => /^ [ >] tenant +\S+ .*\+[1-9]/.test(lines[8] ?? ''), 1500);
});

test('bloat is an estimate until it is measured', async () => {
  const own = await createDatabase('demo');
  const client = await connectTo(own.settings);
  onTestFinished(() => client.end());
  await client.query('create extension pgstattuple');
  const frame = await openPane(own);
  frame.type('/idx_contacts_email\r');
  await expect(frame).toShow(/\/idx_contacts_email .*1 of \d /);
  frame.press('b');
  await expect(frame).toShow(/bloat +measured \d+ %/);
});

test('marked findings are written as migrations with their rollbacks, and not twice', async () => {
  const folder = temporaryDirectory();
  const frame = await openPane(demo, { facts: { migrationsDirectory: folder } });
  frame.press('c');
  await expect(frame).toShow(/ findings, the gravest first/);
  frame.press('space', 'j', 'space', 'w');
  await expect(frame).toShow(/e {2}a file each/);
  frame.press('e');
  await expect(frame).toShow(/folder of the migrations .*\S/);
  frame.press('enter');
  await expect(frame).toShow((lines) => /Wrote .*001_create_/.test(lines.join('')));
  const files = readdirSync(folder).toSorted();
  expect(files).toHaveLength(4);
  expect(files[0]).toMatch(/^001_create_idx_accounts_primary_contact_id\.sql$/);
  expect(files.filter((name) => name.startsWith('ROLLBACK_'))).toHaveLength(2);
  expect(readFileSync(join(folder, files[0]!), 'utf8')).toContain('CREATE INDEX CONCURRENTLY IF NOT EXISTS');
  frame.press('g', 'w');
  await expect(frame).toShow(/folder of the migrations/);
  frame.press('enter');
  await expect(frame).toShow(/There already: /);
  expect(readdirSync(folder)).toHaveLength(4);
});

test('marked findings are written as one migration, and its rollback has them in reverse', async () => {
  const folder = temporaryDirectory();
  const frame = await openPane(demo, { columns: 80, rows: 24, facts: { migrationsDirectory: folder } });
  frame.press('c');
  await expect(frame).toShow(/ findings, the gravest first/);
  frame.press('space', 'j', 'space', 'w');
  await expect(frame).toShow(/o {2}all in one file/);
  expectWhole(frame);
  frame.press('o');
  await expect(frame).toShow(/folder of the migration .*\S/);
  frame.press('enter');
  await expect(frame).toShow((lines) => /Wrote .*001_create_/.test(lines.join('')));
  const name = '001_create_idx_accounts_primary_contact_id_and_1_more.sql';
  expect(readdirSync(folder).toSorted()).toEqual([name, `ROLLBACK_${name}`]);
  const created = [...readFileSync(join(folder, name), 'utf8').matchAll(/IF NOT EXISTS (\w+) ON/g)].map(([, index]) => index);
  const dropped = [...readFileSync(join(folder, `ROLLBACK_${name}`), 'utf8').matchAll(/IF EXISTS public\.(\w+);/g)];
  expect(created).toHaveLength(2);
  expect(dropped.map(([, index]) => index)).toEqual(created.toReversed());
});

test('without colour and in ASCII', async () => {
  const frame = await openPane(demo, { columns: 80, rows: 24, facts: { ascii: true, color: false } });
  expect(marked(frame)).toMatch(/ {2}#### /);
  frame.press('enter');
  await expect(frame).toShow(/\[#+\.+\] indexes/);
  const body = frame.lines().filter((line) => !/[─│]/.test(line));
  // oxlint-disable-next-line no-control-regex -- only what a line of ASCII may hold.
  expect(body.join('')).toMatch(/^[\x20-\x7e]*$/);
  expectWhole(frame);
});

test('a database without an index says so', async () => {
  const own = await createDatabase('empty');
  const frame = openFrame(await openTestDatabase(own.settings), { pane: 'indexes' });
  await expect(frame).toShow('This database has no index.');
  frame.type('jkGw b\r');
  await expect(frame).toShow('This database has no index.');
});
