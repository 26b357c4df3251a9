import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type pg from 'pg';
import type { ConnectionSettings, PoolSettings, TlsSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';

/** The ways of one Database to its server. */
export interface Pools {
  /** For reads and writes. */
  readonly pool: pg.Pool;
  /** A connection of its own for cancelling: the pool may be in full use, or at its end. Opened when first needed. */
  readonly cancelPool: pg.Pool;
  /** Opens a connection outside of the pools. */
  readonly connectApart: () => Promise<pg.Client>;
}

/**
 * What pg's Pool is built from: discrete fields only, each of them set, since pg fills a missing one from process.env and ~/.pgpass
 * by rules of its own. The password and the client key are out of reach of util.inspect. Milliseconds come from `pool`.
 */
export function poolOptions(settings: ConnectionSettings, pool: PoolSettings): pg.PoolConfig {
  return {
    host: settings.address ?? settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: () => passwordOf(settings),
    ssl: sslOptions(settings),
    sslnegotiation: 'postgres',
    application_name: settings.applicationName ?? 'aisha-console',
    max: pool.max,
    idleTimeoutMillis: pool.idleTimeoutMs,
    connectionTimeoutMillis: pool.connectionTimeoutMs,
    // A NAT between an office and the cloud forgets a silent connection after some minutes; without probes a query on it hangs.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** Asked for only when the server wants one: a socket with peer authentication needs no password. */
function passwordOf(settings: ConnectionSettings): string {
  const password = settings.password?.();
  if (password !== undefined && password !== '') return password;
  throw new AdminError({
    kind: 'connection',
    code: 'password-missing',
    whatHappened: `${settings.host} asks for a password for ${settings.user}, and none was given.`,
    whatToDo: 'Put it into the connection string, PGPASSWORD or ~/.pgpass (chmod 600).',
  });
}

function sslOptions(settings: ConnectionSettings): false | ConnectionOptions {
  const { tls, host } = settings;
  if (tls.state === 'off') return false;
  return {
    secureContext: secureContext(tls),
    rejectUnauthorized: tls.verification !== 'none',
    // With PGHOSTADDR pg knows only the address; the certificate is for the name. RFC 6066 forbids addresses here.
    ...(isIP(host) === 0 && { servername: host }),
    ...(tls.verification === 'ca' && { checkServerIdentity: () => undefined }),
  };
}

/** Loaded only where a connection is protected: a local one would wait for it longer than for its first answer. */
const nodeTls = () => process.getBuiltinModule('node:tls');

/** Made once a pool instead of once a connection: parsing the machine's authorities takes longer than the handshake. */
function secureContext(tls: Extract<TlsSettings, { state: 'on' }>) {
  const { certificateAuthority, clientCertificate, clientKey, verification } = tls;
  const trusted = certificateAuthority ?? (verification === 'none' ? undefined : machineAuthorities());
  return nodeTls().createSecureContext({ ca: trusted, cert: clientCertificate, key: clientKey?.() });
}

/** Node trusts its own list alone; an organisation's authority is in the system's store. Node before 22.15 cannot read that. */
function machineAuthorities(): string[] | undefined {
  // Not by name: a named import that Node lacks would keep the whole program from loading.
  const { getCACertificates }: Partial<Pick<ReturnType<typeof nodeTls>, 'getCACertificates'>> = nodeTls();
  if (getCACertificates === undefined) return undefined;
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}
