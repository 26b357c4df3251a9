import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { maskText } from '#core/mask.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

/** A line on stderr: made displayable and free of secrets, since it may carry the server's or the operator's own words. */
export function narrate(line: string): void {
  process.stderr.write(`${displayText(maskText(line))}\n`);
}

/**
 * Tells of a failure on stderr, one line of what happened and one of what to do, and gives the exit code. Anything but an AdminError is a
 * bug: it says so, and where to report it, without a stack trace unless AISHA_DEBUG is set.
 */
export function reportFailure(thrown: unknown): number {
  if (thrown instanceof AdminError) {
    narrate(`aisha-console: ${thrown.message}`);
    // A connection that fails is told in two lines; the system's own words add nothing an operator can use.
    const detail = thrown.kind === 'connection' && !process.env['AISHA_DEBUG'] ? undefined : thrown.detail;
    for (const line of detail?.split('\n') ?? []) narrate(`  ${line.trimEnd()}`);
    process.stderr.write(`${displayText(thrown.whatToDo)}\n`);
    return exitCodeOf(thrown.kind);
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  narrate(`aisha-console: this is a bug in the console: ${error.message}`);
  narrate('Please report it with what you did; AISHA_DEBUG=1 shows where it happened.');
  if (process.env['AISHA_DEBUG'] && error.stack) for (const line of error.stack.split('\n')) narrate(line);
  return exitCodes.findings;
}
