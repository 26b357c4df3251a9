import { describe, expect, test } from 'vitest';
import { createTheme } from '#ui/tones.ts';
import { runLines } from '#features/indexes/pane/run-lines.ts';
import { startedWork } from '#features/indexes/pane/run-job.ts';
import type { JobResult } from '#features/indexes/run/events.ts';
import { AccessGate } from '#database/access-gate.ts';
import { standStillAt, heldTable } from '../../faults/reindex-stops.ts';
import { confirm, pressUntil } from '../../journeys/opening.ts';
import { type ConsoleFrame, type FrameOptions, openFrame, openTestDatabase } from '../../support/console-frame.tsx';
import { invalidIndexes, openWorkshop, type Workshop } from '../index-maintenance.ts';
import { expectWhole } from '../migrations-pane/yard.ts';

const text = (frame: ConsoleFrame): string => frame.lines().join('\n');
const isGone = (words: RegExp) => (lines: readonly string[]) => !words.test(lines.at(-1) ?? '');

async function openPane({ home }: Workshop, options: FrameOptions = {}): Promise<ConsoleFrame> {
  const frame = openFrame(await openTestDatabase(home.settings), {
    pane: 'indexes',
    ...options,
    facts: { unaudited: true, ...options.facts },
  });
  await expect(frame).toShow(/^ > held +held_n /);
  return frame;
}

/** Asks to rebuild the index under the cursor, up to the question. */
async function askToRebuild(frame: ConsoleFrame): Promise<void> {
  frame.press('R');
  await expect(frame).toShow('statements, sizes and locks come first');
  frame.press('t');
  await expect(frame).toShow(/reindex index concurrently "public"\."held_n"/);
}

async function rebuild(frame: ConsoleFrame): Promise<void> {
  await askToRebuild(frame);
  await confirm(frame, isGone(/enter rebuild/));
}

const sizes = [
  [80, 24],
  [120, 40],
] as const;

describe.for(sizes)('at %i x %i', ([columns, rows]) => {
  test('rebuilds an index: the phase, who is waited for, and sizes before and after', async () => {
    const shop = await openWorkshop(heldTable);
    const still = await standStillAt(shop, 'a writer is open');
    const frame = await openPane(shop, { columns, rows });
    await rebuild(frame);
    await still.reached();
    await expect(frame).toShow(/now +waiting for transactions that write to the table/);
    await expect(frame).toShow(/waits for process \d+/);
    expect(text(frame)).toMatch(/insert into held values/);
    expectWhole(frame);
    frame.press('esc');
    await expect(frame).toShow(/ running.*, p shows it/);
    frame.press('1');
    await expect(frame).toShow((lines) => !lines.join('').includes('all indexes'));
    frame.press('3');
    await expect(frame).toShow('all indexes');
    frame.press('p');
    await expect(frame).toShow(/waits for process \d+/);
    await still.release();
    await expect(frame).toShow(/rebuild index held_n: done, .*; indexes \d+ kB, now\s/);
    await expect(frame).toShow('Done.');
    expectWhole(frame);
    expect(await invalidIndexes(shop.admin)).toEqual([]);
  });

  test('stopped, it drops what it left behind and says so', async () => {
    const shop = await openWorkshop(heldTable);
    const still = await standStillAt(shop, 'building');
    const frame = await openPane(shop, { columns, rows });
    await rebuild(frame);
    await still.reached();
    await expect(frame).toShow(/now +building/);
    await pressUntil(frame, 's', (lines) => /stopping:|Stopped\./.test(lines.join('\n')), 450);
    await expect(frame).toShow('Stopped. Nothing is left behind.');
    expect(text(frame)).toMatch(/held_n_ccnew: the unfinished new index was left behind/);
    expectWhole(frame);
    expect(await invalidIndexes(shop.admin)).toEqual([]);
    await still.release();
  });
});

test('what an earlier interruption left behind is shown, and cleaned', async () => {
  const shop = await openWorkshop(heldTable);
  const still = await standStillAt(shop, 'building');
  const other = await shop.connect();
  const reindex = other.query('reindex index concurrently held_n').catch(() => undefined);
  const backendPid = await still.reached();
  await shop.admin.query('select pg_terminate_backend($1)', [backendPid]);
  await reindex;
  await still.release();
  expect(await invalidIndexes(shop.admin)).toEqual(['public.held_n_ccnew']);
  const frame = await openPane(shop);
  await expect(frame).toShow(/INVALID held_n_ccnew/);
  frame.press('C');
  await expect(frame).toShow(/drop index concurrently if exists "public"\."held_n_ccnew"/);
  await confirm(frame, isGone(/enter drop/));
  await expect(frame).toShow('Done.');
  expect(await invalidIndexes(shop.admin)).toEqual([]);
});

test.for(sizes)(
  'at %i x %i what a REINDEX TABLE left behind on the TOAST table too is shown, found, and cleaned',
  async ([columns, rows]) => {
    const shop = await openWorkshop(`${heldTable}; alter table held add column long text`);
    const still = await standStillAt(shop, 'building');
    const other = await shop.connect();
    const reindex = other.query('reindex table concurrently held').catch(() => undefined);
    const backendPid = await still.reached();
    await shop.admin.query('select pg_terminate_backend($1)', [backendPid]);
    await reindex;
    await still.release();
    const left = await invalidIndexes(shop.admin);
    expect(left).toEqual([expect.stringMatching(/^pg_toast\./), 'public.held_n_ccnew']);
    const frame = await openPane(shop, { columns, rows });
    await expect(frame).toShow(/ 2 left over, C cleans · \d findings? /);
    frame.press('c');
    await expect(frame).toShow(/warning +invalid +held pg_toast/);
    frame.press('C');
    await expect(frame).toShow(/drop index concurrently if exists "public"\."held_n_ccnew"/);
    await confirm(frame, isGone(/enter drop/));
    await expect(frame).toShow('Done.');
    expect(await invalidIndexes(shop.admin)).toEqual([]);
    frame.press('esc');
    await expect(frame).toShow((lines) => !lines.join('').includes('left over'));
  },
);

test('cancelled on the server by somebody, where there is no time limit, it says so', async () => {
  const shop = await openWorkshop(heldTable);
  const still = await standStillAt(shop, 'building');
  const frame = await openPane(shop, { columns: 80, rows: 24 });
  await rebuild(frame);
  await shop.admin.query('select pg_cancel_backend($1)', [await still.reached()]);
  await expect(frame).toShow('somebody cancelled it on the server');
  await still.release();
});

test('what waited too long says what to do with the keys of the pane, not with the options of a command', () => {
  const target = { kind: 'index', title: 'held_n', oid: '1', table: 'held', tableOid: '2' } as const;
  const job = { action: 'reindex', target } as unknown as JobResult['job'];
  const nothing = { tableBytes: null, indexBytes: null, deadRows: 0 };
  const whatToDo = 'Try again, or wait longer with --lock-timeout.';
  const failure = { message: 'it waited', sqlState: '55P03', details: ['in the way: process 7'], whatToDo };
  const result: JobResult = {
    job,
    statement: '',
    state: 'failed',
    elapsedMs: 1,
    before: nothing,
    after: undefined,
    indexes: [],
    skipped: [],
    warnings: [],
    leftovers: [],
    failure,
    mayRetry: true,
    unrecorded: undefined,
  };
  const work = { ...startedWork({ title: 'x', jobs: [job] }), results: [result] };
  const shown = runLines(work, 0, 80, createTheme({ color: false, ascii: true }))
    .map((line) => line.map((part) => part.text).join(''))
    .join('\n');
  expect(shown).toMatch(/in the way: process 7\n.*When they are done, or were ended, esc and ask again\./);
  expect(shown).not.toContain('--');
});

test('leaving while something runs asks, and stops it on the server first', async () => {
  const shop = await openWorkshop(heldTable);
  const still = await standStillAt(shop, 'building');
  const frame = await openPane(shop);
  await rebuild(frame);
  await still.reached();
  frame.press('esc');
  await expect(frame).toShow(/ running.*, p shows it/);
  frame.press('R');
  await expect(frame).toShow('rebuild: something is being done already: p shows it');
  frame.press('q');
  await expect(frame).toShow('Leave the console: indexes are being worked on');
  frame.press('l');
  await expect.poll(() => frame.quits, { timeout: 15_000 }).toEqual([0]);
  expect(await invalidIndexes(shop.admin)).toEqual([]);
  await still.release();
});

test('production asks for the name', async () => {
  const shop = await openWorkshop(heldTable);
  const frame = await openPane(shop, { facts: { environment: { name: 'PROD', production: true } } });
  await askToRebuild(frame);
  await expect(frame).toShow('This is production. Type the name: held_n');
  frame.press('enter');
  await expect(frame).toShow('type the name first');
  frame.type('held_n');
  await expect(frame).toShow(/type it held_n/);
  await confirm(frame, isGone(/enter rebuild/));
  await expect(frame).toShow('Done.');
});

test('scans go on being told apart after the index was rebuilt, which gives it another oid', async () => {
  const shop = await openWorkshop(
    'create table held (n int); insert into held select generate_series(1, 500); create index held_n on held (n)',
  );
  await shop.admin.query('set enable_seqscan = off');
  for (let times = 0; times < 9; times += 1) await shop.admin.query('select from held where n = 7');
  await shop.admin.query('select pg_stat_force_next_flush()');
  await shop.admin.query('select from held limit 0');
  const frame = await openPane(shop);
  await pressUntil(frame, 'r', (lines) => /^ > held +held_n .* 9 /.test(lines.join('\n').match(/^ > .*$/m)?.[0] ?? ''), 1500);
  await rebuild(frame);
  await expect(frame).toShow('Done.');
  frame.press('esc');
  await expect(frame).toShow(/^ > held +held_n .* 9 /);
  expect(text(frame)).not.toMatch(/\+9/);
});

test('a read-only session says why nothing is done', async () => {
  const shop = await openWorkshop(heldTable);
  const database = await openTestDatabase(shop.home.settings);
  Object.assign(database, { gate: new AccessGate({ state: 'read-only', mayUnlock: true }) });
  const frame = openFrame(database, { pane: 'indexes' });
  await expect(frame).toShow(/^ > held +held_n /);
  for (const key of ['R', 'V', 'A', 'C']) {
    frame.press(key);
    await expect(frame).toShow(/(rebuild|vacuum|analyze|clean): this session is read-only: :unlock opens writing/);
  }
});

test('through a transaction pooler it says which host to use instead', async () => {
  const shop = await openWorkshop(heldTable);
  const database = await openTestDatabase(shop.home.settings);
  const pooler = { route: 'pooled', host: 'aws-0-eu.pooler.supabase.com', label: 'abcdefghijklmnopqrst' };
  Object.defineProperty(database, 'server', { value: { ...database.server, ...pooler } });
  const frame = openFrame(database, { pane: 'indexes', columns: 80, rows: 24 });
  await expect(frame).toShow(/^ > held +held_n /);
  frame.press('R');
  await expect(frame).toShow(/ rebuild: connect directly to db\.abcdefghijklmnopqrst\.supabase\.co:5432 /);
});
