import type { Plan, PlanNode } from '#database/explain.ts';
import { formatCount } from '#core/format.ts';

/** What a plan makes of an index: `line` is the node that reads it, or that which reads its table otherwise. */
export interface PlanUse {
  readonly isUsed: boolean;
  readonly line: string;
}

/** A relation by its schema and name, as `schema\nname`. */
type Named = ReadonlySet<string>;

/** Looks for an index, or for any of a partitioned one's parts, in a plan. `tables` are its table and that table's partitions. */
export function useIn(plan: Plan, indexes: Named, tables: Named): PlanUse {
  const nodes = flat(plan, undefined);
  const used = nodes.find(
    ({ node, schema }) =>
      indexes.has(`${schema}\n${node['Index Name']}`) ||
      (node['Conflict Arbiter Indexes'] ?? []).some((name) => indexes.has(`${schema}\n${name}`)),
  );
  if (used !== undefined) return { isUsed: true, line: nodeLine(used.node, used.table) };
  const otherwise = nodes.find(
    ({ node, schema }) => node.Operation === undefined && tables.has(`${schema}\n${node['Relation Name']}`),
  );
  if (otherwise === undefined) return { isUsed: false, line: `${nodeLine(plan, undefined)}, which does not read the table` };
  const inside = flat(otherwise.node, undefined).flatMap(({ node }) => node['Index Name'] ?? []);
  const through = otherwise.node['Index Name'] === undefined && inside.length > 0 ? ` through ${inside.join(' and ')}` : '';
  return { isUsed: false, line: `${nodeLine(otherwise.node, undefined)}${through}` };
}

interface Placed {
  readonly node: PlanNode;
  /** Of the relation that it or the node above it reads: a bitmap's index tells none itself. */
  readonly schema: string | undefined;
  readonly table: string | undefined;
}

function flat(node: PlanNode, above: Placed | undefined): readonly Placed[] {
  const own: Placed = {
    node,
    schema: node.Schema ?? above?.schema,
    table: node['Relation Name'] ?? above?.table,
  };
  return [own, ...(node.Plans ?? []).flatMap((each) => flat(each, own))];
}

/** `Index Scan using idx_contacts_tenant on contacts: (tenant_id = $1), 12 rows, cost 8.3`, as the planner estimates them. */
function nodeLine(node: PlanNode, tableAbove: string | undefined): string {
  const index = node['Index Name'];
  const arbiters = node['Conflict Arbiter Indexes'];
  const table = node['Relation Name'] ?? tableAbove;
  const condition = node['Index Cond'] ?? node.Filter;
  const rows = node['Plan Rows'];
  return [
    node.Operation ?? node['Node Type'],
    index === undefined ? '' : ` using ${index}`,
    table === undefined ? '' : ` on ${table}`,
    arbiters === undefined ? '' : ` that looks for conflicts in ${arbiters.join(', ')}`,
    condition === undefined ? '' : `: ${condition}`,
    `, ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}, cost ${node['Total Cost'].toFixed(1)}`,
  ].join('');
}
