import { beforeEach, describe, expect, test } from 'vitest';
import { readDetailOf } from '#features/audit/entries.ts';
import { everyEntry } from '#features/audit/filter.ts';
import { type FollowCursor, parseCursor } from '#features/audit/follow/cursor.ts';
import { follow } from '#features/audit/follow/follow.ts';
import { addTxid, compared, insertInto, startFollower, untilEvent, untilTold } from './audit-following.ts';
import { open, until } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { type Log, openLog, sourceOf } from './audit-log.ts';

let log: Log;
beforeEach(async () => {
  log = await openLog('demo', (admin) => admin.query(addTxid));
});

const insert = (rows = 1, actor = 'x'): Promise<string[]> => insertInto(log.admin, rows, actor);

describe('where following can not go on from its cursor', () => {
  const gapAfter = async (change: () => Promise<unknown>, rows = 1, cursorOf = (cursor: FollowCursor) => cursor) => {
    const source = { ...log.source, mode: 'floor' as const };
    const first = startFollower(log.database, source);
    await first.started;
    await insert(1, 'before');
    await untilTold(first, 1);
    await first.stop();
    const cursor = first.events.findLast((event) => event.kind === 'poll')!.cursor;
    await change();
    const wanted = rows === 0 ? [] : await insert(rows, 'after');
    const follower = startFollower(log.database, source, { cursor: cursorOf(cursor) });
    const gap = rows === 0 ? undefined : await untilEvent(follower, 'gap');
    const later = await insert(1, 'later');
    await untilTold(follower, wanted.length + later.length);
    await follower.stop();
    return { gap, told: compared(follower, [...wanted, ...later]), events: follower.events, cursor };
  };

  test('an emptied table', async () => {
    const { gap, told, cursor } = await gapAfter(() => log.admin.query('truncate audit_log'));
    expect(gap).toMatchObject({
      reason: 'truncated',
      fromAt: cursor.last!.at,
      whatHappened: expect.stringContaining('TRUNCATE'),
    });
    expect(told).toEqual({ lost: 0, duplicated: 0, extra: 0 });
  });

  test('after an entry that lies in the future the gap is from when it was last looked, not from then', async () => {
    const ahead = (cursor: FollowCursor) => ({ ...cursor, last: { ...cursor.last!, at: '2999-01-01 00:00:00+00' } });
    const { gap, cursor } = await gapAfter(() => log.admin.query('truncate audit_log'), 1, ahead);
    expect(gap).toMatchObject({ reason: 'truncated', fromAt: cursor.polledAt });
  });

  test('a table made anew', async () => {
    const made = 'create table copy (like audit_log including all); drop table audit_log; alter table copy rename to audit_log';
    const { gap, told } = await gapAfter(() => log.admin.query(made));
    expect([gap!.reason, told]).toEqual(['other-table', { lost: 0, duplicated: 0, extra: 0 }]);
  });

  test('one that ALTER TABLE wrote anew', async () => {
    const { gap, told } = await gapAfter(() =>
      log.admin.query('alter table audit_log add more timestamptz default clock_timestamp()'),
    );
    expect([gap!.reason, told]).toMatchObject(['rewritten', { lost: 0, duplicated: 0 }]);
  });

  test('an emptied table in partitions; one more or one less of them is no gap', async () => {
    const partitioned = await openLog('demo', (admin) =>
      admin.query(`alter table audit_log rename to written; create table audit_log (like written including defaults) partition by range (changed_at);
        create table now partition of audit_log for values from ('2001-01-01') to ('2999-01-01'); create index on audit_log (changed_at)`),
    );
    const follower = startFollower(partitioned.database, partitioned.source);
    await follower.started;
    await insertInto(partitioned.admin);
    await untilTold(follower, 1);
    await partitioned.admin.query(`create table later partition of audit_log for values from ('2999-01-01') to ('3000-01-01')`);
    await insertInto(partitioned.admin);
    await untilTold(follower, 2);
    await partitioned.admin.query('alter table audit_log detach partition later');
    await insertInto(partitioned.admin);
    await untilTold(follower, 3);
    expect(follower.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
    await partitioned.admin.query('truncate audit_log');
    expect(await untilEvent(follower, 'gap')).toMatchObject({ reason: 'truncated' });
    await insertInto(partitioned.admin);
    await untilTold(follower, 4);
    await follower.stop();
  });

  test('partitions made before anything was told are no gap', async () => {
    const partitioned = await openLog('demo', (admin) =>
      admin.query(`alter table audit_log rename to written; create table audit_log (like written including defaults) partition by range (changed_at);
        create index on audit_log (changed_at)`),
    );
    // Each poll is a reconcile, of which the follower keeps the event.
    const follower = startFollower(partitioned.database, partitioned.source, { reconcileMs: 0 });
    await follower.started;
    for (const range of [`('2000-01-01') to ('2001-01-01')`, `('2001-01-01') to ('2999-01-01')`]) {
      await partitioned.admin.query(`create table "${range}" partition of audit_log for values from ${range}`);
      const { length } = follower.events;
      await until(async () => Promise.resolve(follower.events.length > length + 1));
    }
    const wanted = await insertInto(partitioned.admin);
    await untilTold(follower, wanted);
    await follower.stop();
    expect(follower.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
  });

  test('VACUUM FULL is no gap', async () => {
    const { events, told } = await gapAfter(() => log.admin.query('vacuum full audit_log'), 0);
    expect(events.filter(({ kind }) => kind === 'gap')).toEqual([]);
    expect(told).toEqual({ lost: 0, duplicated: 0, extra: 0 });
  });

  test.for([
    ['other-server', (cursor: FollowCursor) => ({ ...cursor, identity: { ...cursor.identity, systemIdentifier: '7' } })],
    ['other-database', (cursor: FollowCursor) => ({ ...cursor, identity: { ...cursor.identity, databaseOid: '7' } })],
    ['restored', (cursor: FollowCursor) => ({ ...cursor, hi: String(BigInt(cursor.hi) + 1_000_000n) })],
    // The same id, written by a transaction of the same number, and yet another entry.
    ['restored', (cursor: FollowCursor) => ({ ...cursor, last: { ...cursor.last!, at: '2999-01-01 00:00:00+00' } })],
  ] as const)('a cursor that says %s', async ([reason, change]) => {
    const { gap, told } = await gapAfter(() => Promise.resolve(), 1, change);
    expect([gap!.reason, told]).toEqual([reason, { lost: 0, duplicated: 0, extra: 0 }]);
  });

  test('an unreadable one', async () => {
    for (const text of ['', '{', '{"version":2}', '{"version":3}', 'null', '[]']) expect(parseCursor(text)).toBeUndefined();
    const follower = startFollower(log.database, log.source, { cursor: 'unreadable' });
    expect(await untilEvent(follower, 'gap')).toMatchObject({ reason: 'cursor-unreadable', fromAt: null });
    const wanted = await insert();
    await untilTold(follower, 1);
    await follower.stop();
    expect(compared(follower, wanted)).toEqual({ lost: 0, duplicated: 0, extra: 0 });
  });

  test('the newest entry deleted while nobody followed: said, and what commits late is still told', async () => {
    const late = await connectTo(log.home.settings);
    const follower = startFollower(log.database, log.source);
    await follower.started;
    await late.query('begin');
    const wanted = await insertInto(late, 1, 'late');
    const [newest] = await insert();
    await untilTold(follower, 1);
    await follower.stop();
    const { cursor } = follower.events.findLast((event) => event.kind === 'poll')!;
    await log.admin.query('delete from audit_log where id = $1', [newest]);
    await late.query('commit');
    await late.end();
    const again = startFollower(log.database, log.source, { cursor });
    expect(await untilEvent(again, 'gap')).toMatchObject({
      reason: 'vanished',
      whatHappened: expect.stringContaining('deleted'),
    });
    await untilTold(again, wanted);
    await again.stop();
    // Nothing before the gap is taken for known: what transactions from the horizon on wrote, which others here hold back, comes again.
    expect(compared(again, wanted)).toMatchObject({ lost: 0, duplicated: 0 });
  });

  test('the last entry by time is another one, though the last by transaction is there', async () => {
    const follower = startFollower(log.database, log.source);
    await follower.started;
    const [last] = await insertInto(log.admin, 1, 'ahead', `now() + interval '1 minute'`);
    await untilTold(follower, 1);
    await insert();
    await untilTold(follower, 2);
    await follower.stop();
    const { cursor } = follower.events.findLast((event) => event.kind === 'poll')!;
    await log.admin.query(`update audit_log set changed_at = changed_at + interval '1 second' where id = $1`, [last]);
    const again = startFollower(log.database, log.source, { cursor });
    expect((await untilEvent(again, 'gap')).reason).toBe('vanished');
    await again.stop();
  });

  test('a time without a zone that is read in another one is no gap', async () => {
    const zoneless = await openLog('demo', (admin) => admin.query('alter table audit_log alter changed_at type timestamp'));
    const source = { ...zoneless.source, mode: 'scan' as const };
    const follower = startFollower(zoneless.database, source);
    await follower.started;
    await insertInto(zoneless.admin);
    await untilTold(follower, 1);
    await follower.stop();
    const { cursor } = follower.events.findLast((event) => event.kind === 'poll')!;
    await zoneless.admin.query(`alter database ${zoneless.home.settings.database} set timezone = 'Asia/Tokyo'`);
    const wanted = await insertInto(zoneless.admin, 2);
    const again = startFollower(await open(zoneless.home.settings), source, { cursor });
    await untilTold(again, wanted);
    await again.stop();
    expect(again.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
    expect(compared(again, wanted)).toEqual({ lost: 0, duplicated: 0, extra: 0 });
  });

  test('a table emptied when nothing was told yet, or nothing that the filter lets through', async () => {
    for (const filter of [everyEntry, { ...everyEntry, actors: { include: [], exclude: ['robot'] } }]) {
      const follower = startFollower(log.database, log.source, { filter });
      await follower.started;
      if (filter !== everyEntry) {
        await insert(1, 'robot');
        await until(async () =>
          Promise.resolve(follower.events.find((event) => event.kind === 'poll' && event.report.found > 0)),
        );
      }
      await log.admin.query('begin; truncate audit_log');
      const wanted = await insert(2);
      await log.admin.query('commit');
      await untilEvent(follower, 'gap');
      await untilTold(follower, wanted);
      await follower.stop();
      expect(compared(follower, wanted)).toEqual({ lost: 0, duplicated: 0, extra: 0 });
    }
  });

  test('ids given again after TRUNCATE are those of new entries: none is lost, none is called rewritten', async () => {
    await log.admin.query(`
      drop table audit_log;
      create table audit_log (id bigint generated always as identity primary key, action text, table_name text, changed_by text,
        changed_at timestamptz not null default now());
      create index on audit_log (changed_at)`);
    const source = await sourceOf(log.database);
    const follower = startFollower(log.database, source);
    await follower.started;
    await insert(3, 'before');
    await untilTold(follower, 3);
    await log.admin.query('begin; truncate audit_log restart identity');
    await insert(2, 'after');
    await log.admin.query('commit');
    const gap = await untilEvent(follower, 'gap');
    const actors = (): (string | null)[] => follower.entries.map(({ actor }) => actor);
    await until(async () => Promise.resolve(actors().length >= 5)).catch(() => undefined);
    await insert(2, 'later');
    await until(async () => Promise.resolve(actors().length >= 7)).catch(() => undefined);
    await follower.stop();
    expect(gap.reason).toBe('truncated');
    expect(actors()).toEqual(['before', 'before', 'before', 'after', 'after', 'later', 'later']);
    expect(follower.entries.filter(({ isRewritten }) => isRewritten)).toEqual([]);
    const [first, newest] = [follower.entries[0]!, follower.entries.at(-1)!];
    expect((await readDetailOf(log.database, source, newest))?.id).toBe(newest.id);
    // The old entry's table, record and action are those of the new one: only an id that is about something else tells.
    await log.admin.query(`update audit_log set table_name = 'accounts' where id = $1`, [first.id]);
    expect(await readDetailOf(log.database, source, first)).toBeUndefined();
  });

  test('a table that is away: told with the poll, and followed again when it is back', async () => {
    const follower = startFollower(log.database, log.source);
    await follower.started;
    await insert();
    await untilTold(follower, 1);
    await log.admin.query('alter table audit_log rename to away');
    const { cursor } = follower.events.findLast((event) => event.kind === 'poll')!;
    const options = { filter: everyEntry, cursor, signal: new AbortController().signal, intervalMs: 10 };
    for await (const event of follow(log.database, log.source, options)) {
      if (event.kind !== 'poll') throw new Error(event.kind);
      expect(event.report.failure?.code).toBe('missing-table');
      break;
    }
    await log.admin.query('alter table away rename to audit_log');
    await insert();
    await untilTold(follower, 2);
    await follower.stop();
    expect(follower.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
  });
});
