import type { ParsedStatement } from '../parse.ts';

/** Whether a statement of a file may wait for others as long as it takes: one that keeps nobody waiting, unless the file says how long. */
export function waitsLong({ whyNotTransactional }: ParsedStatement, statements: readonly ParsedStatement[]): boolean {
  const isLimited = statements.some(({ node }) => 'VariableSetStmt' in node && node.VariableSetStmt.name === 'lock_timeout');
  return whyNotTransactional !== undefined && !isLimited;
}

/** DISCARD ALL; what else is discarded may be so in a transaction. */
export function discardsAll({ node, whyNotTransactional }: ParsedStatement): boolean {
  return 'DiscardStmt' in node && whyNotTransactional !== undefined;
}

/** Whether a transaction around the statement makes no difference to it. */
export function mayBeWrapped({ node, whyNotTransactional, controlsTransaction }: ParsedStatement): boolean {
  if (whyNotTransactional !== undefined || controlsTransaction) return false;
  const kind = Object.keys(node)[0] ?? '';
  return !['CallStmt', 'LockStmt', 'DeclareCursorStmt', 'TransactionStmt', 'ConstraintsSetStmt'].includes(kind);
}

/** Whether a file says how its transaction is isolated, or deferrable, which a transaction must be told before anything else. */
export function setsIsolation(statements: readonly ParsedStatement[]): boolean {
  return statements.some(({ node }) => {
    if (!('VariableSetStmt' in node)) return false;
    const { name = '', args = [] } = node.VariableSetStmt;
    const named = name === 'TRANSACTION' ? args.map((arg) => ('DefElem' in arg ? arg.DefElem.defname : undefined)) : [name];
    return named.some((each) => each !== undefined && /^transaction[_ ](isolation|deferrable|snapshot)$/i.test(each));
  });
}
