import type { Config } from '#config/config.ts';
import { displayText, label } from '#core/display-text.ts';
import { formatCappedCount, formatCount } from '#core/format.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import { countTenants, listFacets } from '#features/tenants/tenants.ts';

/** The bare command's answer where there is no terminal: a page about the database, as text. */
export async function overviewText(database: Database, config: Config, signal: AbortSignal): Promise<string> {
  const { server } = database;
  const catalog = await database.catalog();
  const facts = [
    ['environment', config.environmentLabel.name],
    ['database', `${server.host}/${server.databaseName}`],
    ['server', `PostgreSQL ${server.version}${server.isStandby ? ', a standby' : ''}`],
    [
      'role',
      `${server.roleName}, ${server.bypassesRowSecurity ? 'bypasses row-level security' : 'row-level security hides rows from it'}`,
    ],
    ['connection', `${server.route}, ${server.protection}`],
    ['access', database.gate.access.get().state],
    ['tables', formatCount(catalog.tables.length)],
  ].map((row) => row.map((cell) => displayText(cell)));
  const parts = [textTable([{ title: 'ABOUT' }, { title: '' }], facts)];
  if (catalog.table('tenant') === undefined) {
    parts.push(
      'There is no table public.tenant here: this is no Aisha database, or it is still empty. Finding by UUID still works: aisha-console find UUID.',
    );
  } else {
    const [total, facets] = await Promise.all([countTenants(database, {}, { signal }), listFacets(database, { signal })]);
    const rows = [
      ...facets.status.map((facet) => ['status', facet] as const),
      ...facets.plan.map((facet) => ['plan', facet] as const),
    ];
    parts.push(
      textTable(
        [{ title: 'TENANTS' }, { title: '' }, { title: formatCappedCount(total), align: 'right' }],
        rows.map(([kind, facet]) => [label(kind), displayText(facet.value), formatCount(facet.tenants)]),
      ),
    );
  }
  parts.push('Commands: aisha-console --help. In a terminal the console opens here instead.');
  return parts.join('\n\n');
}
