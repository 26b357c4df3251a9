import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import type { Reader } from '#database/query.ts';
import { type Server, startServer } from '#demo/server.ts';
import { serverUser } from '#demo/unprivileged-user.ts';
import { wasCommitted } from '#features/metadata/settle.ts';
import { open, until } from '../database/opening.ts';
import { addContact, type Desk, entries, failure, placeIn, save, stored, writing } from '../features/metadata-saving.ts';
import { connectTo } from '../support/cluster.ts';
import { startProxy } from '../support/proxy.ts';
import { addStopPoints, stopAt, stopPoints } from './stop-points.ts';

const before = '{"a": 1, "big": 12345678901234567890}';
const after = '{"a": 2, "big": 12345678901234567890}';

/** What COMMIT promised survives kill -9 only when the server writes before it answers. */
const settings = { synchronous_commit: 'on', deadlock_timeout: '1min' };

let server: Server;
let desk: Desk;

const openAdmin = async (): Promise<Client> => {
  const admin = await connectTo(desk.home.settings);
  admin.on('error', () => undefined);
  return admin;
};

/** A server of the test's own, with production's shape in it. */
beforeEach(async () => {
  server = await startServer({ tcp: { port: 0 }, settings });
  const connection = { ...server.connection('postgres', 'tcp'), password: () => server.password };
  const admin = await connectTo(connection);
  admin.on('error', () => undefined);
  await admin.query(await readFile(join(import.meta.dirname, '..', 'support', 'production-shape.sql'), 'utf8'));
  await addStopPoints(admin);
  const database = await open(connection, { access: writing });
  const home = { name: 'postgres', settings: connection, url: '', drop: async () => undefined };
  desk = { home, shape: 'production', settings: connection, admin, database, catalog: () => database.catalog() };
  await desk.catalog();
});
afterEach(async () => {
  await desk.database.close();
  await desk.admin.end().catch(() => undefined);
  await server.stop();
});

/** Old without an entry, or new with one, as a session that comes when the server is well again finds it. */
async function state(id: string): Promise<'old' | 'new'> {
  const admin = await until(() => openAdmin().catch(() => undefined));
  const now = { ...desk, admin };
  const [text, all] = [await stored(now, id), await entries(now, id)];
  await admin.end();
  expect([
    { text: before, entries: 0 },
    { text: after, entries: 1 },
  ]).toContainEqual({ text, entries: all.length });
  return text === after ? 'new' : 'old';
}

const saveNow = async (id: string, database: Database = desk.database): Promise<unknown> =>
  save({ ...desk, database }, await placeIn(desk, id), before, after);

describe('kill -9 of the server process that works for us: the server recovers', () => {
  test.for(stopPoints)('%s: nothing was saved, and that is said', async (point) => {
    const id = await addContact(desk, before);
    const stop = await stopAt(desk.home.settings, point, id);
    const saving = failure(saveNow(id));
    process.kill(await stop.reached(), 'SIGKILL');
    const error = await saving;
    expect(error).toMatchObject({
      kind: 'connection',
      code: 'connection-lost',
      whatToDo: expect.stringMatching(/^Nothing was saved/),
    });
    expect(error.message).toMatch(
      point === 'during COMMIT' ? /looking again showed that it was not saved/ : /before the change was/,
    );
    expect(await state(id)).toBe('old');
    await until(() => saveNow(id).catch(() => false));
    expect(await state(id)).toBe('new');
  });

  test('after COMMIT, its answer on the way: found saved by looking again', async () => {
    const id = await addContact(desk, before);
    const stop = await stopAt(desk.home.settings, 'during COMMIT', id);
    const proxy = await startProxy(desk.home.settings);
    onTestFinished(() => proxy.close());
    const database = await open({ ...desk.home.settings, port: proxy.port }, { access: writing });
    const saving = saveNow(id, database);
    const pid = await stop.reached();
    proxy.freeze();
    await stop.release();
    await until(async () => (await stored(desk, id)) === after);
    process.kill(pid, 'SIGKILL');
    proxy.cut();
    await proxy.resume();
    expect(await saving).toMatchObject({ state: 'saved', edit: { isOnRecord: true } });
    expect(await state(id)).toBe('new');
    await database.close();
  });
});

// How the server was started is read from /proc.
describe.skipIf(process.platform !== 'linux')('kill -9 of the whole server, which somebody starts again', () => {
  test.for(stopPoints.slice(1))('%s', async (point) => {
    const id = await addContact(desk, before);
    const stop = await stopAt(desk.home.settings, point, id);
    const saving = failure(saveNow(id));
    await stop.reached();
    await killAll(desk.admin);
    // Before COMMIT the answer does not wait for the server to come back.
    if (point !== 'during COMMIT') await saving;
    await startAgain();
    const error = await saving;
    expect([error.code, error.whatToDo]).toEqual(['connection-lost', expect.stringMatching(/^Nothing was saved/)]);
    expect(await state(id)).toBe('old');
  });

  test('after COMMIT, its answer on the way: found saved by looking again', async () => {
    const id = await addContact(desk, before);
    const stop = await stopAt(desk.home.settings, 'during COMMIT', id);
    const proxy = await startProxy(desk.home.settings);
    onTestFinished(() => proxy.close());
    const database = await open({ ...desk.home.settings, port: proxy.port }, { access: writing });
    const saving = saveNow(id, database);
    await stop.reached();
    proxy.freeze();
    await stop.release();
    await until(async () => (await stored(desk, id)) === after);
    await killAll(desk.admin);
    proxy.cut();
    await proxy.resume();
    await startAgain();
    expect(await saving).toMatchObject({ state: 'saved' });
    expect(await state(id)).toBe('new');
    await database.close();
  });
});

/** Kills the postmaster first, so that nothing is recovered or restarted, then everything it had started. */
async function killAll(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ pid: number }>('select pid from pg_stat_activity');
  const { rows: place } = await admin.query<{ directory: string }>(`select current_setting('data_directory') as directory`);
  dataDirectory = place[0]!.directory;
  program = readlinkSync(`/proc/${server.pid}/exe`);
  words = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0').slice(1, -1);
  for (const pid of [server.pid, ...rows.map((row) => row.pid)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself when the postmaster did.
    }
  }
}
let dataDirectory = '';
let program = '';
let words: string[] = [];

/** Starts the killed server again as it was started, on the same port; once more where a process of the old one still holds its memory. */
async function startAgain(): Promise<void> {
  const user = serverUser();
  const launch = (): ChildProcess =>
    spawn(program, words, {
      cwd: dataDirectory,
      detached: true,
      stdio: 'ignore',
      env: { LC_ALL: 'C' },
      ...(user && { uid: user.uid, gid: user.gid }),
    });
  let child = launch();
  onTestFinished(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGQUIT')) await gone;
  });
  await until(async () => {
    if (child.exitCode !== null) child = launch();
    const admin = await openAdmin().catch(() => undefined);
    await admin?.end();
    return admin !== undefined;
  });
}

describe('looking again', () => {
  const attempt = async (isAudited: boolean) => ({
    place: await placeIn(desk, '00000000-0000-4000-8000-000000000000'),
    editId: '00000000-0000-4000-8000-000000000001',
    transactionId: '4',
    isAudited,
    text: after,
  });
  const away: Reader = {
    read: () => Promise.reject(new AdminError({ kind: 'connection', code: 'x', whatHappened: 'away', whatToDo: 'wait' })),
    readEach: () => Promise.reject(new Error('not asked')),
  };

  test('is given up after twenty seconds: it stays unknown', async () => {
    const lost = await attempt(true);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const waiting = wasCommitted(away, lost);
    await vi.advanceTimersByTimeAsync(19_000);
    let isOver = false;
    void waiting.then(() => (isOver = true));
    await pause(0);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await waiting).toBeUndefined();
  });

  test('a transaction that a crashed server forgot was never committed', async () => {
    const future = { ...(await attempt(false)), transactionId: '4000000000' };
    expect(await wasCommitted(desk.database, future)).toBe(false);
    expect(await wasCommitted(desk.database, { ...future, isAudited: true })).toBe(false);
  });
});
