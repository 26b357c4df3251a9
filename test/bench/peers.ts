import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageRoot } from '#core/package-root.ts';
import type { BenchDatabase } from './database.ts';

/** The program's path, or undefined where it is not installed. */
export function programPath(name: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

/** psql itself where `psql` is Debian's wrapper, a Perl program that looks for the version to run. */
export function psqlBehindWrapper(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin', 'psql')).find((path) => existsSync(path));
}

let home: string | undefined;

/** An environment with an empty home: every program runs as it comes, and none reads or writes the operator's own settings. */
export function freshEnvironment({ settings }: BenchDatabase): NodeJS.ProcessEnv {
  if (home === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'aisha-console-bench-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    home = made;
  }
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    TMPDIR: tmpdir(),
    PGHOST: settings.host,
    PGPORT: String(settings.port),
    PGUSER: settings.user,
    PGDATABASE: settings.database,
    PGPASSWORD: settings.password?.() ?? '',
  };
}

/** How the built console is started: this Node, not npm. */
export function consoleCommand(database: BenchDatabase): { program: string; args: string[] } {
  return {
    program: process.execPath,
    args: [join(packageRoot(), 'bin', 'aisha-console.js'), '--database-url', database.url],
  };
}

/** Milliseconds that a program takes from start to exit; throws when it fails. */
export async function runTime(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', reject);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${words}`);
  return performance.now() - startedMs;
}
