import { AdminError } from './errors.ts';

/** Where a keyset page starts: behind the row with this sort key and id. */
export interface PageCursor {
  readonly sortKey: string;
  readonly id: string;
}

/** A cursor as one opaque word for `--after`. It remembers the order, in which alone it means anything. */
export function writeCursor(cursor: PageCursor, order: string): string {
  return Buffer.from(JSON.stringify([order, cursor.sortKey, cursor.id]), 'utf8').toString('base64url');
}

/** Reads what writeCursor wrote. Throws an AdminError (usage) for anything else, and for a cursor of another order. */
export function readCursor(text: string, order: string): PageCursor {
  let otherOrder: string | undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string')) {
      const [ofOrder, sortKey, id] = parts.map(String) as [string, string, string];
      if (ofOrder === order) return { sortKey, id };
      otherOrder = ofOrder;
    }
  } catch {
    // Not ours: told below.
  }
  throw new AdminError({
    kind: 'usage',
    code: 'bad-cursor',
    whatHappened:
      otherOrder === undefined
        ? `--after holds "${text.slice(0, 40)}", which is no cursor.`
        : `--after holds a cursor of the order by ${otherOrder}, and this is the order by ${order}.`,
    whatToDo: 'Pass the value of "next" from the page before, unchanged.',
  });
}
