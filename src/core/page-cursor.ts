import { AdminError } from './errors.ts';

/** Where a keyset page starts: behind the row with this sort key and id. */
export interface PageCursor {
  readonly sortKey: string;
  readonly id: string;
}

/** A cursor as one opaque word for `--after`. */
export function writeCursor(cursor: PageCursor): string {
  return Buffer.from(JSON.stringify([cursor.sortKey, cursor.id]), 'utf8').toString('base64url');
}

/** Reads what writeCursor wrote. Throws an AdminError (usage) for anything else. */
export function readCursor(text: string): PageCursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === 'string')) {
      return { sortKey: String(parts[0]), id: String(parts[1]) };
    }
  } catch {
    // Not ours: told below.
  }
  throw new AdminError({
    kind: 'usage',
    code: 'bad-cursor',
    whatHappened: `--after holds "${text.slice(0, 40)}", which is no cursor.`,
    whatToDo: 'Pass the value of "next" from the page before, unchanged.',
  });
}
