import type { Catalog } from '#database/catalog.ts';
import type { Reader, ReadOptions } from '#database/query.ts';
import { tenantsNamed } from '#database/tenant-names.ts';
import type { DocumentCount } from './search.ts';

/** How many of the rows are a tenant's. */
export interface TenantCount {
  /** The tenant's UUID, or what the rows hold where that is no tenant's; null for rows of nobody. */
  readonly tenantId: string | null;
  readonly slug: string | null;
  /** Null where there is no such tenant. */
  readonly name: string | null;
  readonly rows: number;
}

/** Whose the counted rows are, by name; a tenant's are counted together whether they hold its UUID or its legacy slug. Most rows first. */
export async function tenantsOf(
  reader: Reader,
  catalog: Catalog,
  { tenants }: DocumentCount,
  options?: ReadOptions,
): Promise<readonly TenantCount[]> {
  const held = tenants.flatMap(({ tenantId }) => tenantId ?? []);
  const named = await tenantsNamed(reader, catalog.table('tenant') === undefined ? [] : held, options);
  const counts = new Map<string | null, TenantCount>();
  for (const { tenantId, rows } of tenants) {
    const tenant = tenantId === null ? undefined : named.get(tenantId);
    const key = tenant?.id ?? tenantId;
    const before = counts.get(key)?.rows ?? 0;
    counts.set(key, { tenantId: key, slug: tenant?.slug ?? null, name: tenant?.name ?? null, rows: before + rows });
  }
  return [...counts.values()].toSorted((one, other) => other.rows - one.rows);
}
