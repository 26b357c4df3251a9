import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const filter = {
  pattern: z.string().nullable(),
  idFrom: z.string().nullable(),
  idTo: z.string().nullable(),
  status: z.string().nullable(),
  plan: z.string().nullable(),
};

export const listTenantsQuery = defineQuery({
  name: 'tenants/list-tenants',
  parameters: {
    ...filter,
    sort: z.enum(['name', 'created', 'updated']),
    descending: z.boolean(),
    afterKey: z.string().nullable(),
    afterId: z.string().nullable(),
    pageRows: z.number(),
  },
  row: z.object({
    id: z.string(),
    name: z.string(),
    slug: z.string().nullable(),
    status: z.string().nullable(),
    plan: z.string().nullable(),
    created_at: z.string().nullable(),
    updated_at: z.string().nullable(),
    sort_key: z.string(),
  }),
});

export const countTenantsQuery = defineQuery({
  name: 'tenants/count-tenants',
  parameters: { ...filter, cap: z.number() },
  row: z.object({ rows: z.number() }),
});

export const listFacetsQuery = defineQuery({
  name: 'tenants/list-facets',
  parameters: {},
  row: z.object({ facet: z.string(), value: z.string(), tenants: z.number() }),
});

export const resolveTenantQuery = defineQuery({
  name: 'tenants/resolve-tenant',
  parameters: {
    id: z.string().nullable(),
    text: z.string(),
    pattern: z.string(),
    idFrom: z.string().nullable(),
    idTo: z.string().nullable(),
    most: z.number(),
  },
  row: z.object({ id: z.string(), name: z.string(), slug: z.string().nullable(), kind: z.string() }),
});

export const showTenantQuery = defineQuery({
  name: 'tenants/show-tenant',
  parameters: { id: z.string() },
  row: z.object({ document: z.string() }),
});

export const countRowsQuery = defineQuery({
  name: 'tenants/count-rows',
  parameters: { tenantIds: z.array(z.string()), cap: z.number() },
  row: z.object({ rows: z.number() }),
  identifiers: ['schema', 'table', 'tenant_column', 'tenant_type'],
});

const ofTenant = { tenantIds: z.array(z.string()), most: z.number() };

export const listEmployeesQuery = defineQuery({
  name: 'tenants/list-employees',
  parameters: ofTenant,
  row: z.object({
    id: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    role: z.string().nullable(),
    status: z.string().nullable(),
  }),
  identifiers: ['tenant_type'],
});

export const listModulesQuery = defineQuery({
  name: 'tenants/list-modules',
  parameters: ofTenant,
  row: z.object({ module: z.string().nullable(), is_enabled: z.boolean().nullable() }),
  identifiers: ['tenant_type'],
});

export const listApiKeysQuery = defineQuery({
  name: 'tenants/list-api-keys',
  parameters: ofTenant,
  row: z.object({
    id: z.string(),
    name: z.string().nullable(),
    key_prefix: z.string().nullable(),
    is_active: z.boolean().nullable(),
    last_used_at: z.string().nullable(),
    expires_at: z.string().nullable(),
  }),
  identifiers: ['tenant_type'],
});

export const listRecentAuditQuery = defineQuery({
  name: 'tenants/list-recent-audit',
  parameters: { tenantIds: z.array(z.string()), lookBack: z.number(), most: z.number() },
  row: z.object({
    id: z.string(),
    at: z.string().nullable(),
    action: z.string().nullable(),
    table_name: z.string().nullable(),
    record_id: z.string().nullable(),
    actor: z.string().nullable(),
  }),
});

export const lastActivityQuery = defineQuery({
  name: 'tenants/last-activity',
  parameters: { tenantIds: z.array(z.string()) },
  row: z.object({ at: z.string().nullable() }),
  identifiers: ['tenant_type'],
});
