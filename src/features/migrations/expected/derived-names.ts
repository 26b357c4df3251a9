import type { IndexElem, Node } from '@pgsql/types';
import { namesOf } from '../tree.ts';

/** PostgreSQL's limit for a name, in bytes (NAMEDATALEN less one). */
const maxNameBytes = 63;

/** Cuts a name as the server does with a NOTICE: after 63 bytes, never inside a character. */
export function cutName(name: string, bytes = maxNameBytes): string {
  const cut = Buffer.from(name);
  if (cut.length <= bytes) return name;
  let end = bytes;
  while (end > 0 && (cut[end]! & 0xc0) === 0x80) end -= 1;
  return cut.toString('utf8', 0, end);
}

/** `table_columns_label` within 63 bytes, the longer part cut first (makeObjectName in indexcmds.c). */
function objectName(table: string, addition: string | undefined, label: string): string {
  const available = maxNameBytes - (label.length + 1) - (addition === undefined ? 0 : 1);
  let tableBytes = Buffer.byteLength(table);
  let additionBytes = Buffer.byteLength(addition ?? '');
  while (tableBytes + additionBytes > available) {
    if (tableBytes > additionBytes) tableBytes -= 1;
    else additionBytes -= 1;
  }
  const parts = [cutName(table, tableBytes), ...(addition === undefined ? [] : [cutName(addition, additionBytes)]), label];
  return parts.join('_');
}

/** The first of `name`, `name1`, `name2`, … that is free (ChooseRelationName, ChooseConstraintName). */
export function derivedName(
  table: string,
  addition: string | undefined,
  label: string,
  isTaken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass += 1) {
    const name = objectName(table, addition, pass === 0 ? label : `${label}${pass}`);
    if (!isTaken(name)) return name;
  }
}

/** The part of an index's name that its columns give; undefined for none. */
export function indexAddition(columns: readonly string[]): string {
  let text = '';
  for (const column of columns) {
    if (text !== '') text += '_';
    text += column;
    if (Buffer.byteLength(text) > maxNameBytes) break;
  }
  return text;
}

/** The names of an index's columns, expressions included, each only once (ChooseIndexColumnNames). */
export function indexColumnNames(elements: readonly IndexElem[]): readonly string[] {
  const names: string[] = [];
  for (const { name, expr } of elements) {
    const wanted = name ?? figuredName(expr) ?? 'expr';
    let found = wanted;
    for (let count = 1; names.includes(found); count += 1) found = `${wanted}${count}`;
    names.push(found);
  }
  return names;
}

/** The name that an expression suggests, as FigureColname in parse_target.c does; undefined where it suggests none. */
function figuredName(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('ColumnRef' in node) return namesOf(node.ColumnRef.fields).at(-1);
  if ('FuncCall' in node) return namesOf(node.FuncCall.funcname).at(-1);
  if ('CollateClause' in node) return figuredName(node.CollateClause.arg);
  if ('TypeCast' in node) return figuredName(node.TypeCast.arg) ?? namesOf(node.TypeCast.typeName?.names).at(-1);
  if ('CaseExpr' in node) return figuredName(node.CaseExpr.defresult) ?? 'case';
  if ('CoalesceExpr' in node) return 'coalesce';
  if ('MinMaxExpr' in node) return node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest';
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? 'nullif' : undefined;
  return undefined;
}
