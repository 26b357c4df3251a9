import { beforeAll, describe, expect, test } from 'vitest';
import { type Catalog, hasEqualityIndex, hasTrigramIndex, isSmall } from '#database/catalog.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { open } from './opening.ts';

const schema = `
  create extension pg_trgm;
  create schema crm; create schema _internal; create schema storage;
  create table crm.deals (id bigint primary key, tenant_id text, body json);
  create table _internal.jobs (id uuid primary key);
  create table storage.objects (id uuid primary key);
  create table tenant (id uuid primary key, tenant_id text not null unique, name varchar(255));
  create table "Odd ""name""" ("Some Key" uuid primary key, "tenant_id" uuid);
  create table events (id uuid, tenant_id uuid not null, at date not null, primary key (id, at)) partition by range (at);
  create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
  create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
  insert into events select gen_random_uuid(), gen_random_uuid(), date '2024-06-01' + (n % 2) * 365 from generate_series(1, 30000) n;
  create table never_analysed as select n, repeat('x', 100) as filler from generate_series(1, 20000) n;
  create table people (id uuid primary key, email text, name text, nick text, phone text, code text, old_name text);
  create index on people (email);
  create index on people (lower(nick));
  create index on people using gin (name gin_trgm_ops);
  create index on people using hash (phone);
  create index on people (code) where code is not null;
  create index on people using gin (old_name gin_trgm_ops) where code is null;
  create view everybody as select * from people;
  analyze events;
`;

let catalog: Catalog;
beforeAll(async () => {
  const home = await createDatabase('empty');
  const admin = await connectTo(home.settings);
  await admin.query(schema);
  await admin.end();
  catalog = await (await open(home.settings)).catalog();
});

const named = (title: string) => catalog.tables.find((table) => table.title === title);

describe('the catalog', () => {
  test('lists every table once: a partitioned one by its parent, others by their schema, none of the platform', () => {
    expect(catalog.tables.map(({ title }) => title)).toEqual([
      'crm.deals',
      'Odd "name"',
      'events',
      'never_analysed',
      'people',
      'tenant',
    ]);
  });

  test('a partitioned table counts the rows of its partitions', () => {
    expect(named('events')).toMatchObject({
      estimatedRows: 30_000,
      key: undefined,
      tenantColumn: { name: 'tenant_id', type: 'uuid' },
    });
    expect(isSmall(named('events')!)).toBe(false);
  });

  test('a big table that was never analysed is not taken for a small one, an empty one is', () => {
    expect(named('never_analysed')!.estimatedRows).toBeGreaterThan(20_000);
    expect(isSmall(named('never_analysed')!)).toBe(false);
    expect(isSmall(named('people')!)).toBe(true);
  });

  test('knows the single-column key, and whose the rows are', () => {
    expect(named('crm.deals')).toMatchObject({
      schema: 'crm',
      name: 'deals',
      key: { name: 'id', type: 'int8' },
      tenantColumn: { type: 'text' },
    });
    expect(named('Odd "name"')).toMatchObject({ key: { name: 'Some Key', type: 'uuid' } });
    expect(named('tenant')).toMatchObject({ tenantColumn: undefined });
  });

  test('finds a table of public by name only, never one of another schema', () => {
    expect(catalog.table('people')).toBe(named('people'));
    expect(catalog.table('deals')).toBeUndefined();
  });

  test('gives columns in their order, with base type and written type', () => {
    expect(named('tenant')!.columns).toEqual([
      { name: 'id', type: 'uuid', typeText: 'uuid', isNotNull: true },
      { name: 'tenant_id', type: 'text', typeText: 'text', isNotNull: true },
      { name: 'name', type: 'varchar', typeText: 'character varying(255)', isNotNull: false },
    ]);
  });
});

describe('which index serves a look-up', () => {
  test.each([
    ['email', true, false],
    ['phone', true, false],
    ['name', false, true],
    ['nick', false, false],
    ['code', false, false],
    ['old_name', false, false],
  ])('on %s: equality %s, part of the text %s', (column, equality, part) => {
    expect([hasEqualityIndex(named('people')!, column), hasTrigramIndex(named('people')!, column)]).toEqual([equality, part]);
  });
});

test('a database of 300 tables is read', async () => {
  const home = await createDatabase('empty');
  const admin = await connectTo(home.settings);
  await admin.query(`do $$ begin for n in 1..300 loop
    execute format('create table table_%s (id uuid primary key, tenant_id uuid, a text, b text, c jsonb, d timestamptz)', n);
    execute format('create index on table_%s (tenant_id, d)', n);
  end loop; end $$`);
  await admin.end();
  const database = await open(home.settings);
  const { tables } = await database.catalog();
  expect(tables).toHaveLength(300);
  expect(tables.every((table) => table.columns.length === 6 && table.indexes.length === 2)).toBe(true);
  expect(await database.catalog()).toBe(await database.catalog());
});

test('a catalog that could not be read is asked for again', async () => {
  const home = await createDatabase('empty');
  const database = await open(home.settings);
  const first = await database.catalog();
  const admin = await connectTo(home.settings);
  await admin.query('create table late (id int)');
  await admin.end();
  expect(first.tables).toEqual([]);
  expect((await database.catalog({ refresh: true })).tables.map(({ title }) => title)).toEqual(['late']);
});
