import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#core/package-root.ts';

const driver = fileURLToPath(new URL('./driver.ts', import.meta.url));

/** A program running test/demo/driver.ts, with a temporary directory of its own to look into. */
export interface Driver {
  readonly child: ChildProcess;
  readonly temporary: string;
  /** The next line it prints; rejects with its errors when it ends first. */
  line(): Promise<string>;
  /** Its exit code, or the name of the signal it died of. */
  readonly exit: Promise<number | string>;
}

export interface DriverOptions {
  readonly what?: 'demo' | 'server';
  /** The root of the checkout to run. */
  readonly checkout?: string;
  readonly temporary?: string;
  readonly as?: { readonly uid: number; readonly gid: number };
}

/** A directory as /tmp is: everybody may pass, nobody but us sees into what is made there. */
export function temporaryDirectory(): string {
  const path = mkdtempSync('/tmp/aisha-test-');
  chmodSync(path, 0o711);
  return path;
}

export function startDriver({ what = 'server', checkout = packageRoot(), temporary, as }: DriverOptions = {}): Driver {
  const directory = temporary ?? temporaryDirectory();
  const child = spawn(process.execPath, [join(checkout, relative(packageRoot(), driver)), what], {
    cwd: '/',
    env: { PATH: process.env['PATH'], TMPDIR: directory },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...as,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    temporary: directory,
    async line() {
      const { done, value } = await lines.next();
      if (done === true) throw new Error(`The driver ended: ${errors}`);
      return value;
    },
    exit: new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))),
  };
}

/** The server directories in a temporary directory, absolute. */
export function serverDirectories(temporary: string): string[] {
  return readdirSync(temporary)
    .filter((name) => name.startsWith('aisha-console-demo-'))
    .map((name) => join(temporary, name));
}

/** The process id of the server in the only server directory there. */
export function postmasterIn(temporary: string): number {
  const [directory = ''] = serverDirectories(temporary);
  return Number(readFileSync(join(directory, 'run/data/postmaster.pid'), 'utf8').split('\n')[0]);
}
