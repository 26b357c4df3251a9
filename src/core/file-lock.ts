import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { processStartTime } from './processes.ts';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly startTime: string;
  readonly host: string;
}

/** A lock that is held by us, or by whom. */
export type FileLock =
  | { readonly isOurs: true; readonly release: () => Promise<void> }
  | { readonly isOurs: false; readonly holder: LockHolder | undefined; readonly lockFile: string };

/** A lock whose maker has not written its name yet; after this long the maker is dead. */
const unnamedGraceMs = 10_000;

/**
 * Locks a file for this process by a second one beside it, `FILE.lock`, that says who holds it. One whose holder has ended, by kill -9 as well, is taken
 * over; one of another machine never, since nobody can see from here whether it still works. Throws what the file system says.
 */
export async function lockFile(file: string): Promise<FileLock> {
  const lock = `${file}.lock`;
  const ours = JSON.stringify({ pid: process.pid, startTime: processStartTime(process.pid) ?? '', host: hostname() });
  for (;;) {
    try {
      await writeFile(lock, ours, { flag: 'wx', mode: 0o600 });
      return { isOurs: true, release: () => rm(lock, { force: true }) };
    } catch (error) {
      // It was made, and there was no room for our name: the next would wait for its maker.
      if (error instanceof Error && 'syscall' in error && error.syscall === 'write') await rm(lock, { force: true });
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const found = await orGone(readFile(lock, 'utf8'));
    if (found === undefined) continue;
    const holder = holderFrom(found);
    if (await isHeld(lock, holder)) return { isOurs: false, holder, lockFile: lock };
    await takeAway(lock, found);
  }
}

/** Moved aside before it is removed: who removed it by name could remove the lock that another has just taken instead. */
async function takeAway(lock: string, expected: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  if ((await orGone(rename(lock, aside).then(() => true))) === undefined) return;
  const moved = await readFile(aside, 'utf8');
  if (moved !== expected) {
    await writeFile(lock, moved, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
  await rm(aside, { force: true });
}

async function isHeld(lock: string, holder: LockHolder | undefined): Promise<boolean> {
  if (holder !== undefined) return holder.host !== hostname() || processStartTime(holder.pid) === holder.startTime;
  const made = await orGone(stat(lock));
  return made !== undefined && Date.now() - made.mtimeMs < unnamedGraceMs;
}

function holderFrom(text: string): LockHolder | undefined {
  try {
    const { pid, startTime, host } = JSON.parse(text) as Partial<LockHolder>;
    if (typeof pid === 'number' && typeof startTime === 'string' && typeof host === 'string') return { pid, startTime, host };
  } catch {
    // Nothing that a console wrote: an unnamed lock.
  }
  return undefined;
}

/** Undefined where the file is gone by now. */
async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
