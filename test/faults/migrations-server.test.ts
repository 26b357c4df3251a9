import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import { type Server, startServer } from '#demo/server.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { readNote } from '#features/migrations/history-note.ts';
import { resolveMigration } from '#features/migrations/resolve.ts';
import { open, until } from '../database/opening.ts';
import { author, writing } from '../features/metadata-saving.ts';
import { history, historyTable, runFiles } from '../features/migration-running.ts';
import { startProxy } from '../support/proxy.ts';
import {
  journal,
  journalRows,
  patientClient,
  standStillAt,
  steppedFile,
  steppedPoints,
  steppedRows,
  wholeFile,
  wholePoints,
  wholeRows,
} from './migration-stops.ts';

let server: Server;
let settings: ConnectionSettings;
beforeAll(async () => {
  // What COMMIT promised survives kill -9 only when the server writes before it answers.
  server = await startServer({ tcp: { port: 0 }, settings: { synchronous_commit: 'on', deadlock_timeout: '1min' } });
  settings = { ...server.connection('postgres', 'tcp'), password: () => server.password };
});
afterAll(() => server.stop());

let database: Database;
beforeEach(async () => {
  const admin = await patientClient(settings);
  await admin.query(`drop table if exists journal; drop function if exists stand_still; drop table if exists schema_migrations`);
  await admin.query(`${journal}; ${historyTable}`);
  await admin.end();
  database = await open(settings, { access: writing });
});

/** What is there when the server is well again: the rows, the note of the history, whether the row says success. */
async function found(name: string) {
  const admin = await patientClient(settings);
  const rows = await journalRows(admin);
  const row = (await history({ admin }))[name];
  await admin.end();
  return { rows, success: row?.success, note: readNote(row?.success ?? null, row?.error ?? null) };
}

const again = async (name: string, text: string) => {
  const run = () => runFiles(database, { [name]: text }, { limits: { waitMs: 5000 } });
  const { results } = await until(() => run().catch(() => undefined));
  return results[0]!;
};

describe('kill -9 of the server process that runs a migration: the server recovers, and the next apply completes', () => {
  test.for(wholePoints)('one transaction, at %s: all of it or nothing', async (point) => {
    const still = await standStillAt(settings, point);
    const running = runFiles(database, { '1_whole.sql': wholeFile });
    process.kill(await still.reached(), 'SIGKILL');
    const [result] = (await running).results;
    await still.release();
    expect(result).toMatchObject({ state: 'failed', doneStatements: 0 });
    expect(result?.failure?.message).toMatch(
      point === '11' ? /nothing was committed/ : /before COMMIT: nothing of it was committed/,
    );
    expect(await found('1_whole.sql')).toMatchObject({ rows: [], success: false, note: { kind: 'failed' } });
    expect(await again('1_whole.sql', wholeFile)).toMatchObject({ state: 'applied', resumedAt: undefined });
    expect(await found('1_whole.sql')).toEqual({ rows: wholeRows, success: true, note: undefined });
  });

  test('one transaction, after COMMIT, its answer on the way: found applied by looking again', async () => {
    const proxy = await startProxy(settings);
    onTestFinished(() => proxy.close());
    const through = await open({ ...settings, port: proxy.port }, { access: writing });
    const still = await standStillAt(settings, '11');
    const running = runFiles(through, { '1_whole.sql': wholeFile });
    const pid = await still.reached();
    proxy.freeze();
    await still.release();
    await until(async () => (await found('1_whole.sql')).success);
    process.kill(pid, 'SIGKILL');
    proxy.cut();
    await proxy.resume();
    expect((await running).results[0]).toMatchObject({ state: 'applied', failure: undefined });
    expect(await again('1_whole.sql', wholeFile)).toMatchObject({ state: 'already-applied' });
    expect(await found('1_whole.sql')).toEqual({ rows: wholeRows, success: true, note: undefined });
  });

  test.for(steppedPoints)('statement by statement, at %s: what is done stays done, once', async (point) => {
    const still = await standStillAt(settings, point);
    const running = runFiles(database, { '2_stepped.sql': steppedFile });
    process.kill(await still.reached(), 'SIGKILL');
    const [result] = (await running).results;
    await still.release();
    const between = await found('2_stepped.sql');
    // Nobody knows what became of the index: the history goes on saying that it is being built.
    expect(result?.state).toBe(point === 'index' ? 'unknown' : 'failed');
    expect(between.note).toMatchObject(point === 'index' ? { kind: 'running', statement: 7 } : { kind: 'failed' });
    expect(between.rows).toEqual(steppedRows.filter((n) => n < doneBefore[point]));
    const second = await again('2_stepped.sql', steppedFile);
    expect(second).toMatchObject({ state: 'applied', failure: undefined, resumedAt: resumedAt[point] });
    expect(await found('2_stepped.sql')).toEqual({ rows: steppedRows, success: true, note: undefined });
    const admin = await patientClient(settings);
    const { rows } = await admin.query(`select indisvalid from pg_index where indrelid = 'journal'::regclass`);
    expect(rows).toEqual([{ indisvalid: true }]);
    await admin.end();
  });

  test('a block that commits by itself is never run again by guess: unknown, until somebody says what is true', async () => {
    const text = `do $$ begin insert into journal values (1); commit; insert into journal values (2); commit; end $$;`;
    const still = await standStillAt(settings, '20');
    const running = runFiles(database, { '3_block.sql': text });
    process.kill(await still.reached(), 'SIGKILL');
    const [result] = (await running).results;
    await still.release();
    expect(result?.state).toBe('unknown');
    const second = await again('3_block.sql', text);
    expect([second.state, second.failure?.message]).toEqual(['unknown', expect.stringContaining('can not be told')]);
    expect(await found('3_block.sql')).toMatchObject({ rows: [1], note: { kind: 'running', statement: 1 } });
    const folder = { directory: '', files: [migrationFile('3_block.sql', Buffer.from(text))] };
    const truth = { name: '3_block.sql', as: 'reverted', reason: 'emptied by hand' } as const;
    await resolveMigration(database, folder, truth, { author, isUnaudited: true });
    const admin = await patientClient(settings);
    await admin.query('truncate journal');
    await admin.end();
    expect(await again('3_block.sql', text)).toMatchObject({ state: 'applied' });
    expect(await found('3_block.sql')).toEqual({ rows: [1, 2], success: true, note: undefined });
  });
});

/** The rows below this were committed when the server died. */
const doneBefore = {
  '10': 1,
  '20': 1,
  '11': 1,
  '30': 3,
  '31': 3,
  index: 5,
  '50': 5,
  '51': 5,
  '60': 6,
  '70': 6,
  '71': 6,
} as const;

/** The statement behind the last that was recorded: a transaction that was open, or that the file rolled back, is done again. */
const resumedAt = { '10': 2, '20': 2, '11': 2, '30': 6, '31': 6, index: 7, '50': 8, '51': 8, '60': 9, '70': 9, '71': 9 } as const;
