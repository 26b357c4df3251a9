import type { ConnectionSettings } from '#core/connection-settings.ts';
import { parseConnectionUrl, placeholderIn, type ConnectionParts } from './connection-url.ts';
import type { EnvFile } from './env-file.ts';
import type { Settings } from './environment.ts';
import { passwordFromFile } from './password.ts';
import type { Places } from '#core/places.ts';
import { shown, type Findings } from './problems.ts';
import { tlsSettings, type NameOf } from './tls.ts';

/** Which input says where the database is. `url` is absent for PG*. */
interface Source {
  readonly name: string;
  readonly url?: string;
}

/** PGUSER or PGPASSWORD alone is somebody's shell default and opens nothing; these say where. */
const placeVariables = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGDATABASE'];

/**
 * `--database-url`, else DATABASE_URL, else PG*, else the same two of the env file. The layer counts before the form: PGHOST typed in
 * front of a command wins over a DATABASE_URL in the directory's .env.
 */
export function chooseSource(flag: string | undefined, environment: NodeJS.ProcessEnv, file: EnvFile): Source | undefined {
  if (flag !== undefined && flag !== '') return { name: '--database-url', url: flag };
  for (const [variables, suffix] of [
    [environment, ''],
    [file.variables, ` in ${file.name}`],
  ] as const) {
    const url = variables['DATABASE_URL'];
    if (url) return { name: `DATABASE_URL${suffix}`, url };
    if (placeVariables.some((name) => variables[name])) return { name: `PG*${suffix}` };
  }
  return undefined;
}

/** The settings to connect with, and connect_timeout when one was given. */
export interface Resolved {
  readonly connection: ConnectionSettings;
  /** Seconds; 0 waits for ever (libpq). */
  readonly connectTimeoutSeconds: number | undefined;
}

/**
 * Settings of the chosen source; what a URL leaves out comes from PG*, then from libpq's defaults (this account's user name, a database of
 * the same name, port 5432) with `localhost` where libpq would look for a socket. Undefined when there are problems.
 */
export async function resolveConnection(
  source: Source,
  settings: Settings,
  machine: Places & { readonly userName: string },
  findings: Findings,
): Promise<Resolved | undefined> {
  const fromUrl = source.url === undefined ? {} : parseConnectionUrl(source.url, source.name, findings);
  if (!fromUrl) return undefined;
  const parts = merged(fromUrl, settings, findings);
  checkPlaceholders(fromUrl, settings, findings);

  const host = parts.host ?? parts.address ?? 'localhost';
  const user = parts.user ?? machine.userName;
  const login = { host, port: parts.port ?? 5432, database: parts.database ?? user, user };
  const tls = await tlsSettings({ ...parts, host }, namesFor(fromUrl, source), machine, findings);
  const password = parts.password ?? (await passwordFromFile(login, settings.PGPASSFILE, machine, findings));
  return {
    connection: {
      ...login,
      address: parts.address,
      password: password === undefined ? undefined : () => password,
      tls,
      applicationName: parts.applicationName,
      source: source.name,
    },
    connectTimeoutSeconds: parts.connectTimeoutSeconds,
  };
}

/**
 * Settings of the standbys of `--replica`, else of DATABASE_REPLICA_URL, which holds one URL or several with white space between; what they
 * leave out comes from PG*, as for the database itself.
 */
export async function resolveReplicas(
  flags: readonly string[] | undefined,
  variables: NodeJS.ProcessEnv,
  settings: Settings,
  machine: Places & { readonly userName: string },
  findings: Findings,
): Promise<readonly ConnectionSettings[]> {
  const sources =
    flags === undefined
      ? (variables['DATABASE_REPLICA_URL'] ?? '').split(/\s+/).map((url) => ({ name: 'DATABASE_REPLICA_URL', url }))
      : flags.map((url) => ({ name: '--replica', url }));
  const resolved: ConnectionSettings[] = [];
  for (const source of sources) {
    if (source.url === '') continue;
    const replica = await resolveConnection(source, settings, machine, findings);
    if (replica !== undefined) resolved.push(replica.connection);
  }
  return resolved;
}

function merged(fromUrl: ConnectionParts, settings: Settings, findings: Findings): ConnectionParts {
  const address = fromUrl.host === undefined ? settings.PGHOSTADDR : undefined;
  if (settings.PGHOSTADDR !== undefined && address === undefined) {
    findings.warnings.push('PGHOSTADDR is not used: it belongs to PGHOST, and the connection string names its own host.');
  }
  return {
    host: fromUrl.host ?? settings.PGHOST,
    address,
    port: fromUrl.port ?? settings.PGPORT,
    database: fromUrl.database ?? settings.PGDATABASE,
    user: fromUrl.user ?? settings.PGUSER,
    password: fromUrl.password ?? settings.PGPASSWORD,
    sslMode: fromUrl.sslMode ?? settings.PGSSLMODE,
    sslRootCertificate: fromUrl.sslRootCertificate ?? settings.PGSSLROOTCERT,
    sslCertificate: fromUrl.sslCertificate ?? settings.PGSSLCERT,
    sslKey: fromUrl.sslKey ?? settings.PGSSLKEY,
    connectTimeoutSeconds: fromUrl.connectTimeoutSeconds ?? settings.PGCONNECT_TIMEOUT,
    applicationName: fromUrl.applicationName ?? settings.PGAPPNAME,
  };
}

function checkPlaceholders(fromUrl: ConnectionParts, settings: Settings, findings: Findings): void {
  const used = {
    PGPASSWORD: fromUrl.password === undefined ? placeholderIn(settings.PGPASSWORD, undefined) : undefined,
    PGHOST: fromUrl.host === undefined ? placeholderIn(undefined, settings.PGHOST) : undefined,
  };
  for (const [setting, placeholder] of Object.entries(used)) {
    if (placeholder === undefined) continue;
    const held = `still holds the placeholder ${placeholder}`;
    findings.problems.push({ setting, held, expected: 'the real value in its place', code: 'placeholder' });
  }
  if (fromUrl.host === undefined && settings.PGHOST?.includes(',')) {
    const held = `holds ${shown(settings.PGHOST)}, several hosts`;
    findings.problems.push({
      setting: 'PGHOST',
      held,
      expected: 'one host: the console must know which server it writes to',
      code: 'several-hosts',
    });
  }
}

function namesFor(fromUrl: ConnectionParts, source: Source): NameOf {
  const names = {
    sslMode: ['sslmode', 'PGSSLMODE'],
    sslRootCertificate: ['sslrootcert', 'PGSSLROOTCERT'],
    sslCertificate: ['sslcert', 'PGSSLCERT'],
    sslKey: ['sslkey', 'PGSSLKEY'],
  } as const;
  return (part) => (fromUrl[part] === undefined ? names[part][1] : `${names[part][0]} in ${source.name}`);
}
