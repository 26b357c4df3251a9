import { likePattern, uuidPrefixRange } from '#core/ids.ts';
import type { PageCursor } from '#core/page-cursor.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { countTenantsQuery, listFacetsQuery, listTenantsQuery } from './queries.ts';

export type TenantSort = 'name' | 'created' | 'updated';

/** What the list is narrowed to; undefined means not at all. Status and plan match exactly, case aside. */
export interface TenantFilter {
  readonly search?: string | undefined;
  readonly status?: string | undefined;
  readonly plan?: string | undefined;
}

export interface TenantPageRequest extends TenantFilter {
  readonly sort: TenantSort;
  readonly descending: boolean;
  readonly pageRows: number;
  /** Start behind this row, in the list's order; or before it, when `backwards`. */
  readonly from?: PageCursor | undefined;
  readonly backwards?: boolean;
}

/** One row of the list. Times are PostgreSQL's text with microseconds and zone. */
export interface Tenant extends TenantIdentity {
  readonly status: string | null;
  readonly plan: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export interface TenantPage {
  readonly tenants: readonly Tenant[];
  /** Cursors of the pages after and before; undefined where there is none. */
  readonly next: PageCursor | undefined;
  readonly previous: PageCursor | undefined;
}

/** Counts no further than this, and then says "10,000+". */
export const countCap = 10_000;

function filterParameters(filter: TenantFilter): {
  pattern: string | null;
  idFrom: string | null;
  idTo: string | null;
  status: string | null;
  plan: string | null;
} {
  const search = filter.search?.trim() ?? '';
  const range = search === '' ? undefined : uuidPrefixRange(search);
  return {
    pattern: search === '' ? null : `%${likePattern(search)}%`,
    idFrom: range?.from ?? null,
    idTo: range?.to ?? null,
    status: filter.status ?? null,
    plan: filter.plan ?? null,
  };
}

/** One page of tenants. Asks for one row more than shown, which is how it knows whether another page follows. */
export async function listTenants(reader: Reader, request: TenantPageRequest, options?: ReadOptions): Promise<TenantPage> {
  const backwards = request.backwards ?? false;
  const rows = await reader.read(
    statement(listTenantsQuery, {
      ...filterParameters(request),
      sort: request.sort,
      descending: request.descending !== backwards,
      afterKey: request.from?.sortKey ?? null,
      afterId: request.from?.id ?? null,
      pageRows: request.pageRows + 1,
    }),
    options,
  );
  const hasMore = rows.length > request.pageRows;
  const shown = rows.slice(0, request.pageRows);
  if (backwards) shown.reverse();
  const first = shown[0];
  const last = shown.at(-1);
  const hasBefore = backwards ? hasMore : request.from !== undefined;
  const hasAfter = backwards ? request.from !== undefined : hasMore;
  return {
    tenants: shown.map(tenantFrom),
    next: hasAfter && last !== undefined ? { sortKey: last.sort_key, id: last.id } : undefined,
    previous: hasBefore && first !== undefined ? { sortKey: first.sort_key, id: first.id } : undefined,
  };
}

function tenantFrom({ sort_key: _, ...tenant }: RowOf<typeof listTenantsQuery>): Tenant {
  return tenant;
}

/** How many tenants match, up to countCap. */
export async function countTenants(
  reader: Reader,
  filter: TenantFilter,
  options?: ReadOptions,
): Promise<{ readonly rows: number; readonly capped: boolean }> {
  const [row] = await reader.read(statement(countTenantsQuery, { ...filterParameters(filter), cap: countCap + 1 }), options);
  const rows = row?.rows ?? 0;
  return { rows: Math.min(rows, countCap), capped: rows > countCap };
}

export interface Facet {
  readonly value: string;
  readonly tenants: number;
}

/** The statuses and plans in use, most common first. Reads the whole tenant table: ask only when somebody wants to choose. */
export async function listFacets(
  reader: Reader,
  options?: ReadOptions,
): Promise<{ readonly status: Facet[]; readonly plan: Facet[] }> {
  const rows = await reader.read(statement(listFacetsQuery, {}), options);
  const of = (facet: string): Facet[] =>
    rows.filter((row) => row.facet === facet).map(({ value, tenants }) => ({ value, tenants }));
  return { status: of('status'), plan: of('plan') };
}
