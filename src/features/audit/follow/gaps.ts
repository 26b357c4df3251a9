import { sameMoment } from '#core/timestamps.ts';
import type { Reader } from '#database/query.ts';
import { findEntry } from '../entries.ts';
import type { AuditSource } from '../source.ts';
import type { FollowCursor } from './cursor.ts';
import type { GapReason } from './events.ts';
import type { PollAnswer } from './poll.ts';

const sentences: Readonly<Record<GapReason, string>> = {
  'other-server': 'The connection leads to another server now.',
  'other-database': 'The connection leads to another database now: it was dropped and made anew, or renamed.',
  restored:
    'The server went back in time: it was restored from an older copy, or a standby took over that had not heard of everything.',
  vanished: 'The newest entry is gone: it was deleted, or the server was restored from an older copy.',
  'other-table': 'The table audit_log was dropped and made anew.',
  truncated: 'The table audit_log was emptied (TRUNCATE).',
  rewritten:
    'The table audit_log was emptied or written anew as a whole, as some ALTER TABLE do: which entries are new can no longer be told.',
  'cursor-unreadable': 'The cursor cannot be read: it is damaged, or of another version.',
};

/** What happened, in a sentence. */
export function gapSentence(reason: GapReason): string {
  return sentences[reason];
}

/**
 * Why a poll cannot go on from the cursor, or undefined where it can. `wasLost` says that the connection was lost before it: then a restored
 * server may have come so far that its numbers fit again, and the last entries are looked for. Throws an AdminError.
 */
export async function gapBetween(
  reader: Reader,
  source: AuditSource,
  cursor: FollowCursor,
  answer: PollAnswer,
  { wasLost, signal }: { readonly wasLost: boolean; readonly signal: AbortSignal },
): Promise<GapReason | undefined> {
  const { identity, hi, last, newest, mode } = cursor;
  const { systemIdentifier: server = null } = answer;
  if (server !== null && identity.systemIdentifier !== null && server !== identity.systemIdentifier) return 'other-server';
  if (answer.database_oid !== identity.databaseOid) return 'other-database';
  if (BigInt(answer.hi) < BigInt(hi)) return 'restored';
  if (answer.table_oid !== identity.tableOid) return 'other-table';
  const isOtherFile = answer.file_node !== identity.fileNode;
  if (!isOtherFile && !wasLost) return undefined;
  const witness = newest ?? last;
  if (witness === null) return isOtherFile && hasOtherFiles(identity.fileNode, answer.file_node) ? 'rewritten' : undefined;
  const found = await findEntry(reader, source, witness.id, { signal });
  if (found === undefined) return isOtherFile ? 'truncated' : 'vanished';
  const again = last === null || found.id === last.id ? found : await findEntry(reader, source, last.id, { signal });
  // With another time it is another entry of the same id, unless somebody changed the time; with the same transaction's number it certainly is.
  if (last !== null && again !== undefined && !isSameTime(source, again.at, last.at)) {
    return isOtherFile ? 'rewritten' : again.fullXid === last.xid ? 'restored' : 'vanished';
  }
  // VACUUM FULL and CLUSTER keep who wrote a row; ALTER TABLE writes all of them in its own name, but for the column txid.
  return isOtherFile && mode !== 'txid' && found.fullXid !== witness.xid ? 'rewritten' : undefined;
}

/** Whether of the files that a table had none is left: one in partitions gets new ones as they are made, and has none before the first. */
function hasOtherFiles(had: string, has: string): boolean {
  const files = has.split(',');
  return had !== '0' && !had.split(',').some((file) => files.includes(file));
}

/** Whether an entry still has its time. One without a zone means another moment to a session of another zone, and there the clock reads the same. */
function isSameTime({ time }: AuditSource, one: string | null, other: string | null): boolean {
  return time.type === 'timestamp' ? clockOf(one) === clockOf(other) : sameMoment(one, other);
}

/** A PostgreSQL timestamptz text without its zone. */
const clockOf = (text: string | null): string | undefined => text?.replace(/[+-]\d\d(?::\d\d)*(?= BC$|$)/, '');
