import { useState } from 'react';
import { useRead } from '#console/public/hooks.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import {
  countedTables,
  countTenantRows,
  listApiKeys,
  listEmployees,
  listModules,
  listRecentAudit,
  readLastActivity,
  readTenantDocument,
  type TableCount,
} from '../card.ts';
import type { CardParts, Part } from './card-lines.ts';
import type { Tenant } from '../tenants.ts';

const refreshMs = 10_000;
const countTimeLimitMs = 4000;
/** Counts that arrive in a burst are shown together: drawing each by itself would make a key press wait. */
const showEveryMs = 100;

interface Answer<Value> {
  readonly data: Value | undefined;
  readonly error: Error | null;
}

/** Reads the parts of a tenant's card side by side; each is shown as it arrives, and one that fails says so in its place. */
export function useCard(tenant: Tenant, nowMs: number): CardParts {
  const [counted, setCounted] = useState<{ readonly id: string; readonly counts: readonly TableCount[] } | undefined>();
  const { id } = tenant;
  const document = useRead({
    key: ['tenant-document', id],
    refreshMs,
    read: (database, options) => readTenantDocument(database, id, options),
  });
  const counts = useRead({
    key: ['tenant-counts', id],
    refreshMs,
    read: async (database, { signal }) => {
      const soFar: TableCount[] = [];
      let shownAtMs = performance.now();
      return countTenantRows(database, countedTables(await database.catalog()), tenant, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(countTimeLimitMs)]),
        onCount: (count) => {
          soFar.push(count);
          if (signal.aborted || performance.now() - shownAtMs < showEveryMs) return;
          shownAtMs = performance.now();
          setCounted({ id, counts: [...soFar] });
        },
      });
    },
  });
  const employees = useRead({
    key: ['tenant-employees', id],
    refreshMs,
    read: async (database, options) => (await listEmployees(database, await database.catalog(), tenant, options)) ?? null,
  });
  const modules = useRead({
    key: ['tenant-modules', id],
    refreshMs,
    read: async (database, options) => (await listModules(database, await database.catalog(), tenant, options)) ?? null,
  });
  const apiKeys = useRead({
    key: ['tenant-api-keys', id],
    refreshMs,
    read: async (database, options) => (await listApiKeys(database, await database.catalog(), tenant, options)) ?? null,
  });
  const audit = useRead({
    key: ['tenant-audit', id],
    refreshMs,
    read: async (database, options) => (await listRecentAudit(database, await database.catalog(), tenant, options)) ?? null,
  });
  const lastActivity = useRead({
    key: ['tenant-activity', id],
    refreshMs,
    read: async (database, options) => (await readLastActivity(database, await database.catalog(), tenant, options)) ?? null,
  });
  return {
    tenant,
    nowMs,
    document: partOf(document),
    counts: { ...partOf(counts), value: counts.data ?? (counted?.id === id ? counted.counts : undefined) },
    employees: partOf(employees),
    modules: partOf(modules),
    apiKeys: partOf(apiKeys),
    audit: partOf(audit),
    lastActivity: partOf(lastActivity),
  };
}

/** A failure stands in the part's place only where there is nothing older to show: the shell says already that the server is away. */
function partOf<Value>({ data, error }: Answer<Value | null>): Part<Value> {
  const failure =
    error === null || data !== undefined ? undefined : error instanceof AdminError ? error.message : messageOf(error);
  return { value: data, failure };
}
