import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from '#demo/server.ts';
import { until } from '../database/opening.ts';

/** Whether a server can be started again as it ran, which is read from /proc. */
export const canRestart = existsSync('/proc/self/cmdline');

/** The first process of a server, which can be killed with all that it watches over, and started again on what is on disk. */
export interface Postmaster {
  /** kill -9, without a word to the others; those end as they notice. */
  readonly kill: () => void;
  readonly start: () => Promise<void>;
  /** Ends what was started last. */
  readonly stop: () => Promise<void>;
}

/** Takes over a running server; stop it before the server itself is stopped. */
export function postmasterOf({ pid, directory }: Server): Postmaster {
  const words = (file: string): string[] => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
  const [program = '', ...args] = words('cmdline');
  const environment = Object.fromEntries(words('environ').map((entry) => entry.split(/=([^]*)/, 2)));
  const { uid, gid } = statSync(`/proc/${pid}`);
  const data = args[args.indexOf('-D') + 1] ?? join(directory, 'data');
  const file = join(data, 'postmaster.pid');
  let child: ChildProcess | undefined;
  const gone = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;
  return {
    kill: () => process.kill(child?.pid ?? pid, 'SIGKILL'),
    async start() {
      // It refuses while a process of the old one is still there.
      await until(async () => {
        rmSync(file, { force: true });
        child = spawn(program, args, { uid, gid, env: environment, stdio: 'ignore' });
        await until(async () => gone() || (existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready'));
        return !gone();
      });
    },
    async stop() {
      child?.kill('SIGINT');
      await until(async () => gone());
    },
  };
}
