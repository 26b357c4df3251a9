import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { freePort } from '#demo/launch.ts';
import { serverUser } from '#demo/unprivileged-user.ts';

/** A PgBouncer in transaction mode in front of one server. */
export interface Pooler {
  /** The target's settings, through the pooler. */
  readonly settings: ConnectionSettings;
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface PoolerOptions {
  readonly target: ConnectionSettings;
  /** Server connections per database and user; few, so that a session's state is soon somebody else's. */
  readonly poolSize?: number;
}

/** Where PgBouncer is, or undefined: `describe.skipIf(!pgBouncerPath())('… (needs pgbouncer)')`. */
export function pgBouncerPath(): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];
  return directories.map((directory) => join(directory, 'pgbouncer')).find((path) => existsSync(path));
}

/**
 * Starts PgBouncer on a free loopback port, as an unprivileged account when we are root (it refuses to be root). It forwards no unknown startup
 * parameters, as its default is: that clients send none is part of what is tested. Undefined when it is not installed.
 */
export async function startPgBouncer({ target, poolSize = 3 }: PoolerOptions): Promise<Pooler | undefined> {
  const program = pgBouncerPath();
  if (program === undefined) return undefined;
  const user = serverUser();
  const directory = mkdtempSync(join(tmpdir(), 'aisha-console-pgbouncer-'));
  const port = await freePort();
  const password = target.password?.() ?? '';
  writeFileSync(join(directory, 'users.txt'), `"${target.user}" "${password}"\n`, { mode: 0o600 });
  writeFileSync(
    join(directory, 'pgbouncer.ini'),
    `[databases]
* = host=${target.host} port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${directory}/users.txt
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`,
    { mode: 0o600 },
  );
  if (user) for (const name of ['', 'users.txt', 'pgbouncer.ini']) chownSync(join(directory, name), user.uid, user.gid);
  const child = spawn(program, ['-q', join(directory, 'pgbouncer.ini')], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const over = new AbortController();
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve()).once('exit', () => resolve());
  }).then(() => over.abort());
  const kill = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await gone;
  };
  while (!(await accepts(port))) {
    if (over.signal.aborted) {
      await stop();
      throw new Error(`pgbouncer ended: ${words}`);
    }
    await pause(10);
  }
  const settings: ConnectionSettings = { ...target, host: '127.0.0.1', port };
  const login = `${encodeURIComponent(target.user)}:${encodeURIComponent(password)}`;
  return { settings, url: `postgresql://${login}@127.0.0.1:${port}/${target.database}`, port, stop };
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
