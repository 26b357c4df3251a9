import type { CommandResult, CommandStream } from '#core/command.ts';
import { AdminError, messageOf } from '#core/errors.ts';

/** Writes a command's result on stdout, and returns when it is written. A reader that went away (`| head`) is no error. */
export async function printResult(result: CommandResult, format: { readonly json: boolean }): Promise<void> {
  await printText(format.json ? (result.jsonText ?? JSON.stringify(result.json, null, 2)) : result.text());
}

/**
 * Writes a stream on stdout at its reader's pace: lines are asked for when those before have been taken, so that no more is held than that.
 * Ends it early, and without an error, where the reader went away or `signal` says so.
 */
export async function printStream({ lines }: CommandStream, signal: AbortSignal): Promise<void> {
  for await (const some of lines) if (some.length > 0 && !(await printText(some.join('\n'), signal))) return;
}

/** What a pipe answers whose reader has gone. */
const readerGone = /^(EPIPE|ECONNRESET|ERR_STREAM_DESTROYED|ERR_STREAM_WRITE_AFTER_END)$/;

/**
 * Writes text and a newline on stdout. Whether it was taken: not where the reader went away, or `signal` was aborted first. Throws an AdminError
 * (configuration, output-failed) for anything else, such as a full disk.
 */
async function printText(text: string, signal?: AbortSignal): Promise<boolean> {
  const failure = await new Promise<NodeJS.ErrnoException | 'stopped' | undefined>((resolve) => {
    const stop = (): void => resolve('stopped');
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    process.stdout.write(`${text}\n`, (error) => {
      signal?.removeEventListener('abort', stop);
      resolve(error ?? undefined);
    });
  });
  if (failure === undefined) return true;
  if (failure === 'stopped' || readerGone.test(failure.code ?? '')) return false;
  throw new AdminError({
    kind: 'configuration',
    code: 'output-failed',
    whatHappened: `Standard output can not be written (${messageOf(failure)}).`,
    whatToDo: 'Check where it is redirected to, and whether the disk is full.',
    cause: failure,
  });
}
