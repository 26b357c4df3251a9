import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { connectionOf, everythingShown, load, refusal } from './loading.ts';

const remote = 'postgresql://crm:s3cr%23t@db.example.com:6000/aisha';

describe('where the connection comes from', () => {
  test('nothing given is no connection, and a lonely PGUSER opens nothing', async () => {
    expect((await load({})).connection).toBeUndefined();
    expect((await load({ env: { PGUSER: 'x', PGPASSWORD: 'y' } })).connection).toBeUndefined();
  });

  test('a URL is taken apart, percent-encoding included', async () => {
    const connection = await connectionOf({ env: { DATABASE_URL: remote } });
    expect(connection).toMatchObject({
      host: 'db.example.com',
      port: 6000,
      database: 'aisha',
      user: 'crm',
      source: 'DATABASE_URL',
    });
    expect(connection.password?.()).toBe('s3cr#t');
  });

  test.each([
    [
      'the flag over all',
      { flags: { databaseUrl: 'postgres://u@flag/d' }, env: { DATABASE_URL: remote, PGHOST: 'pg' } },
      'flag',
      '--database-url',
    ],
    ['DATABASE_URL over PG*', { env: { DATABASE_URL: remote, PGHOST: 'pg' } }, 'db.example.com', 'DATABASE_URL'],
    ['PG* over a DATABASE_URL in .env', { env: { PGHOST: 'pg' }, files: { '.env': `DATABASE_URL=${remote}` } }, 'pg', 'PG*'],
    ['.env last', { files: { '.env': `DATABASE_URL=${remote}` } }, 'db.example.com', 'DATABASE_URL in .env'],
    ['PG* of .env', { files: { '.env': 'PGHOST=inner' } }, 'inner', 'PG* in .env'],
    [
      'an empty variable as unset',
      { env: { DATABASE_URL: '' }, files: { '.env': `DATABASE_URL=${remote}` } },
      'db.example.com',
      'DATABASE_URL in .env',
    ],
  ])('%s', async (_, situation, host, source) => {
    expect(await connectionOf(situation)).toMatchObject({ host, source });
  });

  test('PG* follows libpq, with its defaults', async () => {
    const env = {
      PGHOST: 'h',
      PGPORT: '5433',
      PGDATABASE: 'd',
      PGUSER: 'u',
      PGPASSWORD: 'p w',
      PGCONNECT_TIMEOUT: '7',
      PGAPPNAME: 'nightly',
    };
    const { connection, pool } = await load({ env });
    expect(connection).toMatchObject({ host: 'h', port: 5433, database: 'd', user: 'u', applicationName: 'nightly' });
    expect(connection?.password?.()).toBe('p w');
    expect(pool.connectionTimeoutMs).toBe(7000);
    expect(await connectionOf({ env: { PGDATABASE: 'crm' } })).toMatchObject({ host: 'localhost', port: 5432, user: 'jane' });
    expect(await connectionOf({ env: { PGHOST: 'h', PGUSER: 'bob' } })).toMatchObject({ database: 'bob' });
  });

  test('a URL that leaves things out is completed from PG*', async () => {
    const connection = await connectionOf({
      env: { DATABASE_URL: 'postgres://h', PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd' },
    });
    expect(connection).toMatchObject({ user: 'u', database: 'd' });
    expect(connection.password?.()).toBe('p');
  });

  test('query parameters, sockets and IPv6', async () => {
    expect(
      await connectionOf({ env: { DATABASE_URL: 'postgresql:///crm?host=/run/pg&application_name=a%20b&connect_timeout=9' } }),
    ).toMatchObject({
      host: '/run/pg',
      database: 'crm',
      applicationName: 'a b',
    });
    expect(await connectionOf({ env: { DATABASE_URL: 'postgres://u@%2Frun%2Fpg/d' } })).toMatchObject({ host: '/run/pg' });
    expect(await connectionOf({ env: { DATABASE_URL: 'postgres://u:p@[2001:db8::1]:6432/d' } })).toMatchObject({
      host: '2001:db8::1',
      port: 6432,
    });
  });

  test('PGHOSTADDR is what is dialled, PGHOST the name, and a URL with a host ignores both with a warning', async () => {
    expect(await connectionOf({ env: { PGHOST: 'db.example.com', PGHOSTADDR: '10.0.0.7' } })).toMatchObject({
      host: 'db.example.com',
      address: '10.0.0.7',
    });
    const { connection, warnings } = await load({ env: { DATABASE_URL: remote, PGHOSTADDR: '10.0.0.7' } });
    expect(connection?.address).toBeUndefined();
    expect(warnings.join()).toContain('PGHOSTADDR');
  });

  test('unknown parameters are named in a warning', async () => {
    const { warnings } = await load({ env: { DATABASE_URL: `${remote}?pgbouncer=true&schema=public` } });
    expect(warnings.join()).toContain('"pgbouncer", "schema"');
  });

  test('--demo opens no other database and trips over nothing in a .env for one', async () => {
    const config = await load({
      flags: { demo: true },
      files: { '.env': 'DATABASE_URL=nonsense\nSUPABASE_URL=x\nUSE_SUPABASE_PROD=true' },
    });
    expect(config).toMatchObject({ connection: undefined, environmentLabel: { name: 'DEMO', production: false } });
  });
});

describe('connection strings that cannot be used', () => {
  test.each([
    ['a # in the password', 'postgres://u:Tr0ub#dor@h/d'],
    ['a # after digits, which WHATWG takes for a port', 'postgres://u:12#Tr0ub@h/d'],
    ['a /', 'postgres://u:Tr0ub/dor@h/d'],
    ['a ?', 'postgres://u:Tr0ub?dor@h/d'],
    ['an @', 'postgres://u:Tr0ub@dor@h/d'],
    ['an @ and a /', 'postgres://u:Tr@0ub/dor@h/d'],
    ['a broken %', 'postgres://u:Tr0ub%zz@h/d'],
    ['cut at the # by a shell or .env', 'postgres://u:Tr0ub'],
  ])('%s: percent-encode it, without printing it', async (_, url) => {
    const error = await refusal({ env: { DATABASE_URL: url } });
    expect(error).toMatchObject({ kind: 'configuration', code: 'unescaped-database-url' });
    expect(error.message).toMatch(/^DATABASE_URL holds postgres:\/\/…\(\d+ characters\)/);
    expect(error.whatToDo).toContain('percent-encoded password');
    expect(everythingShown(error)).not.toMatch(/Tr0ub|dor@/);
  });

  test.each([
    ['postgresql://postgres:[PASSWORD]@db.abc.supabase.co:5432/postgres', '[PASSWORD]'],
    ['postgresql://postgres:YOUR_PASSWORD@db.abc.supabase.co:5432/postgres', 'YOUR_PASSWORD'],
    ['postgresql://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres', '[YOUR-PASSWORD]'],
    ['postgresql://postgres:PASSWORD@db.abc.supabase.co:5432/postgres', 'PASSWORD'],
    ['postgresql://postgres:x1@db.PROJECT.supabase.co:5432/postgres', 'PROJECT'],
    ['postgresql://postgres:x1@db.PROJECT_ID.supabase.co:5432/postgres', 'PROJECT_ID'],
    ['postgresql://postgres:x1@db.[PROJECT_REF].supabase.co:6543/postgres', '[PROJECT_REF]'],
  ])('%s still holds its placeholder', async (url, placeholder) => {
    const error = await refusal({ env: { DATABASE_URL: url } });
    expect(error).toMatchObject({ code: 'placeholder', message: `DATABASE_URL still holds the placeholder ${placeholder}.` });
  });

  test.each([
    ['mysql://u:hunter22@h/d', 'invalid-database-url', 'mysql://'],
    ['host=h password=hunter22', 'invalid-database-url', 'DATABASE_URL holds …(24 characters)'],
    ['postgres://u:hunter22@a,b/d', 'several-hosts', 'several hosts'],
    ['postgres://u:hunter22@h:70000/d', 'invalid-configuration', 'port in DATABASE_URL holds "70000"'],
    ['postgres://u:hunter22@h/d?sslmode=on', 'invalid-configuration', 'sslmode in DATABASE_URL holds "on"'],
  ])('%s', async (url, code, part) => {
    const error = await refusal({ env: { DATABASE_URL: url } });
    expect(error.code).toBe(code);
    expect(error.message).toContain(part);
    expect(everythingShown(error)).not.toContain('hunter22');
  });

  test('placeholders and several hosts in PG* are refused too', async () => {
    expect((await refusal({ env: { PGHOST: 'db.PROJECT_ID.supabase.co' } })).message).toBe(
      'PGHOST still holds the placeholder PROJECT_ID.',
    );
    expect((await refusal({ env: { PGHOST: 'h', PGPASSWORD: 'YOUR_PASSWORD' } })).message).toContain('PGPASSWORD still holds');
    expect(await refusal({ env: { PGHOST: 'a,b' } })).toMatchObject({ code: 'several-hosts' });
  });

  test('a bad --database-url is a usage error', async () => {
    expect(await refusal({ flags: { databaseUrl: 'ftp://x' } })).toMatchObject({ kind: 'usage' });
  });
});

describe('passwords', () => {
  const line = 'db.example.com:6000:aisha:crm:from\\:file\n';
  const env = { DATABASE_URL: 'postgres://crm@db.example.com:6000/aisha' };

  test('.pgpass gives one when nothing else does', async () => {
    expect((await connectionOf({ env, files: { '.pgpass': line } })).password?.()).toBe('from:file');
    expect((await connectionOf({ env: { ...env, PGPASSWORD: 'env' }, files: { '.pgpass': line } })).password?.()).toBe('env');
    expect((await connectionOf({ env, files: { '.pgpass': 'other:*:*:*:no\n' } })).password).toBeUndefined();
    expect(
      (
        await connectionOf({ env: { PGHOST: '/tmp', PGUSER: 'u' }, files: { '.pgpass': 'localhost:5432:*:u:socket\n' } })
      ).password?.(),
    ).toBe('socket');
  });

  test('PGPASSFILE names another, and a missing one is a warning', async () => {
    expect((await connectionOf({ env: { ...env, PGPASSFILE: '~/secret' }, files: { secret: line } })).password?.()).toBe(
      'from:file',
    );
    const { warnings, connection } = await load({ env: { ...env, PGPASSFILE: 'nowhere' } });
    expect(connection?.password).toBeUndefined();
    expect(warnings.join()).toContain('PGPASSFILE "nowhere" cannot be read (ENOENT)');
  });

  test('a file that others may read is not used, and says why', async () => {
    const { warnings, connection } = await load({ env, files: { '.pgpass': line }, modes: { '.pgpass': 0o640 } });
    expect(connection?.password).toBeUndefined();
    expect(warnings.join()).toContain('chmod 600');
  });

  test('inspecting or serialising the configuration shows no password', async () => {
    const config = await load({ env: { DATABASE_URL: remote } });
    expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)).not.toContain('s3cr');
  });
});

describe('env files', () => {
  test("Node's own rules: quotes keep a #, a bare one starts a comment, and cutting a word is a warning", async () => {
    const text = `PGPASSWORD="pa#ss word" # the real one\nexport PGHOST='db.example.com'\nPGUSER=crm # comment\nPGDATABASE=crm#prod\n`;
    const { connection, warnings } = await load({ files: { '.env': text } });
    expect(connection?.password?.()).toBe('pa#ss word');
    expect(connection).toMatchObject({ host: 'db.example.com', user: 'crm', database: 'crm' });
    expect(warnings).toEqual(['PGDATABASE in ".env" ends at an unquoted #: put the value in quotes.']);
  });

  test('the environment wins variable by variable', async () => {
    const files = { '.env': 'DB_POOL_MAX=3\nDB_POOL_IDLE_TIMEOUT=4\n' };
    expect((await load({ env: { DB_POOL_MAX: '9' }, files })).pool).toMatchObject({ max: 9, idleTimeoutMs: 4 });
  });

  test('--env-file replaces .env, and must exist', async () => {
    const files = { '.env': 'PGHOST=a', 'prod.env': 'PGHOST=b' };
    expect(await connectionOf({ flags: { envFile: 'prod.env' }, files })).toMatchObject({ host: 'b', source: 'PG* in prod.env' });
    expect(await refusal({ flags: { envFile: 'gone.env' } })).toMatchObject({
      kind: 'usage',
      code: 'env-file-unreadable',
      message: '--env-file names "gone.env", which cannot be read (ENOENT).',
    });
  });

  test('a .env that is a directory is a warning', async () => {
    expect((await load({ files: { '.env/x': '' } })).warnings.join()).toContain('.env cannot be read (EISDIR)');
  });
});

describe('replicas', () => {
  const primary = 'postgresql://jane:one@primary.example/crm?sslmode=disable';

  test('come from the flag, each time it is given, and what they leave out from PG*', async () => {
    const config = await load({
      env: { PGPASSWORD: 'shared', PGSSLMODE: 'disable' },
      flags: { databaseUrl: primary, replica: ['postgresql://jane@a.example:5433/crm', 'postgresql://jane:two@b.example/crm'] },
    });
    expect(config.connection?.host).toBe('primary.example');
    expect(config.replicas.map(({ host, port, password }) => [host, port, password?.()])).toEqual([
      ['a.example', 5433, 'shared'],
      ['b.example', 5432, 'two'],
    ]);
  });

  test('or from DATABASE_REPLICA_URL, one or several; the flag wins', async () => {
    const url = 'postgresql://jane:one@replica.example/crm?sslmode=disable';
    const env = { DATABASE_URL: primary, DATABASE_REPLICA_URL: ` ${url}\n${url.replace('replica', 'other')} ` };
    const hosts = async (flags: { replica?: readonly string[] }) => (await load({ env, flags })).replicas.map(({ host }) => host);
    expect(await hosts({})).toEqual(['replica.example', 'other.example']);
    expect(await hosts({ replica: [url.replace('replica', 'third')] })).toEqual(['third.example']);
    expect((await load({ env: { DATABASE_URL: primary } })).replicas).toEqual([]);
  });

  test('one that is no URL is named without its password, and the demo takes none', async () => {
    await expect(load({ env: { DATABASE_URL: primary, DATABASE_REPLICA_URL: 'mysql://u:hunter2@h/d' } })).rejects.toThrow(
      /DATABASE_REPLICA_URL holds mysql:\/\/…/,
    );
    await expect(load({ flags: { demo: true, replica: [primary] } })).rejects.toMatchObject({ code: 'conflicting-flags' });
  });
});
