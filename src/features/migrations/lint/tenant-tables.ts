import type { CreateStmt, Node } from '@pgsql/types';
import { namesOf, nodesBelow } from '../tree.ts';
import { nameKey } from './cleared.ts';
import { type LintFinding, quoted } from './finding.ts';
import type { Linted, LintedStatement, TableCommand } from './statements.ts';

/** New tenant-scoped tables (manual 3.3, 4.2) that nowhere in the folder get row-level security, an index on tenant_id or a trigger. */
export function findTenantTables(linted: Linted): readonly LintFinding[] {
  const made = new Set<string>();
  const moves = linted.statements.filter(({ node }) => 'RenameStmt' in node || 'AlterObjectSchemaStmt' in node);
  const added = Map.groupBy(
    linted.commands.filter(({ subtype }) => subtype === 'AT_AddColumn'),
    ({ statement, relation }) => nameKey(statement, relation),
  );
  const created = linted.statements.flatMap((statement) => {
    const table = newTable(linted, statement, added);
    if (table === undefined) return [];
    const { schema, name } = table.written;
    made.add(`${schema}.${name}`);
    return tenantTable(linted, namesAfter(moves, table.written, statement.position), table.columns, statement.line);
  });
  const widened = linted.commands.flatMap(({ subtype, column, relation, statement, line }) => {
    if (subtype !== 'AT_AddColumn' || column?.colname !== 'tenant_id') return [];
    const resolved = statement.resolve(relation);
    if (resolved.kind === 'temporary' || made.has(`${resolved.schema}.${resolved.name}`)) return [];
    // On a table that has the column there is nothing new.
    if (resolved.kind === 'existing' && resolved.table.columns.some(({ name }) => name === 'tenant_id')) return [];
    return tenantTable(linted, namesAfter(moves, resolved, statement.position), new Set(['tenant_id']), line);
  });
  return [...created, ...widened];
}

interface Written {
  readonly schema: string;
  readonly name: string;
}

/** A table that a statement makes, with the columns that are known; partitions are their parent's, and temporary ones nobody's. */
function newTable(
  linted: Linted,
  statement: LintedStatement,
  addedTo: ReadonlyMap<string, readonly TableCommand[]>,
): { written: Written; columns: ReadonlySet<string> } | undefined {
  const { node } = statement;
  const relation =
    'CreateStmt' in node
      ? node.CreateStmt.relation
      : 'CreateTableAsStmt' in node && node.CreateTableAsStmt.objtype === 'OBJECT_TABLE'
        ? node.CreateTableAsStmt.into?.rel
        : undefined;
  if (relation === undefined || relation.relpersistence === 't' || relation.schemaname === 'pg_temp') return undefined;
  if ('CreateStmt' in node && node.CreateStmt.partbound !== undefined) return undefined;
  const schema = relation.schemaname ?? linted.relations.pathAt(statement.position)[0] ?? 'public';
  const columns = 'CreateStmt' in node ? createdColumns(node.CreateStmt) : selectedColumns(node);
  const { end } = linted.facts;
  const name = relation.relname ?? '';
  const last = end.nameOf(schema, name);
  const later = ['tenant_id', 'updated_at'].filter(
    (column) => last !== undefined && end.hasColumn(last.schema, last.name, column),
  );
  // A column that another file adds is that file's.
  const isLike =
    'CreateStmt' in node &&
    (node.CreateStmt.inhRelations ?? node.CreateStmt.tableElts ?? []).some(
      (each) => 'TableLikeClause' in each || 'RangeVar' in each,
    );
  const added = (addedTo.get(`${schema}.${name}`) ?? []).flatMap(({ column, statement: by }) =>
    by.position > statement.position ? [column?.colname ?? ''] : [],
  );
  return { written: { schema, name }, columns: new Set([...columns, ...added, ...(isLike ? later : [])]) };
}

function createdColumns({ tableElts = [] }: CreateStmt): readonly string[] {
  return tableElts.flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef.colname ?? ''] : []));
}

/** What a query calls its columns; what * stands for is not looked up. */
function selectedColumns(node: Node): readonly string[] {
  const query = 'CreateTableAsStmt' in node ? node.CreateTableAsStmt.query : undefined;
  const targets = query !== undefined && 'SelectStmt' in query ? (query.SelectStmt.targetList ?? []) : [];
  return targets.flatMap((target) => {
    if (!('ResTarget' in target)) return [];
    const column = nodesBelow<{ fields?: Node[] }>(target.ResTarget.val, 'ColumnRef')[0];
    return [target.ResTarget.name ?? namesOf(column?.fields).at(-1) ?? ''];
  });
}

function tenantTable(linted: Linted, written: Written, columns: ReadonlySet<string>, line: number): readonly LintFinding[] {
  if (!columns.has('tenant_id') || written.name === 'tenant') return [];
  const { end } = linted.facts;
  const last = end.nameOf(written.schema, written.name);
  // Dropped again by a later file, it needs nothing.
  if (last === undefined) return [];
  const { schema, name } = last;
  const title = schema === (linted.facts.searchPath[0] ?? 'public') ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
  const findings: (LintFinding | false)[] = [
    !end.hasRowSecurity(schema, name) && {
      rule: 'missing-row-security',
      severity: 'warning',
      line,
      what: `${name} holds rows of tenants, and no migration enables row-level security on it`,
      whatToWrite: `alter table ${title} enable row level security;\ndrop policy if exists "tenant_isolation" on ${title};\ncreate policy "tenant_isolation" on ${title}\n  for all using (tenant_id = current_setting('app.current_tenant_id', true)::uuid);`,
    },
    !end.hasIndexOn(schema, name, 'tenant_id') && {
      rule: 'missing-tenant-index',
      severity: 'warning',
      line,
      what: `${name} holds rows of tenants, and no migration makes an index that begins with tenant_id`,
      whatToWrite: `create index if not exists ${quoted(`idx_${name}_tenant`)} on ${title} (tenant_id);`,
    },
    columns.has('updated_at') &&
      !end.hasUpdateTrigger(schema, name) && {
        rule: 'missing-updated-at-trigger',
        severity: 'advice',
        line,
        what: `${name} has updated_at, and no migration makes a trigger that keeps it`,
        whatToWrite: `create or replace trigger ${quoted(`update_${name}_updated_at`)}\n  before update on ${title}\n  for each row\n  execute function update_updated_at();`,
      },
  ];
  return findings.filter((finding) => finding !== false);
}

/** What the table is called when its file is done. */
function namesAfter(moves: readonly LintedStatement[], { schema, name }: Written, position: number): Written {
  let at: Written = { schema, name };
  for (const { node, resolve, position: later } of moves) {
    if (later <= position) continue;
    const rename = 'RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_TABLE' ? node.RenameStmt : undefined;
    const move = 'AlterObjectSchemaStmt' in node ? node.AlterObjectSchemaStmt : undefined;
    const relation = rename?.relation ?? move?.relation;
    const resolved = relation === undefined ? undefined : resolve(relation);
    if (resolved?.schema !== at.schema || resolved.name !== at.name) continue;
    at = { schema: move?.newschema ?? at.schema, name: rename?.newname ?? at.name };
  }
  return at;
}
