import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { packageRoot } from '#core/package-root.ts';

const root = packageRoot();
const program = join(root, 'bin', 'aisha-console.js');

// `npm test` builds first; a run of vitest alone builds only where nothing was built yet.
if (!existsSync(join(root, 'dist', 'main.js'))) {
  execFileSync(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
  });
}

/** A home and working directory with nothing in it: no .env, no .pgpass. */
const nowhere = mkdtempSync(join(tmpdir(), 'aisha-console-cli-'));
afterAll(() => rmSync(nowhere, { recursive: true, force: true }));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends reading its output, as `head` does. */
  readonly closeOutput: () => void;
  /** Stops reading its output, and goes on. */
  readonly pauseOutput: () => void;
  readonly resumeOutput: () => void;
  /** What it has written so far. */
  readonly written: () => Omit<Outcome, 'code'>;
  readonly outcome: Promise<Outcome>;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Another Node than the one that runs the tests. */
  readonly node?: string;
  readonly nodeArguments?: readonly string[];
  /** What stands on standard input; nothing unless told. */
  readonly input?: string;
  /** Takes its output instead of the outcome, which would hold all of it. */
  readonly onOutput?: (text: string) => void;
}

/** Starts the built program without a terminal, in an environment that holds no setting of the machine's. */
export function start(
  args: readonly string[],
  { environment = {}, node = process.execPath, nodeArguments = [], input, onOutput }: RunOptions = {},
): Running {
  const child = spawn(node, [...nodeArguments, program, ...args], {
    cwd: nowhere,
    env: { PATH: process.env['PATH'], HOME: nowhere, USER: 'tester', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // One that ends without reading it is no failure.
  child.stdin.on('error', () => undefined).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', onOutput ?? ((text: string) => (stdout += text)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    closeOutput: () => void child.stdout.destroy(),
    pauseOutput: () => void child.stdout.pause(),
    resumeOutput: () => void child.stdout.resume(),
    written: () => ({ stdout, stderr }),
    outcome: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    }),
  };
}

/** Runs the built program to its end. */
export function run(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return start(args, options).outcome;
}
