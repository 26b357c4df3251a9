import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { Client, Pool } from 'pg';
import { expect, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import { poolOptions } from '#database/pool-options.ts';

const settings: ConnectionSettings = {
  host: 'db.example.com',
  port: 6432,
  database: 'crm',
  user: 'admin',
  password: () => 'hunter22',
  tls: { state: 'on', verification: 'full' },
  source: 'DATABASE_URL',
};
const limits = { max: 7, idleTimeoutMs: 8, connectionTimeoutMs: 9 };

test('discrete fields with the limits given', () => {
  expect(poolOptions(settings, limits)).toMatchObject({
    host: 'db.example.com',
    port: 6432,
    database: 'crm',
    user: 'admin',
    application_name: 'aisha-console',
    max: 7,
    idleTimeoutMillis: 8,
    connectionTimeoutMillis: 9,
    keepAlive: true,
    ssl: { rejectUnauthorized: true, servername: 'db.example.com' },
  });
  expect(poolOptions(settings, limits)).not.toHaveProperty('connectionString');
});

test('the address is dialled, the name is verified', () => {
  const options = poolOptions({ ...settings, address: '10.0.0.7' }, limits);
  expect(options).toMatchObject({ host: '10.0.0.7', ssl: { servername: 'db.example.com' } });
  expect(poolOptions({ ...settings, host: '10.0.0.7' }, limits).ssl).not.toHaveProperty('servername');
});

test('each degree of verification', () => {
  expect(poolOptions({ ...settings, tls: { state: 'off', why: 'local' } }, limits).ssl).toBe(false);
  expect(poolOptions({ ...settings, tls: { state: 'on', verification: 'none' } }, limits).ssl).toMatchObject({
    rejectUnauthorized: false,
  });
  expect(poolOptions({ ...settings, tls: { state: 'on', verification: 'ca' } }, limits).ssl).toMatchObject({
    rejectUnauthorized: true,
    checkServerIdentity: expect.any(Function),
  });
  expect(poolOptions(settings, limits).ssl).not.toHaveProperty('checkServerIdentity');
});

test('neither the password nor the client key shows when the pool or a client is inspected', () => {
  const pem = execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-subj', '/CN=x'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tls = { state: 'on', verification: 'full', clientCertificate: pem, clientKey: () => pem } as const;
  const options = poolOptions({ ...settings, tls }, limits);
  const pool = new Pool(options);
  const client = new Client(options);
  const everything = [settings, options, pool, client].map((value) => inspect(value, { depth: 20, showHidden: true })).join('\n');
  expect(everything).toContain('db.example.com');
  expect(everything).not.toContain('hunter22');
  expect(everything).not.toContain('PRIVATE KEY');
});

test('a missing password is an error only once the server asks for one', () => {
  const { password } = poolOptions({ ...settings, password: undefined }, limits);
  expect(() => (typeof password === 'function' ? password() : password)).toThrow(AdminError);
});
