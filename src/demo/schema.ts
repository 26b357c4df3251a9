import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { messageOf } from '#core/errors.ts';
import { packageRoot } from '#core/package-root.ts';
import { connectClient } from '#demo/client.ts';

/** `history.json`: how the demo's database came to be, told as if by the people who ran the migrations over the months. */
interface History {
  /** Files that were never applied. */
  readonly pending: readonly string[];
  /** The file that fails on the sample data; its real error is recorded. */
  readonly failed: string;
  /** When (ISO 8601) and by whom each other file was run, and the failed one. */
  readonly applied: Readonly<Record<string, { readonly at: string; readonly by: string }>>;
}

/** One row of `schema_migrations` (manual 4.5). */
interface Run {
  readonly name: string;
  readonly at: string;
  readonly by: string;
  readonly milliseconds: number;
  readonly error: string | null;
}

/** The directory with the demo's migrations/, seed/, traffic/ and history.json. */
export function demoAssets(): string {
  return join(packageRoot(), 'src', 'demo');
}

/** The names of the SQL files of a folder of the demo, in file-name order (by character codes, as the manual's numbering means it). */
export async function listSql(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
}

/**
 * Builds the demo in an empty database: the migrations in order, the sample data, and the history.
 *
 * The history's dates are invented, but the run times and the failure are real; therefore the one that fails, which fails on the data, is
 * run when the data is there. Throws a plain Error naming the file when any other fails: the files are ours, so that is a bug.
 */
export async function buildDemo(settings: ConnectionSettings, assets = demoAssets()): Promise<void> {
  const history: History = JSON.parse(await readFile(join(assets, 'history.json'), 'utf8'));
  const folder = join(assets, 'migrations');
  const applied = (await listSql(folder)).filter((name) => !name.startsWith('ROLLBACK_') && !history.pending.includes(name));
  const client = await connectClient(settings, 'aisha-console demo');
  try {
    const runs: Run[] = [];
    for (const name of applied) {
      if (name === history.failed) continue;
      const sql = await readFile(join(folder, name), 'utf8');
      const told = when(history, name);
      runs.push({ name, ...told, milliseconds: await run(client, name, sql), error: null });
    }
    for (const name of await listSql(join(assets, 'seed'))) {
      await run(client, name, await readFile(join(assets, 'seed', name), 'utf8'));
    }
    const { failed } = history;
    const sql = await readFile(join(folder, failed), 'utf8');
    const told = when(history, failed);
    runs.push({ name: failed, ...told, ...(await runInVain(client, failed, sql)) });
    await record(client, runs);
  } finally {
    await client.end();
  }
}

function when(history: History, name: string): { at: string; by: string } {
  const told = history.applied[name];
  if (!told) throw new Error(`history.json does not say when ${name} was applied`);
  return told;
}

/** Milliseconds, at least one: nothing takes no time, and 0 would read as "not measured". */
async function run(client: Client, name: string, sql: string): Promise<number> {
  const start = performance.now();
  try {
    // Without parameters this is a simple query: the whole file is one implicit transaction, as when it is pasted into an SQL editor.
    await client.query(sql);
  } catch (error) {
    throw new Error(`${name}: ${messageOf(error)}`, { cause: error });
  }
  return Math.max(1, Math.round(performance.now() - start));
}

async function runInVain(client: Client, name: string, sql: string): Promise<{ milliseconds: number; error: string }> {
  const start = performance.now();
  try {
    await client.query(sql);
  } catch (error) {
    return { milliseconds: Math.max(1, Math.round(performance.now() - start)), error: messageOf(error) };
  }
  throw new Error(`history.json says that ${name} failed, but it runs`);
}

/** In the order of time, so that the rows' ids tell the same story as their dates. */
async function record(client: Client, applied: readonly Run[]): Promise<void> {
  const inOrder = applied.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  await client.query(
    `insert into schema_migrations (migration_name, applied_at, applied_by, execution_time_ms, success, error_message)
     select name, at, by_whom, milliseconds, error is null, error
     from unnest($1::text[], $2::timestamptz[], $3::text[], $4::integer[], $5::text[])
       with ordinality as run (name, at, by_whom, milliseconds, error, position)
     order by position`,
    [
      inOrder.map((row) => row.name),
      inOrder.map((row) => row.at),
      inOrder.map((row) => row.by),
      inOrder.map((row) => row.milliseconds),
      inOrder.map((row) => row.error),
    ],
  );
}
