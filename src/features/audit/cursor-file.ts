import { readFile, realpath } from 'node:fs/promises';
import { AdminError, messageOf } from '#core/errors.ts';
import { lockFile } from '#core/file-lock.ts';
import { removeLeftovers, requirePlainFile, writeWholeFile } from '#core/whole-file.ts';

/** A file that says how far a tail came, held by one tail at a time. */
export interface CursorFile {
  /** What was in it at the beginning; undefined where there was none. */
  readonly text: string | undefined;
  /** Replaces what is in it, at once and on the disk. Throws an AdminError (configuration, cursor-not-saved). */
  readonly save: (text: string) => Promise<void>;
  /** Leaves it to the next. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a cursor file for one tail, whether it exists or not; only this user may read what is saved. Throws an AdminError: conflict (cursor-in-use)
 * where another tail has it, configuration (cursor-unreadable) where it, or the folder, is not to be used.
 */
export async function openCursorFile(file: string): Promise<CursorFile> {
  try {
    // A script's variable that was not set: it would be noticed only after the printing.
    if (file === '') throw new Error('its name is empty');
    const target = await realpath(file).catch(() => file);
    await requirePlainFile(target);
    const lock = await lockFile(target);
    if (!lock.isOurs) throw inUse(file, lock.lockFile, lock.holder);
    try {
      await removeLeftovers(target);
      const text = await readFile(target, 'utf8').catch(unlessAbsent);
      return { text, save: (fresh) => save(target, fresh), close: lock.release };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof AdminError) throw error;
    throw new AdminError({
      kind: 'configuration',
      code: 'cursor-unreadable',
      whatHappened: `The cursor file ${file} can not be used (${messageOf(error)}).`,
      whatToDo: 'Give a file in a folder that exists and that you may write.',
      cause: error,
    });
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeWholeFile(file, text, { replaces: true });
  } catch (error) {
    throw new AdminError({
      kind: 'configuration',
      code: 'cursor-not-saved',
      whatHappened: `The cursor could not be saved in ${file} (${messageOf(error)}).`,
      whatToDo: 'Make room or rights there; the next tail repeats what was printed since it was saved last.',
      cause: error,
    });
  }
}

function inUse(file: string, lockedBy: string, holder: { readonly pid: number; readonly host: string } | undefined): AdminError {
  return new AdminError({
    kind: 'conflict',
    code: 'cursor-in-use',
    whatHappened:
      holder === undefined
        ? `Another tail is just taking the cursor file ${file}.`
        : `Another tail works with the cursor file ${file}: process ${holder.pid} on ${holder.host}.`,
    whatToDo: `Give each tail a file of its own. Where that process is surely gone, remove ${lockedBy}.`,
  });
}
