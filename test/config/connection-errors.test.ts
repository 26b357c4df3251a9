import { createServer } from 'node:net';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import { connectionError } from '#database/connection-errors.ts';
import { poolOptions } from '#database/pool-options.ts';
import { everythingShown, temporaryDirectory } from './loading.ts';

const settings: ConnectionSettings = {
  host: 'db.example.com',
  port: 5432,
  database: 'crm',
  user: 'admin',
  password: () => 'hunter22',
  tls: { state: 'on', verification: 'full' },
  source: 'DATABASE_URL',
};
const supabase: ConnectionSettings = { ...settings, host: 'db.abcdefghijklmnopqrst.supabase.co', user: 'postgres' };
const pooler: ConnectionSettings = { ...settings, host: 'aws-0-eu-west-1.pooler.supabase.com', user: 'postgres.abc' };
const failed = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('one line of what happened and one of what to do', () => {
  test.each<[string, unknown, ConnectionSettings, string, RegExp, RegExp]>([
    ['unknown host', failed('ENOTFOUND'), settings, 'host-unknown', /db\.example\.com does not exist/, /spelling/],
    ['paused project', failed('ENOTFOUND'), supabase, 'project-unreachable', /may be paused or deleted/, /dashboard and restore/],
    ['no name service', failed('EAI_AGAIN'), supabase, 'host-unknown', /could not be looked up/, /network.*paused/],
    ['refused', failed('ECONNREFUSED'), settings, 'connection-refused', /db\.example\.com:5432 refused/, /port/],
    ['timeout', failed('ETIMEDOUT'), settings, 'connection-timeout', /did not answer/, /firewall/],
    [
      'timeout of the pool',
      new Error('Connection terminated due to connection timeout'),
      supabase,
      'connection-timeout',
      /in time/,
      /paused/,
    ],
    [
      'timeout of the client',
      new Error('timeout expired'),
      settings,
      'connection-timeout',
      /in time/,
      /DB_POOL_CONNECTION_TIMEOUT/,
    ],
    [
      'pool exhausted',
      new Error('timeout exceeded when trying to connect'),
      settings,
      'pool-exhausted',
      /became free/,
      /DB_POOL_MAX/,
    ],
    ['reset', failed('ECONNRESET'), settings, 'connection-lost', /closed the connection/, /server log/],
    ['ended', new Error('Connection terminated unexpectedly'), settings, 'connection-lost', /closed the connection/, /Try again/],
    ['no route', failed('EHOSTUNREACH'), settings, 'host-unreachable', /no route/, /VPN/],
    ['no IPv6', failed('ENETUNREACH'), supabase, 'host-unreachable', /no route/, /pooler/],
    [
      'no socket',
      failed('ENOENT'),
      { ...settings, host: '/run/pg' },
      'socket-missing',
      /\/run\/pg\/\.s\.PGSQL\.5432/,
      /Start the server/,
    ],
    ['forbidden socket', failed('EACCES'), { ...settings, host: '/run/pg' }, 'socket-forbidden', /may not open/, /localhost/],
    [
      'wrong password',
      failed('28P01', 'password authentication failed for user "admin"'),
      settings,
      'wrong-password',
      /password of admin/,
      /DATABASE_URL/,
    ],
    [
      'missing password',
      new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
      settings,
      'password-missing',
      /asks for a password/,
      /PGPASSWORD/,
    ],
    [
      'pg_hba',
      failed('28000', 'no pg_hba.conf entry for host "1.2.3.4", user "admin", database "crm", SSL encryption'),
      settings,
      'login-refused',
      /no pg_hba\.conf entry/,
      /network restrictions/,
    ],
    [
      'TLS wanted',
      failed('28000', 'no pg_hba.conf entry for host "1.2.3.4", user "admin", database "crm", no encryption'),
      { ...settings, tls: { state: 'off', why: 'local' } },
      'login-refused',
      /no encryption/,
      /sslmode=verify-full/,
    ],
    ['no such role', failed('28000', 'role "admin" does not exist'), settings, 'login-refused', /does not exist/, /user name/],
    [
      'no such database',
      failed('3D000', 'database "crm" does not exist'),
      settings,
      'database-unknown',
      /no database crm/,
      /postgres/,
    ],
    [
      'too many',
      failed('53300', 'sorry, too many clients already'),
      settings,
      'too-many-connections',
      /no connection left/,
      /DB_POOL_MAX.*6543/,
    ],
    [
      'too many (Supavisor)',
      failed('XX000', 'MaxClientsInSessionMode: max clients reached'),
      pooler,
      'too-many-connections',
      /no connection left/,
      /DB_POOL_MAX/,
    ],
    [
      'too many (PgBouncer)',
      failed('08P01', 'no more connections allowed (max_client_conn)'),
      settings,
      'too-many-connections',
      /no connection left/,
      /Wait/,
    ],
    [
      'starting',
      failed('57P03', 'the database system is starting up'),
      settings,
      'server-not-ready',
      /starting up/,
      /in a moment/,
    ],
    [
      'stopped',
      failed('57P01', 'terminating connection due to administrator command'),
      settings,
      'connection-lost',
      /administrator command/,
      /restarted/,
    ],
    [
      'Supavisor',
      failed('XX000', 'Tenant or user not found'),
      pooler,
      'project-unreachable',
      /knows no project for the user postgres\.abc/,
      /paused/,
    ],
    [
      'PgBouncer user',
      failed('08P01', 'no such user: admin'),
      settings,
      'pooler-unknown-user',
      /knows no user admin/,
      /user list/,
    ],
    [
      'PgBouncer server',
      failed('08P01', 'pgbouncer cannot connect to server'),
      settings,
      'pooler-cannot-reach',
      /behind it/,
      /directly/,
    ],
    [
      'no TLS',
      new Error('The server does not support SSL connections'),
      settings,
      'tls-unsupported',
      /offers no TLS/,
      /sslmode=disable/,
    ],
    [
      'self-signed chain',
      failed('SELF_SIGNED_CERT_IN_CHAIN'),
      supabase,
      'tls-untrusted',
      /does not know/,
      /dashboard, Database settings.*PGSSLROOTCERT.*sslmode=require/,
    ],
    ['leaf', failed('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), settings, 'tls-untrusted', /does not know/, /PGSSLROOTCERT/],
    ['self-signed', failed('DEPTH_ZERO_SELF_SIGNED_CERT'), settings, 'tls-untrusted', /does not know/, /PGSSLROOTCERT/],
    ['expired', failed('CERT_HAS_EXPIRED'), settings, 'tls-expired', /has expired/, /clock/],
    [
      'host name',
      failed('ERR_TLS_CERT_ALTNAME_INVALID'),
      settings,
      'tls-host-mismatch',
      /not for the host db\.example\.com/,
      /verify-ca/,
    ],
    ['handshake', failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), settings, 'tls-failed', /No TLS connection/, /PGSSLCERT/],
    ['anything else', new Error('out of cheese'), settings, 'connection-failed', /out of cheese/, /Check/],
  ])('%s', (_, thrown, where, code, happened, todo) => {
    const error = connectionError(thrown, where);
    expect(error).toMatchObject({ kind: 'connection', code });
    expect(error.message).toMatch(happened);
    expect(error.whatToDo).toMatch(todo);
    expect(error.message + error.whatToDo).not.toContain('\n');
    expect(error.message.length + error.whatToDo.length).toBeLessThan(320);
  });
});

test('of several addresses the most telling failure is told', () => {
  const tried = new AggregateError([failed('ENETUNREACH'), failed('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:5432')]);
  expect(connectionError(tried, settings)).toMatchObject({
    code: 'connection-refused',
    detail: 'connect ECONNREFUSED 10.0.0.1:5432',
  });
});

test('the password is taken out of what a server quotes', () => {
  const error = connectionError(failed('XX000', 'cannot parse hunter22\nnor postgres://u:hunter22@h'), settings);
  expect(everythingShown(error)).not.toContain('hunter22');
  expect(error.detail).toContain('•••');
});

test('an AdminError passes, and only a SQLSTATE becomes sqlState', () => {
  const own = new AdminError({ kind: 'connection', code: 'x', whatHappened: 'x', whatToDo: 'y' });
  expect(connectionError(own, settings)).toBe(own);
  expect(connectionError(failed('EPIPE'), settings).sqlState).toBeUndefined();
  expect(connectionError(failed('3D000'), settings).sqlState).toBe('3D000');
});

async function attempt(host: string, port: number): Promise<AdminError> {
  const here: ConnectionSettings = { ...settings, host, port, tls: { state: 'off', why: 'local' } };
  const pool = new Pool(poolOptions(here, { max: 1, idleTimeoutMs: 1000, connectionTimeoutMs: 200 }));
  const thrown: unknown = await pool.connect().catch((error: unknown) => error);
  await pool.end();
  return connectionError(thrown, here);
}

async function listen(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return { port: address.port, close };
}

describe('sockets of this machine', () => {
  test('nothing listens', async () => {
    const { port, close } = await listen();
    await close();
    expect(await attempt('127.0.0.1', port)).toMatchObject({ code: 'connection-refused' });
  });

  test('something listens and says nothing', async () => {
    const { port, close } = await listen();
    onTestFinished(close);
    expect(await attempt('127.0.0.1', port)).toMatchObject({ code: 'connection-timeout' });
  });

  test('no socket in the directory', async () => {
    expect(await attempt(temporaryDirectory(), 5432)).toMatchObject({ code: 'socket-missing' });
  });
});
