import type { Config } from '#config/config.ts';
import type { CommandResult } from '#core/command.ts';
import { displayText, label } from '#core/display-text.ts';
import { formatCappedCount, formatCount } from '#core/format.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import { countTenants, listFacets } from '#features/tenants/tenants.ts';

type Tenants = Awaited<ReturnType<typeof listFacets>> & { readonly total: Awaited<ReturnType<typeof countTenants>> };

/** The bare command's answer where no console opens: a page about the database. Throws what the server refuses. */
export async function readOverview(database: Database, config: Config, signal: AbortSignal): Promise<CommandResult> {
  const { server } = database;
  const catalog = await database.catalog();
  const tenants = catalog.table('tenant') === undefined ? undefined : await readTenants(database, signal);
  const { name, production } = config.environmentLabel;
  const access = database.gate.access.get().state;
  const tables = catalog.tables.length;
  return {
    json: {
      environment: name,
      is_production: production,
      host: server.host,
      port: server.port,
      database: server.databaseName,
      server_version: server.version,
      is_standby: server.isStandby,
      role: server.roleName,
      bypasses_row_security: server.bypassesRowSecurity,
      route: server.route,
      protection: server.protection,
      access,
      tables,
      tenants: tenants === undefined ? null : { ...tenants.total, by_status: tenants.status, by_plan: tenants.plan },
    },
    text: () => overviewText({ database, environment: name, access, tables }, tenants),
  };
}

async function readTenants(database: Database, signal: AbortSignal): Promise<Tenants> {
  const [total, facets] = await Promise.all([countTenants(database, {}, { signal }), listFacets(database, { signal })]);
  return { total, ...facets };
}

interface About {
  readonly database: Database;
  readonly environment: string;
  readonly access: string;
  readonly tables: number;
}

function overviewText({ database: { server }, environment, access, tables }: About, tenants: Tenants | undefined): string {
  const facts = [
    ['environment', environment],
    ['database', `${server.host}/${server.databaseName}`],
    ['server', `PostgreSQL ${server.version}${server.isStandby ? ', a standby' : ''}`],
    [
      'role',
      `${server.roleName}, ${server.bypassesRowSecurity ? 'bypasses row-level security' : 'row-level security hides rows from it'}`,
    ],
    ['connection', `${server.route}, ${server.protection}`],
    ['access', access],
    ['tables', formatCount(tables)],
  ].map((row) => row.map((cell) => displayText(cell)));
  return [
    textTable([{ title: 'ABOUT' }, { title: '' }], facts),
    tenants === undefined
      ? 'There is no table public.tenant here: this is no Aisha database, or it is still empty. Finding by UUID still works: aisha-console find UUID.'
      : tenantsText(tenants),
    'Commands: aisha-console --help. In a terminal the console opens here instead.',
  ].join('\n\n');
}

function tenantsText({ total, status, plan }: Tenants): string {
  const rows = [...status.map((facet) => ['status', facet] as const), ...plan.map((facet) => ['plan', facet] as const)];
  return textTable(
    [{ title: 'TENANTS' }, { title: '' }, { title: formatCappedCount(total), align: 'right' }],
    rows.map(([kind, facet]) => [label(kind), displayText(facet.value), formatCount(facet.tenants)]),
  );
}
