import { AdminError } from '#core/errors.ts';
import { type ExactJson, isJsonObject, parseExactJson } from '#core/exact-json.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Catalog } from '#database/catalog.ts';
import { type Query, type Reader, type ReadOptions, type RowOf, type Statement, statement } from '#database/query.ts';
import { tenantNames, type TenantTable, tenantTables, tenantValues } from '#database/tenant-scope.ts';
import {
  countRowsQuery,
  lastActivityQuery,
  listApiKeysQuery,
  listEmployeesQuery,
  listModulesQuery,
  listRecentAuditQuery,
  showTenantQuery,
} from './queries.ts';
import { countCap } from './tenants.ts';

export type Employee = RowOf<typeof listEmployeesQuery>;
export type Module = RowOf<typeof listModulesQuery>;
export type ApiKey = RowOf<typeof listApiKeysQuery>;
export type RecentAuditEntry = RowOf<typeof listRecentAuditQuery>;

/** Rows of one table that belong to a tenant. `failure` says why they could not be counted; then `rows` is 0. */
export interface TableCount {
  readonly table: string;
  readonly rows: number;
  readonly capped: boolean;
  readonly failure?: string;
}

const mostEmployees = 100;
const mostModules = 100;
const mostApiKeys = 100;
const auditEntriesShown = 10;
const auditEntriesLookedAt = 20_000;

/** Every column of the tenant, numbers exact. Throws an AdminError (not-found) where the id is nobody's. */
export async function readTenantDocument(
  reader: Reader,
  id: string,
  options?: ReadOptions,
): Promise<{ readonly [column: string]: ExactJson }> {
  const [row] = await reader.read(statement(showTenantQuery, { id }), options);
  const document = row === undefined ? undefined : parseExactJson(row.document);
  if (!isJsonObject(document)) {
    throw new AdminError({
      kind: 'not-found',
      code: 'no-such-tenant',
      whatHappened: `There is no tenant ${id} any more.`,
      whatToDo: 'Refresh the list with r.',
    });
  }
  return document;
}

/** Reads rows of one table that belong to the tenant; undefined where this database has no such table, or the role may not read it. */
async function readOfTenant<Row>(
  reader: Reader,
  catalog: Catalog,
  tenant: TenantIdentity,
  from: { table: string; query: Query; parameters?: Readonly<Record<string, unknown>> },
  options: ReadOptions | undefined,
): Promise<readonly Row[] | undefined> {
  const table = catalog.table(from.table);
  if (table?.tenantColumn === undefined || !table.maySelect) return undefined;
  const column = table.tenantColumn;
  const parameters = { tenantIds: tenantValues(tenant, column), ...from.parameters };
  return reader.read<Row>({ query: from.query, parameters, identifiers: { tenant_type: column.type } }, options);
}

/** The tenant's employees, administrators first; undefined as in readOfTenant. */
export function listEmployees(
  reader: Reader,
  catalog: Catalog,
  tenant: TenantIdentity,
  options?: ReadOptions,
): Promise<readonly Employee[] | undefined> {
  return readOfTenant(
    reader,
    catalog,
    tenant,
    { table: 'employees', query: listEmployeesQuery, parameters: { most: mostEmployees } },
    options,
  );
}

/** Modules and whether they are on; undefined as in readOfTenant. */
export function listModules(
  reader: Reader,
  catalog: Catalog,
  tenant: TenantIdentity,
  options?: ReadOptions,
): Promise<readonly Module[] | undefined> {
  return readOfTenant(
    reader,
    catalog,
    tenant,
    { table: 'modulesettings', query: listModulesQuery, parameters: { most: mostModules } },
    options,
  );
}

/** API keys by name and prefix; the secret part is never read. Undefined as in readOfTenant. */
export function listApiKeys(
  reader: Reader,
  catalog: Catalog,
  tenant: TenantIdentity,
  options?: ReadOptions,
): Promise<readonly ApiKey[] | undefined> {
  return readOfTenant(
    reader,
    catalog,
    tenant,
    { table: 'api_key', query: listApiKeysQuery, parameters: { most: mostApiKeys } },
    options,
  );
}

/** When somebody of the tenant last did something (its newest activity), or undefined where there is nothing to tell from. */
export async function readLastActivity(
  reader: Reader,
  catalog: Catalog,
  tenant: TenantIdentity,
  options?: ReadOptions,
): Promise<string | undefined> {
  const rows = await readOfTenant<RowOf<typeof lastActivityQuery>>(
    reader,
    catalog,
    tenant,
    { table: 'activities', query: lastActivityQuery },
    options,
  );
  return rows?.[0]?.at ?? undefined;
}

/** The tenant's last ten audit entries among the newest 20,000; undefined where this database has no audit log, or the role may not read it. */
export async function listRecentAudit(
  reader: Reader,
  catalog: Catalog,
  tenant: TenantIdentity,
  options?: ReadOptions,
): Promise<readonly RecentAuditEntry[] | undefined> {
  if (catalog.table('audit_log')?.maySelect !== true) return undefined;
  const parameters = { tenantIds: tenantNames(tenant), lookBack: auditEntriesLookedAt, most: auditEntriesShown };
  return reader.read(statement(listRecentAuditQuery, parameters), options);
}

/** The tables that are counted for a tenant: every one whose rows belong to tenants. */
export function countedTables(catalog: Catalog): readonly TenantTable[] {
  return tenantTables(catalog.tables);
}

/** Binds the count of one table's rows. */
function countStatement(table: TenantTable, tenant: TenantIdentity): Statement<RowOf<typeof countRowsQuery>> {
  return statement(
    countRowsQuery,
    { tenantIds: tenantValues(tenant, table.tenantColumn), cap: countCap + 1 },
    { schema: table.schema, table: table.name, tenant_column: table.tenantColumn.name, tenant_type: table.tenantColumn.type },
  );
}

/**
 * Counts the tenant's rows in the given tables, each up to countCap, in `lanes` connections at once, one round trip a lane. `onCount`
 * hears of each as it arrives. What the role may not read, and what is not counted when `options.signal` aborts, is reported with its
 * failure, never left out.
 */
export async function countTenantRows(
  reader: Reader,
  tables: readonly TenantTable[],
  tenant: TenantIdentity,
  options: ReadOptions & { readonly lanes?: number; readonly onCount?: (count: TableCount) => void } = {},
): Promise<readonly TableCount[]> {
  const readable = tables.filter((table) => table.maySelect);
  const lanes = Math.min(options.lanes ?? 4, readable.length);
  const counts = new Map<string, TableCount>();
  const report = (counted: TableCount): void => {
    counts.set(counted.table, counted);
    options.onCount?.(counted);
  };
  const count = async (table: TenantTable, answer: Promise<readonly RowOf<typeof countRowsQuery>[]>): Promise<void> => {
    const counted = await answer.then(
      (rows) => ({ table: table.title, rows: Math.min(rows[0]?.rows ?? 0, countCap), capped: (rows[0]?.rows ?? 0) > countCap }),
      (error: unknown) => ({
        table: table.title,
        rows: 0,
        capped: false,
        failure: options.signal?.aborted
          ? 'not counted within the time limit'
          : error instanceof Error
            ? error.message
            : String(error),
      }),
    );
    report(counted);
  };
  for (const table of tables)
    if (!table.maySelect) report({ table: table.title, rows: 0, capped: false, failure: 'this role may not read it' });
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const mine = readable.filter((_table, index) => index % lanes === lane);
      const answers = await reader
        .readEach(
          mine.map((table) => countStatement(table, tenant)),
          options,
        )
        .catch((error: unknown) => mine.map(() => Promise.reject(error)));
      await Promise.all(mine.map((table, index) => count(table, answers[index]!)));
    }),
  );
  return tables.map((table) => counts.get(table.title)!);
}
