import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { join } from 'node:path';
import { findBinaries, copyTree, isComplete } from '#demo/binaries.ts';
import type { Binaries } from '#demo/binaries.ts';
import type { ServerDirectory } from '#demo/directories.ts';
import { startFailure } from '#demo/failures.ts';
import type { SystemUser } from '#demo/unprivileged-user.ts';

/** PostgreSQL's programs, tried out as the user who will run them. */
export interface Programs {
  readonly binDirectory: string;
  /** The server's major version, such as 18. */
  readonly majorVersion: number;
}

/**
 * Programs that `user` can really run. Whether it can is asked of the system by running `postgres --version`: it answers for closed home
 * directories, missing execute bits and missing libraries at once. If it cannot, the tree is copied into the server's directory.
 *
 * @param override a directory with initdb and postgres of another PostgreSQL, 15 or later
 * Throws AdminErrors of findBinaries, and `demo-start-failed` with the loader's words when not even the copy runs.
 */
export async function preparePrograms(
  directory: ServerDirectory,
  user: SystemUser | undefined,
  override: string | undefined,
): Promise<Programs> {
  const found: Binaries = override === undefined ? await findBinaries() : { binDirectory: override, tree: undefined };
  if (found.tree === undefined) return tryOut(found.binDirectory, directory, user);
  if (await isComplete(found.tree)) {
    try {
      return await tryOut(found.binDirectory, directory, user);
    } catch {
      // The copy below is the answer; if that does not run either, its failure is the one to show.
    }
  }
  const copy = join(directory.path, 'native');
  await copyTree(found.tree, copy);
  return tryOut(join(copy, 'bin'), directory, user);
}

/** The exit code, or the error of a program that could not even start, and everything it printed. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/**
 * How to start a program of the server: as its user, in its own directory, in a session of its own (Ctrl-C and Ctrl-Z are meant for the
 * console, not for the server), and without our environment, which may hold secrets that the other user could read in /proc.
 */
export function asServer(directory: ServerDirectory, user: SystemUser | undefined): SpawnOptions {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot'])
    if (process.env[name] !== undefined) env[name] = process.env[name];
  // Node drops the supplementary groups itself when uid or gid are given.
  return { cwd: directory.run, detached: true, env, ...(user && { uid: user.uid, gid: user.gid }) };
}

async function tryOut(binDirectory: string, directory: ServerDirectory, user: SystemUser | undefined): Promise<Programs> {
  const program = join(binDirectory, 'postgres');
  const { code, output } = await ended(spawn(program, ['--version'], asServer(directory, user)));
  const majorVersion = Number.parseInt(/\(PostgreSQL\) (\d+)/.exec(output)?.[1] ?? '', 10);
  if (code !== 0 || Number.isNaN(majorVersion)) throw startFailure(`${program} does not run`, output);
  return { binDirectory, majorVersion };
}
