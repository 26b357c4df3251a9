import type { ConsoleSession } from '#console/public/hooks.ts';
import { atTheEnd, placeLogCursor } from '#ui/log-view.ts';
import type { AuditEntry } from '../entries.ts';
import type { FollowEvent } from '../follow/events.ts';
import { auditSourceOf, whyNoSource } from '../source.ts';
import { type AuditStore, historyAtStart, liveAtStart, loadedEntries, withLog } from './audit-state.ts';
import { EntryLog, entryRow, extentOf, gapRow, type LogRow, nothingLoaded } from './entry-log.ts';
import { followFromNewest } from './following.ts';
import { createHistoryReader } from './history-reader.ts';

/** Keeps the log filled: follows what is written from the pane's first opening on, and reads history where the operator goes. */
export interface AuditFeed {
  /** Begins anew, with the filter and tenant of now. */
  readonly restart: () => void;
  /** Reads what comes before the first row, or behind the last where newer entries are not loaded. */
  readonly more: (direction: 'older' | 'newer') => void;
  /** Goes to the newest entries and follows. */
  readonly toNewest: () => void;
  /** Goes to a moment in milliseconds since the epoch. */
  readonly goTo: (momentMs: number) => void;
}

const mostWaiting = 5000;
const rowsBefore = 3;
/** Entries that arrive in a burst are shown together: drawing each piece by itself would make a key press wait, and nobody reads that fast. */
const showEveryMs = 250;

export function createFeed(session: ConsoleSession, store: AuditStore): AuditFeed {
  const log = new EntryLog();
  let following = new AbortController();
  const history = createHistoryReader(session, store);
  /** What came while newer entries were not loaded. */
  let waiting: LogRow[] = [];

  let shownAtMs = 0;
  let showing: NodeJS.Timeout | undefined;
  /** What arrived and is not in the log yet. */
  let arrived: LogRow[] = [];
  /** Going to a moment, and what came since that began: the pages of it may have been read before. */
  let going: Promise<void> | undefined;
  let arrivedGoing: LogRow[] = [];
  let heardAtMs: number | undefined;
  /** Changes the log and shows it: nobody may see the one without the other. */
  const changeLog = (change?: () => void): void => {
    clearTimeout(showing);
    showing = undefined;
    shownAtMs = performance.now();
    const rows = arrived;
    arrived = [];
    const { isApart } = store.get().history;
    if (isApart) waiting = [...waiting, ...rows].slice(-mostWaiting);
    else log.append(rows);
    change?.();
    store.update((now) => ({
      ...withLog(now, log.contents),
      live: { ...now.live, heardAtMs },
      ...(isApart && rows.length > 0 && { history: { ...now.history, waiting: now.history.waiting + rows.length } }),
    }));
  };
  const setLive = (change: Partial<typeof liveAtStart>): void =>
    store.update((now) => ({ ...now, live: { ...now.live, ...change } }));
  const { read: readHistory, page, filterNow } = history;

  const readNewest = (): Promise<void> =>
    readHistory('newest', async (source, signal) => {
      const { entries, reachedStart } = await page(source, signal);
      if (signal.aborted) return;
      changeLog(() => log.merge(entries.map((entry) => entryRow(entry))));
      if (reachedStart) history.change({ isAtStart: true });
    });
  /** Without the newest page there may be entries between it and those that came since. */
  const retryNewest = (): void => {
    const {
      history: { failed },
      log: shown,
    } = store.get();
    const isMissing = failed?.reading === 'newest' || (failed !== undefined && shown.rows.length === 0);
    if (isMissing) void readNewest();
  };
  /** The newest page, unless somebody went elsewhere: that it would take the place of. */
  const readNewestUnlessApart = async (): Promise<void> => {
    await going;
    if (!store.get().history.isApart) await readNewest();
  };
  const readOlder = (): Promise<void> =>
    readHistory('older', async (source, signal) => {
      let found = { added: 0, leaving: 0, reachedStart: false };
      // Of a large transaction, or where entries came late, a page may be loaded already as a whole.
      while (found.added === 0 && !found.reachedStart) {
        const before = log.oldestPlace();
        const { entries, reachedStart } = await page(source, signal, before && { before });
        if (signal.aborted) return;
        changeLog(() => (found = { ...log.prepend(entries.map((entry) => entryRow(entry))), reachedStart }));
      }
      history.change({ isAtStart: found.reachedStart, ...(found.leaving > 0 && { isApart: true }) });
    });
  const readNewer = (): Promise<void> =>
    readHistory('newer', async (source, signal) => {
      let found = { added: 0, reachedStart: false };
      while (found.added === 0 && !found.reachedStart) {
        const after = log.newestPlace();
        const { entries, reachedStart } = await page(source, signal, after && { after });
        if (signal.aborted) return;
        changeLog(() => (found = { added: log.appendPage(entries.map((entry) => entryRow(entry))), reachedStart }));
      }
      if (found.reachedStart) join();
    });
  /** The last row is the newest of the table: what came meanwhile goes behind it, and following goes on there. */
  const join = (): void => {
    const { end } = extentOf(log.contents);
    const rows = [...waiting, ...arrived];
    waiting = [];
    arrived = [];
    changeLog(() => log.append(rows));
    store.update((now) => ({
      ...now,
      view: { ...now.view, seenEnd: end },
      history: { ...now.history, isApart: false, waiting: 0 },
    }));
  };

  const goTo = (momentMs: number): Promise<void> =>
    readHistory('moment', async (source, signal) => {
      const at = new Date(momentMs).toISOString();
      const [before, after] = await Promise.all([
        page(source, signal, { before: { at, id: '' } }),
        page(source, signal, { startingAt: at }),
      ]);
      if (signal.aborted) return;
      log.clear();
      waiting = [...arrivedGoing];
      arrived = [];
      const rowsOf = (entries: readonly AuditEntry[]): LogRow[] => entries.map((entry) => entryRow(entry));
      log.append(rowsOf(before.entries));
      log.append(rowsOf(after.entries));
      const cursor = log.contents.first + Math.min(before.entries.length, log.contents.rows.length - 1);
      store.update((now) => {
        const extent = extentOf(log.contents);
        // From a moment one reads on: what follows is on the screen, and a little of what led there.
        const unplaced = { ...atTheEnd, isFollowing: false, seenEnd: extent.end, top: cursor - rowsBefore };
        const view = placeLogCursor(unplaced, cursor, extent, now.height);
        const there = { ...historyAtStart, isAtStart: before.reachedStart, isApart: true, waiting: waiting.length };
        return { ...now, log: log.contents, view, history: there };
      });
      if (after.reachedStart) join();
    });

  const take = (event: FollowEvent): void => {
    if (event.kind !== 'lost') heardAtMs = Date.now();
    switch (event.kind) {
      case 'entries':
        takeRows(event.entries.map((entry) => entryRow(entry, entry)));
        break;
      case 'gap':
        takeRows([gapRow(event)]);
        break;
      case 'poll':
        setLive({ report: event.report, heardAtMs, lostSinceMs: undefined });
        retryNewest();
        break;
      case 'lost':
        if (store.get().live.lostSinceMs === undefined) setLive({ lostSinceMs: Date.now() });
        break;
      case 'resumed':
        setLive({ heardAtMs, lostSinceMs: undefined });
        break;
    }
  };
  const takeRows = (rows: readonly LogRow[]): void => {
    arrived.push(...rows);
    if (going !== undefined) arrivedGoing.push(...rows);
    if (performance.now() - shownAtMs >= showEveryMs) changeLog();
    else showing ??= setTimeout(changeLog, showEveryMs).unref();
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const catalog = await session.database.catalog();
    if (signal.aborted) return;
    const source = auditSourceOf(catalog);
    if (source === undefined) {
      store.update((now) => ({ ...now, source: { state: 'missing', why: whyNoSource(catalog) } }));
      return;
    }
    store.update((now) => ({ ...now, source: { state: 'there', source } }));
    // Marking reads the whole table as well where there is no index: the page is shown before it, and read again behind it.
    if (source.mode === 'scan') await readNewestUnlessApart();
    const followed = {
      source,
      filter: filterNow(),
      readNewest: async () => {
        await readNewestUnlessApart();
        return loadedEntries(store.get());
      },
    };
    for await (const event of followFromNewest(session.database, followed, signal)) {
      if (signal.aborted) return;
      take(event);
      // Keys that were pressed meanwhile come first.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return {
    restart: () => {
      following.abort();
      history.stop();
      following = new AbortController();
      const { signal } = following;
      log.clear();
      waiting = [];
      arrived = [];
      store.update((now) => ({
        ...now,
        source: now.source.state === 'there' ? now.source : { state: 'reading' },
        log: nothingLoaded,
        view: atTheEnd,
        live: liveAtStart,
        history: historyAtStart,
        isOpen: false,
        scroll: 0,
      }));
      run(signal).catch((failure: unknown) => {
        if (!signal.aborted) setLive({ failure });
      });
    },
    more: (direction) => {
      const { reading, isAtStart, isApart } = store.get().history;
      if (reading !== undefined) return;
      if (direction === 'older' && !isAtStart) void readOlder();
      if (direction === 'newer' && isApart) void readNewer();
    },
    toNewest: () => {
      if (!store.get().history.isApart) return;
      log.clear();
      waiting = [];
      arrived = [];
      store.update((now) => ({ ...now, log: nothingLoaded, view: atTheEnd, history: historyAtStart }));
      void readNewest();
    },
    goTo: (momentMs) => {
      arrivedGoing = [];
      const read = goTo(momentMs).finally(() => {
        if (going === read) going = undefined;
      });
      going = read;
    },
  };
}
