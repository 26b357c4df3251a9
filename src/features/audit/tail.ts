import { setTimeout as pause } from 'node:timers/promises';
import { AdminError } from '#core/errors.ts';
import { type CursorFile, openCursorFile } from './cursor-file.ts';
import { readDetails } from './details.ts';
import type { AuditEntry } from './entries.ts';
import { entryJson } from './entry-output.ts';
import { entryText, entryTitles } from './entry-text.ts';
import type { AuditFilter } from './filter.ts';
import { type FollowCursor, formatCursor } from './follow/cursor.ts';
import type { FollowedEntry } from './follow/events.ts';
import { follow, markNow } from './follow/follow.ts';
import { cursorFrom, requireSamePlace } from './tail-cursor.ts';
import { againText, narrator } from './tail-narration.ts';
import { type HistoryContext, KnownEntries, tailHistory, type TailHistory } from './tail-history.ts';

/** What is to be printed. */
export interface TailRequest {
  readonly filter: AuditFilter;
  /** What has been there before; not where the cursor tells where to go on. */
  readonly history: TailHistory;
  /** Goes on with what comes, until it is stopped. */
  readonly follows: boolean;
  /** Remembers in this file how far it came, and goes on from there. */
  readonly cursorFile: string | undefined;
  readonly reveals: boolean;
  readonly isJson: boolean;
}

/** Where it reads, and to whom it talks. */
export interface TailContext extends HistoryContext {
  readonly narrate: (line: string) => void;
  /** A secret was masked. */
  readonly onMasked: () => void;
}

/** A poll that found nothing moves the cursor as well; to write a file each second for that would be waste. */
const idleSaveMs = 30_000;
const [firstPauseMs, longestPauseMs] = [500, 5000];

type Lines = AsyncGenerator<readonly string[]>;

/**
 * The tail as lines, a few at a time: entries, oldest first, and nothing else. The cursor is saved when the lines before it have been taken, so that
 * after a kill none is missing: at most those of the last chunk come twice. Ends when `signal` is aborted. Throws an AdminError.
 */
export async function* tailLines(context: TailContext, request: TailRequest): Lines {
  const { cursorFile, follows, isJson } = request;
  const file = cursorFile === undefined ? undefined : await openCursorFile(cursorFile);
  try {
    const cursor = file?.text === undefined ? undefined : cursorFrom(file.text, cursorFile ?? '');
    if (!isJson) yield [entryTitles];
    if (follows || file !== undefined) yield* live(context, request, file, cursor);
    else yield* history(context, request, () => true);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    await file?.close();
  }
}

async function* history(context: TailContext, request: TailRequest, isWanted: (entry: AuditEntry) => boolean): Lines {
  const leftOut = (): void => {
    if (request.history.since === undefined) context.narrate('older entries are left out: --lines N or --since TIME shows more');
  };
  for await (const entries of tailHistory(context, request.filter, request.history, leftOut)) {
    yield* printed(context, request, entries.filter(isWanted));
  }
}

async function* live(
  context: TailContext,
  request: TailRequest,
  file: CursorFile | undefined,
  found: FollowCursor | undefined,
): Lines {
  const { reader, source, signal } = context;
  const { filter, follows } = request;
  let savedAtMs = 0;
  const save = async (cursor: FollowCursor): Promise<void> => {
    await file?.save(`${formatCursor(cursor)}\n`);
    savedAtMs = Date.now();
  };
  const tell = narrator({ narrate: context.narrate, follows });
  const start = found ?? (await markNow(reader, source, signal, { everyRow: !follows }));
  const known = new KnownEntries(start);
  if (found === undefined) yield* history(context, request, (entry) => known.take(entry));
  // Who comes once in a while looks at every row each time: what a floor would leave for later may have no later.
  const options = { filter, cursor: start, known: known.entries(), signal, reconcileMs: follows ? undefined : 0 };
  let isFirst = true;
  /** What was there when the first poll looked has xids below this. */
  let beginningHi: bigint | undefined;
  for await (const event of follow(reader, source, options)) {
    if (event.kind === 'gap' && isFirst) requireSamePlace(event.reason, event.whatHappened, request.cursorFile);
    tell(event);
    if (event.kind === 'entries') {
      yield* printed(context, request, event.entries);
      await save(event.cursor);
    } else if (event.kind === 'poll') {
      const { cutAt } = event.report;
      beginningHi ??= BigInt(event.cursor.hi);
      // What came meanwhile is for the next run: a busy log would have no end.
      const isDone = !follows && (cutAt === null || BigInt(cutAt) >= beginningHi);
      if (isDone || isFirst || Date.now() - savedAtMs > idleSaveMs) await save(event.cursor);
      if (isDone) return;
      isFirst = false;
    }
  }
}

/** Entries as lines. What fails between an entry and its documents is tried again while following, as a poll is. */
async function* printed(context: TailContext, request: TailRequest, entries: readonly (AuditEntry | FollowedEntry)[]): Lines {
  const { reader, source, signal, narrate } = context;
  if (!request.isJson) {
    if (entries.length > 0) yield entries.map((entry) => entryText(entry, noteOf(entry)));
    return;
  }
  let rest = entries;
  let lostAtMs: number | undefined;
  const revealing = { reveals: request.reveals, onMasked: context.onMasked };
  for (let pauseMs = firstPauseMs; rest.length > 0; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
    try {
      for await (const details of readDetails(reader, source, rest, { signal })) {
        if (lostAtMs !== undefined) narrate(againText(Date.now() - lostAtMs));
        lostAtMs = undefined;
        yield details.map((entry) => entryJson(entry, revealing));
        rest = rest.slice(details.length);
      }
    } catch (error) {
      if (!request.follows || !(error instanceof AdminError) || !/^(connection|database)$/.test(error.kind)) throw error;
      if (lostAtMs === undefined) narrate(`${error.message} Trying again.`);
      lostAtMs ??= Date.now();
      await pause(pauseMs, undefined, { signal });
    }
  }
}

/** What is special about an entry that came in. */
function noteOf(entry: AuditEntry | FollowedEntry): string | undefined {
  if (!('isLate' in entry)) return undefined;
  const notes = [...(entry.isRewritten ? ['rewritten'] : []), ...(entry.isLate ? ['late'] : [])];
  return notes.length === 0 ? undefined : notes.join(', ');
}
