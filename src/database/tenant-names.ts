import type { TenantIdentity } from '#core/tenant-identity.ts';
import { listTenantNames } from './queries.ts';
import { type Reader, type ReadOptions, statement } from './query.ts';

/** The tenants behind what rows hold, UUIDs or legacy slugs, by either; what is no tenant's is left out. */
export async function tenantsNamed(
  reader: Reader,
  idsOrSlugs: readonly string[],
  options?: ReadOptions,
): Promise<ReadonlyMap<string, TenantIdentity>> {
  const ids = [...new Set(idsOrSlugs)];
  const rows = ids.length === 0 ? [] : await reader.read(statement(listTenantNames, { ids }), options);
  return new Map(rows.flatMap((row) => [[row.id, row] as const, ...(row.slug === null ? [] : [[row.slug, row] as const])]));
}
