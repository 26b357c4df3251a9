import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from 'pg';
import { everyEntry } from '#features/audit/filter.ts';
import { afterPart, afterPoll } from '#features/audit/follow/advance.ts';
import { cursorVersion, type FollowCursor, formatCursor, parseCursor } from '#features/audit/follow/cursor.ts';
import type { FollowEvent } from '#features/audit/follow/events.ts';
import { shownCharacters } from '#features/audit/follow/floors.ts';
import { follow, type FollowOptions, markNow } from '#features/audit/follow/follow.ts';
import type { FollowMode } from '#features/audit/source.ts';
import { connectTo } from '../support/cluster.ts';
import { addTxid, insertInto } from './audit-following.ts';
import { type Log, openLog } from './audit-log.ts';

const modes: readonly FollowMode[] = ['scan', 'floor', 'txid'];
const signal = new AbortController().signal;
let log: Log;
let writers: readonly Client[];
beforeEach(async () => {
  log = await openLog('demo', (admin) => admin.query(addTxid));
  writers = await Promise.all([1, 2].map(() => connectTo(log.home.settings)));
});
afterEach(async () => {
  await Promise.all(writers.map((writer) => writer.end()));
});

const mark = (mode: FollowMode): Promise<FollowCursor> => markNow(log.database, { ...log.source, mode }, signal);

/** Follows until `isDone`; gives the cursor then, as if killed at once, and how often each entry was told. */
async function followUntil(
  cursor: FollowCursor,
  isDone: (event: FollowEvent, told: Map<string, number>) => boolean | Promise<boolean>,
  options: Partial<FollowOptions> = {},
) {
  const told = new Map<string, number>();
  const source = { ...log.source, mode: cursor.mode };
  const wanted = {
    filter: everyEntry,
    intervalMs: 10,
    reconcileMs: 1e9,
    ...options,
    cursor: parseCursor(formatCursor(cursor))!,
    signal,
  };
  for await (const event of follow(log.database, source, wanted)) {
    if (event.kind === 'gap') throw new Error(event.reason);
    if ('cursor' in event) ({ cursor } = event);
    if (event.kind === 'entries') for (const { id } of event.entries) told.set(id, (told.get(id) ?? 0) + 1);
    if (await isDone(event, told)) break;
  }
  return { cursor, told };
}

/** A poll that leaves nothing for the next. */
const isAtTheEnd = (event: FollowEvent): boolean =>
  event.kind === 'poll' && event.report.found < 20_000 && event.cursor.partials.length === 0;

function missing(ids: readonly string[], ...told: readonly ReadonlyMap<string, number>[]) {
  const times = ids.map((id) => told.reduce((sum, some) => sum + (some.get(id) ?? 0), 0));
  return { lost: times.filter((time) => time === 0).length, repeated: times.filter((time) => time > 1).length };
}

describe.for(modes)('in mode %s, of transactions too large for one poll', (mode) => {
  const writeTwo = async () => {
    const [early, late] = writers as [Client, Client];
    await early.query('begin');
    const first = await insertInto(early, 25_000, 'early');
    await late.query('begin');
    const second = await insertInto(late, 25_000, 'late');
    await late.query('commit');
    return { early, ids: [...first, ...second] };
  };

  test('an earlier one that commits between the parts of a later one takes nothing of it', { timeout: 60_000 }, async () => {
    const start = await mark(mode);
    const { early, ids } = await writeTwo();
    let polls = 0;
    const { told } = await followUntil(start, async (event) => {
      if (event.kind === 'poll' && polls++ === 0) await early.query('commit');
      return polls > 1 && isAtTheEnd(event);
    });
    expect(missing(ids, told)).toEqual({ lost: 0, repeated: 0 });
  });

  test('nor does a kill between the parts of both', { timeout: 60_000 }, async () => {
    const start = await mark(mode);
    const { early, ids } = await writeTwo();
    const first = await followUntil(start, ({ kind }) => kind === 'poll');
    await early.query('commit');
    const second = await followUntil(first.cursor, ({ kind }) => kind === 'entries');
    const third = await followUntil(second.cursor, isAtTheEnd);
    expect(missing(ids, first.told, second.told, third.told)).toEqual({ lost: 0, repeated: 0 });
  });
});

describe('in mode floor, a transaction with rows before and after the floor', () => {
  const writeMixed = async (): Promise<string[]> => {
    const [writer] = writers as [Client];
    await writer.query('begin');
    const ids = await insertInto(writer, 3000, 'mixed', `case when n % 2 = 0 then now() else '2020-01-01' end`);
    await writer.query('commit');
    return ids;
  };

  test.for([
    ['a poll and goes on with a reconcile', 1e9, 0],
    ['a reconcile and goes on with a poll', 0, 1e9],
  ] as const)('cut apart by a kill in %s, is told once and whole', async ([, before, after]) => {
    const start = await mark('floor');
    const ids = await writeMixed();
    const first = await followUntil(start, ({ kind }) => kind === 'entries', { reconcileMs: before });
    const second = await followUntil(first.cursor, isAtTheEnd, { reconcileMs: after });
    const third = await followUntil(second.cursor, isAtTheEnd, { reconcileMs: 0 });
    expect(missing(ids, first.told, second.told, third.told)).toEqual({ lost: 0, repeated: 0 });
  });
});

test.for(['scan', 'floor'] as const)(
  'in mode %s, too much to remember holds entries back until the horizon moves, and no longer',
  { timeout: 40_000 },
  async (mode) => {
    const [holder] = writers as [Client];
    const start = await mark(mode);
    await holder.query('begin');
    const held = await insertInto(holder, 2, 'holder');
    // Transactions that are no neighbours: every other one wrote no entry.
    const shown: string[] = [];
    for (let turn = 0; turn < 30; turn++) {
      shown.push(...(await insertInto(log.admin, 1, 'shown')));
      await log.admin.query('select pg_current_xact_id()');
    }
    // One of them wrote an entry with an earlier time as well, which in mode floor only a reconcile finds.
    await log.admin.query('begin');
    shown.push(...(await insertInto(log.admin, 1, 'shown')));
    const early = await insertInto(log.admin, 1, 'early', "now() - interval '1 day'");
    await log.admin.query('commit');
    const options = { fullCharacters: 200, reconcileMs: 0 };
    const isShown = (event: FollowEvent, told: Map<string, number>): boolean =>
      event.kind === 'poll' && shown.every((id) => told.has(id));
    const first = await followUntil(start, isShown, { ...options, reconcileMs: 1e9 });
    expect(first.told.has(early[0]!)).toBe(mode === 'scan');
    const later = await insertInto(log.admin, 3, 'later');
    const waits: unknown[] = [];
    const areThree = (event: FollowEvent): boolean =>
      event.kind === 'poll' && waits.push([event.report.heldBack?.isFull, event.report.heldBack?.backendPid]) === 3;
    const second = await followUntil(first.cursor, areThree, options);
    // Said at once: whoever comes from cron has no time to see for how long.
    expect(waits).toEqual(Array.from({ length: 3 }, () => [true, expect.any(Number)]));
    expect(missing(later, second.told).lost).toBe(3);
    expect(shownCharacters(second.cursor)).toBeLessThanOrEqual(shownCharacters(first.cursor));
    await holder.query('commit');
    // Others of this server may hold the horizon for a while.
    const rest = [...held, ...later, ...(mode === 'floor' ? early : [])];
    const third = await followUntil(second.cursor, (_, told) => rest.every((id) => told.has(id)), options);
    // Nothing holds entries back any more, and what was remembered is let go.
    const last = await insertInto(log.admin, 3, 'last');
    const isLetGo = (event: FollowEvent, told: Map<string, number>): boolean =>
      last.every((id) => told.has(id)) && event.kind === 'poll' && shownCharacters(event.cursor) < options.fullCharacters;
    const fourth = await followUntil(third.cursor, isLetGo, options);
    const told = [first.told, second.told, third.told, fourth.told];
    expect(missing([...held, ...shown, ...early, ...later, ...last], ...told)).toEqual({ lost: 0, repeated: 0 });
  },
);

test('in mode txid, an entry written in a savepoint and known from a page is not told again', async () => {
  const [writer] = writers as [Client];
  const start = await mark('txid');
  await writer.query('begin; create table used (); savepoint a');
  const [id] = await insertInto(writer);
  await writer.query('commit');
  const { rows } = await log.admin.query<{ xid: string }>('select xmin::text as xid from audit_log where id = $1', [id]);
  const at = new Date().toISOString();
  const entry = {
    id: id!,
    at,
    action: null,
    table: null,
    recordId: null,
    tenantId: null,
    actor: null,
    changedKeys: [],
    moreChangedKeys: 0,
  };
  const { told } = await followUntil(start, isAtTheEnd, { known: [{ ...entry, fullXid: rows[0]!.xid }] });
  expect(told.size).toBe(0);
});

test('the rest of a transaction cut apart may be deleted: it is not told again', () => {
  const cursor: FollowCursor = {
    version: cursorVersion,
    mode: 'scan',
    identity: { systemIdentifier: null, databaseOid: '1', tableOid: '1', fileNode: '1' },
    hi: '9',
    lo: '5',
    snapshot: null,
    shown: [],
    partials: [],
    floor: null,
    reconciledLo: '5',
    last: null,
    newest: null,
    polledAt: '2026-01-01',
  };
  const part = afterPart(cursor, false, [
    { id: 'a', xid: '5' },
    { id: 'a', xid: '6' },
  ]);
  expect(part).toMatchObject({ partials: [{ id: 'a', xid: '6' }], shown: [{ floor: null, xids: '{[5,6)}' }] });
  const answer = {
    next_xid: null,
    restFrom: null,
    candidates: [],
    hi: '9',
    lo: '5',
    keptXids: '{[5,6)}',
    wholeXids: '{}',
    is_standby: false,
  };
  const after = afterPoll(part, false, answer as unknown as Parameters<typeof afterPoll>[2]);
  expect(after).toMatchObject({ partials: [], shown: [{ floor: null, xids: '{[5,6),[6,7)}' }] });
});
