import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { everyEntry } from '#features/audit/filter.ts';
import { raised } from '#features/audit/follow/advance.ts';
import { formatCursor, parseCursor } from '#features/audit/follow/cursor.ts';
import { follow, markNow } from '#features/audit/follow/follow.ts';
import { listEntries } from '#features/audit/history.ts';
import type { FollowMode } from '#features/audit/source.ts';
import { open } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { addTxid, compared, insertInto, startFollower, untilTold } from './audit-following.ts';
import { type Log, openLog } from './audit-log.ts';

const modes: readonly FollowMode[] = ['scan', 'floor', 'txid'];
let log: Log;
beforeEach(async () => {
  log = await openLog('demo', (admin) => admin.query(addTxid));
});

const insert = (...args: [rows?: number, actor?: string, at?: string]): Promise<string[]> => insertInto(log.admin, ...args);
const allIds = async (): Promise<string[]> =>
  (await log.admin.query<{ id: string }>('select id from audit_log')).rows.map(({ id }) => id);

describe.for(modes)('following in mode %s', (mode) => {
  const start = (options = {}) => startFollower(log.database, { ...log.source, mode }, options);

  test('tells an UPDATE of an entry as one, once, and nothing of a DELETE', async () => {
    const follower = start();
    await follower.started;
    const [kept, deleted] = await insert(2);
    await untilTold(follower, 2);
    await log.admin.query(`update audit_log set changed_by = 'y' where id = $1`, [kept]);
    await log.admin.query('delete from audit_log where id = $1', [deleted]);
    const [later] = await insert();
    await untilTold(follower, 3);
    await follower.stop();
    const told = follower.entries.map(({ id, actor, isRewritten }) => `${id} ${actor} ${isRewritten}`);
    // The column keeps the transaction of the INSERT: in mode txid an UPDATE is not seen.
    const rewritten = mode === 'txid' ? [] : [`${kept} y true`];
    expect(new Set(told)).toEqual(new Set([`${kept} x false`, `${deleted} x false`, ...rewritten, `${later} x false`]));
    expect(told.length).toBe(3 + rewritten.length);
  });

  test('tells late entries as late, those without a server-written time too', async () => {
    const writer = await connectTo(log.home.settings);
    await writer.query('begin');
    const follower = start({ reconcileMs: 300 });
    await follower.started;
    await writer.query(`insert into audit_log (action, table_name, changed_by) values ('INSERT', 'contacts', 'late')`);
    await insert(1, 'x', 'clock_timestamp()');
    await untilTold(follower, 1);
    await writer.query('commit');
    await insert(1, 'back-dated', `'2020-01-01'`);
    await untilTold(follower, 3);
    await follower.stop();
    await writer.end();
    expect(follower.entries.length).toBe(3);
    const late = follower.entries.filter(({ isLate }) => isLate).map(({ actor }) => actor);
    expect(new Set(late)).toEqual(new Set(['back-dated', 'late']));
  });

  test('gives a transaction of 25,000 entries in parts, and a restart in the middle goes on exactly there', async () => {
    const source = { ...log.source, mode };
    const ending = new AbortController();
    const before = new Set(await allIds());
    let cursor = await markNow(log.database, source, ending.signal);
    await insert(25_000);
    await insert(3);
    const told: string[] = [];
    let largest = 0;
    for (let run = 0; told.length < 25_003; run++) {
      const options = { filter: everyEntry, cursor: parseCursor(formatCursor(cursor))!, signal: ending.signal, reconcileMs: 100 };
      let parts = 0;
      for await (const event of follow(log.database, source, options)) {
        if (event.kind === 'gap') throw new Error(event.reason);
        if ('cursor' in event) ({ cursor } = event);
        if (event.kind === 'entries') {
          largest = Math.max(largest, event.entries.length);
          told.push(...event.entries.map(({ id }) => id));
          parts += 1;
        }
        // As if killed at once: only the cursor is left.
        if (parts === 7 + run || told.length >= 25_003) break;
      }
    }
    expect(largest).toBeLessThanOrEqual(1000);
    const wanted = (await allIds()).filter((id) => !before.has(id));
    expect([told.length, new Set(told)]).toEqual([25_003, new Set(wanted)]);
  });

  test('applies the filter, and does not repeat what is known', async () => {
    const source = { ...log.source, mode };
    const mark = await markNow(log.database, source, new AbortController().signal);
    const [known] = await insert();
    const page = await listEntries(log.database, source, everyEntry, { most: 5 });
    expect(page.entries.map(({ id }) => id)).toContain(known);
    const filter = { ...everyEntry, actors: { include: [], exclude: ['robot'] } };
    const follower = start({ cursor: mark, known: page.entries, filter });
    await follower.started;
    await insert(5, 'robot');
    const wanted = await insert(2);
    await untilTold(follower, 2);
    await follower.stop();
    expect(compared(follower, wanted)).toEqual({ lost: 0, duplicated: 0, extra: 0 });
  });

  test('goes on from a cursor of another mode without a loss', async () => {
    const ending = new AbortController().signal;
    const cursors = await Promise.all(modes.map((other) => markNow(log.database, { ...log.source, mode: other }, ending)));
    const wanted = await insert(3);
    for (const cursor of cursors) {
      const follower = start({ cursor, reconcileMs: 100 });
      await untilTold(follower, wanted);
      await follower.stop();
      expect(compared(follower, wanted)).toMatchObject({ lost: 0, duplicated: 0 });
    }
  });
});

test('a reader in production, whose log has neither index nor server-written times, is followed by reading the table', async () => {
  const production = await openLog('production');
  const follower = startFollower(production.database, production.source);
  await follower.started;
  await production.admin.query(`insert into audit_log (action, created_at) values ('create', null), ('create', '2020-01-01')`);
  await untilTold(follower, 2);
  await follower.stop();
  expect(new Set(follower.entries.map(({ at }) => at?.slice(0, 10)))).toEqual(new Set(['2020-01-01', undefined]));
});

test.for(modes)(
  'ten thousand entries a second for ten seconds in mode %s: none lost, none told twice',
  { timeout: 60_000 },
  async (mode) => {
    const follower = startFollower(log.database, { ...log.source, mode }, { intervalMs: 1000, reconcileMs: 60_000 });
    await follower.started;
    const existing = new Set(await allIds());
    const startedMs = Date.now();
    for (let round = 0; round < 100; round++) {
      for (let transaction = 0; transaction < 10; transaction++) await insert(100);
      const early = startedMs + (round + 1) * 100 - Date.now();
      if (early > 0) await pause(early);
    }
    const written = (await allIds()).filter((id) => !existing.has(id));
    await untilTold(follower, 100_000);
    await follower.stop();
    expect([written.length, compared(follower, written)]).toEqual([100_000, { lost: 0, duplicated: 0, extra: 0 }]);
  },
);

test('a role that may not see when others began keeps the floor ten minutes back', async () => {
  await log.admin.query(
    `drop role if exists blind; create role blind login password 'blind'; grant select on audit_log to blind`,
  );
  const other = await connectTo(log.home.settings);
  const blind = await open({ ...log.home.settings, user: 'blind', password: () => 'blind' });
  const source = { ...log.source, mode: 'floor' as const };
  const ages = await Promise.all(
    [log.database, blind].map(async (reader) => {
      const { floor } = await markNow(reader, source, new AbortController().signal);
      const { rows } = await log.admin.query<{ age: number }>(
        'select extract(epoch from now() - $1::timestamptz)::float8 as age',
        [floor],
      );
      return rows[0]!.age;
    }),
  );
  await other.end();
  expect(ages[1]).toBeGreaterThanOrEqual(590);
  expect(ages[0]).toBeGreaterThanOrEqual(1.5);
  await blind.close();
  await log.admin.query('drop owned by blind; drop role blind');
});

test('a horizon that does not move is told, with whose transaction it is', { timeout: 40_000 }, async () => {
  const writer = await connectTo(log.home.settings);
  await writer.query('begin; create table held ()');
  const { rows } = await writer.query<{ pid: number }>('select pg_backend_pid() as pid');
  const source = { ...log.source, mode: 'scan' as const };
  const ending = new AbortController();
  let made = 0;
  for await (const event of follow(log.database, source, { filter: everyEntry, signal: ending.signal, intervalMs: 100 })) {
    if (event.kind === 'poll' && made++ < 3) await insert(2);
    if (event.kind !== 'poll' || event.report.heldBack?.backendPid === undefined) continue;
    expect(event.report.heldBack).toMatchObject({ isFull: false, backendPid: rows[0]!.pid, seen: expect.any(Number) });
    expect(event.report.heldBack.sinceSeconds).toBeGreaterThanOrEqual(10);
    break;
  }
  await writer.query('rollback');
  await writer.end();
});

describe('the arithmetic of a cursor', () => {
  test('a snapshot is raised without forgetting what runs', () => {
    expect(raised('5:9:5,7', '6')).toBe('6:9:7');
    expect(raised('5:9:5,7', '20')).toBe('20:20:');
  });
});
