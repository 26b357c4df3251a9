import { AdminError } from '#core/errors.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { tenantsNamed } from '#database/tenant-names.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';
import type { ConsoleSession } from './hooks.ts';

/** The tenant that a row names by UUID or slug; undefined when there is none of that name any more. Other failures are thrown. */
export async function tenantOf(session: ConsoleSession, idOrSlug: string): Promise<TenantIdentity | undefined> {
  const pinned = session.tenant.get();
  if (pinned !== undefined && (pinned.id === idOrSlug || pinned.slug === idOrSlug)) return pinned;
  try {
    return (await resolveTenant(session.database, idOrSlug)).tenant;
  } catch (error) {
    if (error instanceof AdminError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** The tenants that rows name by UUID or slug, by what they are named there; those that are not there any more are left out. */
export function tenantsOf(session: ConsoleSession, ids: readonly string[]): Promise<ReadonlyMap<string, TenantIdentity>> {
  return tenantsNamed(session.database, ids);
}
