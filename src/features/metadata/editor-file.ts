import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminError, messageOf } from '#core/errors.ts';

/** The operator's editor as a shell command, arguments and all: `code -w`; vi where none is named, as git has it. */
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

/** Where the editor begins, from 1; and what ends it before its user does. */
export interface EditorOptions {
  readonly line?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the editor on a file and waits for its end. The terminal must be lent first. As git does, the command goes through the shell, so that
 * its arguments and quotes mean what they mean there; and what is typed to interrupt the editor does not end us. Throws an AdminError
 * (configuration, editor-failed) when it can not be started or fails.
 */
export async function runEditor(command: string, file: string, { line, signal }: EditorOptions = {}): Promise<void> {
  const begin = line !== undefined && takesLine.test(command) ? [`+${line}`] : [];
  const code = await ignoringKeyboardSignals(async () => {
    // Where our output is data, it is not the place for a screen.
    const output = process.stdout.isTTY ? 'inherit' : process.stderr.fd;
    const stdio = ['inherit', output, 'inherit'] as const;
    // With a trap, which the editor does not inherit, the shell outlives a Ctrl-C that the editor takes for itself.
    const script = `trap : INT QUIT; ${command} "$@"`;
    const child = spawn('/bin/sh', ['-c', script, 'editor', ...begin, file], { stdio: [...stdio], signal });
    return new Promise<number | string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (exitCode, endedBy) => resolve(exitCode ?? endedBy ?? 'unknown'));
    });
  });
  if (code === 0) return;
  throw new AdminError({
    kind: 'configuration',
    code: 'editor-failed',
    whatHappened: `The editor (${command}) ended with ${code}; nothing was taken over from it.`,
    whatToDo: `What it wrote is in ${file}. VISUAL or EDITOR names another editor.`,
  });
}

/** The editor shares the terminal's process group: Ctrl-C and Ctrl-\\ that are typed in it reach us too. */
async function ignoringKeyboardSignals<Result>(work: () => Promise<Result>): Promise<Result> {
  const ignore = (): void => undefined;
  const heldBack = (['SIGINT', 'SIGQUIT'] as const).map((name) => ({ name, listeners: process.rawListeners(name) }));
  for (const { name } of heldBack) process.removeAllListeners(name).on(name, ignore);
  try {
    return await work();
  } finally {
    for (const { name, listeners } of heldBack) {
      process.off(name, ignore);
      for (const listener of listeners) process.on(name, listener as NodeJS.SignalsListener);
    }
  }
}

/** What the editor left in the file. */
export function readEdited(file: string): Promise<string> {
  return readFile(file, 'utf8');
}

/** Removes the file; that it is gone already is no failure. */
export function removeEdited(file: string): Promise<void> {
  return rm(file, { force: true });
}

/** Leaves the text in its file for whoever wrote it, and for nobody else, whatever the editor made of the file. */
export async function keepEdited(file: string): Promise<void> {
  await chmod(file, 0o600);
}
