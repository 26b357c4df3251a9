import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import { buildDemo } from '#demo/schema.ts';
import { type Server, startServer } from '#demo/server.ts';
import type { FollowMode } from '#features/audit/source.ts';
import { open } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { pgBouncerPath, type Pooler, startPgBouncer } from '../support/pgbouncer.ts';
import { primarySettings, type Standby, startStandby, whyNoStandby } from '../support/standby.ts';
import { addTxid, compared, type Follower, startFollower, untilTold } from './audit-following.ts';
import { sourceOf } from './audit-log.ts';
import { followByTime, writeHostile } from './audit-writers.ts';

/** AUDIT_WRITE_MS makes a shorter run of it while the engine is worked on. */
const writeMs = Number(process.env['AUDIT_WRITE_MS'] ?? 60_000);

let server: Server;
let standby: Standby | undefined;
let pooler: Pooler | undefined;
let settings: ConnectionSettings;
let admin: Client;

beforeAll(async () => {
  server = await startServer({ tcp: { port: 0 }, settings: primarySettings });
  settings = { ...server.connection('postgres', 'tcp'), password: () => server.password };
  await buildDemo(settings);
  admin = await connectTo(settings);
  await admin.query(addTxid);
  pooler = await startPgBouncer({ target: settings, poolSize: 6 });
  standby = whyNoStandby === undefined ? await startStandby(server) : undefined;
});
afterAll(async () => {
  await admin.end();
  await pooler?.stop();
  await standby?.stop();
  await server.stop();
});

const routes = ['direct', 'PgBouncer', 'standby'] as const;
const modes: readonly FollowMode[] = ['scan', 'floor', 'txid'];

describe('ten hostile writers', () => {
  const followers = new Map<string, Follower>();
  let written: string[] = [];
  let byServer: string[] = [];
  let byTime: ReadonlySet<string>;

  beforeAll(async () => {
    const existing = new Set((await admin.query<{ id: string }>('select id from audit_log')).rows.map(({ id }) => id));
    for (const route of routes) {
      const to = { direct: settings, PgBouncer: pooler?.settings, standby: standby?.connection('postgres') }[route];
      if (to === undefined) continue;
      const database: Database = await open(to);
      const source = await sourceOf(database);
      followers.set(`floor alone ${route}`, startFollower(database, { ...source, mode: 'floor' }, { reconcileMs: 1e9 }));
      for (const mode of modes) followers.set(`${mode} ${route}`, startFollower(database, { ...source, mode }));
    }
    await Promise.all([...followers.values()].map(({ started }) => started));
    const naive = new AbortController();
    const time = followByTime(settings, naive.signal);
    await writeHostile(settings, { writers: 10, ms: writeMs, seed: 1 });
    const { rows } = await admin.query<{ id: string; actor: string }>('select id, changed_by as actor from audit_log');
    const made = rows.filter(({ id }) => !existing.has(id));
    written = made.map(({ id }) => id);
    byServer = made.filter(({ actor }) => actor !== 'back-dated').map(({ id }) => id);
    naive.abort();
    byTime = await time;
    await Promise.all(
      [...followers].map(([name, follower]) => untilTold(follower, name.startsWith('floor alone') ? byServer : written)),
    );
    await Promise.all([...followers.values()].map((follower) => follower.stop()));
  }, 180_000);

  test('lose rows to a cursor on the time: the workload is hostile enough', () => {
    const lost = written.filter((id) => !byTime.has(id)).length;
    expect(lost).toBeGreaterThan(written.length / 20);
  });

  test.for(routes)('over %s a floor alone misses only what the server did not give its time', (route, { skip }) => {
    const follower = followers.get(`floor alone ${route}`);
    if (follower === undefined) return skip();
    expect(byServer.length).toBeGreaterThan(written.length / 2);
    expect(compared(follower, byServer)).toMatchObject({ lost: 0, duplicated: 0 });
  });

  describe.for(routes)('followed over %s', (route) => {
    test.for(modes)('in mode %s: 0 lost, 0 duplicated', (mode, { skip }) => {
      const follower = followers.get(`${mode} ${route}`);
      if (follower === undefined) return skip(route === 'standby' ? whyNoStandby : `needs pgbouncer: ${pgBouncerPath()}`);
      expect(compared(follower, written)).toEqual({ lost: 0, duplicated: 0, extra: 0 });
    });
  });
});
