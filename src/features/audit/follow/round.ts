import type { AdminError } from '#core/errors.ts';
import { epochMicros, sameMoment } from '#core/timestamps.ts';
import type { Reader } from '#database/query.ts';
import { type AuditEntry, readEntries } from '../entries.ts';
import { type AuditFilter, isFiltering } from '../filter.ts';
import { listEntries, type HistoryRequest } from '../history.ts';
import type { AuditSource } from '../source.ts';
import { afterPart, afterPoll, cursorAt, fromHorizon, identityOf } from './advance.ts';
import type { FollowCursor } from './cursor.ts';
import { Emitted } from './emitted.ts';
import type { FollowEvent, GapReason, PollReport } from './events.ts';
import { Floors, shownCharacters } from './floors.ts';
import { gapBetween, gapSentence } from './gaps.ts';
import { HeldHorizon } from './held-horizon.ts';
import { type Candidate, poll, type PollAnswer, wholeTableTimeoutMs } from './poll.ts';

export interface RoundOptions {
  readonly filter: AuditFilter;
  /** Entries that the consumer has already, such as a page read after markNow: they are not emitted again. */
  readonly known?: Iterable<AuditEntry> | undefined;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Between two polls, where they are quick. */
  readonly intervalMs?: number | undefined;
  /** Mode floor: how often every row is looked at. */
  readonly reconcileMs?: number | undefined;
  /** As text of xids: when so much is remembered, nothing more is emitted until the horizon moves. */
  readonly fullCharacters?: number | undefined;
}

/** New rows of one poll at most, and entries of one event: what is done at one go stays far below ten milliseconds. */
const mostFound = 20_000;
const mostEntries = 500;
/** As text of xids: about a hundred thousand transactions that are no neighbours. */
const fullCharacters = 4_000_000;

/**
 * A cursor for following from now on. In mode floor it does not know what a transaction that the horizon still counts wrote with an earlier time, and
 * the first reconcile shows that; with `everyRow` it does, for the price of a reconcile. Throws an AdminError.
 */
export async function markNow(
  reader: Reader,
  source: AuditSource,
  signal: AbortSignal,
  { everyRow = false } = {},
): Promise<FollowCursor> {
  return cursorAt(await mark(reader, source, signal, everyRow), source.mode, everyRow);
}

function mark(reader: Reader, source: AuditSource, signal: AbortSignal, isReconcile = false): Promise<PollAnswer> {
  return poll(reader, source, { cursor: undefined, isReconcile, wantsRunning: true, most: 0, onlyFinished: false }, signal);
}

/** The state of following, and one round of it: a poll and the entries that it found. A failed round is repeated from where it was. */
export class Round {
  cursor: FollowCursor | undefined;
  isUnreadable = false;
  readonly #reader: Reader;
  readonly #source: AuditSource;
  readonly #options: RoundOptions;
  readonly #emitted: Emitted;
  readonly #floors: Floors;
  readonly #horizon = new HeldHorizon();
  /** A reconcile that was cut goes on as one. */
  #isReconciling = false;
  /** Time may have passed since the cursor was made. */
  #isFirst = true;

  constructor(reader: Reader, source: AuditSource, options: RoundOptions, cursor: FollowCursor | undefined) {
    this.#reader = reader;
    this.#source = source;
    this.#options = options;
    this.cursor = cursor;
    this.#emitted = new Emitted(source.mode, cursor?.last ?? null, options.known ?? []);
    this.#floors = new Floors(options.reconcileMs ?? 60_000);
  }

  /** Polls once. Throws an AdminError, also in the middle; the cursor is then behind what was emitted. */
  async *run(wasLost: boolean): AsyncGenerator<FollowEvent, void> {
    const startedMs = performance.now();
    const before = this.cursor;
    if (before === undefined) return yield* this.#begin(startedMs);
    const isReconcile = this.#mustReconcile(before);
    const isFull = shownCharacters(before) > (this.#options.fullCharacters ?? fullCharacters);
    const answer = await this.#poll(before, isReconcile, isFull);
    const looks = { wasLost: wasLost || this.#isFirst, signal: this.#options.signal };
    const gap = await gapBetween(this.#reader, this.#source, before, answer, looks);
    this.#isFirst = false;
    if (gap !== undefined) return yield* this.#bridge(gap, before, answer);
    this.#isReconciling = isReconcile;
    let gone = 0;
    for (let start = 0; start < answer.candidates.length; start += mostEntries) {
      const part = answer.candidates.slice(start, start + mostEntries);
      const wanted = part.filter((candidate) => !this.#emitted.has(candidate));
      const entries = wanted.length === 0 ? [] : await this.#read(wanted);
      gone += wanted.length - entries.length;
      const emitted = this.#emitted.emit(entries);
      this.cursor = { ...afterPart(this.cursor ?? before, isReconcile, part), last: this.#emitted.last };
      if (emitted.length > 0) yield { kind: 'entries', entries: emitted, cursor: this.cursor };
    }
    const isCut = answer.next_xid !== null;
    const after = { ...afterPoll(before, isReconcile, answer), identity: identityOf(answer), last: this.#emitted.last };
    this.cursor = isCut || after.mode !== 'floor' ? after : { ...after, floor: this.#floors.next(after, answer) };
    this.#emitted.endPoll();
    this.#isReconciling = isReconcile && isCut;
    if (isReconcile && !isCut) this.#floors.reconciled(answer.durationMs);
    this.#horizon.saw(answer, after.mode);
    const report = { isReconcile, found: answer.candidates.length, gone, isFull };
    yield { kind: 'poll', report: this.#report(answer, startedMs, report), cursor: this.cursor };
  }

  /** What is told of a poll that failed and will be tried again in `waitMs`. */
  failed(failure: AdminError, nextInMs: number): PollReport {
    // A reconcile that hit its time limit must not keep the ordinary polls waiting.
    if (this.cursor?.floor !== null && this.#floors.isDue(this.cursor!)) this.#floors.reconciled(wholeTableTimeoutMs);
    const { everyMs: reconcileEveryMs } = this.#floors;
    const nothing = { isReconcile: false, cutAt: null, durationMs: 0, found: 0, gone: undefined };
    return { mode: this.#source.mode, reconcileEveryMs, ...nothing, nextInMs, failure };
  }

  /** The rest of a transaction cut apart is among the rows of the same kind of poll only, also after a restart. */
  #mustReconcile(cursor: FollowCursor): boolean {
    const [cut] = cursor.partials;
    if (cursor.mode === 'floor' && cut !== undefined) return cut.floor === null;
    return this.#isReconciling || this.#floors.isDue(cursor);
  }

  #poll(cursor: FollowCursor, isReconcile: boolean, onlyFinished: boolean): Promise<PollAnswer> {
    const wantsRunning = cursor.mode === 'floor' || this.#horizon.isHeld || onlyFinished;
    const request = { cursor, isReconcile, wantsRunning, most: mostFound, onlyFinished };
    return poll(this.#reader, this.#source, request, this.#options.signal);
  }

  #read(candidates: readonly Candidate[]) {
    const ids = candidates.map(({ id }) => id);
    return readEntries(this.#reader, this.#source, ids, this.#options.filter, { signal: this.#options.signal });
  }

  async *#begin(startedMs: number): AsyncGenerator<FollowEvent, void> {
    const answer = await mark(this.#reader, this.#source, this.#options.signal);
    this.cursor = cursorAt(answer, this.#source.mode);
    if (this.isUnreadable) yield this.#gap('cursor-unreadable', null, answer);
    const report = { isReconcile: false, found: 0, gone: 0, isFull: false };
    yield { kind: 'poll', report: this.#report(answer, startedMs, report), cursor: this.cursor };
  }

  /** Starts anew behind a gap: what has a time from the last entry on is read by time. Until all of it is emitted the cursor stays before the gap. */
  async *#bridge(reason: GapReason, before: FollowCursor, answer: PollAnswer): AsyncGenerator<FollowEvent, void> {
    const { last } = before;
    yield this.#gap(reason, last === null ? null : earliest(before.polledAt, last.at), answer);
    this.#emitted.passGap();
    // Where the newest entry is gone it may just have been deleted: then what the horizon tells is still exact.
    const next =
      reason === 'vanished'
        ? fromHorizon(before, answer)
        : cursorAt(await mark(this.#reader, this.#source, this.#options.signal), this.#source.mode);
    const isLast = ({ id, at }: AuditEntry): boolean => id === last?.id && sameMoment(at, last.at);
    let from: Pick<HistoryRequest, 'after' | 'startingAt'> | undefined = { startingAt: earliest(before.polledAt, last?.at) };
    while (from !== undefined) {
      const request: HistoryRequest = { ...from, most: mostEntries };
      const page = await listEntries(this.#reader, this.#source, this.#options.filter, request, { signal: this.#options.signal });
      const emitted = this.#emitted.emit(page.entries.filter((entry) => !isLast(entry) && !this.#emitted.hasEntry(entry)));
      this.cursor = { ...before, last: this.#emitted.last };
      if (emitted.length > 0) yield { kind: 'entries', entries: emitted, cursor: this.cursor };
      from = page.next === undefined ? undefined : { after: page.next };
    }
    this.#emitted.endPoll();
    this.cursor = { ...next, last: this.#emitted.last };
  }

  #gap(reason: GapReason, fromAt: string | null, { server_time: untilAt }: PollAnswer): FollowEvent {
    return { kind: 'gap', reason, whatHappened: gapSentence(reason), fromAt, untilAt };
  }

  #report(
    answer: PollAnswer,
    startedMs: number,
    told: { isReconcile: boolean; found: number; gone: number; isFull: boolean },
  ): PollReport {
    const intervalMs = Math.max(this.#options.intervalMs ?? 1000, told.isReconcile ? 0 : 10 * answer.durationMs);
    return {
      mode: this.#source.mode,
      isReconcile: told.isReconcile,
      reconcileEveryMs: this.#floors.everyMs,
      durationMs: answer.durationMs,
      nextInMs: answer.next_xid !== null ? 0 : Math.max(0, intervalMs - (performance.now() - startedMs)),
      found: told.found,
      cutAt: answer.next_xid,
      gone: isFiltering(this.#options.filter) ? undefined : told.gone,
      heldBack: this.#horizon.report(answer, told.isFull),
    };
  }
}

/** An entry may carry a time that is still to come. */
function earliest(polledAt: string, lastAt: string | undefined): string {
  return lastAt !== undefined && (epochMicros(lastAt) ?? 0) < (epochMicros(polledAt) ?? 0) ? lastAt : polledAt;
}
