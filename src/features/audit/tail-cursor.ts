import { AdminError } from '#core/errors.ts';
import { cursorVersion, type FollowCursor, parseCursor } from './follow/cursor.ts';
import type { GapReason } from './follow/events.ts';

/** The cursor that a file holds; undefined where it is empty, as mktemp makes it. Throws an AdminError (configuration) for anything else. */
export function cursorFrom(text: string, file: string): FollowCursor | undefined {
  if (text.trim() === '') return undefined;
  const cursor = parseCursor(text);
  if (cursor !== undefined) return cursor;
  const version = versionOf(text) ?? cursorVersion;
  const age = version > cursorVersion ? 'newer' : version < cursorVersion ? 'older' : undefined;
  const anew = 'remove the file to begin anew: what came since it was written is then not told.';
  throw new AdminError({
    kind: 'configuration',
    code: age === undefined ? 'cursor-unreadable' : age === 'newer' ? 'cursor-too-new' : 'cursor-too-old',
    whatHappened:
      age === undefined
        ? `${file} holds no cursor of aisha-console.`
        : `The cursor in ${file} was written by ${age === 'newer' ? 'a newer' : 'an older'} aisha-console.`,
    whatToDo: age === undefined ? `Give another file, or ${anew}` : `Go on with that one, or ${anew}`,
  });
}

function versionOf(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
      ? value.version
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Throws an AdminError (conflict) where a cursor is that of another database: to go on would write over the place where that one's tail has
 * to go on. A restored database or an emptied table is a gap of this one.
 */
export function requireSamePlace(reason: GapReason, whatHappened: string, file: string | undefined): void {
  if (file === undefined || (reason !== 'other-server' && reason !== 'other-database')) return;
  throw new AdminError({
    kind: 'conflict',
    code: 'cursor-of-another-database',
    whatHappened: `${whatHappened} The cursor in ${file} is left as it was.`,
    whatToDo:
      'Give each database a file of its own; where this one has taken the place of the other, remove the file to begin anew.',
  });
}
