import type { CreateStmt } from '@pgsql/types';
import { type LintFinding, quoted } from './finding.ts';
import { type Linted, sqlName } from './statements.ts';

/** New tenant-scoped tables (manual 3.3, 4.2) that nowhere in the folder get row-level security, an index on tenant_id or a trigger. */
export function findTenantTables(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap(({ node, line }) => {
    const create = 'CreateStmt' in node ? node.CreateStmt : undefined;
    const isPartition = create?.partbound !== undefined;
    if (create?.relation === undefined || create.relation.relpersistence === 't' || isPartition) return [];
    return tenantTable(linted, create, line);
  });
}

function tenantTable({ facts }: Linted, create: CreateStmt, line: number): readonly LintFinding[] {
  const { schemaname, relname: name = '' } = create.relation ?? {};
  const schema = schemaname ?? facts.defaultSchema;
  const columns = new Set((create.tableElts ?? []).flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef.colname] : [])));
  if (!columns.has('tenant_id') || name === 'tenant') return [];
  const title = sqlName(create.relation);
  const findings: (LintFinding | false)[] = [
    !facts.end.hasRowSecurity(schema, name) && {
      rule: 'missing-row-security',
      severity: 'warning',
      line,
      what: `${name} holds rows of tenants, and no migration enables row-level security on it`,
      whatToWrite: `alter table ${title} enable row level security;\ndrop policy if exists "tenant_isolation" on ${title};\ncreate policy "tenant_isolation" on ${title}\n  for all using (tenant_id = current_setting('app.current_tenant_id', true)::uuid);`,
    },
    !facts.end.hasIndexOn(schema, name, 'tenant_id') && {
      rule: 'missing-tenant-index',
      severity: 'warning',
      line,
      what: `${name} holds rows of tenants, and no migration makes an index that begins with tenant_id`,
      whatToWrite: `create index if not exists ${quoted(`idx_${name}_tenant`)} on ${title} (tenant_id);`,
    },
    columns.has('updated_at') &&
      !facts.end.hasUpdateTrigger(schema, name) && {
        rule: 'missing-updated-at-trigger',
        severity: 'advice',
        line,
        what: `${name} has updated_at, and no migration makes a trigger that keeps it`,
        whatToWrite: `create or replace trigger ${quoted(`update_${name}_updated_at`)}\n  before update on ${title}\n  for each row\n  execute function update_updated_at();`,
      },
  ];
  return findings.filter((finding) => finding !== false);
}
