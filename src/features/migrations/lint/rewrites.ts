import type { Node, TypeName } from '@pgsql/types';
import { namesOf, nodesBelow, typeText } from '../tree.ts';
import { type LintFinding, quoted, rowsText } from './finding.ts';
import {
  bigTable,
  columnConstraints,
  existingTable,
  type Linted,
  type TableCommand,
  tableCommands,
  sqlName,
} from './statements.ts';

/** Statements that write a whole table anew, and columns that rows cannot get. */
export function findRewrites(linted: Linted): readonly LintFinding[] {
  return [
    ...tableCommands(linted).flatMap((command) => [...rewrite(linted, command), ...notNull(linted, command)]),
    ...wholeTables(linted),
  ];
}

function titleFor({ relation }: TableCommand): string {
  return sqlName(relation);
}

function rewrite(linted: Linted, command: TableCommand): readonly LintFinding[] {
  const table = bigTable(linted, command.relation);
  if (table === undefined) return [];
  const { subtype, column, name, statement } = command;
  const title = titleFor(command);
  const finding = (why: string, whatToWrite: string): LintFinding[] => [
    {
      rule: 'table-rewrite',
      severity: 'warning',
      line: statement.line,
      what: `${why} writes all of ${table.title} anew under an ACCESS EXCLUSIVE lock, ${rowsText(table.estimatedRows)}`,
      whatToWrite,
    },
  ];
  if (subtype === 'AT_AlterColumnType') {
    const before = table.columns.find((each) => each.name === name)?.typeText;
    const after = typeText(column?.typeName, true);
    if (before !== undefined && keepsRows(before, after, column?.raw_default !== undefined)) return [];
    const next = quoted(`${name}_new`);
    return finding(
      `changing the type of ${name} to ${after}`,
      `alter table ${title} add column if not exists ${next} ${sqlType(column?.typeName)};\n-- fill it in batches, then in one transaction:\nalter table ${title} rename column ${quoted(name)} to ${quoted(`${name}_old`)};\nalter table ${title} rename column ${next} to ${quoted(name)};`,
    );
  }
  if (subtype === 'AT_AddColumn' && column !== undefined) {
    const why = whyFilled(column.constraints, column.typeName);
    const own = quoted(column.colname ?? '');
    const defaultText = /\bdefault\s+([a-z_]\w*\s*\([^()]*\))/i.exec(statement.text)?.[1];
    return why === undefined
      ? []
      : finding(
          `adding ${column.colname ?? ''} with ${why}`,
          `alter table ${title} add column if not exists ${own} ${sqlType(column.typeName)};\n${defaultText === undefined ? '' : `alter table ${title} alter column ${own} set default ${defaultText};\n`}-- fill the rows there are in batches`,
        );
  }
  if (subtype === 'AT_SetLogged' || subtype === 'AT_SetUnLogged' || subtype === 'AT_SetAccessMethod') return finding('this', '');
  return [];
}

/** Types between which PostgreSQL changes only the catalog. */
function keepsRows(before: string, after: string, hasUsing: boolean): boolean {
  if (hasUsing) return false;
  if (before === after) return true;
  const length = (type: string): number | undefined => {
    const found = /^character varying(?:\((\d+)\))?$/.exec(type);
    return found === null ? undefined : Number(found[1] ?? Number.POSITIVE_INFINITY);
  };
  const [from, to] = [length(before), length(after)];
  if (from !== undefined && (after === 'text' || (to !== undefined && to >= from))) return true;
  if (before === 'text' && to === Number.POSITIVE_INFINITY) return true;
  const numeric = (type: string): readonly number[] | undefined => /^numeric\((\d+),(\d+)\)$/.exec(type)?.slice(1).map(Number);
  const [old, wanted] = [numeric(before), numeric(after)];
  return (
    (old !== undefined && after === 'numeric') ||
    (old !== undefined && wanted !== undefined && wanted[0]! >= old[0]! && wanted[1] === old[1])
  );
}

/** Functions whose value differs from row to row; of others PostgreSQL keeps one value for all rows. */
const volatile = /^(gen_random_uuid|uuid_generate_v\d\w*|uuidv[47]|random|clock_timestamp|timeofday|nextval|gen_random_bytes)$/;

function whyFilled(constraints: readonly Node[] | undefined, type: TypeName | undefined): string | undefined {
  if (/serial\d?$/.test(namesOf(type?.names).at(-1) ?? '')) return 'a sequence';
  for (const node of constraints ?? []) {
    if (!('Constraint' in node)) continue;
    const { contype, raw_expr: expression, generated_kind: kind } = node.Constraint;
    if (contype === 'CONSTR_IDENTITY') return 'an identity';
    if (contype === 'CONSTR_GENERATED' && kind !== 'v') return 'a stored expression';
    const calls = nodesBelow<{ funcname?: Node[] }>(expression, 'FuncCall').map(({ funcname }) => namesOf(funcname).at(-1) ?? '');
    const found = contype === 'CONSTR_DEFAULT' ? calls.find((name) => volatile.test(name)) : undefined;
    if (found !== undefined) return `a default that differs from row to row (${found})`;
  }
  return undefined;
}

function notNull(linted: Linted, command: TableCommand): readonly LintFinding[] {
  const { subtype, column, relation, isIfExists, statement } = command;
  const table = existingTable(linted, relation);
  if (subtype !== 'AT_AddColumn' || column === undefined || table === undefined || table.estimatedRows === 0) return [];
  const kinds = new Set(columnConstraints(column).map(({ contype }) => contype));
  const isNotNull = kinds.has('CONSTR_NOTNULL') || kinds.has('CONSTR_PRIMARY');
  const getsValue = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'].some((kind) => kinds.has(kind as 'CONSTR_DEFAULT'));
  if (!isNotNull || getsValue || /serial\d?$/.test(namesOf(column.typeName?.names).at(-1) ?? '')) return [];
  if (isIfExists && table.columns.some(({ name }) => name === column.colname)) return [];
  const own = quoted(column.colname ?? '');
  const title = titleFor(command);
  return [
    {
      rule: 'not-null-without-default',
      severity: 'error',
      line: statement.line,
      what: `${column.colname ?? ''} is not null and has no default: this fails as soon as ${table.title} has a row, and it has ${rowsText(table.estimatedRows)}`,
      whatToWrite: `alter table ${title} add column if not exists ${own} ${sqlType(column.typeName)};\n-- give every row a value, then:\nalter table ${title} alter column ${own} set not null;`,
    },
  ];
}

/** A type as it may be written again. */
function sqlType(type: TypeName | undefined): string {
  const [schema, name] = [namesOf(type?.names).at(-2), namesOf(type?.names).at(-1) ?? 'text'];
  const plain = typeText(type, true);
  if (/^(small|big)?serial\d?$/.test(name)) return plain;
  return schema === undefined || schema === 'pg_catalog'
    ? plain === name
      ? quoted(plain)
      : plain
    : `${quoted(schema)}.${quoted(name)}`;
}

function wholeTables(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap(({ node, line }): LintFinding[] => {
    const isFull = 'VacuumStmt' in node && JSON.stringify(node.VacuumStmt.options ?? []).includes('"full"');
    const relations = isFull
      ? (node.VacuumStmt.rels ?? []).flatMap((each) => ('VacuumRelation' in each ? [each.VacuumRelation.relation] : []))
      : 'ClusterStmt' in node
        ? [node.ClusterStmt.relation]
        : [];
    return relations.flatMap((relation) => {
      const table = bigTable(linted, relation);
      if (table === undefined) return [];
      const what = `${isFull ? 'vacuum full' : 'cluster'} writes all of ${table.title} anew under an ACCESS EXCLUSIVE lock, ${rowsText(table.estimatedRows)}`;
      const title = sqlName(relation);
      return [
        { rule: 'table-rewrite' as const, severity: 'warning' as const, line, what, whatToWrite: `vacuum (analyze) ${title};` },
      ];
    });
  });
}
