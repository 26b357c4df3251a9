import type { Node } from '@pgsql/types';
import { nodesBelow, columnsOf } from '../tree.ts';
import type { TableFacts } from './facts.ts';
import { existingTable, type Linted, type LintedStatement } from './statements.ts';

/** Whether a check that every row passes says already that a column is not null: then the server reads no row to know it. */
export function isProved(linted: Linted, before: LintedStatement, table: TableFacts, column: string): boolean {
  const commands = linted.commands.filter(
    ({ statement, relation }) => statement.position <= before.position && existingTable(statement, relation) === table,
  );
  const isDropped = (name: string): boolean =>
    commands.some(({ subtype, name: own }) => subtype === 'AT_DropConstraint' && own === name);
  const test = [column, `"${column.replaceAll('"', '""')}"`].map((written) => `(${written} IS NOT NULL)`);
  const inDatabase = table.constraints.some(
    ({ name, check }) => test.some((text) => check.includes(text)) && !/ OR |\bNOT \(|\bCASE\b/.test(check) && !isDropped(name),
  );
  return (
    inDatabase ||
    commands.some(({ subtype, constraint }) => {
      if (subtype !== 'AT_AddConstraint' || constraint?.contype !== 'CONSTR_CHECK') return false;
      const { conname, raw_expr: expression, skip_validation: isPutOff } = constraint;
      const isValid = !isPutOff || commands.some((each) => each.subtype === 'AT_ValidateConstraint' && each.name === conname);
      return isValid && saysNotNull(expression, column);
    })
  );
}

/** Of expressions joined by AND one is enough; below OR or NOT none is. */
function saysNotNull(expression: Node | undefined, column: string): boolean {
  if (expression === undefined) return false;
  if ('BoolExpr' in expression)
    return expression.BoolExpr.boolop === 'AND_EXPR' && (expression.BoolExpr.args ?? []).some((arg) => saysNotNull(arg, column));
  const tests = nodesBelow<{ nulltesttype?: string; arg?: unknown }>(expression, 'NullTest');
  return 'NullTest' in expression && tests[0]?.nulltesttype === 'IS_NOT_NULL' && columnsOf(tests[0].arg).join() === column;
}
