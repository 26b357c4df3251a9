import { z } from 'zod';

/** Xids as PostgreSQL's int8multirange text: every row of these (sub)transactions whose time is at or after `floor` (null: every row) was emitted. */
const shown = z.object({ floor: z.string().nullable(), xids: z.string().regex(/^\{[\d[\](),]*\}$/) });
const digits = z.string().regex(/^\d{1,20}$/);

/** Of the layout below: a cursor of another one is refused as a whole, since a part of it would be misread as all that was emitted. */
export const cursorVersion = 2;

/**
 * Everything that following needs to go on after a restart, as a plain JSON value; it depends on neither filter nor process. `lo` is the
 * horizon: all transactions below it were finished, and what they wrote was emitted.
 */
export const followCursor = z.object({
  version: z.literal(cursorVersion),
  mode: z.enum(['scan', 'floor', 'txid']),
  identity: z.object({
    systemIdentifier: z.string().nullable(),
    databaseOid: z.string(),
    tableOid: z.string(),
    fileNode: z.string(),
  }),
  /** The first xid not given out yet; if it is ever lower than before, this is another server or an older copy. */
  hi: digits,
  lo: digits,
  /** Mode txid: the snapshot of the last complete poll. */
  snapshot: z
    .string()
    .regex(/^\d+:\d+:[\d,]*$/)
    .nullable(),
  shown: z.array(shown),
  /**
   * Transactions too large for one poll: of the rows of this xid, those up to this id (by length, then text) were emitted, whose time is at or after
   * `floor` (null: any). All of them are of one kind: the poll that goes on with them must look at the same rows.
   */
  partials: z.array(z.object({ xid: digits, id: z.string(), floor: z.string().nullable() })),
  /** Mode floor: no server-written time of an entry that is still to come is before this. */
  floor: z.string().nullable(),
  /** Mode floor: the horizon of the last poll that looked at every row. */
  reconciledLo: digits,
  /** The newest entry so far, by time, as it was emitted. */
  last: z.object({ id: z.string(), at: z.string(), xid: digits }).nullable(),
  /** The row of the highest xid that a poll found, whatever the filter made of it: while it is there, no later xid was given out twice. */
  newest: z.object({ id: z.string(), xid: digits }).nullable(),
  /** The server's time at the last poll. */
  polledAt: z.string(),
});

export type FollowCursor = Readonly<z.output<typeof followCursor>>;

/** Reads what formatCursor wrote. Undefined for anything else: whoever reads it starts anew and says so. */
export function parseCursor(text: string): FollowCursor | undefined {
  try {
    return followCursor.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The cursor as one line of JSON. */
export function formatCursor(cursor: FollowCursor): string {
  return JSON.stringify(cursor);
}
