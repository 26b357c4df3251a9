import { z } from 'zod';
import { masked, maskedUrl, shown, type Findings } from './problems.ts';

/** The sslmode values of libpq, and pg's `no-verify`. */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;
export type SslMode = (typeof sslModes)[number];

/** What an issue of the schema says is always what was expected: it becomes the second line of the error. */
function wholeNumber(from: number, to: number, unit: string) {
  const expected = `a whole number${unit} from ${from} to ${to}`;
  return z.string().transform((text, context) => {
    const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

function matching(test: (text: string) => boolean, expected: string) {
  return z.string().refine(test, { error: expected });
}

const trueOrFalse = matching((text) => /^(true|false)$/i.test(text), 'true or false').transform(
  (text) => text.toLowerCase() === 'true',
);

const supabaseUrl = matching((text) => {
  const url = URL.parse(text);
  const loopback = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const plain = url !== null && url.username === '' && url.password === '';
  return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) && !/[<>[\]]|PROJECT/.test(text);
}, 'the https:// URL of the project, such as https://abcdefghijklmnopqrst.supabase.co');

const supabaseKey = matching(
  (text) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text) || /^sb_(secret|publishable)_[\w-]+$/.test(text),
  'a key of the project: a JWT of three parts (eyJ….….…), or one starting with sb_secret_ or sb_publishable_',
);

export const port = wholeNumber(1, 65_535, '');
export const connectTimeoutSeconds = wholeNumber(0, 3600, ' of seconds');
export const sslMode = z.enum(sslModes, { error: `one of ${sslModes.join(', ')}` });
export const statementTimeoutMs = wholeNumber(1, 3_600_000, ' of milliseconds');

/** Variables that matter to the demo as well. Manual 2.4: 20 connections, 30 000 ms, 2 000 ms. */
const general = {
  DB_POOL_MAX: wholeNumber(1, 100, ''),
  DB_POOL_IDLE_TIMEOUT: wholeNumber(0, 86_400_000, ' of milliseconds'),
  DB_POOL_CONNECTION_TIMEOUT: wholeNumber(1, 600_000, ' of milliseconds'),
  AISHA_OPERATOR: matching((text) => isOperatorName(text), '1 to 100 printable characters'),
  AISHA_MIGRATIONS_DIR: z.string(),
};

/** Variables about the database to open. DATABASE_URL is taken apart in connection-url.ts. */
const connection = {
  USE_SUPABASE_PROD: trueOrFalse,
  AISHA_ENV: matching(
    (text) => /^[A-Za-z0-9_-]{1,12}$/.test(text),
    'production, staging, development or a label of 1 to 12 letters, digits, _ and -',
  ),
  SUPABASE_URL: supabaseUrl,
  SUPABASE_SERVICE_ROLE_KEY: supabaseKey,
  SUPABASE_ANON_KEY: supabaseKey,
  VITE_SUPABASE_URL: supabaseUrl,
  VITE_SUPABASE_ANON_KEY: supabaseKey,
  DATABASE_URL: z.string(),
  DATABASE_REPLICA_URL: z.string(),
  PGHOST: z.string(),
  PGHOSTADDR: z.union([z.ipv4(), z.ipv6()], { error: 'an IPv4 or IPv6 address' }),
  PGPORT: port,
  PGDATABASE: z.string(),
  PGUSER: z.string(),
  PGPASSWORD: z.string(),
  PGPASSFILE: z.string(),
  PGAPPNAME: z.string(),
  PGSSLMODE: sslMode,
  PGSSLROOTCERT: z.string(),
  PGSSLCERT: z.string(),
  PGSSLKEY: z.string(),
  PGCONNECT_TIMEOUT: connectTimeoutSeconds,
};

const schema = z.object({ ...general, ...connection }).partial();

/** The console's variables, checked and converted; a variable that is unset, empty or unusable is absent. */
export type Settings = z.infer<typeof schema>;

/** Whether a name may be written into an audit row as the operator's. */
export function isOperatorName(text: string): boolean {
  return /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u.test(text) && text.trim() !== '';
}

function heldBy(name: string, value: string): string {
  if (/^DATABASE_.*URL$/.test(name)) return `holds ${maskedUrl(value)}`;
  if (/KEY|PASSWORD/.test(name))
    return value.endsWith('...') ? "still holds the manual's shortened example" : `holds ${masked(value)}`;
  if (/SUPABASE_URL/.test(name))
    return /PROJECT|[<>[\]]/.test(value) ? 'still holds the placeholder of the project' : `holds ${shownUrl(value)}`;
  return `holds ${shown(value)}`;
}

/** A database URL pasted into the wrong variable must not show its password. */
function shownUrl(value: string): string {
  return value.includes('@') ? maskedUrl(value) : shown(value);
}

/** Compiling a checker takes longer than checking twice without. */
const once = { jitless: true };

/**
 * Checks the variables the console reads (manual 2.4, libpq's PG*). Each unusable one is added to `findings.problems` and left out.
 * With `demo` only those that say nothing about a database are looked at, so the demo starts beside a half-filled .env.
 */
export function readSettings(variables: NodeJS.ProcessEnv, findings: Findings, demo = false): Settings {
  const names = Object.keys(demo ? general : { ...general, ...connection });
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = variables[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const result = schema.safeParse(given, once);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const name = String(issue.path[0]);
    findings.problems.push({ setting: name, held: heldBy(name, given[name] ?? ''), expected: issue.message });
    delete given[name];
  }
  return schema.parse(given, once);
}
