import { sameMoment } from '#core/timestamps.ts';
import type { AuditEntry } from '../entries.ts';

/** What is remembered of an entry that was told. */
export interface Told {
  readonly xid: string;
  readonly at: string | null;
  /** How many gaps had been told before it. */
  readonly era: number;
}

/** What an entry is that comes now, of `era`, as `told`. */
export function toldAs({ fullXid: xid, at }: AuditEntry, era: number): Told {
  return { xid, at, era };
}

/**
 * What an entry is to those who were told `told` under its id. Behind a gap an id may have been given again, and the number of a transaction too: a
 * sequence was reset, or an older copy of the server writes anew. There only the same time makes it the same entry.
 */
export function standingOf(entry: AuditEntry, told: Told | undefined, era: number): 'new' | 'told' | 'rewritten' {
  if (told === undefined || (told.era !== era && !sameMoment(told.at, entry.at))) return 'new';
  return told.xid === entry.fullXid ? 'told' : 'rewritten';
}
