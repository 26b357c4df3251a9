import { Client } from 'pg';
import { type CatalogName, type Query, parameterValues, statementText } from '#database/query.ts';
import { tenantTables } from '#database/tenant-scope.ts';
import {
  countRowsQuery,
  listEmployeesQuery,
  listModulesQuery,
  listRecentAuditQuery,
  resolveTenantQuery,
  showTenantQuery,
} from '#features/tenants/queries.ts';
import { type BenchDatabase, openReader } from './database.ts';
import { consoleCommand, freshEnvironment, programPath, psqlBehindWrapper, runTime } from './peers.ts';
import { interleaved } from './statistics.ts';
import { against, type Finding, notAvailable } from './table.ts';

const rounds = 15;
const slug = 'acme-corp';
const tenantId = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
const what = 'tenants show acme-corp --json';

/** `tenants show --json` against one `psql -c` with the same statements, their values written into them: whole processes. */
export async function benchShow(database: BenchDatabase): Promise<readonly Finding[]> {
  const psql = programPath('psql');
  if (psql === undefined) return [notAvailable(what, 'psql', 'postgresql-client')];
  const behind = psqlBehindWrapper();
  const environment = freshEnvironment(database);
  const { program, args } = consoleCommand(database);
  const statements = await comparableStatements(database);
  const inPsql = (path: string) => () => runTime(path, ['-X', '-q', '-A', '-t', '-c', statements.join(';\n')], environment);
  const [ours = [], peer = [], direct = []] = await interleaved(rounds, [
    () => runTime(program, [...args, 'tenants', 'show', slug, '--json'], environment),
    inPsql(psql),
    ...(behind === undefined ? [] : [inPsql(behind)]),
  ]);
  const name = `psql -c, ${statements.length} statements`;
  const finding = against(what, ours, { name, values: peer }, 3);
  if (direct.length === 0) return [finding];
  return [finding, against(`${what} (for information)`, ours, { name: 'psql past its wrapper', values: direct }, undefined)];
}

/** What `tenants show` sends for its tenant: to resolve the slug, the row, a count a table, employees, modules, audit. */
async function comparableStatements(database: BenchDatabase): Promise<string[]> {
  const reader = await openReader(database);
  const catalog = await reader.catalog();
  await reader.close();
  const tenantIds = [tenantId];
  const tenantType = (table: string): Record<string, CatalogName> => ({
    tenant_type: catalog.table(table)!.tenantColumn!.type,
  });
  return [
    inPlace(resolveTenantQuery, { id: null, text: slug, pattern: `%${slug}%`, idFrom: null, idTo: null, most: 9 }),
    inPlace(showTenantQuery, { id: tenantId }),
    ...tenantTables(catalog.tables).map(({ schema, name, tenantColumn: column }) =>
      inPlace(
        countRowsQuery,
        { tenantIds, cap: 10_001 },
        { schema, table: name, tenant_column: column.name, tenant_type: column.type },
      ),
    ),
    inPlace(listEmployeesQuery, { tenantIds, most: 100 }, tenantType('employees')),
    inPlace(listModulesQuery, { tenantIds, most: 100 }, tenantType('modulesettings')),
    inPlace(listRecentAuditQuery, { tenantIds: [tenantId, slug], lookBack: 20_000, most: 10 }),
  ];
}

/** The statement with its values written into it, as somebody would in psql, without comments and the last semicolon. */
export function inPlace(
  query: Query,
  parameters: Readonly<Record<string, unknown>>,
  identifiers: Readonly<Record<string, CatalogName>> = {},
): string {
  const values = parameterValues(query, parameters);
  return statementText(query, identifiers)
    .replaceAll(/^--.*\n/gm, '')
    .replace(/;\s*$/, '')
    .replaceAll(/\$(\d+)/g, (_, number: string) => literal(values[Number(number) - 1]));
}

/** A value as SQL. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return Client.prototype.escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(',')}}`);
  return typeof value === 'string' ? Client.prototype.escapeLiteral(value) : JSON.stringify(value);
}
