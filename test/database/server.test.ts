import { beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { serverFrom } from '#database/server.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { adHoc, open } from './opening.ts';

const row = {
  version_number: 150_018,
  version: '15.18',
  database_name: 'postgres',
  role_name: 'postgres',
  is_superuser: false,
  bypasses_row_security: true,
  backend_pid: 7,
  is_standby: false,
  uses_tls: true,
  tls_version: 'TLSv1.3',
  server_time: '2025-11-11 00:00:00+00',
};
const remote: ConnectionSettings = {
  host: 'db.abcdefghijklmnopqrst.supabase.co',
  port: 5432,
  database: 'postgres',
  user: 'postgres',
  password: undefined,
  tls: { state: 'on', verification: 'full' },
  source: 'test',
};

describe('what is known of a server', () => {
  test.each([
    [140_020, '14.20'],
    [90_624, '9.6.24'],
  ])('one older than 15 is refused by name (%i)', (version_number, version) => {
    expect(() => serverFrom({ ...row, version_number, version }, remote, 7)).toThrow(
      expect.objectContaining({
        kind: 'connection',
        code: 'server-too-old',
        message: `The server is PostgreSQL ${version}; aisha-console needs 15 or newer.`,
      }),
    );
  });

  test.each([150_000, 150_018, 180_004, 190_000])('%i is taken', (version_number) => {
    expect(serverFrom({ ...row, version_number }, remote, 7)).toMatchObject({ route: 'direct', bypassesRowSecurity: true });
  });

  test('a process number other than the one that greeted us, or port 6543, means a pooler', () => {
    expect(serverFrom(row, remote, 8).route).toBe('pooled');
    expect(serverFrom(row, { ...remote, port: 6543 }, 7).route).toBe('pooled');
  });

  test('what to type to unlock is the project, direct or through its pooler, else the database', () => {
    expect(serverFrom(row, remote, 7).label).toBe('abcdefghijklmnopqrst');
    const pooled = { ...remote, host: 'aws-0-eu-west-1.pooler.supabase.com', user: 'postgres.abcdefghijklmnopqrst' };
    expect(serverFrom(row, pooled, 7).label).toBe('abcdefghijklmnopqrst');
    expect(serverFrom({ ...row, database_name: 'crm' }, { ...remote, host: 'crm.example.com' }, 7).label).toBe('crm');
  });

  test.each([
    [{ state: 'on', verification: 'full' }, 'verified'],
    [{ state: 'on', verification: 'ca' }, 'verified-chain'],
    [{ state: 'on', verification: 'none' }, 'unverified'],
    [{ state: 'off', why: 'sslmode=disable' }, 'plaintext'],
  ] as const)('protection of %j is %s', (tls, protection) => {
    expect(serverFrom(row, { ...remote, tls }, 7).protection).toBe(protection);
    expect(serverFrom(row, { ...remote, host: '/run/postgresql', tls }, 7).protection).toBe('socket');
  });
});

describe('a role under row-level security', () => {
  let home: TestDatabase;
  let settings: ConnectionSettings;
  const role = `narrow_${process.pid}`;
  beforeAll(async () => {
    home = await createDatabase('demo');
    const admin = await connectTo(home.settings);
    await admin.query(`create role ${role} login password 'narrow'`);
    await admin.query(
      `grant usage on schema public to ${role}; grant select on all tables in schema public to ${role}; revoke select on leads from ${role}`,
    );
    await admin.query(`create table free_for_all (id int)`);
    await admin.query(`grant select on free_for_all to ${role}`);
    await admin.end();
    settings = { ...home.settings, user: role, password: () => 'narrow' };
  });

  test('is told from one that sees everything', async () => {
    const [narrow, wide] = [await open(settings), await open(home.settings)];
    expect([narrow.server.bypassesRowSecurity, wide.server.bypassesRowSecurity]).toEqual([false, true]);
    expect([narrow.server.roleName, narrow.server.databaseName]).toEqual([role, home.name]);
  });

  test('learns of every table whether it hides rows and whether it may be read', async () => {
    const narrow = await (await open(settings)).catalog();
    const wide = await (await open(home.settings)).catalog();
    expect(narrow.table('contacts')).toMatchObject({ rowSecurityActive: true, maySelect: true });
    expect(narrow.table('free_for_all')).toMatchObject({ rowSecurityActive: false, maySelect: true });
    expect(narrow.table('leads')).toMatchObject({ maySelect: false });
    expect(wide.table('contacts')).toMatchObject({ rowSecurityActive: false, maySelect: true });
  });

  test('is refused in words where it has no right', async () => {
    const narrow = await open(settings);
    await expect(narrow.read(adHoc('select id from leads'))).rejects.toMatchObject({
      code: 'permission-denied',
      sqlState: '42501',
      detail: 'permission denied for table leads',
    });
  });
});

describe('a lost connection is told from a failed statement', () => {
  test.each(['08006', '57P01', '57P02', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('%s: lost', (code) => {
    expect(isConnectionLoss(Object.assign(new Error('x'), { code }))).toBe(true);
  });
  test.each(['57014', '42501', '22P02', '40001', '53200'])('%s: the statement', (code) => {
    expect(isConnectionLoss(Object.assign(new Error('x'), { code }))).toBe(false);
  });
});
