import { useEffect } from 'react';
import { type ConsoleSession, useStore } from '#console/public/hooks.ts';
import { tenantsOf } from '#console/public/tenant.ts';
import type { AuditState, AuditStore } from './audit-state.ts';

const delayMs = 50;
const mostKnown = 5000;

/** Reads the names of the tenants on screen that are not known yet; those of entries that only rush by are not asked for. */
export function useTenantNames(session: ConsoleSession, store: AuditStore): void {
  const unknown = unknownTenants(useStore(store)).join('\n');
  // What could not be read while the connection was away is asked for again.
  const isThere = useStore(session.database.monitor.status).state === 'connected';
  useEffect(() => {
    if (unknown === '' || !isThere) return undefined;
    const ids = unknown.split('\n');
    const timer = setTimeout(() => {
      // Without names the ids stand; a lost connection is told by the shell.
      tenantsOf(session, ids).then(
        (found) =>
          store.update((now) => {
            const known = now.tenantNames.size > mostKnown ? [] : now.tenantNames;
            return { ...now, tenantNames: new Map([...known, ...ids.map((id) => [id, found.get(id)?.name] as const)]) };
          }),
        () => undefined,
      );
    }, delayMs);
    return () => clearTimeout(timer);
  }, [unknown, isThere, session, store]);
}

function unknownTenants({ log, view, height, tenantNames }: AuditState): readonly string[] {
  const start = Math.max(0, view.top - log.first);
  const ids = log.rows.slice(start, start + height).flatMap((row) => (row.kind === 'entry' ? (row.entry.tenantId ?? []) : []));
  return [...new Set(ids)].filter((id) => !tenantNames.has(id)).sort();
}
