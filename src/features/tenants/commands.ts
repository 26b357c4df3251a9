import { type CommandDefinition, wholeNumber } from '#core/command.ts';
import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { formatCappedCount, formatDate } from '#core/format.ts';
import { maskDocument } from '#core/mask.ts';
import { readCursor, writeCursor } from '#core/page-cursor.ts';
import { textTable } from '#core/text-table.ts';
import { readCatalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import type { ReadOptions } from '#database/query.ts';
import { together } from '#database/together.ts';
import {
  countedTables,
  countTenantRows,
  type Employee,
  listEmployees,
  listModules,
  listRecentAudit,
  type Module,
  readTenantDocument,
  type RecentAuditEntry,
  type TableCount,
} from './card.ts';
import { resolveTenant } from './resolve.ts';
import { listFacets, listTenants, type TenantPage, type TenantSort } from './tenants.ts';

const sorts = ['name', 'created', 'updated'] as const;
const countTimeLimitMs = 4000;

/** `tenants list` and `tenants show`: the headless twins of the pane. */
export const tenantCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['tenants', 'list'],
    summary: 'list tenants, a page at a time',
    arguments: [],
    options: [
      { flags: '--search <text>', description: 'part of a name or slug, a UUID, or its first characters' },
      { flags: '--status <status>', description: 'only tenants with this status' },
      { flags: '--plan <plan>', description: 'only tenants with this plan' },
      { flags: '--sort <by>', description: 'order; created and updated newest first', choices: sorts, defaultText: 'name' },
      { flags: '--limit <rows>', description: 'rows of the page, 1 to 1000', defaultText: '50' },
      { flags: '--after <cursor>', description: 'continue behind this page: its "next"' },
    ],
    prepare(_values, options) {
      const sort = sortFrom(options['sort']);
      const request = {
        search: options['search'],
        status: options['status'],
        plan: options['plan'],
        sort,
        descending: sort !== 'name',
        pageRows: wholeNumber('--limit', options['limit'], { fallback: 50, least: 1, most: 1000 }),
        from: options['after'] === undefined ? undefined : readCursor(options['after'], sort),
      };
      return async ({ database, signal, narrate }) => {
        const page = await listTenants(database, request, { signal });
        const next = page.next === undefined ? null : writeCursor(page.next, sort);
        if (next !== null) narrate(`more follow: --after ${next}`);
        if (page.tenants.length === 0) for (const line of await unknownFilters(database, request, { signal })) narrate(line);
        return { json: { tenants: page.tenants, next }, text: () => tenantsTable(page) };
      };
    },
  },
  {
    path: ['tenants', 'show'],
    summary: 'show one tenant: columns, row counts, employees, modules, last audit entries',
    arguments: [{ name: 'tenant', description: 'UUID, slug or name' }],
    options: [],
    prepare:
      ([text = '']) =>
      async ({ database, signal, narrate }) => {
        const first = together(database, { signal });
        const [{ tenant, notice }, catalog] = await Promise.all([
          resolveTenant(first, text),
          readCatalog(first, { withIndexes: false }),
        ]);
        if (notice !== undefined) narrate(notice);
        const limited = { signal: AbortSignal.any([signal, AbortSignal.timeout(countTimeLimitMs)]) };
        const reader = together(database, limited);
        // The counts come last: where time runs out, everything else is there.
        const [document, employees, modules, audit, counts] = await Promise.all([
          readTenantDocument(reader, tenant.id),
          listEmployees(reader, catalog, tenant),
          listModules(reader, catalog, tenant),
          listRecentAudit(reader, catalog, tenant),
          countTenantRows(reader, countedTables(catalog), tenant, { ...limited, lanes: 1 }),
        ]);
        for (const count of counts) if (count.failure !== undefined) narrate(`${count.table} was not counted: ${count.failure}`);
        for (const [table, rows] of Object.entries({ employees, modulesettings: modules, audit_log: audit })) {
          if (rows === undefined)
            narrate(
              catalog.table(table)?.maySelect === false ? `this role may not read ${table}` : `this database has no ${table}`,
            );
        }
        const shown = maskDocument(document) as typeof document;
        return {
          json: {
            tenant: shown,
            counts: counts.map(({ table, rows, capped, failure }) => ({
              table,
              rows: failure === undefined ? rows : null,
              capped,
            })),
            employees: employees ?? [],
            modules: modules ?? [],
            recent_audit: audit ?? [],
          },
          text: () => cardText(shown, counts, employees ?? [], modules ?? [], audit ?? []),
        };
      },
  },
];

/** A status or plan that no tenant has is more likely mistyped than rare: says which there are. */
async function unknownFilters(
  database: Database,
  wanted: { readonly status: string | undefined; readonly plan: string | undefined },
  options: ReadOptions,
): Promise<readonly string[]> {
  if (wanted.status === undefined && wanted.plan === undefined) return [];
  const facets = await listFacets(database, options);
  return (['status', 'plan'] as const).flatMap((facet) => {
    const value = wanted[facet];
    if (value === undefined || facets[facet].some((known) => known.value === value)) return [];
    return [
      `no tenant has the ${facet} "${value}"; there are: ${facets[facet].map((known) => known.value).join(', ') || 'none'}`,
    ];
  });
}

function sortFrom(text: string | undefined): TenantSort {
  const sort = sorts.find((candidate) => candidate === (text ?? 'name'));
  if (sort !== undefined) return sort;
  throw new AdminError({
    kind: 'usage',
    code: 'bad-option',
    whatHappened: `--sort holds "${text}".`,
    whatToDo: `Give one of ${sorts.join(', ')}.`,
  });
}

const titles = (...names: string[]): { title: DisplayText }[] => names.map((name) => ({ title: label(name) }));
const cells = (...values: (string | null)[]): DisplayText[] => values.map((value) => displayText(value ?? ''));

function tenantsTable(page: TenantPage): string {
  return textTable(
    titles('ID', 'NAME', 'SLUG', 'STATUS', 'PLAN', 'CREATED', 'UPDATED'),
    page.tenants.map((tenant) => [
      ...cells(tenant.id, tenant.name, tenant.slug, tenant.status, tenant.plan),
      formatDate(tenant.created_at ?? ''),
      formatDate(tenant.updated_at ?? ''),
    ]),
  );
}

function cardText(
  document: Readonly<Record<string, unknown>>,
  counts: readonly TableCount[],
  employees: readonly Employee[],
  modules: readonly Module[],
  audit: readonly RecentAuditEntry[],
): string {
  const columns = Object.entries(document).map(([name, value]) =>
    cells(name, typeof value === 'string' ? value : JSON.stringify(value)),
  );
  const counted = counts.map((count) => [
    displayText(count.table),
    count.failure === undefined ? formatCappedCount(count) : label('not counted'),
  ]);
  return [
    textTable(titles('COLUMN', 'VALUE'), columns),
    textTable([{ title: label('TABLE') }, { title: label('ROWS'), align: 'right' }], counted),
    textTable(
      titles('EMPLOYEE', 'EMAIL', 'ROLE', 'STATUS'),
      employees.map((row) => cells(row.name, row.email, row.role, row.status)),
    ),
    textTable(
      titles('MODULE', 'STATE'),
      modules.map((row) => cells(row.module, row.is_enabled === null ? 'unknown' : row.is_enabled ? 'on' : 'off')),
    ),
    textTable(
      titles('AT', 'ACTION', 'TABLE', 'RECORD', 'ACTOR'),
      audit.map((row) => cells(row.at, row.action, row.table_name, row.record_id, row.actor)),
    ),
  ].join('\n\n');
}
