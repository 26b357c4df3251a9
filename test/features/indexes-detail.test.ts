import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { type IndexDetail, detailOf } from '#features/indexes/detail.ts';
import { readIndexes } from '#features/indexes/indexes.ts';
import type { IndexReading } from '#features/indexes/model.ts';
import { readScans, scansBetween } from '#features/indexes/scans.ts';
import { readStatements, type SeenStatements } from '#features/indexes/statements.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { open, until } from '../database/opening.ts';

let home: TestDatabase;
let admin: Client;
let database: Database;
let reading: IndexReading;
let seen: SeenStatements;

beforeAll(async () => {
  home = await createDatabase('empty');
  admin = await connectTo(home.settings);
  database = await open(home.settings);
  await admin.query('create extension pg_stat_statements');
  await admin.query(`
    create table parent (id int primary key);
    create table contacts (id int primary key, tenant_id int not null, parent_id int references parent (id), email text, metadata jsonb);
    create index idx_contacts_parent_id on contacts (parent_id);
    create index idx_contacts_tenant on contacts (tenant_id);
    create unique index idx_contacts_tenant_email on contacts (tenant_id, email) include (id) where email is not null;
    create index idx_contacts_metadata on contacts using gin (metadata);
    create table p (a int, b int) partition by range (a);
    create table p_1 partition of p for values from (0) to (10); create index idx_p_b on p (b);`);
  await admin.query(`select email as tenants from contacts where tenant_id = 1 order by email`);
  await admin.query(`select email as searched from contacts where metadata @> '{"a": 1}'`);
  await admin.query(`select b as part from p_1 where b = 5`);
  reading = await readIndexes(database);
  seen = await readStatements(database, reading);
});
afterAll(() => admin.end());

const of = (name: string): IndexDetail =>
  detailOf(reading, seen.statements, reading.indexes.find((index) => index.name === name)!.oid)!;
const texts = (detail: IndexDetail): string[] =>
  detail.statements.map(({ text }) => /as (tenants|searched|part)\b/.exec(text)?.[1] ?? text);

test('what would be lost with an index', () => {
  expect(of('contacts_pkey').losses).toEqual(['the primary key contacts_pkey']);
  expect(of('parent_pkey').losses).toEqual([
    'the primary key parent_pkey',
    'what the foreign key contacts_parent_id_fkey of another table rests on',
  ]);
  expect(of('idx_contacts_parent_id').losses).toEqual(['the only index under the foreign key contacts_parent_id_fkey to parent']);
  expect(of('idx_contacts_tenant').losses).toEqual(["the only index that finds a tenant's rows"]);
  expect(of('idx_contacts_tenant_email').losses).toEqual(['that its columns are unique']);
  expect(of('p_1_b_idx').losses).toEqual(['its part in an index of the whole partitioned table']);
  expect(of('idx_contacts_metadata').losses).toEqual([]);
});

test('what stands beside it, and how that differs', () => {
  expect(of('idx_contacts_tenant').comparable.map(({ index, difference }) => [index.name, difference])).toEqual([
    ['idx_contacts_tenant_email', 'goes on with email; only (email IS NOT NULL); is unique; includes id'],
  ]);
});

test('statements that have run and could use it, by tables and columns', () => {
  expect(texts(of('idx_contacts_tenant'))).toEqual(['tenants']);
  expect(texts(of('idx_contacts_metadata'))).toEqual(['searched']);
  expect(texts(of('p_1_b_idx'))).toEqual(['part']);
  expect(texts(of('idx_contacts_parent_id'))).toEqual([]);
  expect(of('idx_contacts_tenant').statements[0]).toMatchObject({ calls: 1, isOwn: true });
  expect(detailOf(reading, [], '0')).toBeUndefined();
});

test('scans since the list was opened, partitions together; after a reset what is counted now', async () => {
  await admin.query('select pg_stat_force_next_flush()');
  await admin.query('select 1');
  const before = await readScans(database);
  await admin.query('set enable_seqscan = off');
  await admin.query('insert into p values (1, 1)');
  for (let scan = 0; scan < 3; scan += 1) await admin.query('select 1 from p_1 where b = 1');
  await admin.query('select pg_stat_force_next_flush()');
  const { oid } = of('idx_p_b').index;
  const after = await until(async () => {
    const now = await readScans(database);
    return scansBetween(reading.indexes, before, now).get(oid) === 3 && now;
  });
  expect(scansBetween(reading.indexes, before, after).get(of('contacts_pkey').index.oid)).toBe(0);
  expect(scansBetween(reading.indexes, after, new Map([[of('p_1_b_idx').index.oid, 2]])).get(oid)).toBe(2);
});

test('an expression of a PL/pgSQL function is read as the SELECT that it was run as', async () => {
  await admin.query(`set pg_stat_statements.track = 'all'`);
  await admin.query(
    `do $$ begin if (select email as expressed from contacts where tenant_id = 7) = 'x' then null; end if; end $$`,
  );
  const { statements, blind } = await readStatements(database, reading);
  expect(blind).toEqual([]);
  expect(statements.find(({ text }) => text.includes('as expressed'))).toMatchObject({
    text: expect.stringMatching(/^select \(select email/),
    uses: [expect.anything()],
  });
});

test('without the extension, and where it does not answer, it says why', async () => {
  const servers = [...reading.servers, { server: 'standby:1', observation: reading.observation }];
  expect((await readStatements(database, { ...reading, servers })).blind).toContainEqual(
    expect.stringMatching(/^what ran on standby:1 is not among them/),
  );
  expect((await readStatements(database, reading)).blind.join('')).not.toContain('is not among them');
  expect(await readStatements(database, { ...reading, statementsSchema: null })).toEqual({
    statements: [],
    blind: [expect.stringContaining('is not installed')],
  });
  await admin.query('drop extension pg_stat_statements');
  expect((await readStatements(database, reading)).blind).toEqual([expect.stringContaining('can not be read')]);
});

test("a role that may not read others' statements is told so", async () => {
  await admin.query(
    `create extension if not exists pg_stat_statements; do $$ begin create role narrow login password 'narrow'; exception when duplicate_object or unique_violation then null; end $$`,
  );
  const narrow = await open({ ...home.settings, user: 'narrow', password: () => 'narrow' });
  const { statements, blind } = await readStatements(narrow, await readIndexes(narrow));
  expect(blind).toContainEqual(expect.stringContaining("does not see the text of other roles' statements"));
  expect(statements.every(({ text }) => !text.includes('insufficient'))).toBe(true);
});
