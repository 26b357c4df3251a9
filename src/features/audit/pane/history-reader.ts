import type { ConsoleSession } from '#console/public/hooks.ts';
import type { AuditFilter } from '../filter.ts';
import { type HistoryPage, type HistoryRequest, listEntries } from '../history.ts';
import type { AuditSource } from '../source.ts';
import type { AuditStore, HistoryRead, HistoryState } from './audit-state.ts';
import { filterOf } from './conditions.ts';

const pageEntries = 300;

/** Reads history for the pane, one read at a time, and keeps in its state which is on its way and which failed. */
export interface HistoryReader {
  /** A newer read takes the place of one that is on its way: its `signal` is aborted. Resolves when it is over, failed or not. */
  readonly read: (what: HistoryRead, read: (source: AuditSource, signal: AbortSignal) => Promise<void>) => Promise<void>;
  /** A page with the filter and tenant of now. Throws an AdminError. */
  readonly page: (source: AuditSource, signal: AbortSignal, where?: Omit<HistoryRequest, 'most'>) => Promise<HistoryPage>;
  readonly filterNow: () => AuditFilter;
  readonly change: (change: Partial<HistoryState>) => void;
  readonly stop: () => void;
}

export function createHistoryReader(session: ConsoleSession, store: AuditStore): HistoryReader {
  let reading = new AbortController();
  const change: HistoryReader['change'] = (changed) =>
    store.update((now) => ({ ...now, history: { ...now.history, ...changed } }));
  const filterNow: HistoryReader['filterNow'] = () => {
    const { conditions, window } = store.get();
    return filterOf(conditions, session.tenant.get(), window);
  };
  return {
    read: async (what, read) => {
      const { source } = store.get();
      if (source.state !== 'there') return;
      reading.abort();
      reading = new AbortController();
      const { signal } = reading;
      change({ reading: what, failed: undefined });
      try {
        await read(source.source, signal);
        if (!signal.aborted) change({ reading: undefined });
      } catch (failure) {
        if (!signal.aborted) change({ reading: undefined, failed: { reading: what, failure } });
      }
    },
    page: (source, signal, where = {}) =>
      listEntries(session.database, source, filterNow(), { ...where, most: pageEntries }, { signal }),
    filterNow,
    change,
    stop: () => reading.abort(),
  };
}
