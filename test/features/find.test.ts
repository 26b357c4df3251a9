import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { AdminError } from '#core/errors.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import { findAnywhere, type FindOptions, type FindResult, type Match } from '#features/find/find.ts';
import { kindsOf } from '#features/find/plan.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { counting, hostileTexts } from './reading.ts';

const acme = { id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', name: 'Acme Corporation', slug: 'acme-corp' };
let home: TestDatabase;
let admin: Client;
let database: Database;
let catalog: Catalog;

beforeAll(async () => {
  home = await createDatabase('demo');
  admin = await connectTo(home.settings);
  // Not every database has the manual's check on numbers.
  await admin.query('alter table contacts drop constraint contacts_phone_check');
  await admin.query(`insert into contacts (id, tenant_id, first_name, last_name, email, phone) values
    ('c0ffee00-0000-4000-8000-000000000001', '${acme.id}', 'Zoë', 'Quartz', 'Zoe.Quartz@Rare.Example', '+49 (30) 555-123 45')`);
  database = await open(home.settings);
  catalog = await database.catalog();
});
afterAll(() => admin.end());

const find = (text: string, options?: FindOptions): Promise<FindResult> => findAnywhere(database, catalog, text, options);
const one = async <Row>(text: string): Promise<Row> => (await admin.query(text)).rows[0] as Row;
const tablesOf = (matches: readonly Match[]): string[] => [...new Set(matches.map(({ table }) => table))].toSorted();
/** Reads of a table from its beginning to its end, as the server counts them. */
async function wholeReads(table: string): Promise<number> {
  await admin.query('select pg_stat_force_next_flush()');
  return Number((await one<{ n: string }>(`select seq_scan as n from pg_stat_user_tables where relid = '${table}'::regclass`)).n);
}

test.for([
  [acme.id, ['uuid']],
  [acme.id.toUpperCase(), ['uuid']],
  ['jane@acme.example', ['email']],
  ['jane@acme', ['email-part', 'name']],
  ['jane@', ['email-part', 'name']],
  ['f47ac10b', ['uuid-prefix', 'slug', 'name']],
  ['+1 (555) 010-0123', ['phone', 'name']],
  ['acme-corp', ['slug', 'name']],
  ['acme.example', ['domain', 'name']],
  ['Jane Cooper', ['name']],
  ['x', ['slug']],
  ['', []],
] as const)('%s is taken for %j', ([text, kinds]) => {
  expect(kindsOf(text)).toEqual(kinds);
});

test('half an e-mail is found as part of one, whatever its case', async () => {
  const { matches } = await find('QUARTZ@rare');
  expect(matches).toMatchObject([{ kind: 'email-part', table: 'contacts', why: 'email contains QUARTZ@rare' }]);
});

describe('a UUID', () => {
  test('of any table is found by primary key, in one round trip, with its tenant and why', async () => {
    const keyed = catalog.tables.filter((table) => table.key?.type === 'uuid');
    expect(keyed.length).toBeGreaterThan(20);
    for (const table of keyed) {
      const row = await one<{ id: string } | undefined>(
        `select "${table.key!.name}" as id from ${table.schema}."${table.name}" limit 1`,
      );
      if (row === undefined) continue;
      const { matches } = await find(row.id);
      const match = matches.find((candidate) => candidate.table === table.title);
      expect(match).toMatchObject({ kind: 'uuid', id: row.id, why: `primary key of ${table.title}` });
    }
    const reader = counting(database);
    await findAnywhere(reader, catalog, acme.id);
    expect(reader.trips).toHaveLength(3);
    expect(new Set(reader.trips.flat())).toEqual(
      new Set(['find/find-by-key', 'find/find-in-audit', 'database/list-tenant-names']),
    );
  });

  test('of a tenant names the tenant, however it is written', async () => {
    const { matches } = await find(` {${acme.id.toUpperCase()}} `);
    expect(matches[0]).toEqual({
      kind: 'uuid',
      table: 'tenant',
      id: acme.id,
      tenant_id: acme.id,
      tenant_name: 'Acme Corporation',
      label: 'Acme Corporation',
      why: 'primary key of tenant',
    });
  });

  test('of a row that is deleted is found in the audit log, with its tenant', async () => {
    const { id } = await one<{ id: string }>(
      `insert into leads (tenant_id, first_name, last_name) values ('${acme.id}', 'Soon', 'Gone') returning id`,
    );
    await admin.query(`delete from leads where id = '${id}'`);
    expect((await find(id)).matches).toEqual([
      {
        kind: 'audit',
        table: 'audit_log',
        id,
        tenant_id: acme.id,
        tenant_name: 'Acme Corporation',
        label: 'leads record',
        why: expect.stringMatching(/^2 audit entries about this record, the last \d{4}-\d\d-\d\d \d\d:\d\d$/),
      },
    ]);
  });

  test.for(['text', 'varchar(40)', 'char(36)', 'bigint'])(
    'is found in an audit log that keeps record ids as %s',
    async (type) => {
      const id = '00000000-0000-4000-8000-00000000beef';
      const isText = type !== 'bigint';
      await admin.query(`begin; alter table audit_log rename record_id to record_uuid; alter table audit_log add record_id ${type};
      insert into audit_log (action, table_name, record_id) values ('X', 'contacts', ${isText ? `'${id}'` : '7'}); commit`);
      onTestFinished(async () => {
        await admin.query('alter table audit_log drop record_id; alter table audit_log rename record_uuid to record_id');
      });
      const { matches, notSearched } = await findAnywhere(database, await database.catalog({ refresh: true }), id);
      expect(notSearched).toEqual([]);
      expect(matches.map(({ kind }) => kind)).toEqual(isText ? ['audit'] : []);
    },
  );

  test('of nobody is found nowhere, and everything was searched', async () => {
    expect(await find('00000000-0000-4000-8000-00000000dead')).toEqual({ matches: [], notSearched: [] });
  });

  test('by its first characters', async () => {
    const { matches } = await find('c0ffee00');
    expect(matches).toMatchObject([
      {
        kind: 'uuid-prefix',
        table: 'contacts',
        tenant_name: 'Acme Corporation',
        label: 'Zoë Quartz',
        why: 'its id starts with c0ffee00',
      },
    ]);
  });
});

describe('an e-mail address', () => {
  test('is found whatever its case in users, employees, contacts and leads', async () => {
    await admin.query(
      `insert into leads (tenant_id, first_name, last_name, email) values ('${acme.id}', 'A', 'B', 'zoe.quartz@rare.example')`,
    );
    const { matches } = await find('ZOE.quartz@rare.example');
    expect(matches.map(({ kind, table, why, tenant_name }) => ({ kind, table, why, tenant_name }))).toEqual([
      { kind: 'email', table: 'contacts', why: 'email is ZOE.quartz@rare.example', tenant_name: 'Acme Corporation' },
      { kind: 'email', table: 'leads', why: 'email is ZOE.quartz@rare.example', tenant_name: 'Acme Corporation' },
    ]);
    expect((await find('Jane@Acme.Example')).matches).toMatchObject([{ table: 'employees', label: 'Jane Cooper' }]);
    expect((await find('auditor@acme.example')).matches).toMatchObject([{ table: 'users', tenant_name: 'Acme Corporation' }]);
    expect((await find('ops@aishacrm.example')).matches).toMatchObject([{ table: 'users', tenant_id: null, tenant_name: null }]);
  });

  test('is meant to the letter: % and _ stand for themselves', async () => {
    expect((await find('zoe_quartz@rare.example')).matches).toEqual([]);
    expect((await find('%@rare.example')).matches).toEqual([]);
  });
});

describe('a word', () => {
  test('a slug finds its tenant first', async () => {
    expect((await find('ACME-corp'.toLowerCase())).matches[0]).toMatchObject({
      kind: 'slug',
      table: 'tenant',
      id: acme.id,
      why: 'slug is acme-corp',
    });
  });

  test('a domain is found in e-mail addresses and websites', async () => {
    const { matches } = await find('rare.example');
    expect(matches).toContainEqual(
      expect.objectContaining({ kind: 'domain', table: 'contacts', label: 'Zoë Quartz', why: 'email contains rare.example' }),
    );
  });

  test('a name by any part and case, other alphabets too; first and last name together', async () => {
    expect((await find('quart')).matches).toMatchObject([{ table: 'contacts', label: 'Zoë Quartz' }]);
    expect((await find('zoë QUARTZ')).matches).toMatchObject([
      { table: 'contacts', why: 'first and last name contain zoë QUARTZ' },
    ]);
    expect((await find('東京システム')).matches[0]).toMatchObject({ table: 'tenant', label: '東京システム株式会社' });
  });

  test.for(['+49 30 55512345', '030 555 12345', '(030) 555.123-45', '4930-555-12345', '55512345'])(
    'a telephone number as %s',
    async (text) => {
      const { matches } = await find(text);
      expect(matches).toContainEqual(
        expect.objectContaining({ kind: 'phone', table: 'contacts', label: 'Zoë Quartz', why: 'phone is +49 (30) 555-123 45' }),
      );
    },
  );

  test('one round trip a kind, and one that names the tenants', async () => {
    const reader = counting(database);
    await findAnywhere(reader, catalog, 'rare.example');
    expect(kindsOf('rare.example')).toHaveLength(2);
    expect(reader.trips).toHaveLength(3);
  });
});

describe('with a tenant pinned', () => {
  test('only its rows are found', async () => {
    const everywhere = await find('acme');
    expect(everywhere.matches.filter(({ table }) => table === 'tenant')).toHaveLength(3);
    const { matches } = await find('acme', { tenant: acme });
    expect(matches.length).toBeGreaterThan(0);
    expect(new Set(matches.map(({ tenant_id }) => tenant_id))).toEqual(new Set([acme.id]));
    expect(matches.filter(({ table }) => table === 'tenant').map(({ id }) => id)).toEqual([acme.id]);
  });

  test("another tenant's UUID, row or audit entry is not", async () => {
    const other = await one<{ id: string; contact: string }>(
      `select t.id, c.id as contact from tenant t join contacts c on c.tenant_id = t.id join audit_log a on a.record_id = c.id where t.slug <> 'acme-corp' limit 1`,
    );
    for (const id of [other.id, other.contact]) {
      expect((await find(id)).matches.length).toBeGreaterThan(0);
      expect((await find(id, { tenant: acme })).matches).toEqual([]);
    }
  });
});

describe('on the shape of production', () => {
  let production: Database;
  const tenant = { id: 'a0000000-0000-4000-8000-000000000001', name: 'Acme Corporation', slug: 'acme-corp' };
  beforeAll(async () => {
    production = await open((await createDatabase('production')).settings);
  });
  const there = async (text: string, options?: FindOptions) =>
    (await findAnywhere(production, await production.catalog(), text, options)).matches;

  test('a row whose tenant_id is a slug is told to be of the tenant, by UUID and name', async () => {
    const matches = await there('contact1@customer1.example');
    expect(matches).toMatchObject([
      { table: 'contacts', tenant_id: tenant.id, tenant_name: 'Acme Corporation', label: 'Contact 1.1' },
    ]);
    expect(await there('contact1@customer1.example', { tenant })).toEqual(matches);
    expect(await there('contact2@customer1.example', { tenant })).toMatchObject([{ tenant_id: tenant.id }]);
    expect(await there('contact1@customer2.example', { tenant })).toEqual([]);
  });

  test('the slug of a tenant and its audit entries', async () => {
    expect((await there('local-tenant-001'))[0]).toMatchObject({
      kind: 'slug',
      table: 'tenant',
      tenant_name: 'Northwind Health',
    });
    const [match] = await there('contact2@customer1.example');
    const found = await there(match!.id);
    expect(tablesOf(found)).toContain('contacts');
    expect(tablesOf(await there('00000000-0000-4000-8000-000000000000'))).toEqual([]);
  });

  test("the tenant's own row under its own pin", async () => {
    expect((await there('Northwind', { tenant })).filter(({ table }) => table === 'tenant')).toEqual([]);
    expect((await there('Acme', { tenant }))[0]).toMatchObject({ table: 'tenant', id: tenant.id });
  });
});

describe('a table too large to be read through', () => {
  let big: TestDatabase;
  let owner: Client;
  let bigDatabase: Database;
  beforeAll(async () => {
    big = await createDatabase('demo');
    owner = await connectTo(big.settings);
    await owner.query(
      `
      set session_replication_role = replica;
      create table directory (id uuid primary key default gen_random_uuid(), tenant_id uuid, name text, email text, phone text);
      insert into directory (name, email, phone) select 'Needle', 'n' || n || '@hay.example', '+1555' || n from generate_series(1, 20000) n;
      insert into audit_log (action, table_name, record_id) select 'UPDATE', 'contacts', gen_random_uuid() from generate_series(1, 20000);
      insert into audit_log (action, table_name, record_id) values ('UPDATE', 'directory', '0badcafe-0000-4000-8000-000000000001');
      insert into leads (tenant_id, first_name, last_name, email) select '${acme.id}', 'Lead', 'L' || n, 'Lead' || n || '@Big.Example' from generate_series(1, 20000) n;
      create index on leads (email);`,
    );
    await owner.query('analyze');
    bigDatabase = await open(big.settings);
    admin = owner;
  });
  afterAll(async () => {
    admin = await connectTo(home.settings);
    await owner.end();
  });
  const there = async (text: string) => findAnywhere(bigDatabase, await bigDatabase.catalog({ refresh: true }), text);

  test('is reported as not searched, column by column, and the server did not read it', async () => {
    const before = await wholeReads('directory');
    const half = await there('lead77@big');
    expect(half.notSearched).toContainEqual({
      kind: 'email-part',
      where: 'leads.email',
      reason: 'its index serves a whole address only',
    });
    const name = await there('Needle');
    expect(name.matches.filter(({ table }) => table === 'directory')).toEqual([]);
    expect(name.notSearched).toContainEqual({
      kind: 'name',
      where: 'directory.name',
      reason: 'no index serves it, and it has some 20,000 rows',
    });
    expect((await there('+1 555 1234567')).notSearched).toContainEqual(
      expect.objectContaining({ kind: 'phone', where: 'directory.phone' }),
    );
    expect((await there('hay.example')).notSearched).toContainEqual(
      expect.objectContaining({ kind: 'domain', where: 'directory.email' }),
    );
    expect(await wholeReads('directory')).toBe(before);
  });

  test('is still searched by primary key, and by an index on the column', async () => {
    const before = await wholeReads('leads');
    const { id, email } = await one<{ id: string; email: string }>(
      `select id, email from leads where email = 'Lead77@Big.Example'`,
    );
    const reads = await wholeReads('leads');
    expect((await there(id)).matches).toMatchObject([{ table: 'leads', label: 'Lead L77' }]);
    expect((await there(email)).matches).toMatchObject([{ table: 'leads', why: 'email is Lead77@Big.Example' }]);
    expect((await there('LEAD77@big.example')).notSearched).toEqual([
      { kind: 'email', where: 'leads.email', reason: 'only as typed and in lower case, which its index serves' },
    ]);
    expect([reads, await wholeReads('leads')]).toEqual([before, before]);
  });

  test('an audit log with the index of the manual, on table and record, is looked up by it', async () => {
    const before = await wholeReads('audit_log');
    expect((await there('0badcafe-0000-4000-8000-000000000001')).matches).toMatchObject([
      { kind: 'audit', label: 'directory record' },
    ]);
    expect(await wholeReads('audit_log')).toBe(before);
  });

  test('an audit log without such an index is reported', async () => {
    await owner.query('drop index idx_audit_log_table_name_record_id');
    const before = await wholeReads('audit_log');
    expect((await there('0badcafe-0000-4000-8000-000000000001')).notSearched).toEqual([
      { kind: 'uuid', where: 'audit_log', reason: 'no index on the record ids, and it is large' },
    ]);
    expect(await wholeReads('audit_log')).toBe(before);
  });
});

describe('a search that can not be finished', () => {
  test('says what was not searched within the time limit, and gives what was', async () => {
    const locker = await connectTo(home.settings);
    onTestFinished(() => locker.end());
    await locker.query('begin; lock table workflow in access exclusive mode');
    const started = performance.now();
    const { matches, notSearched } = await find(acme.id, { timeLimitMs: 400 });
    expect(performance.now() - started).toBeLessThan(4000);
    expect(matches.length).toBeGreaterThan(0);
    expect(notSearched).toContainEqual({ kind: 'uuid', where: 'workflow', reason: 'the time limit came first' });
  });

  test('rejects when it is aborted, whose answer nobody wants', async () => {
    await expect(find(acme.id, { signal: AbortSignal.abort(new Error('typed on')) })).rejects.toThrow('typed on');
  });

  test('a table that the role may not read is reported, the others are searched', async () => {
    const role = `finder_${process.pid}`;
    await admin.query(
      `create role ${role} login bypassrls password 'finder'; grant usage on schema public to ${role}; grant select on tenant, contacts to ${role}`,
    );
    const narrow = await open({ ...home.settings, user: role, password: () => 'finder' });
    const { matches, notSearched } = await findAnywhere(narrow, await narrow.catalog(), acme.id);
    expect(matches).toMatchObject([{ table: 'tenant' }]);
    expect(notSearched).toContainEqual({ kind: 'uuid', where: 'leads', reason: 'this role may not read it' });
    expect(notSearched).toContainEqual(expect.objectContaining({ where: 'audit_log' }));
    const byName = await findAnywhere(narrow, await narrow.catalog(), 'Quartz');
    expect(byName.notSearched).toContainEqual({ kind: 'name', where: 'accounts', reason: 'this role may not read it' });
  });

  test('tells of the matches of each kind as they come', async () => {
    const heard: number[] = [];
    const { matches } = await find('rare.example', { onProgress: (result) => heard.push(result.matches.length) });
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.at(-1)).toBe(matches.length);
  });
});

test.for(hostileTexts)('hostile text %s breaks nothing', async ([, text]) => {
  const outcome = await find(text).catch((error: unknown) => error);
  expect(outcome instanceof AdminError || (typeof outcome === 'object' && outcome !== null && 'matches' in outcome)).toBe(true);
  expect((await find('c0ffee00')).matches).toHaveLength(1);
});
