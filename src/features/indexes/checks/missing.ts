import { formatCount } from '#core/format.ts';
import { type CheckResult, type Considered, type Finding, nothingFound, severityOfRows, type Subject } from '../finding.ts';
import { type ForeignKey, type IndexedTable, type IndexReading } from '../model.ts';
import { isTenantScoped, serving, whyNotServing } from './serving.ts';
import { createIndex } from './sql.ts';

/** What the table's indexes have of these columns and why that does not do, as the end of a sentence. */
function nearMisses(reading: IndexReading, table: IndexedTable, columns: readonly string[]): string {
  const reasons = (reading.indexesOf.get(table.oid) ?? [])
    .map((index) => whyNotServing(index, columns))
    .filter((reason) => reason !== undefined && reason !== 'other columns');
  return reasons.length === 0 ? '' : `; ${reasons.join('; ')}`;
}

/** Columns of foreign keys that no index finds rows by (manual 5.3). The key on tenant_id alone is left to `missing-tenant`. */
export function missingForeignKeys(reading: IndexReading): CheckResult {
  const byColumns = Map.groupBy(reading.foreignKeys, (key) => JSON.stringify([key.tableOid, key.columns.toSorted()]));
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  for (const keys of byColumns.values()) {
    const { tableOid, columns } = keys[0]!;
    const table = reading.tables.get(tableOid);
    if (table === undefined) continue;
    const subject = { check: 'missing-foreign-key', schema: table.schema, table: table.name, columns } as const;
    const served = serving(reading, tableOid, columns);
    if (served.length > 0) {
      const by = served.find((index) => index.columns.join() !== columns.join() || index.isPartial);
      if (by !== undefined)
        considered.push({ ...subject, index: by.name, notRaisedBecause: `${by.name} finds the rows as well` });
    } else if (columns.length === 1 && columns[0] === 'tenant_id' && isTenantScoped(reading, tableOid)) {
      considered.push({ ...subject, index: null, notRaisedBecause: 'it is raised as missing-tenant' });
    } else findings.push(missingKey(reading, table, keys, subject));
  }
  return { ...nothingFound, findings, considered };
}

function missingKey(
  reading: IndexReading,
  table: IndexedTable,
  keys: readonly ForeignKey[],
  subject: Omit<Subject, 'index'>,
): Finding {
  const { columns } = subject;
  const parents = [...new Set(keys.map((key) => key.referencedTable))].join(' and ');
  const names = keys.map(({ name }) => name).join(', ');
  const what = keys.some(({ cascades }) => cascades) ? 'finds the rows to change with it' : 'checks that nothing references it';
  return {
    ...subject,
    index: null,
    severity: severityOfRows(table.estimatedRows),
    reason:
      `no index finds rows by the foreign key ${names}: deleting from ${parents} ${what} by reading all of ` +
      `${formatCount(table.estimatedRows)} rows${nearMisses(reading, table, columns)}`,
    ...createIndex(
      reading,
      table,
      columns.map((column) => ({ column })),
    ),
  };
}

/** Tenant-scoped tables that no index finds a tenant's rows in (manual 5.4). Partitions have what their parent has. */
export function missingTenants(reading: IndexReading): CheckResult {
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  for (const table of reading.tables.values()) {
    if (!table.columns.includes('tenant_id')) continue;
    const subject = {
      check: 'missing-tenant',
      schema: table.schema,
      table: table.name,
      index: null,
      columns: ['tenant_id'],
    } as const;
    const no = (notRaisedBecause: string): number => considered.push({ ...subject, notRaisedBecause });
    if (!isTenantScoped(reading, table.oid)) {
      no(table.name === 'tenant' ? 'its tenant_id is its own identifier' : 'it is a materialised view, read as it is made');
    } else if (table.parentOid !== null) no('it is a partition: its parent is judged');
    else {
      const served = serving(reading, table.oid, ['tenant_id']);
      if (served.length > 0) {
        if (served.every((index) => index.columns.length > 1)) no(`${served[0]!.name} begins with it`);
        continue;
      }
      findings.push({
        ...subject,
        severity: severityOfRows(table.estimatedRows),
        reason:
          `no index finds a tenant's rows: every query for one tenant reads all of ${formatCount(table.estimatedRows)} rows` +
          nearMisses(reading, table, ['tenant_id']),
        ...createIndex(reading, table, [{ column: 'tenant_id' }]),
      });
    }
  }
  return { ...nothingFound, findings, considered };
}
