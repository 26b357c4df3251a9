import { readFileSync } from 'node:fs';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '#config/config.ts';
import { AdminError } from '#core/errors.ts';
import { connectionError } from '#database/connection-errors.ts';
import { poolOptions } from '#database/pool-options.ts';
import { startServer, type Server } from '#demo/server.ts';
import { makeCertificates, texts, type Certificates } from './tls-certificates.ts';

const name = 'db.crm.test';
let certificates: Certificates;
let withTls: Server;
let expired: Server;
let withoutTls: Server;

beforeAll(async () => {
  certificates = makeCertificates(name);
  const tcp = { port: 0 };
  const certificateAuthority = readFileSync(certificates.authority, 'utf8');
  [withTls, expired, withoutTls] = await Promise.all([
    startServer({ tcp, tls: { ...texts(certificates.server), certificateAuthority } }),
    startServer({ tcp, tls: texts(certificates.expiredServer) }),
    startServer({ tcp }),
  ]);
});

afterAll(async () => {
  await Promise.all([withTls?.stop(), expired?.stop(), withoutTls?.stop()]);
  certificates?.remove();
});

interface Session {
  readonly ssl: boolean;
  readonly client: string | null;
  readonly application: string;
}

/** Goes the whole way from variables to a session, and tells what the server says of it. Throws what the operator would see. */
async function connect(server: Server, env: NodeJS.ProcessEnv): Promise<Session> {
  const variables = {
    PGHOST: name,
    PGHOSTADDR: '127.0.0.1',
    PGPORT: String(server.port),
    PGUSER: server.user,
    PGDATABASE: 'postgres',
    PGPASSWORD: server.password,
    DB_POOL_CONNECTION_TIMEOUT: '20000',
    ...env,
  };
  const flags = {
    demo: false,
    readOnly: false,
    write: false,
    json: false,
    color: false,
    ascii: false,
    yes: false,
    unaudited: false,
  };
  const { directory } = certificates;
  const host = { cwd: directory, home: directory, hostname: 'h', userName: 'u', isTerminal: false };
  const { connection, pool: limits } = await loadConfig(flags, variables, host);
  if (!connection) throw new Error('no connection');
  const pool = new Pool(poolOptions(connection, limits));
  try {
    const { rows } = await pool.query<Session>(
      `select s.ssl, s.client_dn as client, a.application_name as application
       from pg_catalog.pg_stat_ssl s join pg_catalog.pg_stat_activity a on a.pid = s.pid where s.pid = pg_backend_pid()`,
    );
    return rows[0]!;
  } catch (error) {
    throw connectionError(error, connection);
  } finally {
    await pool.end();
  }
}

async function refusal(server: Server, env: NodeJS.ProcessEnv): Promise<AdminError> {
  const outcome = await connect(server, env).catch((error: unknown) => error);
  if (outcome instanceof AdminError) return outcome;
  throw new Error('expected an AdminError', { cause: outcome });
}

describe('a server with a certificate of its own authority', () => {
  test.each(['verify-full', 'verify-ca', 'require'])('%s with the right root certificate connects', async (PGSSLMODE) => {
    expect(await connect(withTls, { PGSSLMODE, PGSSLROOTCERT: 'ours.pem' })).toMatchObject({
      ssl: true,
      application: 'aisha-console',
    });
  });

  test.each(['verify-full', 'verify-ca', 'require'])('%s with another root certificate does not', async (PGSSLMODE) => {
    const error = await refusal(withTls, { PGSSLMODE, PGSSLROOTCERT: 'stranger.pem' });
    expect(error).toMatchObject({ kind: 'connection', code: 'tls-untrusted' });
    expect(error.message).toContain('not issued by the given root certificate');
    expect(error.whatToDo).toContain('PGSSLROOTCERT');
  });

  test.each(['verify-full', 'verify-ca'])(
    "%s trusts the machine's authorities when no root certificate is given",
    async (PGSSLMODE) => {
      const error = await refusal(withTls, { PGSSLMODE });
      expect(error).toMatchObject({ code: 'tls-untrusted' });
      expect(error.message).toContain('an authority this machine does not know');
    },
  );

  test('the wrong host name stops verify-full and nothing less', async () => {
    const wrong = { PGHOST: 'other.crm.test', PGSSLROOTCERT: 'ours.pem' };
    const error = await refusal(withTls, { ...wrong, PGSSLMODE: 'verify-full' });
    expect(error).toMatchObject({ code: 'tls-host-mismatch' });
    expect(error.message).toContain('is not for the host other.crm.test');
    expect(await connect(withTls, { ...wrong, PGSSLMODE: 'verify-ca' })).toMatchObject({ ssl: true });
    expect(await connect(withTls, { ...wrong, PGSSLMODE: 'require' })).toMatchObject({ ssl: true });
  });

  test('an address is a name too: the certificate is not for 127.0.0.1', async () => {
    const error = await refusal(withTls, {
      PGHOST: '127.0.0.1',
      PGHOSTADDR: '',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: 'ours.pem',
    });
    expect(error).toMatchObject({ code: 'tls-host-mismatch' });
  });

  test('unverified TLS only when asked for', async () => {
    expect(await connect(withTls, { PGSSLMODE: 'require' })).toMatchObject({ ssl: true });
    expect(await connect(withTls, { PGSSLMODE: 'no-verify', PGSSLROOTCERT: 'stranger.pem' })).toMatchObject({ ssl: true });
  });

  test('disable, and this machine without sslmode, are plain text', async () => {
    expect(await connect(withTls, { PGSSLMODE: 'disable' })).toMatchObject({ ssl: false });
    expect(await connect(withTls, {})).toMatchObject({ ssl: false });
  });

  test('a client certificate reaches the server', async () => {
    const env = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'ours.pem', PGSSLCERT: 'client.pem', PGSSLKEY: 'client.key' };
    expect((await connect(withTls, env)).client).toContain('operator');
  });

  test('an expired certificate is called so', async () => {
    expect(await refusal(expired, { PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'ours.pem' })).toMatchObject({
      code: 'tls-expired',
    });
  });
});

describe('a server without TLS', () => {
  test.each(['require', 'verify-ca', 'verify-full', 'no-verify'])('%s refuses it', async (PGSSLMODE) => {
    expect(await refusal(withoutTls, { PGSSLMODE })).toMatchObject({ kind: 'connection', code: 'tls-unsupported' });
  });

  test('disable connects', async () => {
    expect(await connect(withoutTls, { PGSSLMODE: 'disable' })).toMatchObject({ ssl: false });
  });
});

describe('what a real server answers', () => {
  test('a wrong password, and none at all', async () => {
    const wrong = await refusal(withoutTls, { PGPASSWORD: 'hunter22' });
    expect(wrong).toMatchObject({ kind: 'connection', code: 'wrong-password', sqlState: '28P01' });
    expect(`${wrong.message}${wrong.whatToDo}${wrong.detail}`).not.toContain('hunter22');
    expect(await refusal(withoutTls, { PGPASSWORD: '' })).toMatchObject({ kind: 'connection', code: 'password-missing' });
  });

  test('an unknown database', async () => {
    expect(await refusal(withoutTls, { PGDATABASE: 'nowhere' })).toMatchObject({ code: 'database-unknown', sqlState: '3D000' });
  });

  test('no connection left', async () => {
    const { host, port, database, user, password } = withoutTls.connection('postgres', 'tcp');
    const client = new Client({ host, port, database, user, password });
    await client.connect();
    await client.query(`create role crowded login connection limit 0 password 'x'`);
    await client.end();
    expect(await refusal(withoutTls, { PGUSER: 'crowded', PGPASSWORD: 'x' })).toMatchObject({
      code: 'too-many-connections',
      sqlState: '53300',
    });
  });
});
