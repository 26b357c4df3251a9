import { AdminError } from '#core/errors.ts';
import { formatCount } from '#core/format.ts';
import { maskText } from '#core/mask.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Column, Table } from '#database/catalog.ts';
import { type CatalogName, type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { tenantValues } from '#database/tenant-scope.ts';
import { type DocumentColumn, identifiersOf } from './documents.ts';
import { previewOf, previewSourceCharacters } from './preview.ts';
import { countDocumentsQuery, searchDocumentsQuery } from './queries.ts';
import { checkCondition, type SearchCondition } from './search-condition.ts';

export type { SearchCondition } from './search-condition.ts';

/** One record found. `tenantId` is what the row holds: a UUID, or in older text columns a slug. */
export interface FoundRecord {
  readonly id: string;
  readonly tenantId: string | null;
  readonly label: string;
  /** The document's beginning on one line, its secrets masked. */
  readonly preview: string;
}

export interface FoundPage {
  readonly rows: readonly FoundRecord[];
  /** The key to continue behind, or backwards before; undefined at the end. */
  readonly next: string | undefined;
  /** The index that serves the condition; undefined where rows are read through, under the time limit. */
  readonly servedBy: string | undefined;
}

export interface SearchScope extends ReadOptions {
  /** Only this tenant's rows. */
  readonly tenant?: TenantIdentity | undefined;
}

export interface SearchOptions extends SearchScope {
  /** The last key of the page before, or backwards the first of the page behind. */
  readonly after?: string | undefined;
  /** Towards the first key: the page before `after`, or the last of all. Its rows are in the order of their keys as ever. */
  readonly backwards?: boolean;
  readonly pageRows: number;
}

/** A page of many matches is there in milliseconds; what takes longer is tried by the index alone. */
const firstTryMs = 500;

const isTimeout = (error: unknown): boolean => error instanceof AdminError && error.code === 'statement-timeout';

/**
 * One page of the records whose document meets the condition, by key. Throws an AdminError: usage for a condition that is none, refused
 * where a tenant is pinned and rows belong to nobody, statement-timeout where reading through took too long.
 */
export async function searchDocuments(
  reader: Reader,
  place: DocumentColumn,
  condition: SearchCondition,
  { tenant, after, backwards = false, pageRows, ...limits }: SearchOptions,
): Promise<FoundPage> {
  const { values, servedBy } = checkCondition(condition, place);
  const parameters = {
    ...values,
    tenantIds: tenantIdsOf(place.table, tenant),
    after: after ?? null,
    backwards,
    // One row more than shown tells whether another page follows.
    pageRows: pageRows + 1,
    previewCharacters: previewSourceCharacters,
  };
  const ask = (byIndex: boolean, within: ReadOptions): Promise<readonly RowOf<typeof searchDocumentsQuery>[]> =>
    reader.read(statement(searchDocumentsQuery, { ...parameters, byIndex }, searchIdentifiers(place)), within);
  const mayUseIndex = servedBy !== undefined && condition.kind !== 'all';
  const firstLimitMs = Math.min(limits.statementTimeoutMs ?? firstTryMs, firstTryMs);
  const rows = await ask(false, mayUseIndex ? { ...limits, statementTimeoutMs: firstLimitMs } : limits)
    .catch((error: unknown) => (mayUseIndex && isTimeout(error) ? ask(true, limits) : Promise.reject(error)))
    .catch((error: unknown) => Promise.reject(searchFailed(error, condition, place.table, servedBy)));
  const shown = (backwards ? rows.slice(-pageRows) : rows.slice(0, pageRows)).map((row) => ({
    id: row.id,
    tenantId: row.tenant_id,
    label: maskText(row.label),
    preview: previewOf(row.document_start),
  }));
  return { rows: shown, next: rows.length > pageRows ? shown.at(backwards ? 0 : -1)?.id : undefined, servedBy };
}

/** Counts no further than this, and then says "10,000+". */
const countCap = 10_000;

/** How many records a search finds, and whose they are as their rows say it, most first. When capped, tenants are missing too. */
export interface DocumentCount {
  readonly rows: number;
  readonly capped: boolean;
  readonly tenants: readonly { readonly tenantId: string | null; readonly rows: number }[];
}

/** Counts what searchDocuments finds on all its pages, up to 10,000. Throws as it does. */
export async function countDocuments(
  reader: Reader,
  place: DocumentColumn,
  condition: SearchCondition,
  { tenant, ...limits }: SearchScope,
): Promise<DocumentCount> {
  const { values, servedBy } = checkCondition(condition, place);
  const byTenant = scopeColumn(place.table) !== undefined;
  const parameters = { ...values, tenantIds: tenantIdsOf(place.table, tenant), byTenant, cap: countCap + 1 };
  const groups = await reader
    .read(statement(countDocumentsQuery, parameters, searchIdentifiers(place)), limits)
    .catch((error: unknown) => Promise.reject(searchFailed(error, condition, place.table, servedBy)));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const tenants = byTenant ? groups.map((group) => ({ tenantId: group.tenant_id, rows: group.rows })) : [];
  return { rows: Math.min(rows, countCap), capped: rows > countCap, tenants };
}

/** The column that says whose row it is; a tenant's own row is told by its key. */
function scopeColumn(table: Table): Column | undefined {
  return table.tenantColumn ?? (table.title === 'tenant' ? table.key : undefined);
}

function tenantIdsOf(table: Table, tenant: TenantIdentity | undefined): string[] | null {
  if (tenant === undefined) return null;
  const column = scopeColumn(table);
  if (column !== undefined) return tenantValues(tenant, column);
  throw new AdminError({
    kind: 'refused',
    code: 'no-tenant-column',
    whatHappened: `The rows of ${table.title} belong to no tenant, and ${tenant.name} is pinned.`,
    whatToDo: 'Search it without a tenant.',
  });
}

function searchIdentifiers(
  place: DocumentColumn,
): Readonly<Record<keyof ReturnType<typeof identifiersOf> | 'tenant_column' | 'tenant_type', CatalogName>> {
  const { name, type } = scopeColumn(place.table) ?? place.key;
  return { ...identifiersOf(place), tenant_column: name, tenant_type: type };
}

/** SQLSTATEs that an SQL/JSON path itself can be at fault for: syntax, a regular expression, a variable, something not implemented. */
const pathStates = /^(42601|42704|2201B|0A000|54001|22)/;

function searchFailed(thrown: unknown, { kind }: SearchCondition, table: Table, servedBy: string | undefined): unknown {
  if (!(thrown instanceof AdminError)) return thrown;
  const serverWords = thrown.detail?.split('\n')[0] ?? thrown.message;
  if (kind === 'jsonpath' && pathStates.test(thrown.sqlState ?? '') && !/for type (?!jsonpath)/.test(serverWords)) {
    return new AdminError({
      kind: 'usage',
      code: 'bad-jsonpath',
      whatHappened: `The SQL/JSON path is not understood: ${serverWords}.`,
      whatToDo: 'Write it as $.custom_fields.rank > 3, or $.tags[*] ? (@ == "vip").',
      cause: thrown,
    });
  }
  if (!isTimeout(thrown) || servedBy !== undefined) return thrown;
  return new AdminError({
    kind: 'database',
    code: 'statement-timeout',
    whatHappened: `No index serves this search, and reading through ${table.title} (about ${formatCount(table.estimatedRows)} rows) took longer than the time limit.`,
    whatToDo:
      'Narrow it: pin a tenant, or search by containment where a GIN index is; or allow more with --statement-timeout MS.',
    sqlState: thrown.sqlState,
    cause: thrown,
  });
}
