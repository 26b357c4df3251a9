import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { freePort } from '#demo/launch.ts';
import type { Server } from '#demo/server.ts';
import { serverUser } from '#demo/unprivileged-user.ts';
import { connectTo } from './cluster.ts';

/** What a primary needs so that a standby can follow it; two-phase commits are the audit tail's hard case. */
export const primarySettings = {
  max_connections: '100',
  max_prepared_transactions: '20',
  max_wal_senders: '4',
  wal_keep_size: '1GB',
  autovacuum: 'off',
};

/** Why there can be no standby here, or undefined: its programs' command line is read from /proc. */
export const whyNoStandby: string | undefined = process.platform === 'linux' ? undefined : 'reads /proc';

/** A server beside another one, on 127.0.0.1. */
export interface Standby {
  readonly connection: (database: string) => ConnectionSettings;
  stop(): Promise<void>;
}

/** Copies a running server's data directory by an online backup, and starts a standby on the copy that streams from it. */
export async function startStandby(primary: Server): Promise<Standby> {
  const admin = await connectTo({ ...primary.connection('postgres', 'tcp'), password: () => primary.password });
  await admin.query(`select pg_backup_start('standby', true)`);
  const directory = mkdtempSync(join(tmpdir(), 'aisha-console-standby-'));
  const data = join(directory, 'data');
  copyData(join(primary.directory, 'run', 'data'), data);
  const { rows } = await admin.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  await admin.end();
  const own = { backup_label: rows[0]!.labelfile, 'standby.signal': '' };
  for (const [name, text] of Object.entries(own)) writeFileSync(join(data, name), text, { mode: 0o600 });
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${primary.user} password=${primary.password}`;
  return serveCopy(primary, directory, ['-c', `primary_conninfo=${conninfo}`, '-c', 'hot_standby_feedback=on']);
}

/** A copy of a server's data directory as it is on the disk now; the server must be in a backup. */
function copyData(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !/^(postmaster\.(pid|opts)|pg_replslot)$/.test(basename(path)) });
  mkdirSync(join(to, 'pg_replslot'), { mode: 0o700 });
}

/** Starts a server like `like` on `directory/data`, as the same account, with more arguments; waits until it takes connections. */
async function serveCopy(like: Server, directory: string, more: readonly string[]): Promise<Standby> {
  const user = serverUser();
  const words = readFileSync(`/proc/${like.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const program = join(`/proc/${like.pid}/exe`);
  const port = await freePort();
  const args = replaced(words.slice(1), { '-D': join(directory, 'data'), '-p': String(port) }, directory);
  if (user) chownTree(directory, user.uid, user.gid);
  const child = spawn(words[0]!.startsWith('/') ? words[0]! : program, [...args, ...more], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { LC_ALL: 'C' },
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const kill = (): void => void child.kill('SIGQUIT');
  process.once('exit', kill);
  await ready(child, join(directory, 'data', 'postmaster.pid'), () => output);
  return {
    connection: (database) => ({
      ...like.connection(database, 'tcp'),
      host: '127.0.0.1',
      port,
      password: () => like.password,
    }),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGQUIT')) await gone;
      process.off('exit', kill);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function replaced(words: readonly string[], values: Readonly<Record<string, string>>, sockets: string): string[] {
  return words.map((word, index) => {
    const value = values[words[index - 1] ?? ''];
    return value ?? word.replace(/^unix_socket_directories=.*/, `unix_socket_directories=${sockets}`);
  });
}

function chownTree(directory: string, uid: number, gid: number): void {
  const inside = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const path of ['', ...inside]) chownSync(join(directory, path), uid, gid);
}

async function ready(child: ChildProcess, file: string, output: () => string): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (Date.now() < deadlineMs && child.exitCode === null) {
    if (existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready') return;
    await pause(10);
  }
  child.kill('SIGQUIT');
  throw new Error(`the copy did not start: ${output()}`);
}
