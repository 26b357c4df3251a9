import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminError } from '#core/errors.ts';
import { processStartTime, runsIn } from '#core/processes.ts';
import { signal } from '#demo/processes.ts';
import type { SystemUser } from '#demo/unprivileged-user.ts';

/** sun_path less its final zero: 104 bytes on macOS, 108 on Linux (unix(7)). */
const socketPathLimit = 103;
/** A directory without owner.json is being made by another start; after this long its maker is dead. Milliseconds. */
const unownedGraceMs = 60_000;

/** Who made a directory, so that a later start can tell a living server from a leftover. */
interface Owner {
  readonly pid: number;
  readonly startTime: string;
  /** The running child: initdb, then the postmaster. */
  readonly serverPid?: number | undefined;
}

/** Everything one server leaves on the disk, below one directory that can be removed as a whole. */
export interface ServerDirectory {
  readonly path: string;
  /** Data, socket and secrets: mode 0700 and the server's own. */
  readonly run: string;
  readonly data: string;
  /** Remembers the running child in owner.json. */
  remember(serverPid: number): void;
  /** Removes everything, synchronously, so that it also serves in an exit handler. */
  remove(): void;
}

const prefix = `aisha-console-demo-${process.getuid?.() ?? userInfo().username}-`;

/**
 * Makes the private directory of a server: 0700 and ours. When we are root and the server is not, the outer directory stays root's (so
 * that nobody else can rewrite owner.json, or swap what we later remove) and the server's group may only pass through (0710).
 *
 * Throws AdminError `demo-no-temporary-directory` when no temporary directory is short enough for a socket and open to the server.
 */
export function createServerDirectory(user: SystemUser | undefined): ServerDirectory {
  const path = mkdtempSync(join(temporaryDirectory(user), prefix));
  const remember = (serverPid?: number): void => {
    const owner: Owner = { pid: process.pid, startTime: processStartTime(process.pid) ?? '', serverPid };
    writeFileSync(join(path, 'owner.json'), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  };
  remember();
  const run = join(path, 'run');
  mkdirSync(run, { mode: 0o700 });
  if (user) {
    chownSync(run, user.uid, user.gid);
    chownSync(path, 0, user.gid);
    chmodSync(path, 0o710);
  }
  return { path, run, data: join(run, 'data'), remember, remove: () => removeDirectory(path) };
}

/**
 * Removes what this user's earlier servers left when their process was killed without a chance to clean up, and ends such servers first.
 * A directory is left alone while its owner lives, or while something we cannot see (another container sharing /tmp) answers on its socket.
 */
export async function sweepStaleDirectories(): Promise<void> {
  for (const parent of new Set([realTemporary(tmpdir()), realTemporary('/tmp')])) {
    if (parent === undefined) continue;
    const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
    // One leftover that cannot be removed must not keep a new server from starting.
    await Promise.allSettled(names.map((name) => sweep(join(parent, name))));
  }
}

async function sweep(path: string): Promise<void> {
  const status = lstatSync(path);
  if (!status.isDirectory() || status.uid !== (process.getuid?.() ?? status.uid)) return;
  const owner = readOwner(path);
  if (!owner && Date.now() - status.mtimeMs < unownedGraceMs) return;
  if (owner && processStartTime(owner.pid) === owner.startTime) return;
  const run = join(path, 'run');
  if (owner?.serverPid !== undefined && runsIn(owner.serverPid, run)) await end(owner.serverPid, run);
  else if (await somethingAnswers(run)) return;
  removeDirectory(path);
}

async function end(pid: number, run: string): Promise<void> {
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    signal(pid, name);
    const deadline = Date.now() + 2_000;
    while (Date.now() < deadline) {
      if (!runsIn(pid, run)) return;
      await pause(10);
    }
  }
}

async function somethingAnswers(run: string): Promise<boolean> {
  const socket = existsSync(run) ? (await readdir(run)).find((name) => /^\.s\.PGSQL\.\d+$/.test(name)) : undefined;
  if (socket === undefined) return false;
  return new Promise((resolve) => {
    const client = connect(join(run, socket), () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', () => resolve(false));
  });
}

function readOwner(path: string): Owner | undefined {
  try {
    const owner: Owner = JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8'));
    return owner;
  } catch {
    return undefined;
  }
}

function removeDirectory(path: string): void {
  // Closed to the server's user first, so that nothing below can be exchanged for a link while root removes it.
  if (existsSync(path)) chmodSync(path, 0o700);
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

function temporaryDirectory(user: SystemUser | undefined): string {
  const candidates = [tmpdir(), '/tmp'].map(realTemporary).filter((path) => path !== undefined);
  const chosen = candidates.find(
    (path) => Buffer.byteLength(join(path, `${prefix}XXXXXX/run/.s.PGSQL.65535`)) <= socketPathLimit && canEnter(path, user),
  );
  if (chosen !== undefined) return chosen;
  throw new AdminError({
    kind: 'configuration',
    code: 'demo-no-temporary-directory',
    whatHappened: `No temporary directory serves for the demo: ${candidates.join(', ')}.`,
    whatToDo: 'Set TMPDIR to a short path that other users may pass through, as /tmp is.',
  });
}

function canEnter(path: string, user: SystemUser | undefined): boolean {
  // Asked of the system as that user: modes alone would miss access lists and mount options.
  return !user || spawnSync('test', ['-x', path], { uid: user.uid, gid: user.gid, cwd: '/' }).status === 0;
}

function realTemporary(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
