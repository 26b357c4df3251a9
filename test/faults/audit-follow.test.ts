import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { buildDemo } from '#demo/schema.ts';
import { type Server, startServer } from '#demo/server.ts';
import { serverUser } from '#demo/unprivileged-user.ts';
import type { FollowMode } from '#features/audit/source.ts';
import { open } from '../database/opening.ts';
import { addTxid, compared, type Follower, insertInto, startFollower, untilTold } from '../features/audit-following.ts';
import { sourceOf } from '../features/audit-log.ts';
import { connectTo } from '../support/cluster.ts';
import { startProxy } from '../support/proxy.ts';

const modes: readonly FollowMode[] = ['scan', 'floor', 'txid'];

let server: Server;
let settings: ConnectionSettings;
let words: readonly string[] = [];

beforeAll(async () => {
  server = await startServer({ tcp: { port: 0 }, settings: { autovacuum: 'off' } });
  settings = { ...server.connection('postgres', 'tcp'), password: () => server.password };
  if (process.platform === 'linux') words = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  await buildDemo(settings);
  const admin = await connectTo(settings);
  await admin.query(addTxid);
  await admin.end();
});
afterAll(async () => {
  if (wasRestarted) control('stop', '-m', 'immediate');
  await server.stop();
});

let wasRestarted = false;

/** Runs pg_ctl on the server's data, as its account. */
function control(...command: string[]): void {
  const user = serverUser();
  const data = join(server.directory, 'run', 'data');
  const { status, stderr } = spawnSync(join(dirname(words[0]!), 'pg_ctl'), [...command, '-w', '-s', '-D', data], {
    cwd: join(server.directory, 'run'),
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 20_000,
    env: { LC_ALL: 'C', ...(process.env['LD_LIBRARY_PATH'] && { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] }) },
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  if (status !== 0) throw new Error(`pg_ctl ${command.join(' ')}: ${stderr}`);
}

/** Inserts all the time, over a new connection where the last one broke, until told to stop. */
async function writeOn(signal: AbortSignal): Promise<void> {
  let client: Client | undefined;
  while (!signal.aborted) {
    try {
      client ??= (await connectTo(settings)).on('error', () => undefined);
      await insertInto(client, 2);
      await pause(10);
    } catch (error) {
      // A server that goes down says so in many ways; what was written is read from the table in the end.
      if (error instanceof DatabaseError && !/^(57P|08)/.test(error.code ?? '')) throw error;
      client = undefined;
      await pause(50);
    }
  }
  await client?.end();
}

interface Outcome extends ReturnType<typeof compared> {
  /** What was told of the connection, in order. */
  readonly changes: string;
}

function changesOf({ events }: Follower): string {
  return events
    .map(({ kind }) => kind)
    .filter((kind) => kind === 'lost' || kind === 'resumed' || kind === 'gap')
    .join(' ');
}

const nothingMissed = { lost: 0, duplicated: 0, extra: 0 };
/** Each loss that is told is followed by its end. */
const lossesTold = expect.stringMatching(/^lost resumed( lost resumed)*$/) as string;

/** Follows in every mode through `to` while `harm` is done and writers write; compares with the table in the end. */
async function followThrough(to: ConnectionSettings, harm: () => Promise<void>): Promise<Outcome[]> {
  const readIds = async (): Promise<string[]> => {
    const admin = await connectTo(settings);
    const { rows } = await admin.query<{ id: string }>('select id from audit_log');
    await admin.end();
    return rows.map(({ id }) => id);
  };
  const existing = new Set(await readIds());
  const database = await open(to);
  const source = await sourceOf(database);
  const followers = new Map(modes.map((mode) => [mode, startFollower(database, { ...source, mode })]));
  await Promise.all([...followers.values()].map(({ started }) => started));
  const ending = new AbortController();
  const writing = writeOn(ending.signal);
  const first = followers.get('txid')!;
  await untilTold(first, 20);
  await harm();
  await untilTold(first, first.times.size + 20);
  ending.abort();
  await writing;
  const written = (await readIds()).filter((id) => !existing.has(id));
  await Promise.all([...followers.values()].map((follower) => untilTold(follower, written.length)));
  await Promise.all([...followers.values()].map((follower) => follower.stop()));
  return [...followers.values()].map((follower) => ({ ...compared(follower, written), changes: changesOf(follower) }));
}

describe('following goes on where it was', { timeout: 90_000 }, () => {
  test('when backends are killed all the time', async () => {
    const outcomes = await followThrough(settings, async () => {
      const admin = await connectTo(settings);
      for (let round = 0; round < 40; round++) {
        await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where backend_type = 'client backend' and application_name <> 'test' and pid <> pg_backend_pid()`);
        await pause(100);
      }
      await admin.end();
    });
    expect(outcomes).toMatchObject(modes.map(() => nothingMissed));
  });

  test('when the network is dead for fifteen seconds and refuses for fifteen more', async () => {
    const proxy = await startProxy(settings);
    const outcomes = await followThrough({ ...settings, port: proxy.port }, async () => {
      proxy.freeze();
      await pause(15_000);
      await proxy.refuse();
      await pause(15_000);
      await proxy.resume();
    });
    expect(outcomes).toEqual(modes.map(() => ({ ...nothingMissed, changes: lossesTold })));
    await proxy.close();
  });

  test.skipIf(process.platform !== 'linux')('when the server is restarted', async () => {
    const outcomes = await followThrough(settings, async () => {
      control('stop', '-m', 'fast');
      await pause(2000);
      const options = words.slice(1).filter((word, place) => word !== '-D' && words[place] !== '-D');
      control('start', '-l', join(server.directory, 'run', 'again.log'), '-o', options.map((word) => `'${word}'`).join(' '));
      wasRestarted = true;
    });
    expect(outcomes).toEqual(modes.map(() => ({ ...nothingMissed, changes: lossesTold })));
  });
});
