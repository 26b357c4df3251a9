import type { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AdminError } from '#core/errors.ts';
import type { PageCursor } from '#core/page-cursor.ts';
import type { Database } from '#database/database.ts';
import {
  countTenants,
  listFacets,
  listTenants,
  type Tenant,
  type TenantFilter,
  type TenantPageRequest,
} from '#features/tenants/tenants.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { hostileTexts } from './reading.ts';

let admin: Client;
let database: Database;
const all: TenantPageRequest = { sort: 'name', descending: false, pageRows: 1000 };

async function names(filter: TenantFilter, reader = database): Promise<string[]> {
  return (await listTenants(reader, { ...all, ...filter })).tenants.map((tenant) => tenant.name);
}

/** Follows the pages from `from` to the end. `between` runs after each page. */
async function walk(
  reader: Database,
  request: TenantPageRequest,
  between?: (page: readonly Tenant[]) => Promise<void>,
): Promise<Tenant[]> {
  const seen: Tenant[] = [];
  let from: PageCursor | undefined = request.from;
  do {
    const page = await listTenants(reader, { ...request, from });
    expect(page.tenants.length).toBeLessThanOrEqual(request.pageRows);
    if (request.backwards) seen.unshift(...page.tenants);
    else seen.push(...page.tenants);
    from = request.backwards ? page.previous : page.next;
    await between?.(page.tenants);
  } while (from !== undefined);
  return seen;
}

beforeAll(async () => {
  const home = await createDatabase('demo');
  admin = await connectTo(home.settings);
  database = await open(home.settings);
});
afterAll(() => admin.end());

describe('the list on the shape of the manual', () => {
  test('gives every column of a tenant, times to the microsecond', async () => {
    const { tenants } = await listTenants(database, { ...all, search: 'acme-corp' });
    expect(tenants).toEqual([
      {
        id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
        name: 'Acme Corporation',
        slug: 'acme-corp',
        status: 'active',
        plan: 'enterprise',
        created_at: '2025-01-15 09:12:44.318+00',
        updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/),
      },
    ]);
  });

  test.for([
    ['name', false],
    ['name', true],
    ['created', false],
    ['created', true],
    ['updated', false],
    ['updated', true],
  ] as const)('is sorted by %s, descending %s, as PostgreSQL sorts', async ([sort, descending]) => {
    const column = { name: `lower(name)`, created: 'created_at', updated: 'updated_at' }[sort];
    const direction = descending ? 'desc' : 'asc';
    const { rows } = await admin.query<{ id: string }>(`select id from tenant order by ${column} ${direction}, id ${direction}`);
    const { tenants } = await listTenants(database, { ...all, sort, descending });
    expect(tenants.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });

  test('filters by status and plan, case aside, and by both', async () => {
    const { rows } = await admin.query<{ name: string }>(
      `select name from tenant where status = 'trial' and plan = 'pro' order by lower(name), id`,
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(await names({ status: 'TRIAL', plan: 'Pro' })).toEqual(rows.map(({ name }) => name));
    expect(await names({ status: 'tria' })).toEqual([]);
  });

  test.for([
    ['acme', ['Acme Corporation', 'Acme Labs', 'Pacme Ltd']],
    ['ACME-L', ['Acme Labs']],
    ['  pacme ', ['Pacme Ltd']],
    ['f47ac10b-58cc-4372-a567-0e02b2c3d479', ['Acme Corporation']],
    ['F47AC10B-58CC-4372-A567-0E02B2C3D479', ['Acme Corporation']],
    ['{f47ac10b58cc4372a5670e02b2c3d479}', ['Acme Corporation']],
    ['f47a', ['Acme Corporation']],
    ['f47ac10b-58c', ['Acme Corporation']],
    ['F47AC10B…', ['Acme Corporation']],
    ['東京', ['東京システム株式会社']],
    ['النخيل', ['شركة النخيل للتجارة']],
    ['בע״מ', ['הגליל תוכנה בע״מ']],
    ['🗼', ['Lighthouse & Sons 🗼']],
    ["o'neill", ["O'Neill Brothers Builders"]],
    ['no such tenant', []],
  ] as const)('search for %s', async ([search, expected]) => {
    expect(await names({ search })).toEqual(expected);
  });

  test('takes %, _ and \\ for themselves', async () => {
    await admin.query(
      `insert into tenant (name, slug) values ('100% Wool', '100_wool'), ('Back\\slash', 'back'), ('1000 Wool', '100xwool')`,
    );
    expect(await names({ search: '100%' })).toEqual(['100% Wool']);
    expect(await names({ search: '100_' })).toEqual(['100% Wool']);
    expect(await names({ search: 'k\\s' })).toEqual(['Back\\slash']);
    expect(await names({ search: '%' })).toEqual(['100% Wool']);
    await admin.query(`delete from tenant where slug in ('100_wool', 'back', '100xwool')`);
  });

  test.for(hostileTexts)('hostile search %s answers, or is refused in words', async ([, search]) => {
    const outcome = await listTenants(database, { ...all, search, status: search || undefined, plan: search || undefined }).catch(
      (error: unknown) => error,
    );
    expect(outcome instanceof AdminError || (typeof outcome === 'object' && outcome !== null && 'tenants' in outcome)).toBe(true);
    expect((await admin.query('select from tenant')).rowCount).toBe(60);
  });

  test('counts what a search matches', async () => {
    expect(await countTenants(database, {})).toEqual({ rows: 60, capped: false });
    expect(await countTenants(database, { search: 'acme' })).toEqual({ rows: 3, capped: false });
    expect(await countTenants(database, { search: 'acme', status: 'trial' })).toEqual({ rows: 1, capped: false });
  });

  test('offers the statuses and plans in use, most common first', async () => {
    const facets = await listFacets(database);
    const { rows } = await admin.query(
      `select status as value, count(*)::int as tenants from tenant group by status order by tenants desc, value`,
    );
    expect(facets.status).toEqual(rows);
    expect(facets.plan.map(({ value }) => value).toSorted()).toEqual(['business', 'enterprise', 'free', 'pro', 'starter']);
  });

  test('a page knows whether others lie before and behind it', async () => {
    const first = await listTenants(database, { ...all, pageRows: 59 });
    expect([first.previous, first.next]).toEqual([undefined, expect.anything()]);
    const last = await listTenants(database, { ...all, pageRows: 59, from: first.next });
    expect([last.tenants.length, last.next]).toEqual([1, undefined]);
    const back = await listTenants(database, { ...all, pageRows: 59, from: last.previous, backwards: true });
    expect(back.tenants).toEqual(first.tenants);
    expect(back.previous).toBeUndefined();
    expect((await listTenants(database, { ...all, pageRows: 60 })).next).toBeUndefined();
  });
});

describe('the list on the shape of production', () => {
  let production: Database;
  beforeAll(async () => {
    production = await open((await createDatabase('production')).settings);
  });

  test('maps slug and plan to what is there, nulls included', async () => {
    const { tenants } = await listTenants(production, all);
    expect(tenants.map(({ slug, plan, status }) => [slug, plan, status])).toEqual([
      ['acme-corp', 'enterprise', 'active'],
      ['mueller', null, null],
      ['local-tenant-001', 'pro', 'active'],
      ['northwind-health-2', 'free', 'inactive'],
      ['a0000000-0000-4000-8000-000000000005', 'pro', 'active'],
    ]);
    expect(await names({ plan: 'PRO' }, production)).toEqual(['Northwind Health', '東京商事']);
    expect(await names({ search: 'tenant-001' }, production)).toEqual(['Northwind Health']);
    expect((await listFacets(production)).plan[0]).toEqual({ value: 'pro', tenants: 2 });
  });

  test.for(['created', 'updated'] as const)('%s: a tenant without a time is the oldest, once, whichever way', async (sort) => {
    for (const descending of [true, false]) {
      const seen = (await walk(production, { sort, descending, pageRows: 1 })).map(({ slug }) => slug);
      expect(new Set(seen).size).toBe(5);
      expect(seen.at(descending ? -1 : 0)).toBe('mueller');
    }
  });

  test('a tenant without a name is listed, since the column is nullable there', async () => {
    const home = await createDatabase('production');
    const client = await connectTo(home.settings);
    await client.query(`insert into tenant (tenant_id) values ('nameless')`);
    await client.end();
    const { tenants } = await listTenants(await open(home.settings), { ...all, search: 'nameless' });
    expect(tenants).toMatchObject([{ slug: 'nameless', name: '' }]);
  });
});

describe('pages over a table of many equal keys', () => {
  const tenants = 230;
  beforeEach(async () => {
    await admin.query('begin; set local session_replication_role = replica; delete from tenant; commit');
    // Equal names in other cases, equal times, no times: ties everywhere.
    await admin.query(
      `insert into tenant (name, slug, created_at, updated_at)
       select (array['Same', 'same', 'SAME', 'Ärger', '東京', 'zz'])[1 + n % 6], 'slug-' || n,
         case when n % 5 > 0 then timestamptz '2025-01-01' + interval '1 day' * (n % 7) end,
         case when n % 3 > 0 then timestamptz '2025-01-01 00:00:00.000001' end
       from generate_series(1, $1) n`,
      [tenants],
    );
  });

  test.for([
    ['name', false, 7],
    ['name', true, 7],
    ['created', true, 13],
    ['created', false, 1],
    ['updated', true, 100],
    ['updated', false, 229],
  ] as const)(
    'by %s, descending %s, %i a page: forward and back gives all of them once, in one order',
    async ([sort, descending, pageRows]) => {
      const request = { sort, descending, pageRows };
      const whole = (await listTenants(database, { ...request, pageRows: 1000 })).tenants.map(({ id }) => id);
      expect(new Set(whole).size).toBe(tenants);
      expect((await walk(database, request)).map(({ id }) => id)).toEqual(whole);
      const last = await listTenants(database, { ...request, pageRows: tenants - 1 });
      const back = await walk(database, { ...request, backwards: true, from: last.next });
      expect(back.map(({ id }) => id)).toEqual(whole.slice(0, -2));
    },
  );

  test('what comes and goes between pages makes nothing else appear twice or vanish', async () => {
    const before = new Set((await listTenants(database, { ...all })).tenants.map(({ id }) => id));
    const gone = new Set<string>();
    let round = 0;
    const seen = await walk(database, { ...all, pageRows: 20 }, async (page) => {
      round += 1;
      // The last row of the page itself goes, or is renamed to the front; another is born at the front and one at the end.
      const last = page.at(-1)!;
      if (round % 2 === 0) await admin.query('delete from tenant where id = $1', [last.id]);
      else await admin.query(`update tenant set name = '!first' where id = $1`, [last.id]);
      gone.add(last.id);
      await admin.query(`insert into tenant (name) values ('!born'), ('zzzz')`);
      if (round > 30) throw new Error('the pages never end');
      if (round > 10) await admin.query(`delete from tenant where name = 'zzzz'`);
    });
    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...before].filter((id) => !ids.includes(id))).toEqual([]);
    expect(gone.size).toBe(round);
  });

  test('a count stops at 10,000 and says so', async () => {
    await admin.query(`insert into tenant (name) select 'Crowd' from generate_series(1, 10000)`);
    expect(await countTenants(database, { search: 'crowd' })).toEqual({ rows: 10_000, capped: false });
    expect(await countTenants(database, {})).toEqual({ rows: 10_000, capped: true });
  });
});
