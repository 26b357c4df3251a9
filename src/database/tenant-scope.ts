import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Column, Table } from './catalog.ts';

/** A table whose rows belong to tenants, with the column that says to whom. */
export type TenantTable = Table & { readonly tenantColumn: Column };

/** The catalog's tables whose rows belong to tenants, also those that this role may not read: whoever lists them says so. */
export function tenantTables(tables: readonly Table[]): readonly TenantTable[] {
  return tables.filter((table): table is TenantTable => table.tenantColumn !== undefined);
}

/**
 * What a column of this type may hold for the tenant: its UUID, and in a text column also its legacy slug (production has both in one
 * table). The strings are cast to the column's type by the statement.
 */
export function tenantValues(tenant: TenantIdentity, column: Column): string[] {
  return column.type === 'uuid' || tenant.slug === null ? [tenant.id] : [tenant.id, tenant.slug];
}

/** Everything that may name the tenant in a text or a document. */
export function tenantNames(tenant: TenantIdentity): string[] {
  return tenant.slug === null ? [tenant.id] : [tenant.id, tenant.slug];
}
