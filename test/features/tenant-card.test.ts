import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import {
  countedTables,
  countTenantRows,
  listApiKeys,
  listEmployees,
  listModules,
  listRecentAudit,
  readLastActivity,
  readTenantDocument,
  type TableCount,
} from '#features/tenants/card.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { counting } from './reading.ts';

interface Shape {
  home: TestDatabase;
  admin: Client;
  database: Database;
  catalog: Catalog;
  tenant: TenantIdentity;
}
const shapes = {} as Record<'demo' | 'production', Shape>;
const identities = {
  demo: { id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', name: 'Acme Corporation', slug: 'acme-corp' },
  production: { id: 'a0000000-0000-4000-8000-000000000001', name: 'Acme Corporation', slug: 'acme-corp' },
};

beforeAll(async () => {
  for (const shape of ['demo', 'production'] as const) {
    const home = await createDatabase(shape);
    const database = await open(home.settings);
    const admin = await connectTo(home.settings);
    shapes[shape] = { home, admin, database, catalog: await database.catalog(), tenant: identities[shape] };
  }
});
afterAll(() => Promise.all(Object.values(shapes).map(({ admin }) => admin.end())));

/** What plain SQL counts: every table with a tenant_id, whatever its type, holding the id or the slug. */
async function counted({ admin, tenant }: Shape): Promise<Map<string, number>> {
  const { rows } = await admin.query<{ table: string }>(
    `select table_name as table from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and column_name = 'tenant_id' and table_type = 'BASE TABLE' and table_name <> 'tenant' order by 1`,
  );
  const counts = new Map<string, number>();
  for (const { table } of rows) {
    const answer = await admin.query<{ n: number }>(
      `select count(*)::int as n from "${table}" where tenant_id::text = any ($1)`,
      [[tenant.id, tenant.slug]],
    );
    counts.set(table, answer.rows[0]!.n);
  }
  return counts;
}

describe.for(['demo', 'production'] as const)('the counts of a tenant on the shape %s', (name) => {
  test('are right for every tenant-scoped table, and each arrives by itself', async () => {
    const shape = shapes[name];
    const truth = await counted(shape);
    const arrived: TableCount[] = [];
    const reader = counting(shape.database);
    const counts = await countTenantRows(reader, countedTables(shape.catalog), shape.tenant, {
      onCount: (count) => arrived.push(count),
    });
    expect(new Map(counts.map(({ table, rows }) => [table, rows]))).toEqual(truth);
    expect(counts.every(({ capped, failure }) => !capped && failure === undefined)).toBe(true);
    expect(arrived.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual(counts);
    expect([...truth.values()].filter((rows) => rows > 0).length).toBeGreaterThan(10);
    // One round trip a lane, side by side.
    expect(reader.trips).toHaveLength(4);
    expect(reader.trips.flat()).toHaveLength(truth.size);
  });

  test('of a tenant without rows are noughts', async () => {
    const { database, catalog } = shapes[name];
    const nobody = { id: '00000000-0000-4000-8000-000000000000', name: 'Nobody', slug: null };
    const counts = await countTenantRows(database, countedTables(catalog), nobody);
    expect(counts.every(({ rows, capped, failure }) => rows === 0 && !capped && failure === undefined)).toBe(true);
  });
});

test('production: rows that carry the slug and rows that carry the UUID as text are one tenant', async () => {
  const { database, catalog, tenant } = shapes.production;
  const contacts = countedTables(catalog).filter(({ title }) => title === 'contacts');
  expect(await countTenantRows(database, contacts, tenant)).toEqual([{ table: 'contacts', rows: 8, capped: false }]);
  const [bySlug] = await countTenantRows(database, contacts, { ...tenant, id: '00000000-0000-4000-8000-000000000000' });
  expect(bySlug).toMatchObject({ rows: 4 });
});

describe('a count that can not be finished', () => {
  let home: TestDatabase;
  let admin: Client;
  const { demo: tenant } = identities;
  beforeAll(async () => {
    home = await createDatabase('demo');
    admin = await connectTo(home.settings);
    await admin.query(`create table clicks as select $$${tenant.id}$$::uuid as tenant_id from generate_series(1, 10001)`);
    await admin.query('create schema crm');
    await admin.query('create table crm.slow (tenant_id uuid)');
  });
  afterAll(() => admin.end());

  test('stops at 10,000 and says that there are more', async () => {
    const database = await open(home.settings);
    const tables = countedTables(await database.catalog());
    const counts = await countTenantRows(database, tables, tenant);
    expect(counts.find(({ table }) => table === 'clicks')).toEqual({ table: 'clicks', rows: 10_000, capped: true });
    expect(counts.find(({ table }) => table === 'crm.slow')).toEqual({ table: 'crm.slow', rows: 0, capped: false });
    await admin.query('delete from clicks where ctid = (select min(ctid) from clicks)');
    const again = await countTenantRows(database, tables, tenant);
    expect(again.find(({ table }) => table === 'clicks')).toEqual({ table: 'clicks', rows: 10_000, capped: false });
  });

  test('of a table that the role may not read is reported, never dropped', async () => {
    const role = `reader_${process.pid}`;
    await admin.query(`create role ${role} login bypassrls password 'reader'`);
    await admin.query(
      `grant usage on schema public, crm to ${role}; grant select on all tables in schema public, crm to ${role}; revoke select on contacts from ${role}`,
    );
    const database = await open({ ...home.settings, user: role, password: () => 'reader' });
    const heard: string[] = [];
    const counts = await countTenantRows(database, countedTables(await database.catalog()), tenant, {
      onCount: ({ table }) => heard.push(table),
    });
    expect(counts.filter(({ failure }) => failure !== undefined)).toEqual([
      { table: 'contacts', rows: 0, capped: false, failure: 'this role may not read it' },
    ]);
    expect(heard).toContain('contacts');
    expect(counts.find(({ table }) => table === 'leads')!.rows).toBeGreaterThan(0);
  });

  test('within the time limit is reported with the reason, the others are counted', async () => {
    const database = await open(home.settings);
    const locker = await connectTo(home.settings);
    onTestFinished(() => locker.end());
    await locker.query('begin; lock table crm.slow in access exclusive mode');
    const tables = countedTables(await database.catalog()).filter(({ title }) =>
      ['accounts', 'crm.slow', 'leads'].includes(title),
    );
    const counts = await countTenantRows(database, tables, tenant, { lanes: 3, signal: AbortSignal.timeout(300) });
    expect(counts).toEqual([
      { table: 'crm.slow', rows: 0, capped: false, failure: 'not counted within the time limit' },
      { table: 'accounts', rows: expect.any(Number), capped: false },
      { table: 'leads', rows: expect.any(Number), capped: false },
    ]);
    const byServer = await countTenantRows(database, tables, tenant, { lanes: 1, statementTimeoutMs: 100 });
    expect(byServer.map(({ failure }) => failure)).toEqual([
      'The server stopped the statement at its time limit.',
      undefined,
      undefined,
    ]);
  });

  test('because the connection is gone says so for every table', async () => {
    const failing = { read: () => Promise.reject(new Error('gone')), readEach: () => Promise.reject(new Error('gone')) };
    const counts = await countTenantRows(failing, countedTables(await (await open(home.settings)).catalog()), tenant);
    expect(new Set(counts.map(({ failure }) => failure))).toEqual(new Set(['gone']));
  });
});

describe.for(['demo', 'production'] as const)('the rest of the card on the shape %s', (name) => {
  test('the document has every column, numbers exact', async () => {
    const { database, tenant, admin } = shapes[name];
    const document = await readTenantDocument(database, tenant.id);
    const { rows } = await admin.query(
      `select attname from pg_attribute where attrelid = 'tenant'::regclass and attnum > 0 and not attisdropped order by attnum`,
    );
    expect(Object.keys(document)).toEqual(rows.map((row) => row.attname));
    expect(JSON.stringify(document['metadata'])).toContain('"ledger_id":12345678901234567890');
  });

  test('employees: all of them, administrators first', async () => {
    const { database, catalog, tenant, admin } = shapes[name];
    const employees = await listEmployees(database, catalog, tenant);
    const { rows } = await admin.query('select id from employees where tenant_id::text = any ($1) order by id', [
      [tenant.id, tenant.slug],
    ]);
    expect(employees!.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id));
    expect(employees![0]).toEqual({
      id: expect.any(String),
      name: expect.stringMatching(/\S \S/),
      email: expect.stringContaining('@'),
      role: 'admin',
      status: 'active',
    });
  });

  test('modules: on or off', async () => {
    const { database, catalog, tenant, admin } = shapes[name];
    const { rows } = await admin.query(
      'select module_name as module, is_enabled from modulesettings where tenant_id::text = any ($1) order by 1',
      [[tenant.id, tenant.slug]],
    );
    expect(await listModules(database, catalog, tenant)).toEqual(rows);
    expect(rows.length).toBeGreaterThan(2);
  });

  test('API keys: by name, and no answer of the server holds a hash or a key', async () => {
    const { database, catalog, tenant, admin } = shapes[name];
    const keys = await listApiKeys(database, catalog, tenant);
    expect(keys!.length).toBeGreaterThan(0);
    expect(Object.keys(keys![0]!)).toEqual(['id', 'name', 'key_prefix', 'is_active', 'last_used_at', 'expires_at']);
    expect(keys![0]).toMatchObject({ name: expect.any(String), is_active: true });
    const { rows } = await admin.query<{ secrets: string[] }>(
      `select array_agg(secret) as secrets from api_key, jsonb_each_text(to_jsonb(api_key)) as s(k, secret) where k in ('key_hash', 'key_value')`,
    );
    expect(rows[0]!.secrets.length).toBeGreaterThan(0);
    for (const secret of rows[0]!.secrets) expect(JSON.stringify(keys)).not.toContain(secret);
  });

  test('last activity: the newest of its activities', async () => {
    const { database, catalog, tenant, admin } = shapes[name];
    const time = name === 'demo' ? 'greatest(created_at, updated_at)' : 'created_date';
    const { rows } = await admin.query(`select max(${time})::text as at from activities where tenant_id::text = any ($1)`, [
      [tenant.id, tenant.slug],
    ]);
    expect(rows[0].at).not.toBeNull();
    expect(await readLastActivity(database, catalog, tenant)).toBe(rows[0].at);
  });

  test('recent audit: the last ten entries of the tenant, newest first', async () => {
    const { database, catalog, tenant, admin } = shapes[name];
    const text =
      name === 'demo'
        ? `select id, changed_at::text as at, action, table_name, record_id, changed_by as actor from audit_log
           where $1::text[] && array[new_data ->> 'tenant_id', old_data ->> 'tenant_id', case table_name when 'tenant' then record_id::text end]
           order by changed_at desc, id limit 10`
        : `select id, created_at::text as at, action, entity_type as table_name, entity_id as record_id, user_email as actor from audit_log
           where tenant_id = any ($1) order by created_at desc nulls last, id limit 10`;
    const { rows } = await admin.query(text, [[tenant.id, tenant.slug]]);
    expect(rows.length).toBeGreaterThan(name === 'demo' ? 9 : 5);
    expect(await listRecentAudit(database, catalog, tenant)).toEqual(rows);
  });
});

test('a tenant that is gone is not found', async () => {
  await expect(readTenantDocument(shapes.demo.database, '00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    kind: 'not-found',
  });
});

test('tables that this database lacks are told from empty ones', async () => {
  const home = await createDatabase('production');
  const admin = await connectTo(home.settings);
  await admin.query('drop table employees, modulesettings, api_key, activities, audit_log');
  await admin.end();
  const database = await open(home.settings);
  const catalog = await database.catalog();
  const { production: tenant } = identities;
  for (const list of [listEmployees, listModules, listApiKeys, listRecentAudit])
    expect(await list(database, catalog, tenant)).toBeUndefined();
  expect(await readLastActivity(database, catalog, tenant)).toBeUndefined();
});

test('columns that this database lacks read as null', async () => {
  const home = await createDatabase('production');
  const admin = await connectTo(home.settings);
  await admin.query(
    'alter table employees drop column role, drop column status; alter table modulesettings drop column is_enabled',
  );
  await admin.end();
  const database = await open(home.settings);
  const catalog = await database.catalog();
  const { production: tenant } = identities;
  expect((await listEmployees(database, catalog, tenant))![0]).toMatchObject({ role: null, status: null });
  expect((await listModules(database, catalog, tenant))![0]).toMatchObject({ is_enabled: null });
});
