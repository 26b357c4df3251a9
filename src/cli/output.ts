import type { CommandResult } from '#core/command.ts';

/** Writes a command's result on stdout, and returns when it is written. A reader that went away (`| head`) is no error. */
export function printResult(result: CommandResult, format: { readonly json: boolean }): Promise<void> {
  return printText(format.json ? (result.jsonText ?? JSON.stringify(result.json, null, 2)) : result.text());
}

/** Writes text and a newline on stdout. */
export async function printText(text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.once('error', () => resolve());
    process.stdout.write(`${text}\n`, () => resolve());
  });
}
