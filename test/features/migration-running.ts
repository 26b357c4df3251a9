import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import type { RunEvent } from '#features/migrations/run/events.ts';
import type { RunLimits } from '#features/migrations/run/file-run.ts';
import { runMigrations, type RunReport } from '#features/migrations/run/run.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type Template, type TestDatabase } from '../support/cluster.ts';
import { author, writing } from './metadata-saving.ts';

/** A database that migrations are run in, from both sides. */
export interface Yard {
  readonly home: TestDatabase;
  readonly admin: Client;
  readonly database: Database;
}

const limits: RunLimits = { statementTimeoutMs: 20_000, lockTimeoutMs: 1000, waitMs: 0 };

// Registered here, when the file is read: an afterAll inside a hook or a test is never run.
const closings: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'aisha-console-migrations-'));
afterAll(async () => {
  for (const close of closings) await close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

/** The history as the manual has it, with our column. */
export const historyTable = `create table if not exists schema_migrations (id serial primary key, migration_name varchar(255) unique not null,
  applied_at timestamptz default now(), applied_by varchar(255), execution_time_ms integer, success boolean default true,
  error_message text);
  alter table schema_migrations add column if not exists checksum text`;

/** Opens a database with a history; everything is closed at the end of the file. */
export async function openYard(template: Template = 'empty'): Promise<Yard> {
  const home = await createDatabase(template);
  const admin = await connectTo(home.settings);
  await admin.query(historyTable);
  closings.push(() => admin.end());
  return { home, admin, database: await open(home.settings, { access: writing }) };
}

/** A folder of the test's own, removed at its end. */
export const temporaryFolder = (): string => mkdtempSync(join(folder, 'f-'));

/** Runs files to the end: what happened, and what it came to. */
export async function runFiles(
  database: Database,
  files: Readonly<Record<string, string | Buffer>>,
  options: {
    readonly limits?: Partial<RunLimits>;
    readonly signal?: AbortSignal;
    readonly isTrial?: boolean;
    readonly isUnaudited?: boolean;
    readonly onEvent?: (event: RunEvent) => void;
  } = {},
): Promise<RunReport & { readonly events: readonly RunEvent[] }> {
  const asked = Object.entries(files).map(([name, text]) => ({ file: migrationFile(name, Buffer.from(text)) }));
  const { isUnaudited = true, isTrial = false } = options;
  const request = { files: asked, account: { author, isUnaudited }, limits: { ...limits, ...options.limits }, isTrial };
  const run = runMigrations(database, request, options.signal);
  const events: RunEvent[] = [];
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) return { ...next.value, events };
      events.push(next.value);
      options.onEvent?.(next.value);
    }
  } finally {
    // As `for await` does where it is left early.
    await run.return({ results: [], notRun: [], isStopped: true });
  }
}

/** A row of the history as it stands. */
export interface StoredRow {
  readonly name: string;
  readonly success: boolean;
  readonly error: string | null;
  readonly by: string;
  readonly ms: number | null;
  readonly checksum: string | null;
}

/** The rows of the history by name. */
export async function history({ admin }: Pick<Yard, 'admin'>): Promise<Readonly<Record<string, StoredRow>>> {
  const { rows } = await admin.query<StoredRow>(
    `select migration_name as name, success, error_message as error, applied_by as by, execution_time_ms as ms, checksum
     from schema_migrations order by id`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, row]));
}

/** What psql says to a file: its exit code and its last words. */
export function psql(
  settings: ConnectionSettings,
  file: string,
  args: readonly string[],
): Promise<{ code: number; stderr: string }> {
  const { host, port, user, database } = settings;
  const env = { PATH: process.env['PATH'], PGPASSWORD: settings.password?.() ?? '', LC_ALL: 'C.UTF-8', PGCLIENTENCODING: 'UTF8' };
  const words = [
    '-X',
    '-q',
    '-h',
    host,
    '-p',
    String(port),
    '-U',
    user,
    '-d',
    database,
    '-v',
    'ON_ERROR_STOP=1',
    ...args,
    '-f',
    file,
  ];
  return new Promise((resolve) => {
    execFile('psql', words, { env, maxBuffer: 64 * 1024 * 1024 }, (error, _stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stderr }),
    );
  });
}

/**
 * Everything in a database that migrations make, as text: definitions of all objects, and rows, `counted` where they hold times and random
 * keys that differ from one database to the other; but not the history's own.
 */
export async function dump(admin: Client, rowsAre: 'exact' | 'counted'): Promise<string> {
  const { rows } = await admin.query<{ line: string }>(dumpText);
  const tables = rows.filter(({ line }) => line.startsWith('table ')).map(({ line }) => line.slice('table '.length));
  const sums: string[] = [];
  for (const table of tables) {
    const { rows: sum } = await admin.query<{ sum: string }>(
      `select concat_ws(' ', count(*), ${rowsAre === 'exact' ? "md5(string_agg(t::text, ',' order by t::text))" : "''"}) as sum from ${table} as t`,
    );
    sums.push(`rows ${table}: ${sum[0]?.sum}`);
  }
  return [...rows.map(({ line }) => line), ...sums].join('\n');
}

const ours = `n.nspname not in ('information_schema') and n.nspname !~ '^pg_' and c.relname !~ '^schema_migrations'`;
const dumpText = `
  select concat_ws(' ', 'table', format('%I.%I', n.nspname, c.relname)) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${ours}
  union all
  select concat_ws(' ', 'column', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'c') and ${ours}
  union all
  select concat_ws(' ', 'relation', c.oid::regclass, c.relkind, c.relrowsecurity, pg_get_viewdef(case when c.relkind = 'v' then c.oid end),
      obj_description(c.oid))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours} and c.relkind not in ('t', 'i')
  union all
  select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where ${ours}
  union all
  select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(o.oid))
    from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace n on n.oid = c.relnamespace where ${ours}
  union all
  select concat_ws(' ', 'function', p.oid::regprocedure, md5(pg_get_functiondef(p.oid)))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and p.prokind in ('f', 'p')
  union all
  select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid)) from pg_trigger t where not t.tgisinternal
  union all
  select concat_ws(' ', 'policy', polrelid::regclass, polname, pg_get_expr(polqual, polrelid)) from pg_policy
  union all
  select concat_ws(' ', 'type', t.oid::regtype, (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and t.typtype in ('e', 'd')
  union all select concat_ws(' ', 'extension', extname) from pg_extension
  union all select concat_ws(' ', 'schema', nspname) from pg_namespace where nspname !~ '^pg_'
  order by 1`;
