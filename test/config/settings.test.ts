import { describe, expect, test } from 'vitest';
import { everythingShown, load, refusal, type Situation } from './loading.ts';

const key = (claims: object) => `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;
const direct = 'postgresql://postgres:pw@db.abcdefghijklmnopqrst.supabase.co:5432/postgres';
const pooled = 'postgresql://postgres.abcdefghijklmnopqrst:pw@aws-0-eu-west-1.pooler.supabase.com:6543/postgres';

describe('the variables of the manual, 2.4', () => {
  test("the pool has the manual's defaults and can be changed", async () => {
    expect((await load({})).pool).toEqual({ max: 20, idleTimeoutMs: 30_000, connectionTimeoutMs: 2000 });
    const env = { DB_POOL_MAX: '5', DB_POOL_IDLE_TIMEOUT: '0', DB_POOL_CONNECTION_TIMEOUT: '900', PGCONNECT_TIMEOUT: '7' };
    expect((await load({ env })).pool).toEqual({ max: 5, idleTimeoutMs: 0, connectionTimeoutMs: 900 });
  });

  test.each([
    ['DB_POOL_MAX', 'abc', 'a whole number from 1 to 100'],
    ['DB_POOL_MAX', '0', 'a whole number from 1 to 100'],
    ['DB_POOL_MAX', '101', 'a whole number from 1 to 100'],
    ['DB_POOL_IDLE_TIMEOUT', '30s', 'of milliseconds'],
    ['DB_POOL_CONNECTION_TIMEOUT', '-1', 'of milliseconds'],
    ['USE_SUPABASE_PROD', 'yes', 'true or false'],
    ['AISHA_ENV', 'two words', '1 to 12 letters'],
    ['AISHA_ENV', 'thirteen-char', '1 to 12 letters'],
    ['SUPABASE_URL', 'http://abc.supabase.co', 'https://'],
    ['VITE_SUPABASE_URL', 'abc.supabase.co', 'https://'],
    ['PGPORT', '99999', 'from 1 to 65535'],
    ['PGSSLMODE', 'on', 'one of disable, allow, prefer'],
    ['PGHOSTADDR', 'db.example.com', 'an IPv4 or IPv6 address'],
    ['PGCONNECT_TIMEOUT', '2s', 'of seconds'],
    ['AISHA_OPERATOR', 'a\u001b[31mb', 'printable'],
  ])('%s=%s is named, with what it held and what is expected', async (name, value, expected) => {
    const error = await refusal({ env: { [name]: value } });
    expect(error.kind).toBe('configuration');
    expect(error.message).toContain(`${name} holds "${value.replace('\u001b', '\\x1b')}"`);
    expect(error.whatToDo).toContain(expected);
  });

  test('the placeholder of SUPABASE_URL and the shortened keys of the manual are told apart', async () => {
    expect((await refusal({ env: { SUPABASE_URL: 'https://PROJECT_ID.supabase.co' } })).message).toContain(
      'still holds the placeholder',
    );
    expect((await refusal({ env: { SUPABASE_ANON_KEY: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...' } })).message).toContain(
      'shortened example',
    );
  });

  test.each(['SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_ANON_KEY', 'VITE_SUPABASE_ANON_KEY'])('%s is masked', async (name) => {
    const secret = `eyJh${'b'.repeat(215)}`;
    const error = await refusal({ env: { [name]: secret } });
    expect(error.message).toBe(`${name} holds eyJh…(219 characters).`);
    expect(everythingShown(error)).not.toContain('bbb');
    expect((await refusal({ env: { [name]: 'short' } })).message).toBe(`${name} holds …(5 characters).`);
  });

  test('all that is wrong is said at once', async () => {
    const error = await refusal({
      flags: { statementTimeout: 'soon' },
      env: { DB_POOL_MAX: 'x', AISHA_ENV: '!', PGSSLROOTCERT: 'none.pem', DATABASE_URL: 'postgres://u:p@h/d' },
    });
    expect(error).toMatchObject({ kind: 'usage', code: 'invalid-flag' });
    for (const name of ['--statement-timeout', 'DB_POOL_MAX', 'AISHA_ENV', 'PGSSLROOTCERT']) {
      expect(error.message).toContain(name);
      expect(error.detail?.split('\n').filter((text) => text.startsWith(name))).toHaveLength(1);
    }
  });
});

describe('keys and projects that disagree', () => {
  test.each([
    ['the direct host', direct],
    ['the pooler user', pooled],
  ])('another project than %s', async (_, url) => {
    const { warnings } = await load({ env: { DATABASE_URL: url, SUPABASE_URL: 'https://zzzzzzzzzzzzzzzzzzzz.supabase.co' } });
    expect(warnings.join()).toMatch(/SUPABASE_URL is of project "z+", but the database \(DATABASE_URL\) is of "abc/);
  });

  test('a key of another project or role', async () => {
    const env = {
      DATABASE_URL: direct,
      SUPABASE_SERVICE_ROLE_KEY: key({ role: 'anon', ref: 'abcdefghijklmnopqrst' }),
      SUPABASE_ANON_KEY: key({ role: 'anon', ref: 'other' }),
      VITE_SUPABASE_ANON_KEY: 'sb_secret_abcdefgh',
    };
    const { warnings } = await load({ env });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('SUPABASE_SERVICE_ROLE_KEY holds a key of the role "anon"');
    expect(warnings[1]).toContain('Browsers can read it');
    expect(warnings[2]).toContain('SUPABASE_ANON_KEY is of project "other"');
    expect(warnings.join()).not.toContain('sb_secret');
  });

  test('agreement is silent', async () => {
    const ref = 'abcdefghijklmnopqrst';
    const env = {
      DATABASE_URL: pooled,
      SUPABASE_URL: `https://${ref}.supabase.co`,
      SUPABASE_SERVICE_ROLE_KEY: key({ role: 'service_role', ref }),
      SUPABASE_ANON_KEY: key({ role: 'anon', ref }),
      VITE_SUPABASE_ANON_KEY: 'sb_publishable_abc',
    };
    expect((await load({ env })).warnings).toEqual([]);
  });
});

describe('the environment label', () => {
  test.each([
    [{ USE_SUPABASE_PROD: 'true' }, 'PROD', true],
    [{ AISHA_ENV: 'Production' }, 'PROD', true],
    [{ AISHA_ENV: 'prod' }, 'PROD', true],
    [{ AISHA_ENV: 'staging', USE_SUPABASE_PROD: 'TRUE' }, 'PROD', true],
    [{ AISHA_ENV: 'staging', USE_SUPABASE_PROD: 'false' }, 'STAGING', false],
    [{ AISHA_ENV: 'eu-1' }, 'EU-1', false],
    [{}, 'REMOTE', false],
    [{ DATABASE_URL: 'postgres://u@localhost/d' }, 'LOCAL', false],
    [{ DATABASE_URL: '', PGHOST: 'localhost', PGHOSTADDR: '10.1.1.1' }, 'REMOTE', false],
  ])('%o', async (env, name, production) => {
    expect((await load({ env: { DATABASE_URL: 'postgres://u@h/d', ...env } })).environmentLabel).toEqual({ name, production });
  });
});

const color = async (situation: Situation) => (await load(situation)).output.color;

describe('flags', () => {
  test.each([[{ readOnly: true, write: true }], [{ demo: true, databaseUrl: 'postgres://h/d' }]])(
    '%o exclude each other',
    async (flags) => {
      expect(await refusal({ flags })).toMatchObject({ kind: 'usage', code: 'conflicting-flags' });
    },
  );

  test('access, timeout and tenant', async () => {
    expect(await load({})).toMatchObject({ access: 'default', statementTimeoutMs: 5000 });
    expect(await load({ flags: { readOnly: true, statementTimeout: '250', tenant: 'acme' } })).toMatchObject({
      access: 'read-only',
      statementTimeoutMs: 250,
      tenant: 'acme',
    });
    expect((await load({ flags: { write: true } })).access).toBe('write');
    expect(await refusal({ flags: { statementTimeout: '0' } })).toMatchObject({ kind: 'usage' });
  });

  test('colour', async () => {
    expect(await color({})).toBe(true);
    expect(await color({ env: { NO_COLOR: '' } })).toBe(true);
    expect(await color({ env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).toBe(false);
    expect(await color({ flags: { color: false } })).toBe(false);
    expect(await color({ host: { isTerminal: false } })).toBe(false);
    expect(await color({ host: { isTerminal: false }, env: { FORCE_COLOR: '1' } })).toBe(true);
  });
});

describe('the operator', () => {
  test.each([
    [{ operator: 'Ann' }, { AISHA_OPERATOR: 'bob', USER: 'c' }, { name: 'Ann', host: 'bastion' }],
    [{}, { AISHA_OPERATOR: 'bob', SUDO_USER: 'd', USER: 'c' }, { name: 'bob', host: 'bastion' }],
    [{}, { SUDO_USER: 'dora', USER: 'root' }, { name: 'dora', host: 'bastion' }],
    [
      {},
      { USER: 'carl', SSH_CONNECTION: '10.0.0.9 52044 10.0.0.1 22' },
      { name: 'carl', host: 'bastion', sshClient: '10.0.0.9' },
    ],
    [{}, { SSH_CLIENT: '2001:db8::9 52044 22' }, { name: 'jane', host: 'bastion', sshClient: '2001:db8::9' }],
    [{}, { SSH_CONNECTION: '\u001b]0;x\u0007 1' }, { name: 'jane', host: 'bastion' }],
  ])('%o %o', async (flags, env, expected) => {
    expect((await load({ flags, env })).operator).toEqual(expected);
  });

  test('an unprintable --operator is refused', async () => {
    expect(await refusal({ flags: { operator: 'a\nb' } })).toMatchObject({ kind: 'usage', message: '--operator holds "a\\nb".' });
  });
});
