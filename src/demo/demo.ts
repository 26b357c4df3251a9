import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { buildDemo, demoAssets } from '#demo/schema.ts';
import { startServer } from '#demo/server.ts';
import { startTraffic } from '#demo/traffic.ts';

/** A running demo: a PostgreSQL of our own with the sample CRM in its database `postgres`, as on Supabase. */
export interface Demo {
  readonly connection: ConnectionSettings;
  /** A folder of its own with the migrations that made it, so that what is written there goes with the demo. */
  readonly migrationsDirectory: string;
  /** A script with which psql reaches it, from another terminal of the same user; none on Windows. */
  readonly psql: string | undefined;
  /** Ends traffic and server and removes every trace; for an orderly end. May be called again. */
  stop(): Promise<void>;
  /** The same without waiting for events, for a handler of `exit`; it is installed as one already. */
  stopSync(): void;
}

/**
 * Starts the demo: about a second to a ready database with sample data and a few writes a second.
 *
 * Signals are the caller's. Node dies of SIGHUP, SIGINT and SIGTERM without running exit handlers, so register, before calling this,
 *
 *     for (const [name, number] of [['SIGHUP', 1], ['SIGINT', 2], ['SIGTERM', 15]]) process.once(name, () => process.exit(128 + number));
 *
 * or anything that restores the terminal, awaits `stop()` and ends in `process.exit`. That suffices also while the demo is still starting.
 * After SIGKILL or a power cut the next start cleans up.
 *
 * @param narrate is told each step in words, for stderr
 * Throws the AdminErrors of startServer.
 */
export async function startDemo(narrate: (line: string) => void): Promise<Demo> {
  narrate('Starting a private PostgreSQL for the demo…');
  const server = await startServer({ settings: { 'pg_stat_statements.track': 'all' } });
  try {
    const connection = server.connection('postgres');
    narrate(`Filling it with sample data (PostgreSQL ${server.majorVersion})…`);
    await buildDemo(connection);
    const migrationsDirectory = join(server.directory, 'migrations');
    await cp(join(demoAssets(), 'migrations'), migrationsDirectory, { recursive: true });
    const psql = await writePsql(server.directory, connection);
    const traffic = startTraffic(connection);
    narrate(
      `The demo is ready${psql === undefined ? '' : `; ${psql} opens psql on it`}. It and everything in it are gone when you quit.`,
    );
    return {
      connection,
      migrationsDirectory,
      psql,
      stop: async () => {
        await traffic.stop();
        await server.stop();
      },
      stopSync: () => server.stopSync(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The password stands in the file, which only its user may read, rather than among the arguments, which everybody may. */
async function writePsql(
  directory: string,
  { host, port, user, database, password }: ConnectionSettings,
): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const file = join(directory, 'psql');
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const place = `-h ${quoted(host)} -p ${port} -U ${quoted(user)} -d ${quoted(database)}`;
  const command = `PGPASSWORD=${quoted(password?.() ?? '')} exec psql ${place} "$@"`;
  await writeFile(file, `#!/bin/sh\n${command}\n`, { mode: 0o700 });
  return file;
}
