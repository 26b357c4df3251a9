import { AdminError } from '#core/errors.ts';
import { readSystemIdentifier } from '#database/queries.ts';
import { type Reader, type RowOf, type Statement, statement } from '#database/query.ts';
import { listPreparedQuery, listRunningQuery, pollByHorizonQuery, pollByTxidQuery } from '../queries.ts';
import type { AuditSource } from '../source.ts';
import type { FollowCursor } from './cursor.ts';

/** A row that became visible: its id, and the transaction that wrote it. */
export interface Candidate {
  readonly id: string;
  readonly xid: string;
}

/** What one poll brought: the state of the server, and new rows in the order of their transactions, then of their ids. */
export interface PollAnswer extends Omit<
  RowOf<typeof pollByHorizonQuery>,
  'ids' | 'xids' | 'whole_xids' | 'kept_xids' | 'kept_count'
> {
  readonly candidates: readonly Candidate[];
  /** Transactions of which the poll gave every new row. */
  readonly wholeXids: string;
  /** All that were emitted, and these, from `lo` on. */
  readonly keptXids: string;
  readonly keptCount: number;
  /** New rows of this xid and of later ones are left for the next poll; null where none is. */
  readonly restFrom: string | null;
  /** Undefined where this role may not know it. */
  readonly systemIdentifier: string | undefined;
  /** Where it was asked for: what may still write with an earlier time. */
  readonly running: RowOf<typeof listRunningQuery> | undefined;
  readonly prepared: readonly string[];
  readonly durationMs: number;
}

export interface PollRequest {
  /** Where to go on; undefined for a mark, which gives no rows but what the first poll needs to know. */
  readonly cursor: FollowCursor | undefined;
  /** Mode floor: look at every row since the last poll that did, not only at those from the floor on. */
  readonly isReconcile: boolean;
  /** Also ask what is running. */
  readonly wantsRunning: boolean;
  readonly most: number;
  /** Only rows of transactions below the horizon, of which nothing must be remembered. */
  readonly onlyFinished: boolean;
}

const everything = 2_147_483_646;

/** What is asked beside the poll takes no time; a table that is read as a whole may take some. Milliseconds on the server. */
const shortTimeoutMs = 5000;
export const wholeTableTimeoutMs = 30_000;

/** Sends one poll. What is running is asked before it, since what starts later is told by the clock. Throws an AdminError. */
export async function poll(reader: Reader, source: AuditSource, request: PollRequest, signal: AbortSignal): Promise<PollAnswer> {
  const short = { statementTimeoutMs: shortTimeoutMs, signal };
  const questions = [statement(readSystemIdentifier, {}), statement(listRunningQuery, {}), statement(listPreparedQuery, {})];
  const [identifier, ...others] = await reader.readEach<unknown>(request.wantsRunning ? questions : questions.slice(0, 1), short);
  const [running] = ((await others[0]) ?? []) as RowOf<typeof listRunningQuery>[];
  const prepared = ((await others[1]) ?? []) as RowOf<typeof listPreparedQuery>[];
  const systemIdentifier = await identifier!.then(
    ([row]) => (row as RowOf<typeof readSystemIdentifier> | undefined)?.system_identifier,
    unlessRefused,
  );
  const readsAll = source.mode === 'scan' || (source.mode === 'floor' && request.isReconcile);
  const startedMs = performance.now();
  const sent = pollStatement(source, request, running?.floor ?? null);
  const rows = await reader.read(sent, readsAll ? { ...short, statementTimeoutMs: wholeTableTimeoutMs } : short);
  const { ids: _, xids: __, whole_xids: whole, kept_xids: kept, kept_count: count, ...first } = rows[0]!;
  return {
    ...first,
    candidates: rows.flatMap(({ ids, xids }) => ids.map((id, index) => ({ id, xid: xids[index]! }))),
    restFrom: first.next_xid ?? (request.onlyFinished ? first.lo : null),
    wholeXids: whole ?? '{}',
    keptXids: kept ?? '{}',
    keptCount: Number(count),
    systemIdentifier,
    running,
    prepared: prepared.map(({ gid }) => gid),
    durationMs: performance.now() - startedMs,
  };
}

/** Hosted servers keep the number to themselves. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof AdminError && error.kind === 'database') return undefined;
  throw error;
}

function pollStatement(
  source: AuditSource,
  { cursor, isReconcile, most, onlyFinished }: PollRequest,
  runningFloor: string | null,
): Statement<RowOf<typeof pollByHorizonQuery>> {
  const shown = cursor?.shown ?? [];
  const rest = {
    partialXids: cursor?.partials.map(({ xid }) => xid) ?? [],
    partialIds: cursor?.partials.map(({ id }) => id) ?? [],
    most: cursor === undefined ? everything : most,
    isMark: cursor === undefined,
    onlyFinished,
  };
  const shownXids = shown.map(({ xids }) => xids);
  if (source.mode === 'txid') {
    return statement(pollByTxidQuery, { snapshot: cursor?.snapshot ?? null, shownXids, ...rest });
  }
  // A mark by floor may overlook what was written with an earlier time: it comes with the first reconcile, shown rather than lost.
  const floor = source.mode === 'scan' || isReconcile ? null : cursor === undefined ? runningFloor : cursor.floor;
  const horizon = cursor === undefined ? null : isReconcile ? cursor.reconciledLo : cursor.lo;
  const shownFloors = shown.map((segment) => segment.floor);
  return statement(pollByHorizonQuery, { horizon, floor, shownXids, shownFloors, ...rest }, { time: source.time.name });
}
