import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { createServerDirectory, sweepStaleDirectories } from '#demo/directories.ts';
import type { ServerDirectory } from '#demo/directories.ts';
import { initialise, serve, superuser } from '#demo/launch.ts';
import type { Place, ServerOptions } from '#demo/launch.ts';

export type { ServerOptions } from '#demo/launch.ts';
import { blockUntil, signal } from '#demo/processes.ts';
import { preparePrograms } from '#demo/programs.ts';
import { serverUser } from '#demo/unprivileged-user.ts';

/** A running server that belongs to this process alone. */
export interface Server {
  readonly directory: string;
  readonly socketDirectory: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  readonly majorVersion: number;
  /** How to reach a database of it: through the socket, or over 127.0.0.1 with `tcp`. */
  connection(database: string, through?: 'socket' | 'tcp'): ConnectionSettings;
  /** Ends the server and removes its directory; may be called again. */
  stop(): Promise<void>;
  /** The same for an exit handler: blocks up to two seconds. Installed on the process's `exit` already. */
  stopSync(): void;
}

const stopTimeoutMs = 2_000;

/**
 * Starts a PostgreSQL of our own in a fresh private directory, after clearing away what killed runs left behind. Reached with a random
 * password even through its socket, because as root the server runs as an account that others may use as well.
 *
 * From the first moment on, an `exit` handler ends it and removes the directory. A signal that kills Node does not run exit handlers: whoever
 * owns the process turns SIGHUP, SIGINT and SIGTERM into `process.exit`.
 *
 * Throws AdminErrors `demo-not-installed`, `demo-unsupported-platform`, `demo-no-unprivileged-user`, `demo-no-temporary-directory`,
 * `demo-start-failed`.
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  await sweepStaleDirectories();
  const user = serverUser();
  const directory = createServerDirectory(user);
  let child: ChildProcess | undefined;
  const stopSync = (): void => {
    if (child) endSync(child, directory);
    directory.remove();
  };
  process.once('exit', stopSync);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      if (child) await end(child);
      directory.remove();
      process.off('exit', stopSync);
    })());
  try {
    const programs = await preparePrograms(directory, user, options.binaryDirectory);
    const place: Place = {
      programs,
      directory,
      user,
      adopt(started) {
        if (started.pid !== undefined) directory.remember(started.pid);
        return (child = started);
      },
    };
    const password = randomBytes(24).toString('base64url');
    await initialise(place, password);
    const { port, pid } = await serve(place, options);
    const tcp = options.tcp !== undefined || process.platform === 'win32';
    return {
      directory: directory.path,
      socketDirectory: directory.run,
      port,
      user: superuser,
      password,
      pid,
      majorVersion: programs.majorVersion,
      connection: (database, through = process.platform === 'win32' ? 'tcp' : 'socket') => ({
        host: through === 'tcp' && tcp ? '127.0.0.1' : directory.run,
        port,
        database,
        user: superuser,
        password: () => password,
        tls: { state: 'off', why: 'local' },
        source: 'demo',
      }),
      stop,
      stopSync,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    child.kill(name);
    const timer = new AbortController();
    const ended = await Promise.race([gone, pause(stopTimeoutMs, false, { signal: timer.signal }).catch(() => false)]);
    timer.abort();
    if (ended) return;
  }
}

function endSync(child: ChildProcess, directory: ServerDirectory): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const file = join(directory.data, 'postmaster.pid');
  const isServer = basename(child.spawnfile) === 'postgres';
  // Our own child stays a zombie while this thread is blocked; that the postmaster took its file away says it is done.
  if (isServer && signal(child.pid, 'SIGQUIT') && existsSync(file) && blockUntil(() => !existsSync(file), stopTimeoutMs)) return;
  // initdb, or a server that hangs: with everything it started.
  signal(-child.pid, 'SIGKILL');
}
