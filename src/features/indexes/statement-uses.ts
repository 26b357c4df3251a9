import type { Node, ParseResult } from '@pgsql/types';
import type { IndexedTable } from './model.ts';

/** What one part of a statement asks of a table: which columns find or order its rows. */
export interface TableUse {
  readonly tableOid: string;
  /** Equal to something that is given, and equal to a column of another table. */
  readonly equals: readonly string[];
  readonly joins: readonly string[];
  readonly ranges: readonly string[];
  readonly sorts: readonly { readonly column: string; readonly descending: boolean }[];
  /** jsonb columns searched with an operator that GIN serves, and those compared by a value taken out of them. */
  readonly searches: readonly { readonly column: string; readonly operator: string }[];
  readonly extracts: readonly string[];
}

/** A table by the name that a statement gives it, with the schema or without. */
export type FindTable = (name: string, schema: string | undefined) => IndexedTable | undefined;

type Tree = Exclude<ParseResult['stmts'], undefined>[number]['stmt'];
type Tagged = Readonly<Record<string, unknown>>;

const rangeOperators = new Set(['<', '<=', '>', '>=']);
const documentOperators = new Set(['@>', '?', '?|', '?&', '@?', '@@']);

/** What a parsed statement asks of tables, in all its parts: subqueries, common table expressions, what UPDATE and DELETE look for. */
export function tableUses(tree: Tree, findTable: FindTable): readonly TableUse[] {
  const uses: TableUse[] = [];
  const named = new Set<string>();
  everyNode(tree, (kind, node) => {
    if (kind === 'CommonTableExpr') named.add(String(node['ctename']));
  });
  everyNode(tree, (kind, node) => {
    const from =
      kind === 'SelectStmt'
        ? (node['fromClause'] as Node[] | undefined)
        : kind === 'UpdateStmt'
          ? [{ RangeVar: node['relation'] } as Node, ...((node['fromClause'] as Node[] | undefined) ?? [])]
          : kind === 'DeleteStmt'
            ? [{ RangeVar: node['relation'] } as Node, ...((node['usingClause'] as Node[] | undefined) ?? [])]
            : undefined;
    if (from !== undefined) uses.push(...usesOf(from, node, named, findTable));
  });
  return uses;
}

/** Calls back for every node of a tree with its kind; statements inside RangeVar-less places (UPDATE's relation) are plain objects. */
function everyNode(tree: unknown, visit: (kind: string, node: Tagged) => void): void {
  if (Array.isArray(tree)) tree.forEach((each) => everyNode(each, visit));
  else if (typeof tree === 'object' && tree !== null) {
    for (const [kind, node] of Object.entries(tree)) {
      if (/^[A-Z]/.test(kind) && typeof node === 'object' && node !== null) visit(kind, node as Tagged);
      everyNode(node, visit);
    }
  }
}

interface Source {
  readonly alias: string;
  readonly table: IndexedTable;
}

function usesOf(from: readonly Node[], node: Tagged, named: ReadonlySet<string>, findTable: FindTable): readonly TableUse[] {
  const sources: Source[] = [];
  const conditions: Node[] = [];
  for (const item of from) collect(item, named, findTable, sources, conditions);
  const where = node['whereClause'] as Node | undefined;
  if (where !== undefined) conditions.push(...conjuncts(where));
  const sorts = (node['sortClause'] as Node[] | undefined) ?? [];
  return sources.map((source) => useOf(source, sources, conditions.flatMap(conjuncts), sorts));
}

function collect(item: Node, named: ReadonlySet<string>, findTable: FindTable, sources: Source[], conditions: Node[]): void {
  if ('RangeVar' in item) {
    const { relname = '', schemaname, alias } = item.RangeVar;
    const table = schemaname === undefined && named.has(relname) ? undefined : findTable(relname, schemaname);
    if (table !== undefined) sources.push({ alias: alias?.aliasname ?? relname, table });
  } else if ('JoinExpr' in item) {
    const { larg, rarg, quals } = item.JoinExpr;
    for (const side of [larg, rarg]) if (side !== undefined) collect(side, named, findTable, sources, conditions);
    if (quals !== undefined) conditions.push(quals);
  }
}

function conjuncts(node: Node): readonly Node[] {
  return 'BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR' ? (node.BoolExpr.args ?? []).flatMap(conjuncts) : [node];
}

/** The column of `source` that a node is, bare. */
function columnOf(node: Node | undefined, source: Source, sources: readonly Source[]): string | undefined {
  if (node === undefined || !('ColumnRef' in node)) return undefined;
  const names = (node.ColumnRef.fields ?? []).map((field) => ('String' in field ? (field.String.sval ?? '') : '*'));
  const column = names.at(-1) ?? '';
  if (!source.table.columns.includes(column)) return undefined;
  if (names.length > 1) return names.at(-2) === source.alias ? column : undefined;
  return sources.filter(({ table }) => table.columns.includes(column)).length === 1 ? column : undefined;
}

function useOf(source: Source, sources: readonly Source[], conditions: readonly Node[], sortClause: readonly Node[]): TableUse {
  const equals = new Set<string>();
  const joins = new Set<string>();
  const ranges = new Set<string>();
  const searches: { column: string; operator: string }[] = [];
  const extracts: string[] = [];
  const column = (node: Node | undefined): string | undefined => columnOf(node, source, sources);
  for (const condition of conditions) {
    if (!('A_Expr' in condition)) continue;
    const { kind, name, lexpr, rexpr } = condition.A_Expr;
    const [last] = (name ?? []).slice(-1);
    const operator = last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
    const isBetween = kind === 'AEXPR_BETWEEN';
    const isPlain = kind === 'AEXPR_OP' || kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_IN';
    if (!isPlain && !isBetween) continue;
    if (operator === '=' && lexpr !== undefined && 'RowExpr' in lexpr) {
      for (const each of lexpr.RowExpr.args ?? []) add(equals, column(each));
      continue;
    }
    const found = column(lexpr) ?? (kind === 'AEXPR_OP' ? column(rexpr) : undefined);
    if (operator === '=') add([lexpr, rexpr].every((side) => side !== undefined && 'ColumnRef' in side) ? joins : equals, found);
    else if (isBetween || rangeOperators.has(operator)) add(ranges, found);
    const left = column(lexpr);
    if (left !== undefined && documentOperators.has(operator) && source.table.jsonbColumns.includes(left))
      searches.push({ column: left, operator });
    if (operator === '=' && left === undefined) extracts.push(...documentIn(lexpr, source, sources));
  }
  return {
    tableOid: source.table.oid,
    equals: [...equals],
    joins: [...joins],
    ranges: [...ranges],
    sorts: sortClause.flatMap((sort) => {
      if (!('SortBy' in sort)) return [];
      const by = column(sort.SortBy.node);
      return by === undefined ? [] : [{ column: by, descending: sort.SortBy.sortby_dir === 'SORTBY_DESC' }];
    }),
    searches,
    extracts,
  };
}

function add(set: Set<string>, column: string | undefined): void {
  if (column !== undefined) set.add(column);
}

/** The jsonb column that a value is taken out of: `metadata->'a'->>'b'`. */
function documentIn(node: Node | undefined, source: Source, sources: readonly Source[]): readonly string[] {
  if (node === undefined || !('A_Expr' in node)) return [];
  const column = columnOf(node.A_Expr.lexpr, source, sources);
  if (column === undefined) return documentIn(node.A_Expr.lexpr, source, sources);
  return source.table.jsonbColumns.includes(column) ? [column] : [];
}
