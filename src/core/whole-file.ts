import { randomUUID } from 'node:crypto';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file as a whole or not at all: beside it (0600), flushed to the disk, then renamed, so that neither a crash nor a full disk leaves half
 * of it. `replaces`: over the one that is there; otherwise it must not exist, not even by the time all is written. A text that comes in pieces
 * is taken piece by piece, and what its iterator throws is thrown here. Throws what the file system says, EEXIST among it, and as requirePlainFile.
 */
export async function writeWholeFile(
  file: string,
  text: string | Iterable<string> | AsyncIterable<string>,
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  const beside = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Taken first: rename would replace what somebody made meanwhile.
    if (replaces) await requirePlainFile(file);
    else await (await open(file, 'wx', 0o600)).close();
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Whether there is a file of this name. Throws where it is something else: a device that root's console replaced by a file would be lost to the whole
 * machine, and a pipe would be waited for. Throws what the file system says.
 */
export async function requirePlainFile(file: string): Promise<boolean> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isFile() === false) throw new Error('there is something of this name that is no file');
  return found !== undefined;
}

/** Removes what writers of this file that were killed have left beside it; nobody may be writing it meanwhile. Throws what the file system says. */
export async function removeLeftovers(file: string): Promise<void> {
  const begun = `${basename(file)}.`;
  const isLeftover = (name: string): boolean => name.startsWith(begun) && /^[0-9a-f-]{36}\.new$/.test(name.slice(begun.length));
  const leftovers = (await readdir(dirname(file))).filter(isLeftover);
  await Promise.all(leftovers.map((name) => rm(join(dirname(file), name), { force: true })));
}
