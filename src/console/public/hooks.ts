import {
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  type InfiniteData,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import { createContext, useContext, useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import type { Readable } from '#core/store.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Database } from '#database/database.ts';
import type { KeyLayer } from './contract.ts';
import type { ConsoleSession } from '#console/session.ts';

export type { ConsoleSession } from '#console/session.ts';

const SessionContext = createContext<ConsoleSession | undefined>(undefined);

export const SessionProvider = SessionContext.Provider;

/** The session of this console. Throws outside of one: a bug of ours. */
export function useSession(): ConsoleSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession is for components inside the console');
  return session;
}

/** The value of a store, drawn again at each change. */
export function useStore<Value>(store: Readable<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The pinned tenant, or undefined for all. */
export function usePinnedTenant(): TenantIdentity | undefined {
  return useStore(useSession().tenant);
}

/** Puts a layer of bindings in force while the component is on screen. `layer` must be the same object from render to render. */
export function useKeyLayer(layer: KeyLayer): void {
  const { router } = useSession();
  useLayoutEffect(() => router.push(layer), [router, layer]);
}

/** How a pane reads: what identifies the answer, how to get it, and how often it may be asked again while on screen (milliseconds). */
export interface Reading<Answer> {
  readonly key: readonly unknown[];
  readonly read: (database: Database, options: { readonly signal: AbortSignal }) => Promise<Answer>;
  readonly refreshMs?: number;
  readonly enabled?: boolean;
  /** Keeps the last answer on screen while another key's is on its way. */
  readonly keepPrevious?: boolean;
}

/** A query that took long is asked again at most at ten times what it took. */
const shareOfTime = 10;
const durations = new WeakMap<object, Map<string, number>>();

/**
 * Reads through TanStack Query: cancelled on the server when the component goes away or the key changes, repeated while on screen, never
 * faster than ten times what it takes.
 */
export function useRead<Answer>(reading: Reading<Answer>): UseQueryResult<Answer> {
  const { database, queryClient } = useSession();
  const lost = useStore(database.monitor.status).state === 'lost';
  const known = durations.get(queryClient) ?? new Map<string, number>();
  durations.set(queryClient, known);
  const name = String(reading.key[0]);
  return useQuery(
    {
      queryKey: [...reading.key],
      queryFn: async ({ signal }) => {
        const startedAtMs = performance.now();
        const answer = await reading.read(database, { signal });
        known.set(name, performance.now() - startedAtMs);
        return answer;
      },
      enabled: reading.enabled ?? true,
      ...(reading.keepPrevious && { placeholderData: (previous: Answer | undefined) => previous as never }),
      refetchInterval:
        reading.refreshMs === undefined || lost
          ? false
          : () => Math.max(reading.refreshMs!, (known.get(name) ?? 0) * shareOfTime),
    },
    queryClient,
  );
}

/** How a pane reads a list page by page in both directions. `first` starts it; a page's own fields say what comes before and after. */
export interface PagedReading<Page, From> {
  readonly key: readonly unknown[];
  readonly first: From;
  readonly read: (database: Database, from: From, options: { readonly signal: AbortSignal }) => Promise<Page>;
  readonly next: (page: Page, from: From) => From | undefined;
  readonly previous: (page: Page, from: From) => From | undefined;
  readonly refreshMs: number;
}

/** Pages kept in memory; those farthest from the cursor go first and are read again when it comes back. */
const mostPages = 4;

/** Reads pages of a list; an answer to an older key is cancelled and never shown as the newer one's. */
export function usePages<Page, From>(reading: PagedReading<Page, From>): UseInfiniteQueryResult<InfiniteData<Page, From>> {
  const { database, queryClient } = useSession();
  const lost = useStore(database.monitor.status).state === 'lost';
  return useInfiniteQuery<Page, Error, InfiniteData<Page, From>, unknown[], From>(
    {
      queryKey: [...reading.key],
      queryFn: ({ pageParam, signal }) => reading.read(database, pageParam as From, { signal }),
      initialPageParam: reading.first,
      getNextPageParam: (page, _pages, from) => reading.next(page, from),
      getPreviousPageParam: (page, _pages, from) => reading.previous(page, from),
      maxPages: mostPages,
      placeholderData: (previous) => previous,
      refetchInterval: lost ? false : reading.refreshMs,
    },
    queryClient,
  );
}

/** The value as it was when it last stood still for `delayMs`. */
export function useSettled<Value>(value: Value, delayMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}

/** The time in milliseconds since the epoch, `everyMs` apart. */
export function useClock(everyMs = 1000): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
