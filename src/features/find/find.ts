import { messageOf } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import { maskText } from '#core/mask.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { asKey, recordTypeOf } from '#database/audit-record.ts';
import { type Catalog, hasEqualityIndex, isSmall, type Table } from '#database/catalog.ts';
import { type Reader, type RowOf, statement } from '#database/query.ts';
import { tenantsNamed } from '#database/tenant-names.ts';
import { type FindKind, type FindPlan, meantBy, type NotSearched, planFind } from './plan.ts';
import { findInAuditQuery } from './queries.ts';

/** One thing found. `tenant_id` is the tenant's UUID where it could be told, else what the row holds. */
export interface Match {
  readonly kind: FindKind | 'audit';
  readonly table: string;
  readonly id: string;
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly label: string;
  readonly why: string;
}

export interface FindResult {
  readonly matches: readonly Match[];
  /** What was left out and why: no index, no right, or no time. */
  readonly notSearched: readonly NotSearched[];
}

export interface FindOptions {
  /** Only this tenant's rows. */
  readonly tenant?: TenantIdentity | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole search; what is not done by then is reported as not searched. */
  readonly timeLimitMs?: number;
  /** Hears of the matches so far each time a kind is done. */
  readonly onProgress?: (result: FindResult) => void;
}

const timeLimitMs = 4000;
const mostAuditTables = 20;

interface RawMatch extends Omit<Match, 'tenant_name'> {
  readonly isTenant: boolean;
}

/**
 * Looks a text up everywhere it can be looked up cheaply: a UUID by primary key in every table and in the audit log's record ids, an
 * e-mail in the tables of people, and so on. Each kind is one round trip, the kinds run side by side. Aborting `signal` rejects.
 */
export async function findAnywhere(
  reader: Reader,
  catalog: Catalog,
  text: string,
  options: FindOptions = {},
): Promise<FindResult> {
  const limit = AbortSignal.timeout(options.timeLimitMs ?? timeLimitMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const found: RawMatch[] = [];
  const notSearched: NotSearched[] = [];
  const report = async (): Promise<FindResult> => {
    const result = {
      matches: await withTenants(reader, inOrder(found), limit.aborted ? undefined : signal),
      notSearched: [...notSearched],
    };
    options.onProgress?.(result);
    return result;
  };
  const searches = planFind(catalog, text, options.tenant).map(async (plan) => {
    await runPlan(reader, plan, { signal, limit, found, notSearched });
    if (options.onProgress !== undefined && found.length > 0) await report();
  });
  const id = parseUuid(meantBy(text));
  if (id !== undefined)
    searches.push(findInAudit(reader, catalog, id, { signal, limit, found, notSearched, tenant: options.tenant }));
  await Promise.all(searches);
  options.signal?.throwIfAborted();
  return report();
}

interface Progress {
  readonly signal: AbortSignal;
  readonly limit: AbortSignal;
  readonly found: RawMatch[];
  readonly notSearched: NotSearched[];
}

async function runPlan(reader: Reader, plan: FindPlan, { signal, limit, found, notSearched }: Progress): Promise<void> {
  notSearched.push(...plan.notSearched);
  if (plan.lookUps.length === 0) return;
  const failed = (error: unknown, where: string): void => {
    notSearched.push({ kind: plan.kind, where, reason: limit.aborted ? 'the time limit came first' : messageOf(error) });
  };
  const answers = await reader
    .readEach(
      plan.lookUps.map((lookUp) => lookUp.statement),
      { signal },
    )
    .catch((error: unknown) => {
      for (const lookUp of plan.lookUps) failed(error, lookUp.table.title);
      return [];
    });
  await Promise.all(
    answers.map(async (answer, index) => {
      const lookUp = plan.lookUps[index]!;
      try {
        for (const row of await answer) {
          const isTenant = lookUp.table.title === 'tenant';
          found.push({
            kind: plan.kind,
            table: lookUp.table.title,
            id: row.id,
            tenant_id: isTenant ? row.id : row.tenant_id,
            label: maskText(row.label),
            why: lookUp.why(row),
            isTenant,
          });
        }
      } catch (error) {
        failed(error, lookUp.table.title);
      }
    }),
  );
}

async function findInAudit(
  reader: Reader,
  catalog: Catalog,
  id: string,
  { signal, limit, found, notSearched, tenant }: Progress & { readonly tenant: TenantIdentity | undefined },
): Promise<void> {
  const audit = catalog.table('audit_log');
  if (audit === undefined) return;
  const tables = auditTables(audit, catalog);
  if (tables === undefined) {
    notSearched.push({ kind: 'uuid', where: 'audit_log', reason: 'no index on the record ids, and it is large' });
    return;
  }
  try {
    const recordType = recordTypeOf(audit);
    const parameters = { id, recordKey: asKey(recordType, id) ?? null, most: mostAuditTables, tables };
    const rows = await reader.read(statement(findInAuditQuery, parameters, { record_type: recordType }), { signal });
    found.push(...rows.filter((row) => isInScope(row, tenant)).map((row) => auditMatch(row, id)));
  } catch (error) {
    notSearched.push({
      kind: 'uuid',
      where: 'audit_log',
      reason: limit.aborted ? 'the time limit came first' : messageOf(error),
    });
  }
}

/**
 * Which tables' entries to look at so that an index serves: null for all, undefined where none does. The manual's index starts with the
 * table's name, so there the catalog's tables are named.
 */
function auditTables(audit: Table, catalog: Catalog): string[] | null | undefined {
  const recordColumn = audit.columns.find((column) => column.name === 'record_id' || column.name === 'entity_id');
  if (recordColumn === undefined) return undefined;
  if (isSmall(audit) || hasEqualityIndex(audit, recordColumn.name)) return null;
  const isByTable = audit.indexes.some(
    ({ isPartial, keyColumns: [first = '', second] }) =>
      !isPartial && (first === 'table_name' || first === 'entity_type') && second === recordColumn.name,
  );
  return isByTable ? [...new Set(catalog.tables.map((table) => String(table.name)))] : undefined;
}

function isInScope(row: RowOf<typeof findInAuditQuery>, tenant: TenantIdentity | undefined): boolean {
  return tenant === undefined || row.tenant_id === tenant.id || (tenant.slug !== null && row.tenant_id === tenant.slug);
}

function auditMatch(row: RowOf<typeof findInAuditQuery>, id: string): RawMatch {
  const entries = row.entries === 1 ? '1 audit entry' : `${row.entries} audit entries`;
  return {
    kind: 'audit',
    table: 'audit_log',
    id,
    tenant_id: row.tenant_id ?? (row.about_table === 'tenant' ? id : null),
    label: `${row.about_table ?? 'unknown table'} record`,
    why: `${entries} about this record${row.last_at === null ? '' : `, the last ${row.last_at.slice(0, 16)}`}`,
    isTenant: false,
  };
}

/** Tenants first, then in the order of the plan; one row found in two ways is listed once. */
function inOrder(found: readonly RawMatch[]): readonly RawMatch[] {
  const once = new Map<string, RawMatch>();
  for (const match of found) {
    const key = `${match.table}\0${match.id}\0${match.kind === 'audit' ? match.label : ''}`;
    if (!once.has(key)) once.set(key, match);
  }
  return [...once.values()].sort(
    (a, b) =>
      Number(b.isTenant) - Number(a.isTenant) || compare(a.table, b.table) || compare(a.label, b.label) || compare(a.id, b.id),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names each match's tenant. Where the names can not be read in time the ids stand alone. */
async function withTenants(
  reader: Reader,
  found: readonly RawMatch[],
  signal: AbortSignal | undefined,
): Promise<readonly Match[]> {
  const ids = found.flatMap((match) => match.tenant_id ?? []);
  const byName = await tenantsNamed(reader, ids, { signal }).catch(() => new Map<string, TenantIdentity>());
  return found.map(({ kind, table, id, tenant_id, label, why }) => {
    const tenant = tenant_id === null ? undefined : byName.get(tenant_id);
    return { kind, table, id, tenant_id: tenant?.id ?? tenant_id, tenant_name: tenant?.name ?? null, label, why };
  });
}
