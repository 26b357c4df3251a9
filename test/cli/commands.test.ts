import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run, type RunOptions } from './program.ts';

const acmeId = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
let home: TestDatabase;
let admin: Client;
beforeAll(async () => {
  home = await createDatabase('demo');
  admin = await connectTo(home.settings);
});
afterAll(() => admin.end());

/** What the commands print with --json, all in one. */
interface Answer {
  tenants: { id: string; name: string; created_at: string }[];
  next: string | null;
  tenant: Record<string, unknown>;
  counts: { table: string; rows: number | null; capped: boolean }[];
  employees: Record<string, unknown>[];
  modules: Record<string, unknown>[];
  recent_audit: Record<string, unknown>[];
  matches: Record<string, unknown>[];
}

const on = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  run(['--database-url', home.url, ...args], options);
async function json(args: readonly string[]): Promise<{ data: Answer; stderr: string }> {
  const { code, stdout, stderr } = await on([...args, '--json']);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return { data: JSON.parse(stdout) as Answer, stderr };
}

describe('tenants list', () => {
  test('--json has exactly the promised keys', async () => {
    const { data, stderr } = await json(['tenants', 'list']);
    expect(Object.keys(data)).toEqual(['tenants', 'next']);
    expect(Object.keys(data.tenants[0]!)).toEqual(['id', 'name', 'slug', 'status', 'plan', 'created_at', 'updated_at']);
    expect(data.tenants).toHaveLength(50);
    expect(stderr).toBe(`more follow: --after ${data.next}\n`);
  });

  test('--after goes on where the page before ended, to the last', async () => {
    const first = (await json(['tenants', 'list', '--limit', '40', '--sort', 'created'])).data;
    const second = (await json(['tenants', 'list', '--limit', '40', '--sort', 'created', '--after', first.next!])).data;
    expect(second.next).toBeNull();
    const all = [...first.tenants, ...second.tenants];
    expect(new Set(all.map(({ id }) => id)).size).toBe(60);
    const { rows } = await admin.query<{ id: string }>('select id from tenant order by created_at desc, id desc');
    expect(all.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });

  test('search and filters narrow it; nothing found is an empty list', async () => {
    const found = await json(['tenants', 'list', '--search', 'acme', '--status', 'trial', '--plan', 'free']);
    expect(found.data.tenants.map(({ name }) => name)).toEqual(['Acme Labs']);
    expect((await json(['tenants', 'list', '--search', 'no such'])).data).toEqual({ tenants: [], next: null });
  });

  test('a status or plan that no tenant has is pointed out with those there are', async () => {
    const { data, stderr } = await json(['tenants', 'list', '--status', 'actve', '--plan', 'enterprise']);
    expect(data.tenants).toEqual([]);
    expect(stderr).toMatch(/^no tenant has the status "actve"; there are: .*\bactive\b.*\n$/);
  });

  test('as text is a table of one line a tenant', async () => {
    const { code, stdout, stderr } = await on(['tenants', 'list', '--search', 'acme-corp']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/^ID +NAME +SLUG +STATUS +PLAN +CREATED +UPDATED\n/);
    expect(stdout).toContain(`${acmeId}  Acme Corporation  acme-corp  active  enterprise  2025-01-15`);
  });

  test('a hostile name reaches the terminal as text', async () => {
    const name = `\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r\nrm -rf`;
    await admin.query(`insert into tenant (name, slug) values ($1, 'hostile')`, [name]);
    for (const args of [
      ['tenants', 'list', '--search', 'hostile'],
      ['tenants', 'show', 'hostile'],
      ['find', 'hostile'],
    ]) {
      const { code, stdout, stderr } = await on(args);
      expect(code).toBe(0);
      // oxlint-disable-next-line no-control-regex -- these are what must not be there.
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(stdout).toContain(String.raw`\x1b[2J`);
    }
    const { data } = await json(['tenants', 'list', '--search', 'hostile']);
    expect(data.tenants[0]!.name).toBe(name);
    await admin.query(`delete from tenant where slug = 'hostile'`);
  });
});

describe('tenants show', () => {
  test('--json has exactly the promised keys, by UUID, slug and name', async () => {
    const cards = await Promise.all([acmeId, 'acme-corp', 'Acme Corporation'].map((text) => json(['tenants', 'show', text])));
    const { data } = cards[0]!;
    expect(Object.keys(data)).toEqual(['tenant', 'counts', 'employees', 'modules', 'recent_audit']);
    expect(Object.keys(data.tenant)).toEqual(['id', 'name', 'slug', 'status', 'plan', 'metadata', 'created_at', 'updated_at']);
    expect(Object.keys(data.counts[0]!)).toEqual(['table', 'rows', 'capped']);
    expect(Object.keys(data.employees[0]!)).toEqual(['id', 'name', 'email', 'role', 'status']);
    expect(Object.keys(data.modules[0]!)).toEqual(['module', 'is_enabled']);
    expect(Object.keys(data.recent_audit[0]!)).toEqual(['id', 'at', 'action', 'table_name', 'record_id', 'actor']);
    const { rows } = await admin.query<{ n: number }>('select count(*)::int as n from contacts where tenant_id = $1', [acmeId]);
    expect(data.counts.find(({ table }) => table === 'contacts')).toEqual({ table: 'contacts', rows: rows[0]!.n, capped: false });
    expect(cards.map(({ data: card }) => card)).toEqual([data, data, data]);
    expect(cards.map(({ stderr }) => stderr)).toEqual(['', '', `Acme Corporation is the name of the tenant ${acmeId}\n`]);
  });

  test('keeps exact numbers and masks secrets, as text and as JSON', async () => {
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await on(['tenants', 'show', acmeId, ...flags]);
      expect(stdout).toContain('12345678901234567890');
      expect(stdout).toContain('cus_NffrFeUfNV2Hib');
      expect(stdout + stderr).not.toContain('whsec_demo_not_a_secret');
      expect(stdout).toContain('••••');
    }
  });

  test('works on the shape of production, and says what that lacks', async () => {
    const production = await createDatabase('production');
    const client = await connectTo(production.settings);
    await client.query('drop table modulesettings');
    await client.end();
    const { code, stdout, stderr } = await run(['--database-url', production.url, 'tenants', 'show', 'acme-corp', '--json']);
    expect(code).toBe(0);
    const card = JSON.parse(stdout) as Answer;
    expect(card.tenant['tenant_id']).toBe('acme-corp');
    expect(card.counts.find(({ table }) => table === 'contacts')).toEqual({ table: 'contacts', rows: 8, capped: false });
    expect(card.modules).toEqual([]);
    expect(stderr).toContain('this database has no modulesettings');
    expect(stdout + stderr).not.toContain('aisha_demo_not_a_key');
  });
});

describe('find', () => {
  test('--json has exactly the promised keys', async () => {
    const { data } = await json(['find', 'jane@acme.example']);
    expect(Object.keys(data)).toEqual(['matches', 'not_searched']);
    expect(Object.keys(data.matches[0]!)).toEqual(['kind', 'table', 'id', 'tenant_id', 'tenant_name', 'label', 'why']);
    expect(data.matches[0]).toMatchObject({
      kind: 'email',
      table: 'employees',
      tenant_id: acmeId,
      tenant_name: 'Acme Corporation',
      label: 'Jane Cooper',
    });
  });

  test('--tenant pins it to one tenant and says so', async () => {
    const { data, stderr } = await json(['--tenant', 'acme-labs', 'find', 'acme']);
    expect(new Set(data.matches.map((match) => match['tenant_name']))).toEqual(new Set(['Acme Labs']));
    expect(stderr).not.toContain('acme-labs is');
    const { stderr: told } = await json(['--tenant', 'ACME-LABS', 'find', 'acme']);
    expect(told).toMatch(/ACME-LABS is the slug acme-labs of the tenant [0-9a-f-]{36}\n/);
    const nothing = await on(['--tenant', 'acme-labs', 'find', 'jane@acme.example']);
    expect(nothing).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('in Acme Labs, taken as email.') });
    const half = await on(['find', 'nobody@nowhe']);
    expect(half).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/taken as email-part, name\.\n.*Try the whole address/),
    });
  });
});

test('without a command and without a terminal it prints an overview', async () => {
  const { code, stdout } = await on([]);
  expect(code).toBe(0);
  expect(stdout).toContain('PostgreSQL');
  expect(stdout).toMatch(/TENANTS +60/);
  const { url } = await createDatabase('empty');
  const { stdout: empty } = await run(['--database-url', url]);
  expect(empty).toContain('no table public.tenant');
  expect(JSON.parse((await run(['--database-url', url, '--json'])).stdout)).toMatchObject({ tables: 0, tenants: null });
});

test.for([['--json'], ['health', '--json'], ['migrations', '--json']])('the overview is data: %s', async (args) => {
  const { code, stdout } = await on(args);
  expect(code).toBe(0);
  const overview = JSON.parse(stdout) as { readonly tenants: { readonly by_status: readonly { readonly tenants: number }[] } };
  expect(overview).toMatchObject({
    environment: 'LOCAL',
    is_production: false,
    host: '127.0.0.1',
    server_version: expect.stringMatching(/^\d+/),
    is_standby: false,
    bypasses_row_security: true,
    route: 'direct',
    access: 'writing',
    tables: expect.any(Number),
    tenants: { rows: 60, capped: false, by_plan: expect.arrayContaining([{ value: 'free', tenants: expect.any(Number) }]) },
  });
  expect(overview.tenants.by_status.reduce((sum, { tenants }) => sum + tenants, 0)).toBe(60);
});

test('a role under row-level security is warned that rows may be hidden, and one without a right told what it may not read', async () => {
  const role = `cli_${process.pid}`;
  await admin.query(`create role ${role} login password 'narrow'; grant select on all tables in schema public to ${role}`);
  const url = new URL(home.url);
  url.username = role;
  url.password = 'narrow';
  const { code, stdout, stderr } = await run(['--database-url', url.href, 'tenants', 'list', '--json']);
  expect(code).toBe(0);
  expect(stderr).toContain(`the role ${role} does not bypass row-level security`);
  expect(() => JSON.parse(stdout)).not.toThrow();
  await admin.query(`revoke select on audit_log, employees from ${role}; alter role ${role} bypassrls`);
  const card = await run(['--database-url', url.href, 'tenants', 'show', acmeId, '--json']);
  expect(card).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/this role may not read employees\n.*this role may not read audit_log/s),
  });
  expect((JSON.parse(card.stdout) as Answer).counts.find(({ table }) => table === 'employees')).toEqual({
    table: 'employees',
    rows: null,
    capped: false,
  });
});
