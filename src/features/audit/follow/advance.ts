import type { FollowMode } from '../source.ts';
import { cursorVersion, type FollowCursor } from './cursor.ts';
import type { Candidate, PollAnswer } from './poll.ts';

/** Transactions and the time from which on their rows were emitted. */
type Shown = FollowCursor['shown'][number];

const one = (xid: string): string => `[${xid},${BigInt(xid) + 1n})`;

const isBelow = (xid: string, other: string): boolean => BigInt(xid) < BigInt(other);

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
  const floor = floorOf(cursor, isReconcile);
  const done = new Set([...cursor.partials, ...emitted].map(({ xid }) => xid).filter((xid) => isBelow(xid, last.xid)));
  const partials = [...cursor.partials.filter(({ xid }) => isBelow(last.xid, xid)), { ...last, floor }];
  const shown = withXids(cursor.shown, floor, `{${[...done].map(one).join(',')}}`);
  return { ...cursor, shown, partials, newest: newer(cursor.newest, last) };
}

const newer = (known: FollowCursor['newest'], found: Candidate | undefined): FollowCursor['newest'] =>
  found === undefined || (known !== null && isBelow(found.xid, known.xid)) ? known : found;

/** Where to go on after all rows of a poll; `before` is the cursor that it was sent with. */
export function afterPoll(before: FollowCursor, isReconcile: boolean, answer: PollAnswer): FollowCursor {
  const last = answer.candidates.at(-1);
  const isCut = answer.next_xid !== null;
  const { restFrom } = answer;
  const floor = floorOf(before, isReconcile);
  const isLeft = ({ xid }: { readonly xid: string }): boolean => restFrom !== null && !isBelow(xid, restFrom);
  const left = before.partials.filter((partial) => isLeft(partial) && partial.xid !== last?.xid);
  // Cut within the rows of one transaction, it is not among the whole ones.
  const partials = last !== undefined && last.xid === answer.next_xid ? [...left, { ...last, floor }] : left;
  // Of a transaction cut apart earlier the rest may have been deleted meanwhile; then this poll did not name it.
  const done = before.partials.filter((partial) => !isLeft(partial)).map(({ xid }) => one(xid));
  const finished = `{${done.join(',')}}`;
  const common = { ...before, hi: answer.hi, partials, newest: newer(before.newest, last), polledAt: answer.server_time };
  const kept = united(answer.keptXids, finished);
  const all = kept === '{}' ? [] : [{ floor: null, xids: kept }];
  switch (before.mode) {
    case 'scan':
      return { ...common, lo: answer.lo, reconciledLo: answer.lo, shown: all };
    case 'txid': {
      const isExact = restFrom === null && !answer.is_standby;
      const snapshot = isExact ? answer.snapshot : raised(before.snapshot ?? answer.snapshot, answer.lo);
      return { ...common, lo: answer.lo, reconciledLo: answer.lo, snapshot, shown: isExact ? [] : all };
    }
    case 'floor': {
      if (isReconcile && !isCut) {
        // What a floor showed of transactions that this poll did not look at is not all of them.
        const still =
          restFrom === null ? all : before.shown.map((segment) => ({ ...segment, xids: notBelow(segment.xids, answer.lo) }));
        return { ...common, lo: answer.lo, reconciledLo: answer.lo, shown: still.filter(({ xids }) => xids !== '{}') };
      }
      const shown = withXids(before.shown, floor, united(answer.wholeXids, finished));
      return { ...common, lo: isReconcile ? before.lo : answer.lo, shown };
    }
  }
}

/** The ranges that reach `lo` or beyond. */
function notBelow(xids: string, lo: string): string {
  const ranges = [...xids.matchAll(/\[\d+,(\d+)\)/g)].filter(([, end]) => isBelow(lo, end!));
  return `{${ranges.map(([range]) => range).join(',')}}`;
}

/** A snapshot in which everything below `lo` is finished as well. */
export function raised(snapshot: string, lo: string): string {
  const [xmin, xmax, running = ''] = snapshot.split(':') as [string, string, string?];
  const most = (a: string, b: string): string => (BigInt(a) > BigInt(b) ? a : b);
  const left = running.split(',').filter((xid) => xid !== '' && BigInt(xid) >= BigInt(lo));
  return `${most(xmin, lo)}:${most(xmax, lo)}:${left.join(',')}`;
}

/** Where following starts: nothing that a mark saw will be emitted. `sawEveryRow`: it looked before the floor as well. */
export function cursorAt(mark: PollAnswer, mode: FollowMode, sawEveryRow = false): FollowCursor {
  const { lo, hi, is_standby: isStandby, keptXids } = mark;
  const remembers = mode !== 'txid' || isStandby;
  const floor = mode === 'floor' ? (mark.running?.floor ?? null) : null;
  return {
    version: cursorVersion,
    mode,
    identity: identityOf(mark),
    hi,
    lo,
    reconciledLo: lo,
    snapshot: mode === 'txid' ? (isStandby ? `${lo}:${lo}:` : mark.snapshot) : null,
    shown: remembers && keptXids !== '{}' ? [{ floor: sawEveryRow ? null : floor, xids: keptXids }] : [],
    partials: [],
    floor,
    last: null,
    newest: null,
    polledAt: mark.server_time,
  };
}

/** From the same horizon on with nothing remembered: nothing is lost whatever became of those transactions, and some entries may come again. */
export function fromHorizon(cursor: FollowCursor, answer: PollAnswer): FollowCursor {
  const lo = cursor.reconciledLo;
  const snapshot = cursor.mode === 'txid' ? `${lo}:${lo}:` : null;
  const { hi, server_time: polledAt } = answer;
  return {
    ...cursor,
    identity: identityOf(answer),
    hi,
    lo,
    snapshot,
    shown: [],
    partials: [],
    floor: null,
    newest: null,
    polledAt,
  };
}

/** A cursor of another mode, as when an index was made meanwhile: from its horizon on; some entries may come twice and none is lost. */
export function inMode(cursor: FollowCursor, mode: FollowMode): FollowCursor {
  if (cursor.mode === mode) return cursor;
  const lo = cursor.reconciledLo;
  const common = { ...cursor, mode, lo, reconciledLo: lo, floor: null, partials: [] };
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
