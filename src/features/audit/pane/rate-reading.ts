import { useMemo } from 'react';
import { usePinnedTenant, useRead, useStore } from '#console/public/hooks.ts';
import { countByTime, mayCount } from '../history.ts';
import type { AuditStore } from './audit-state.ts';
import { filterOf } from './conditions.ts';
import { type Rate, rateBins, rateOfLoaded, rateOfWindow } from './rate.ts';

const refreshMs = 5000;

/** Counts and curve of the chosen window, counted by the server where that is cheap; else, and without a window, of what is loaded. */
export function useRate(store: AuditStore, nowMs: number): Rate {
  const { source, conditions, window, log } = useStore(store);
  const tenant = usePinnedTenant();
  const counted = useRead({
    key: ['audit-rate', conditions, tenant?.id, window?.fromMs],
    refreshMs,
    keepPrevious: false,
    enabled: window !== undefined && source.state === 'there' && mayCount(source.source),
    read: async (database, options) => {
      if (source.state !== 'there' || window === undefined) return [];
      const stretch = { from: new Date(window.fromMs).toISOString(), until: new Date().toISOString(), bins: rateBins };
      return countByTime(database, source.source, filterOf(conditions, tenant, window), stretch, options);
    },
  });
  // Counting 50,000 rows at each one that comes would make a key press wait: once a second is enough for a curve.
  const isEmpty = log.rows.length === 0;
  const loaded = useMemo(
    () => rateOfLoaded(isEmpty ? [] : store.get().log.rows, window?.fromMs, nowMs),
    [store, window, nowMs, isEmpty],
  );
  const { data } = counted;
  return useMemo(() => (window === undefined || data === undefined ? loaded : rateOfWindow(data)), [data, loaded, window]);
}
