import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from '../faults/tls-certificates.ts';
import { connectionOf, load, refusal, temporaryDirectory } from './loading.ts';

let authority: string;
let client: { certificate: string; key: string };
let otherKey: string;
let encryptedKey: string;

beforeAll(() => {
  const made = makeCertificates('db.example.com');
  authority = readFileSync(made.authority, 'utf8');
  client = { certificate: readFileSync(made.client.certificate, 'utf8'), key: readFileSync(made.client.key, 'utf8') };
  otherKey = readFileSync(made.server.key, 'utf8');
  encryptedKey = execFileSync('openssl', ['pkcs8', '-topk8', '-in', made.client.key, '-passout', 'pass:x'], { encoding: 'utf8' });
  made.remove();
});

const remote = 'postgres://u:p@db.example.com/d';
const local = 'postgres://u:p@localhost/d';
const off = (why: string) => ({ state: 'off', why });
const on = (verification: string) => ({ state: 'on', verification });

describe('what each sslmode means', () => {
  test.each([
    [undefined, on('full'), on('full'), off('local')],
    ['disable', off('sslmode=disable'), off('sslmode=disable'), off('sslmode=disable')],
    ['allow', on('none'), on('ca'), off('local')],
    ['prefer', on('none'), on('ca'), off('local')],
    ['require', on('none'), on('ca'), on('none')],
    ['no-verify', on('none'), on('none'), on('none')],
    ['verify-ca', on('ca'), on('ca'), on('ca')],
    ['verify-full', on('full'), on('full'), on('full')],
  ])('%s', async (mode, remotely, withAuthority, locally) => {
    const query = mode === undefined ? '' : `?sslmode=${mode}`;
    const files = { 'ca.pem': authority };
    expect((await connectionOf({ env: { DATABASE_URL: remote + query } })).tls).toMatchObject(remotely);
    expect((await connectionOf({ env: { DATABASE_URL: remote + query, PGSSLROOTCERT: 'ca.pem' }, files })).tls).toMatchObject(
      withAuthority,
    );
    expect((await connectionOf({ env: { DATABASE_URL: local + query } })).tls).toMatchObject(locally);
    expect((await connectionOf({ env: { PGHOST: '/run/pg', ...(mode && { PGSSLMODE: mode }) } })).tls).toEqual(off('local'));
  });

  test('a name of this machine with a remote address is remote', async () => {
    expect((await connectionOf({ env: { PGHOST: 'localhost', PGHOSTADDR: '203.0.113.9' } })).tls).toMatchObject(on('full'));
  });

  test('the URL wins over PGSSLMODE, and ssl=true is require', async () => {
    expect((await connectionOf({ env: { DATABASE_URL: `${remote}?sslmode=disable`, PGSSLMODE: 'require' } })).tls).toEqual(
      off('sslmode=disable'),
    );
    expect((await connectionOf({ env: { DATABASE_URL: `${remote}?ssl=true` } })).tls).toMatchObject(on('none'));
  });
});

describe('certificates', () => {
  test('the root certificate comes from sslrootcert, PGSSLROOTCERT or ~/.postgresql/root.crt', async () => {
    const found = { state: 'on', certificateAuthority: authority };
    expect(
      (await connectionOf({ env: { DATABASE_URL: `${remote}?sslrootcert=ca.pem` }, files: { 'ca.pem': authority } })).tls,
    ).toMatchObject(found);
    expect(
      (await connectionOf({ env: { DATABASE_URL: remote, PGSSLROOTCERT: '~/ca.pem' }, files: { 'ca.pem': authority } })).tls,
    ).toMatchObject(found);
    expect(
      (await connectionOf({ env: { DATABASE_URL: remote }, files: { '.postgresql/root.crt': authority } })).tls,
    ).toMatchObject(found);
  });

  test("system means the machine's authorities, and full verification", async () => {
    const files = { '.postgresql/root.crt': authority };
    const tls = (await connectionOf({ env: { DATABASE_URL: `${local}?sslrootcert=system` }, files })).tls;
    expect(tls).toMatchObject({ ...on('full'), certificateAuthority: undefined });
    const error = await refusal({ env: { DATABASE_URL: remote, PGSSLROOTCERT: 'system', PGSSLMODE: 'require' } });
    expect(error.message).toContain('PGSSLMODE holds "require" beside sslrootcert=system');
  });

  test('a client certificate needs its own key, and the key is out of sight', async () => {
    const env = { DATABASE_URL: remote, PGSSLCERT: 'c.pem', PGSSLKEY: 'c.key' };
    const config = await load({ env, files: { 'c.pem': client.certificate, 'c.key': client.key } });
    const { tls } = config.connection!;
    expect(tls.state === 'on' && tls.clientKey?.()).toBe(client.key);
    expect(inspect(config, { depth: 9 })).not.toContain('PRIVATE');
    const other = await refusal({ env, files: { 'c.pem': client.certificate, 'c.key': otherKey } });
    expect(other.message).toBe('PGSSLKEY is not the key of the client certificate.');
    const locked = await refusal({ env, files: { 'c.pem': client.certificate, 'c.key': encryptedKey } });
    expect(locked.whatToDo).toContain('without a pass phrase');
  });

  test('a file that cannot be used is named with its path', async () => {
    const missing = await refusal({ env: { DATABASE_URL: `${remote}?sslrootcert=/no/such/ca.pem` } });
    expect(missing).toMatchObject({
      kind: 'configuration',
      code: 'tls-file-unusable',
      message: 'sslrootcert in DATABASE_URL names "/no/such/ca.pem", which cannot be read (ENOENT).',
    });
    const directory = temporaryDirectory();
    const unreadable = await refusal({ env: { DATABASE_URL: remote, PGSSLROOTCERT: directory } });
    expect(unreadable.message).toContain('cannot be read (EISDIR)');
    const garbage = await refusal({ env: { DATABASE_URL: remote, PGSSLROOTCERT: join('ca.pem') }, files: { 'ca.pem': 'hello' } });
    expect(garbage.message).toContain('PGSSLROOTCERT names "ca.pem", which holds no usable PEM text');
  });
});
