import { createHash } from 'node:crypto';
import { AdminError } from '#core/errors.ts';
import type { Done, HistoryNote } from '../history-note.ts';
import { nothingDone } from '../history-note.ts';
import type { ParsedStatement } from '../parse.ts';

/** What is done when one more statement is: the digest is a chain over their texts, so that what was run must still be what the file says. */
export function doneWith({ digest }: Done, { text, ordinal }: ParsedStatement): Done {
  const chained = createHash('sha256').update(digest).update('\0').update(text.replaceAll('\r\n', '\n'));
  return { statements: ordinal, digest: chained.digest('hex').slice(0, 12) };
}

/** The first statements of a file as done. */
function doneUpTo(statements: readonly ParsedStatement[], count: number): Done {
  return statements.slice(0, count).reduce(doneWith, nothingDone);
}

/** Where a run goes on: behind what is done, and with a look at a statement that was under way when the run before it ended. */
export interface ResumePoint {
  readonly done: Done;
  readonly underWay: ParsedStatement | undefined;
  /** Nobody knows what became of it; otherwise it failed. */
  readonly isCutOff: boolean;
}

export const fromTheStart: ResumePoint = { done: nothingDone, underWay: undefined, isCutOff: false };

/**
 * Where to go on with a file that ran before and did not end. Throws an AdminError (refused, edited-since) where the statements that are done
 * were edited since.
 */
export function resumePoint(name: string, statements: readonly ParsedStatement[], note: HistoryNote | undefined): ResumePoint {
  if (note?.kind !== 'running' && note?.kind !== 'failed') return fromTheStart;
  const { done } = note;
  if (doneUpTo(statements, done.statements).digest !== done.digest) {
    throw new AdminError({
      kind: 'refused',
      code: 'edited-since',
      whatHappened: `${done.statements} statements of ${name} are done, and they were edited since.`,
      whatToDo: `Nothing was run. Put them back as they were, or say with migrations resolve ${name} what is true.`,
    });
  }
  const isCutOff = note.kind === 'running' && note.statement !== 0;
  // One that failed may have left an index behind as well.
  const mayHaveBegun = isCutOff || note.kind === 'failed';
  return { done, isCutOff, underWay: mayHaveBegun ? statements[done.statements] : undefined };
}
