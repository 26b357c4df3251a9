/** How the connection is protected, in the terms the header and the errors use. */
export type TlsSettings =
  | { readonly state: 'off'; readonly why: 'local' | 'sslmode=disable' }
  | {
      readonly state: 'on';
      /** `full` checks chain and host name, `ca` the chain only, `none` nothing (asked for, and shown loudly). */
      readonly verification: 'full' | 'ca' | 'none';
      /** PEM text of the certificate authorities to trust instead of the machine's own; from sslrootcert or PGSSLROOTCERT. */
      readonly certificateAuthority?: string | undefined;
      /** PEM text of a client certificate and key, from sslcert/sslkey. */
      readonly clientCertificate?: string | undefined;
      /** Held behind a function for the same reason as the password. */
      readonly clientKey?: (() => string) | undefined;
    };

/** Where and as whom to connect: discrete fields, since a connection string would travel with its password into every dump. */
export interface ConnectionSettings {
  /** Host name, address, or the directory of a Unix socket (starts with `/`). Certificates are checked against this name. */
  readonly host: string;
  /** PGHOSTADDR: the address to dial instead of looking `host` up. */
  readonly address?: string | undefined;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent when neither URL, PGPASSWORD nor .pgpass gave one. Held behind a function so that inspecting the settings never prints it. */
  readonly password: (() => string) | undefined;
  readonly tls: TlsSettings;
  /** What pg_stat_activity shows; the console's own name when absent. */
  readonly applicationName?: string | undefined;
  /** Which input these came from, for messages: `--database-url`, `DATABASE_URL`, `PG*`, `DATABASE_URL in .env`, `demo`. */
  readonly source: string;
}

/** Pool limits; milliseconds. Defaults are the manual's (2.4): 20, 30 000, 2 000. */
export interface PoolSettings {
  readonly max: number;
  readonly idleTimeoutMs: number;
  readonly connectionTimeoutMs: number;
}

/** Whether the settings lead to this machine: a socket, localhost, or a loopback address. What is dialled counts, not what it is called. */
export function isLocal(settings: Pick<ConnectionSettings, 'host' | 'address'>): boolean {
  const dialled = settings.address ?? settings.host;
  return dialled.startsWith('/') || /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(dialled);
}
