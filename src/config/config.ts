import { isLocal, type ConnectionSettings, type PoolSettings } from '#core/connection-settings.ts';
import { chooseSource, resolveConnection, resolveReplicas } from './connection.ts';
import { readEnvFile } from './env-file.ts';
import { readSettings, statementTimeoutMs, type Settings } from './environment.ts';
import { operatorOf, type Operator } from './operator.ts';
import type { Places } from '#core/places.ts';
import { configurationError, shown, type Findings } from './problems.ts';
import { supabaseWarnings } from './supabase.ts';

/** The global options exactly as commander hands them over; nothing is checked yet. */
export interface GlobalFlags {
  readonly databaseUrl?: string | undefined;
  readonly envFile?: string | undefined;
  readonly demo: boolean;
  readonly tenant?: string | undefined;
  readonly readOnly: boolean;
  readonly write: boolean;
  readonly operator?: string | undefined;
  readonly statementTimeout?: string | undefined;
  readonly json: boolean;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly yes: boolean;
  readonly unaudited: boolean;
  /** `--replica`, each time it was given. */
  readonly replica?: readonly string[] | undefined;
}

/** The machine and account the console runs on. */
export interface HostFacts extends Places {
  readonly hostname: string;
  readonly userName: string;
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
}

/** Everything the composition root needs to know; no part of it prints a secret when inspected. */
export interface Config {
  /** Undefined when nothing says where the database is, and with `--demo`, which brings its own. */
  readonly connection: ConnectionSettings | undefined;
  /** Standbys of that database, whose counters are added to its own; empty where none is given. */
  readonly replicas: readonly ConnectionSettings[];
  readonly demo: boolean;
  readonly pool: PoolSettings;
  /** What the header shows, and whether it is production. */
  readonly environmentLabel: { readonly name: string; readonly production: boolean };
  /** `default`: read-only on a remote database and on production until unlocked, open on any other local one. */
  readonly access: 'read-only' | 'write' | 'default';
  readonly operator: Operator;
  /** Metadata edits are saved without an audit entry. */
  readonly unaudited: boolean;
  readonly statementTimeoutMs: number;
  /** AISHA_MIGRATIONS_DIR: the folder of migration files, where it is not one of the usual places. */
  readonly migrationsDirectory: string | undefined;
  readonly tenant?: string;
  readonly output: { readonly json: boolean; readonly color: boolean; readonly ascii: boolean; readonly yes: boolean };
  /** Sentences for stderr or the notices: nothing that stops the console. */
  readonly warnings: readonly string[];
}

/**
 * Flags over environment over env file, checked. Reads no file but the env file, .pgpass and certificates.
 * @throws AdminError of kind `usage` or `configuration` that names every unusable setting at once.
 */
export async function loadConfig(flags: GlobalFlags, environment: NodeJS.ProcessEnv, host: HostFacts): Promise<Config> {
  const findings: Findings = { problems: [], warnings: [] };
  checkFlags(flags, findings);
  const file = await readEnvFile(flags.envFile, host, findings);
  const variables = { ...file.variables, ...withoutEmpty(environment) };
  const settings = readSettings(variables, findings, flags.demo);
  if (variables['PGSERVICE'] && !flags.demo)
    findings.warnings.push('PGSERVICE is not read: give PGHOST and the like, or DATABASE_URL.');

  const source = flags.demo ? undefined : chooseSource(flags.databaseUrl, environment, file);
  const resolved = source && (await resolveConnection(source, settings, host, findings));
  const replicas = flags.demo ? [] : await resolveReplicas(flags.replica, variables, settings, host, findings);
  const operator = operatorOf(flags.operator, variables, host, findings);
  const timeout = readStatementTimeout(flags.statementTimeout, findings);
  const [firstProblem, ...otherProblems] = findings.problems;
  if (firstProblem) throw configurationError([firstProblem, ...otherProblems]);

  const connection = resolved?.connection;
  const environmentLabel = labelOf(settings, connection, flags.demo, findings);
  return {
    connection,
    replicas,
    demo: flags.demo,
    pool: poolSettings(settings, resolved?.connectTimeoutSeconds),
    environmentLabel,
    access: flags.readOnly ? 'read-only' : flags.write ? 'write' : 'default',
    operator,
    unaudited: flags.unaudited,
    statementTimeoutMs: timeout,
    migrationsDirectory: settings.AISHA_MIGRATIONS_DIR,
    ...(flags.tenant && { tenant: flags.tenant }),
    output: { json: flags.json, color: flags.color && usesColor(variables, host.isTerminal), ascii: flags.ascii, yes: flags.yes },
    warnings: [...findings.warnings, ...supabaseWarnings(settings, connection)],
  };
}

function checkFlags(flags: GlobalFlags, findings: Findings): void {
  const conflict = (setting: string, expected: string) =>
    findings.problems.push({ setting, held: 'exclude each other', expected, code: 'conflicting-flags' });
  if (flags.readOnly && flags.write) conflict('--read-only and --write', 'one of the two');
  if (flags.demo && flags.replica) conflict('--demo and --replica', 'one of the two: the demo has no replica');
  if (flags.demo && flags.databaseUrl) conflict('--demo and --database-url', 'one of the two: the demo brings its own database');
}

function readStatementTimeout(flag: string | undefined, findings: Findings): number {
  if (flag === undefined) return 5000;
  const result = statementTimeoutMs.safeParse(flag);
  if (result.success) return result.data;
  const expected = result.error.issues[0]?.message ?? 'a whole number';
  findings.problems.push({ setting: '--statement-timeout', held: `holds ${shown(flag)}`, expected });
  return 5000;
}

/** The manual's own variable says how long to wait for a connection; connect_timeout only where it is silent. */
function poolSettings(settings: Settings, connectTimeoutSeconds: number | undefined): PoolSettings {
  return {
    max: settings.DB_POOL_MAX ?? 20,
    idleTimeoutMs: settings.DB_POOL_IDLE_TIMEOUT ?? 30_000,
    connectionTimeoutMs:
      settings.DB_POOL_CONNECTION_TIMEOUT ?? (connectTimeoutSeconds === undefined ? 2000 : connectTimeoutSeconds * 1000),
  };
}

/** Production is said out loud and nothing un-says it, except the demo, which cannot be production whatever a nearby .env holds. */
function labelOf(settings: Settings, connection: ConnectionSettings | undefined, demo: boolean, findings: Findings) {
  if (demo) return { name: 'DEMO', production: false };
  const label = settings.AISHA_ENV?.toUpperCase();
  const saysProduction = label === 'PRODUCTION' || label === 'PROD';
  if (settings.USE_SUPABASE_PROD === true || saysProduction) {
    if (label !== undefined && !saysProduction)
      findings.warnings.push(`AISHA_ENV says ${label}, but USE_SUPABASE_PROD=true: treated as production.`);
    return { name: 'PROD', production: true };
  }
  if (label !== undefined) return { name: label, production: false };
  return { name: connection !== undefined && !isLocal(connection) ? 'REMOTE' : 'LOCAL', production: false };
}

/** NO_COLOR (no-color.org) and a terminal without colour count; FORCE_COLOR is for pipes into a pager that can. */
function usesColor(variables: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (variables['NO_COLOR']) return false;
  return Boolean(variables['FORCE_COLOR']) || (isTerminal && variables['TERM'] !== 'dumb');
}

function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}
