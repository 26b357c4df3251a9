import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * When a process started, as an opaque text that differs for a later process with the same id (ids are recycled). Clock ticks since boot
 * on Linux (proc(5), field 22), `ps`'s wording elsewhere, `''` where neither exists. Undefined when no such process is running; a zombie
 * counts as not running, since in a container nobody may ever collect it.
 */
export function processStartTime(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/**
 * Whether a process works in `directory` or below: the proof that a remembered process id still is the server of that directory.
 * On Linux its working directory, elsewhere its command line, which names the data directory. Absolute path, symbolic links resolved.
 */
export function runsIn(pid: number, directory: string): boolean {
  if (process.platform !== 'linux') return (ps(pid, 'command=') ?? '').includes(directory);
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${directory}/`);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It exists, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
