import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readIndexes } from '#features/indexes/indexes.ts';
import { longEnoughDays, observationOf, observationText, scansADay, shortestObservation } from '#features/indexes/observed.ts';
import type { Database } from '#database/database.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { open, until } from '../database/opening.ts';
import { counting } from './reading.ts';

let admin: Client;
let database: Database;
let settings: ConnectionSettings;
beforeAll(async () => {
  const home = await createDatabase('empty');
  ({ settings } = home);
  admin = await connectTo(home.settings);
  database = await open(home.settings);
  await admin.query(`
    create schema other;
    create table thing (id int primary key, tenant_id int, name text, deleted_at timestamptz, part int);
    create table other.thing (id int primary key, name text);
    create index same_name on thing (lower(name), tenant_id desc nulls last) include (part) where deleted_at is null;
    create index same_name on other.thing using hash (name);
    create table parted (id int, at date) partition by range (at);
    create table parted_1 partition of parted for values from ('2026-01-01') to ('2026-02-01');
    create table parted_2 partition of parted for values from ('2026-02-01') to ('2026-03-01');
    create index parted_at on parted (at);
    insert into parted select n, date '2026-01-01' + n % 59 from generate_series(1, 5000) as n;
    insert into thing select n, n % 7, 'Name ' || n from generate_series(1, 2000) as n;
    analyze`);
});
afterAll(() => admin.end());

const named = async (schema: string, name: string) => {
  const reading = await readIndexes(database);
  return reading.indexes.find((index) => index.schema === schema && index.name === name)!;
};

test('one round trip gives every index, its table and what it is made of; two of one name stay apart', async () => {
  const reader = counting(database);
  const reading = await readIndexes(reader);
  expect(reader.trips).toHaveLength(1);
  expect(reading.indexes.map(({ schema, name }) => `${schema}.${name}`)).toEqual([
    'other.same_name',
    'other.thing_pkey',
    'public.parted_at',
    'public.parted_1_at_idx',
    'public.parted_2_at_idx',
    'public.same_name',
    'public.thing_pkey',
  ]);
  expect(reading.indexes.find(({ name, schema }) => name === 'same_name' && schema === 'public')).toMatchObject({
    table: 'thing',
    method: 'btree',
    columns: ['lower(name)', 'tenant_id'],
    keyNumbers: [0, 2],
    includedColumns: ['part'],
    keyOptions: [0, 1],
    predicate: '(deleted_at IS NULL)',
    isUnique: false,
    isValid: true,
    constraint: null,
    parentOid: null,
  });
  expect(reading.indexes.find(({ schema }) => schema === 'other')).toMatchObject({ method: 'hash', columns: ['name'] });
  const thing = [...reading.tables.values()].find(({ name, schema }) => name === 'thing' && schema === 'public')!;
  expect(thing).toMatchObject({ estimatedRows: 2000, kind: 'table', columns: ['id', 'tenant_id', 'name', 'deleted_at', 'part'] });
  expect(thing.tableBytes).toBeGreaterThan(50_000);
  expect(thing.indexBytes).toBeGreaterThan(50_000);
});

test('a partitioned index is as large and as used as its partitions together', async () => {
  await admin.query(`set enable_seqscan = off`);
  await admin.query(`select count(*) from parted where at = '2026-01-05'`);
  await admin.query(`select count(*) from parted where at = '2026-02-05'`);
  await admin.query('select pg_stat_force_next_flush()');
  await admin.query('select 1');
  const [whole, first, second] = await until(async () => {
    const all = await Promise.all(['parted_at', 'parted_1_at_idx', 'parted_2_at_idx'].map((name) => named('public', name)));
    return all[0]!.scans >= 2 && all;
  });
  expect(first).toMatchObject({ scans: 1, parentOid: whole!.oid });
  expect(whole).toMatchObject({ scans: 2, isPartitioned: true, indexBytes: first!.indexBytes! + second!.indexBytes! });
  expect(whole!.lastUsed !== null).toBe((await readIndexes(database)).versionNumber >= 160_000);
});

test('waits for no lock: what a table that is being altered hides is unknown', async () => {
  const locker = await connectTo(settings);
  await locker.query('begin; lock table thing in access exclusive mode');
  try {
    expect(await named('public', 'same_name')).toMatchObject({
      indexBytes: null,
      definition: null,
      predicate: null,
      isPartial: true,
    });
    expect((await named('other', 'same_name')).indexBytes).toBeGreaterThan(0);
  } finally {
    await locker.query('rollback');
    await locker.end();
  }
});

const day = 86_400;
const aged = (resetDays: number | null, startDays: number, isCounting = true) =>
  observationOf({
    reset_at: resetDays === null ? null : '2026-10-01 00:00:00+00',
    reset_age_seconds: resetDays === null ? null : String(resetDays * day),
    started_at: '2026-09-01 00:00:00+00',
    start_age_seconds: String(startDays * day),
    counts_are_kept: isCounting,
  });

test('counters count since the later of reset and start, and the start alone after a crash', () => {
  expect(aged(40, 80)).toMatchObject({ began: 'reset', seconds: 40 * day, isLongEnough: true, since: '2026-10-01 00:00:00+00' });
  expect(aged(80, 40)).toMatchObject({ began: 'start', seconds: 40 * day, isLongEnough: true, since: '2026-09-01 00:00:00+00' });
  expect(aged(null, 31)).toMatchObject({ began: 'start', isLongEnough: true });
  expect(aged(null, longEnoughDays - 0.01).isLongEnough).toBe(false);
  expect(aged(null, 400, false)).toMatchObject({ isLongEnough: false, isCounting: false });
});

test('several servers have observed as long as the youngest of them', () => {
  expect(shortestObservation([aged(null, 400), aged(2, 400), aged(null, 90)]).seconds).toBe(2 * day);
  expect(shortestObservation([aged(null, 1), aged(null, 400, false)]).isCounting).toBe(false);
});

test('what is told about the counters, and scans a day only of a day at least', () => {
  expect(observationText(aged(40, 80))).toBe(
    'counters count since 2026-10-01 (their last reset, 40 days): long enough for a verdict',
  );
  expect(observationText(aged(null, 0.5))).toContain(
    `less than a day): a verdict needs 30 days, so "unused" is only "not yet used"`,
  );
  expect(observationText(aged(1, 1, false))).toContain('track_counts is off');
  expect(scansADay(80, aged(40, 80))).toBe(2);
  expect(scansADay(80, aged(null, 0.9))).toBeNull();
});
