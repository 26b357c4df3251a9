import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminError, messageOf } from '#core/errors.ts';

/** The operator's editor as a shell command, arguments and all: `code -w`. */
export function editorCommand(environment: NodeJS.ProcessEnv): string {
  return environment['VISUAL']?.trim() || environment['EDITOR']?.trim() || 'vi';
}

/** Editors that take a line to begin at. */
const takesLine = /^(?:\S*\/)?(?:n?vim?|vim\.\S+|nano|emacs|micro|kak|hx)(?:\s|$)/;

/** Puts a text where only this user can read it. Returns the file. */
export async function textToEdit(stateDirectory: string, text: string): Promise<string> {
  const folder = join(stateDirectory, 'editing');
  const file = join(folder, `${randomUUID()}.json`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
    return file;
  } catch (error) {
    throw new AdminError({
      kind: 'configuration',
      code: 'state-directory',
      whatHappened: `No file for the editor could be written in ${folder}: ${messageOf(error)}.`,
      whatToDo: 'Set XDG_STATE_HOME to a directory that can be written.',
      cause: error,
    });
  }
}

/**
 * Runs the editor on a file and waits for its end. The terminal must be lent first. As git does, the command goes through the shell, so that
 * its arguments and quotes mean what they mean there. Throws an AdminError (configuration, editor-failed) when it can not be started or fails.
 */
export async function runEditor(command: string, file: string, line?: number): Promise<void> {
  const begin = line !== undefined && takesLine.test(command) ? [`+${line}`] : [];
  const child = spawn('/bin/sh', ['-c', `${command} "$@"`, 'editor', ...begin, file], { stdio: 'inherit' });
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown'));
  });
  if (code === 0) return;
  throw new AdminError({
    kind: 'configuration',
    code: 'editor-failed',
    whatHappened: `The editor (${command}) ended with ${code}; nothing was taken over from it.`,
    whatToDo: `What it wrote is in ${file}. VISUAL or EDITOR names another editor.`,
  });
}

export function readEdited(file: string): Promise<string> {
  return readFile(file, 'utf8');
}

export function removeEdited(file: string): Promise<void> {
  return rm(file, { force: true });
}
