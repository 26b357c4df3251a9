import { type ConnectionSettings, isLocal } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import type { RowOf } from './query.ts';
import type { describeServer } from './queries.ts';

/** What was learned about the server and our session at connect. */
export interface Server {
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly roleName: string;
  /** Superusers and BYPASSRLS roles see every row; others silently see fewer wherever row-level security is on. */
  readonly bypassesRowSecurity: boolean;
  readonly isStandby: boolean;
  /** `pooled`: between us and the server sits a pooler, taken to be in transaction mode. */
  readonly route: 'direct' | 'pooled';
  readonly protection: 'socket' | 'plaintext' | 'verified' | 'verified-chain' | 'unverified';
  readonly isLocal: boolean;
  /** What an operator types to unlock writing: the Supabase project's reference, else the database's name. */
  readonly label: string;
}

const oldestVersionNumber = 150_000;
const supabaseProject = /^db\.([a-z0-9]{16,})\.supabase\.(?:co|in|net)$/;
const supabasePoolerUser = /^[^.]+\.([a-z0-9]{16,})$/;

/**
 * Reads the answer of `describe-server`. `greetedPid` is the process number from the connection's start: a pooler tells one of its own.
 * Throws an AdminError when the server is older than PostgreSQL 15.
 */
export function serverFrom(
  row: RowOf<typeof describeServer>,
  settings: ConnectionSettings,
  greetedPid: number | undefined,
): Server {
  if (row.version_number < oldestVersionNumber) {
    throw new AdminError({
      kind: 'connection',
      code: 'server-too-old',
      whatHappened: `The server is PostgreSQL ${row.version}; aisha-console needs 15 or newer.`,
      whatToDo: 'Upgrade the server (Supabase: Settings, Infrastructure), or use psql.',
    });
  }
  return {
    version: row.version,
    host: settings.host,
    port: settings.port,
    databaseName: row.database_name,
    roleName: row.role_name,
    bypassesRowSecurity: row.is_superuser || row.bypasses_row_security,
    isStandby: row.is_standby,
    route: settings.port === 6543 || greetedPid !== row.backend_pid ? 'pooled' : 'direct',
    protection: protectionOf(settings),
    isLocal: isLocal(settings),
    label: supabaseProject.exec(settings.host)?.[1] ?? supabasePoolerUser.exec(settings.user)?.[1] ?? row.database_name,
  };
}

/** The host that leads to a Supabase project without a pooler; undefined where only the operator can know it. */
export function directHost({ host, label }: Pick<Server, 'host' | 'label'>): string | undefined {
  if (supabaseProject.test(host)) return host;
  return host.endsWith('.pooler.supabase.com') && /^[a-z0-9]{16,}$/.test(label) ? `db.${label}.supabase.co` : undefined;
}

function protectionOf(settings: ConnectionSettings): Server['protection'] {
  if (settings.host.startsWith('/')) return 'socket';
  if (settings.tls.state === 'off') return 'plaintext';
  return ({ full: 'verified', ca: 'verified-chain', none: 'unverified' } as const)[settings.tls.verification];
}
