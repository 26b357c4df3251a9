import type { FollowMode } from '../source.ts';
import type { FollowCursor } from './cursor.ts';
import type { Candidate, PollAnswer } from './poll.ts';

/** Transactions and the time from which on their rows were emitted. */
type Shown = FollowCursor['shown'][number];

const one = (xid: string): string => `[${xid},${BigInt(xid) + 1n})`;

/** Unites int8multirange texts; the server puts them in order. */
function united(...texts: readonly string[]): string {
  return `{${texts
    .map((text) => text.slice(1, -1))
    .filter((text) => text !== '')
    .join(',')}}`;
}

function withXids(shown: readonly Shown[], floor: string | null, xids: string): Shown[] {
  if (xids === '{}') return [...shown];
  const same = shown.findIndex((segment) => segment.floor === floor);
  if (same === -1) return [...shown, { floor, xids }];
  return shown.map((segment, index) => (index === same ? { floor, xids: united(segment.xids, xids) } : segment));
}

/** The floor that a poll of the cursor's mode stands on: rows before it are not looked at. */
const floorOf = (cursor: FollowCursor, isReconcile: boolean): string | null =>
  cursor.mode === 'floor' && !isReconcile ? cursor.floor : null;

/** Where to go on when `emitted`, the next of a poll's rows, are safe and the rest of them are not. */
export function afterPart(cursor: FollowCursor, isReconcile: boolean, emitted: readonly Candidate[]): FollowCursor {
  const last = emitted.at(-1);
  if (last === undefined) return cursor;
  const begun = cursor.partial === null ? [] : [cursor.partial.xid];
  const done = new Set([...begun, ...emitted.map(({ xid }) => xid)]);
  done.delete(last.xid);
  const xids = `{${[...done].map(one).join(',')}}`;
  return { ...cursor, shown: withXids(cursor.shown, floorOf(cursor, isReconcile), xids), partial: last };
}

/** Where to go on after all rows of a poll; `before` is the cursor that it was sent with. */
export function afterPoll(before: FollowCursor, isReconcile: boolean, answer: PollAnswer): FollowCursor {
  const last = answer.candidates.at(-1);
  // Cut within the rows of one transaction, it is not among the whole ones.
  const isCut = answer.next_xid !== null;
  const partial = !isCut ? null : last === undefined ? before.partial : last.xid === answer.next_xid ? last : null;
  // Of a transaction cut apart earlier the rest may have been deleted meanwhile; then this poll did not name it.
  const finished = before.partial !== null && before.partial.xid !== partial?.xid ? `{${one(before.partial.xid)}}` : '{}';
  const common = { ...before, hi: answer.hi, partial };
  const kept = united(answer.keptXids, finished);
  const all = kept === '{}' ? [] : [{ floor: null, xids: kept }];
  switch (before.mode) {
    case 'scan':
      return { ...common, lo: answer.lo, reconciledLo: answer.lo, shown: all };
    case 'txid': {
      const isExact = !isCut && !answer.is_standby;
      const snapshot = isExact ? answer.snapshot : raised(before.snapshot ?? answer.snapshot, answer.lo);
      return { ...common, lo: answer.lo, reconciledLo: answer.lo, snapshot, shown: isExact ? [] : all };
    }
    case 'floor': {
      if (isReconcile && !isCut) return { ...common, lo: answer.lo, reconciledLo: answer.lo, shown: all };
      const floor = floorOf(before, isReconcile);
      const shown = withXids(before.shown, floor, united(answer.wholeXids, finished));
      return { ...common, lo: isReconcile ? before.lo : answer.lo, shown };
    }
  }
}

/** A snapshot in which everything below `lo` is finished as well. */
export function raised(snapshot: string, lo: string): string {
  const [xmin, xmax, running = ''] = snapshot.split(':') as [string, string, string?];
  const most = (a: string, b: string): string => (BigInt(a) > BigInt(b) ? a : b);
  const left = running.split(',').filter((xid) => xid !== '' && BigInt(xid) >= BigInt(lo));
  return `${most(xmin, lo)}:${most(xmax, lo)}:${left.join(',')}`;
}

/** Where following starts: nothing that a mark saw will be emitted. */
export function cursorAt(mark: PollAnswer, mode: FollowMode): FollowCursor {
  const { lo, hi, is_standby: isStandby, keptXids } = mark;
  const remembers = mode !== 'txid' || isStandby;
  const floor = mode === 'floor' ? (mark.running?.floor ?? null) : null;
  return {
    version: 1,
    mode,
    identity: identityOf(mark),
    hi,
    lo,
    reconciledLo: lo,
    snapshot: mode === 'txid' ? (isStandby ? `${lo}:${lo}:` : mark.snapshot) : null,
    shown: remembers && keptXids !== '{}' ? [{ floor, xids: keptXids }] : [],
    partial: null,
    floor,
    last: null,
  };
}

/** A cursor of another mode, as when an index was made meanwhile: from its horizon on; some entries may come twice and none is lost. */
export function inMode(cursor: FollowCursor, mode: FollowMode): FollowCursor {
  if (cursor.mode === mode) return cursor;
  const lo = cursor.reconciledLo;
  const common = { ...cursor, mode, lo, reconciledLo: lo, floor: null, partial: null };
  // The column names the top-level transaction and xmin the subtransaction: what is known of one tells nothing of the other.
  if (mode === 'txid') return { ...common, snapshot: `${lo}:${lo}:`, shown: [] };
  return { ...common, snapshot: null, shown: cursor.mode === 'txid' ? [] : cursor.shown };
}

/** Whose rows these are. */
export function identityOf(answer: PollAnswer): FollowCursor['identity'] {
  return {
    systemIdentifier: answer.systemIdentifier ?? null,
    databaseOid: answer.database_oid,
    tableOid: answer.table_oid,
    fileNode: answer.file_node,
  };
}
