import type { ColumnDef, Node, TypeName } from '@pgsql/types';
import { isOptionSet } from '../parse.ts';
import { isSerial, namesOf, nodesBelow, stringOf, typeText } from '../tree.ts';
import type { TableFacts } from './facts.ts';
import { type LintFinding, quoted, rowsText } from './finding.ts';
import { bigTable, columnConstraints, existingTable, type Linted, type TableCommand, sqlName } from './statements.ts';
import { keepsRows, typesOnTheWay } from './type-changes.ts';

/** Statements that write a whole table anew, and columns that rows cannot get. */
export function findRewrites(linted: Linted): readonly LintFinding[] {
  return [...linted.commands.flatMap((command) => [...rewrite(linted, command), ...notNull(command)]), ...wholeTables(linted)];
}

function rewrite(linted: Linted, command: TableCommand): readonly LintFinding[] {
  const { subtype, column, name, statement, relation, line, isIfExists } = command;
  const table = bigTable(statement, relation);
  if (table === undefined) return [];
  const title = sqlName(relation);
  const finding = (why: string, whatToWrite: string): LintFinding[] => [
    {
      rule: 'table-rewrite',
      severity: 'warning',
      line,
      what: `${why} writes all of ${table.title} anew under an ACCESS EXCLUSIVE lock, ${rowsText(table.estimatedRows)}`,
      whatToWrite,
    },
  ];
  if (subtype === 'AT_AlterColumnType' && column !== undefined) return changedType(linted, command, table, finding);
  if (subtype === 'AT_AddColumn' && column !== undefined) {
    const isThere = (isIfExists || statement.isGuarded) && table.columns.some((each) => each.name === column.colname);
    const why = isThere ? undefined : whyFilled(linted, column);
    const own = quoted(column.colname ?? '');
    const defaultText = /\bdefault\s+([a-z_][\w.]*\s*\([^()]*\))/i.exec(statement.text)?.[1];
    return why === undefined
      ? []
      : finding(
          `adding ${column.colname ?? ''} with ${why}`,
          `alter table ${title} add column if not exists ${own} ${uncheckedType(linted, column.typeName)};\n${defaultText === undefined ? '' : `alter table ${title} alter column ${own} set default ${defaultText};\n`}-- fill the rows there are in batches${domainChecks(linted, column.typeName)}`,
        );
  }
  if (subtype === 'AT_SetLogged' && table.isUnlogged) return finding('set logged', '');
  if (subtype === 'AT_SetUnLogged' && !table.isUnlogged) return finding('set unlogged', '');
  if (subtype === 'AT_SetAccessMethod' && name !== 'heap') return finding(`set access method ${name}`, '');
  if (subtype === 'AT_SetTableSpace' && name !== 'pg_default') return finding(`set tablespace ${name}`, '');
  return [];
}

type Found = (why: string, whatToWrite: string) => LintFinding[];

function changedType(
  linted: Linted,
  { name, relation, column, line }: TableCommand,
  table: TableFacts,
  finding: Found,
): LintFinding[] {
  const before = table.columns.find((each) => each.name === name)?.typeText;
  const after = typeText(column?.typeName, true);
  const title = sqlName(relation);
  if (before !== undefined && column !== undefined && keepsRows(linted.facts, before, typesOnTheWay(column, name))) {
    // What a check says of the column is looked up in every row again.
    const isChecked = table.constraints.some(({ check, columns }) => check !== '' && columns.includes(name));
    if (!isChecked) return [];
    const what = `changing the type of ${name} checks its constraints again under an ACCESS EXCLUSIVE lock to ${table.title}, ${rowsText(table.estimatedRows)}: nobody can read or write`;
    return [
      {
        rule: 'blocking-lock',
        severity: 'warning',
        line,
        what,
        whatToWrite: `-- drop the check before, and add it again after: not valid, then validated in another transaction`,
      },
    ];
  }
  const next = quoted(`${name}_new`);
  return finding(
    `changing the type of ${name} to ${after}`,
    `alter table ${title} add column if not exists ${next} ${uncheckedType(linted, column?.typeName)};\n-- fill it in batches, then in one transaction:\nalter table ${title} rename column ${quoted(name)} to ${quoted(`${name}_old`)};\nalter table ${title} rename column ${next} to ${quoted(name)};${domainChecks(linted, column?.typeName)}`,
  );
}

/** Functions whose value differs from row to row; of others PostgreSQL keeps one value for all rows. */
const volatile = /^(gen_random_uuid|uuid_generate_v\d\w*|uuidv[47]|random|clock_timestamp|timeofday|nextval|gen_random_bytes)$/;

function whyFilled({ facts, statements }: Linted, { constraints, typeName: type }: ColumnDef): string | undefined {
  if (isSerial(type)) return 'a sequence';
  for (const node of constraints ?? []) {
    if (!('Constraint' in node)) continue;
    const { contype, raw_expr: expression, generated_kind: kind } = node.Constraint;
    if (contype === 'CONSTR_IDENTITY') return 'an identity';
    if (contype === 'CONSTR_GENERATED' && kind !== 'v') return 'a stored expression';
    const calls = nodesBelow<{ funcname?: Node[] }>(expression, 'FuncCall').map(({ funcname }) => namesOf(funcname).at(-1) ?? '');
    const isVolatile = (name: string): boolean =>
      volatile.test(name) || facts.isVolatile(name) || makesVolatile(statements, name);
    const found = contype === 'CONSTR_DEFAULT' ? calls.find(isVolatile) : undefined;
    if (found !== undefined) return `a default that differs from row to row (${found})`;
  }
  const domain = facts.domain(namesOf(type?.names).at(-1) ?? '');
  return domain?.isChecking === true ? 'a domain that checks its values' : undefined;
}

/** A function is volatile unless it says something else. */
function makesVolatile(statements: Linted['statements'], name: string): boolean {
  return statements.some(({ node }) => {
    if (!('CreateFunctionStmt' in node) || namesOf(node.CreateFunctionStmt.funcname).at(-1) !== name) return false;
    const option = (node.CreateFunctionStmt.options ?? []).find(
      (each) => 'DefElem' in each && each.DefElem.defname === 'volatility',
    );
    const value = option !== undefined && 'DefElem' in option ? option.DefElem.arg : undefined;
    return value === undefined || stringOf(value) === 'volatile';
  });
}

function notNull(command: TableCommand): readonly LintFinding[] {
  const { subtype, column, relation, isIfExists, statement, line } = command;
  const table = existingTable(statement, relation);
  if (subtype !== 'AT_AddColumn' || column === undefined || table === undefined || table.estimatedRows === 0) return [];
  const constraints = columnConstraints(column);
  const isNotNull = constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL' || contype === 'CONSTR_PRIMARY');
  const getsValue = constraints.some(
    ({ contype, raw_expr: value }) =>
      contype === 'CONSTR_IDENTITY' || contype === 'CONSTR_GENERATED' || (contype === 'CONSTR_DEFAULT' && !isNull(value)),
  );
  if (!isNotNull || getsValue || isSerial(column.typeName)) return [];
  if ((isIfExists || statement.isGuarded) && table.columns.some(({ name }) => name === column.colname)) return [];
  const own = quoted(column.colname ?? '');
  const title = sqlName(relation);
  return [
    {
      rule: 'not-null-without-default',
      severity: 'error',
      line,
      what: `${column.colname ?? ''} is not null and has no default: this fails as soon as ${table.title} has a row, and it has ${rowsText(table.estimatedRows)}`,
      whatToWrite: `alter table ${title} add column if not exists ${own} ${sqlType(column.typeName)};\n-- give every row a value, then:\nalter table ${title} alter column ${own} set not null;`,
    },
  ];
}

function isNull(value: Node | undefined): boolean {
  return value !== undefined && 'A_Const' in value && value.A_Const.isnull === true;
}

/** The same without what a domain checks, for a column that is added to many rows. */
function uncheckedType({ facts }: Linted, type: TypeName | undefined): string {
  const domain = facts.domain(namesOf(type?.names).at(-1) ?? '');
  return domain?.isChecking === true ? domain.base : sqlType(type);
}

function domainChecks({ facts }: Linted, type: TypeName | undefined): string {
  const domain = facts.domain(namesOf(type?.names).at(-1) ?? '');
  return domain?.isChecking === true
    ? '\n-- what the domain checks: as a constraint of its own, not valid, then validated in another transaction'
    : '';
}

/** A type as it may be written again. */
function sqlType(type: TypeName | undefined): string {
  const [schema, name] = [namesOf(type?.names).at(-2), namesOf(type?.names).at(-1) ?? 'text'];
  const plain = typeText(type, true);
  if (isSerial(type)) return plain;
  return schema === undefined || schema === 'pg_catalog'
    ? plain === name
      ? quoted(plain)
      : plain
    : `${quoted(schema)}.${quoted(name)}`;
}

function wholeTables(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap((statement): LintFinding[] => {
    const { node, line } = statement;
    const isFull = 'VacuumStmt' in node && isOptionSet(node.VacuumStmt.options, 'full');
    if (!isFull && !('ClusterStmt' in node)) return [];
    const relations = isFull
      ? (node.VacuumStmt.rels ?? []).flatMap((each) => ('VacuumRelation' in each ? [each.VacuumRelation.relation] : []))
      : 'ClusterStmt' in node && node.ClusterStmt.relation !== undefined
        ? [node.ClusterStmt.relation]
        : [];
    const verb = isFull ? 'vacuum full' : 'cluster';
    const found = (what: string, whatToWrite: string): LintFinding => ({
      rule: 'table-rewrite',
      severity: 'warning',
      line,
      what,
      whatToWrite,
    });
    if (relations.length === 0)
      return [
        found(
          `${verb} without a table writes one table after the other anew under an ACCESS EXCLUSIVE lock`,
          'vacuum (analyze);',
        ),
      ];
    return relations.flatMap((relation) => {
      const table = bigTable(statement, relation);
      if (table === undefined) return [];
      const what = `${verb} writes all of ${table.title} anew under an ACCESS EXCLUSIVE lock, ${rowsText(table.estimatedRows)}`;
      return [found(what, `vacuum (analyze) ${sqlName(relation)};`)];
    });
  });
}
