import type { Node } from '@pgsql/types';
import { nodesBelow } from '../tree.ts';
import { clearedBefore, nameKey } from './cleared.ts';
import { type LintFinding, quoted } from './finding.ts';
import { type LintedStatement, type Linted, sqlName, titleOf, type TableCommand } from './statements.ts';
import { unguarded } from './unguarded.ts';

/** Statements that fail, or do their work twice, when the file is run again (manual 4.1: migrations are idempotent). */
export function findUnguarded(linted: Linted): readonly LintFinding[] {
  const cleared = clearedBefore(linted);
  const own = linted.statements.flatMap((statement) => {
    if (statement.isGuarded) return [];
    const found = unguarded(linted, statement, cleared);
    return found === undefined ? [] : [finding(statement.line, ...found)];
  });
  const commands = linted.commands.flatMap((command) => {
    const { statement, relation, line } = command;
    if (statement.isGuarded || linted.relations.isMadeAnew(statement.resolve(relation))) return [];
    const found = unguardedCommand(command, cleared);
    return found === undefined ? [] : [finding(line, ...found)];
  });
  return [...own, ...unguardedRows(linted), ...commands].toSorted((left, right) => left.line - right.line);
}

function finding(line: number, what: string, whatToWrite: string): LintFinding {
  return { rule: 'no-idempotency-guard', severity: 'advice', line, what, whatToWrite };
}

function unguardedCommand(
  command: TableCommand,
  cleared: ReturnType<typeof clearedBefore>,
): readonly [what: string, whatToWrite: string] | undefined {
  const { statement, subtype, relation, name, isIfExists, column, constraint, isAlone } = command;
  const title = sqlName(relation);
  const { text, offsetAt } = statement;
  if (isIfExists) return undefined;
  if (subtype === 'AT_AddColumn' && column?.location !== undefined) {
    const at = offsetAt(column.location);
    const own = isAlone ? text : `-- and so for each column\n${text}`;
    const shift = own.length - text.length;
    const guarded = `${own.slice(0, at + shift)}if not exists ${own.slice(at + shift)};`;
    return [`add column ${column.colname ?? ''} fails when it is run again`, guarded];
  }
  if (subtype === 'AT_DropColumn' || subtype === 'AT_DropConstraint') {
    const kind = subtype === 'AT_DropColumn' ? 'column' : 'constraint';
    const guarded = `alter table ${title} drop ${kind} if exists ${quoted(name)}${command.cascades ? ' cascade' : ''};`;
    return [`drop ${kind} ${name} fails when it is run again`, guarded];
  }
  if (subtype !== 'AT_AddConstraint' || constraint === undefined) return undefined;
  if (constraint.conname === undefined) {
    const what = constraint.contype === 'CONSTR_PRIMARY' ? 'fails when it is run again' : 'makes another one each time it is run';
    return [
      `add constraint without a name ${what}`,
      `-- give it a name, and before it:\n-- alter table ${title} drop constraint if exists …`,
    ];
  }
  if (cleared(statement, `constraint ${nameKey(statement, relation)} ${constraint.conname}`)) return undefined;
  const first = `alter table ${title} drop constraint if exists ${quoted(constraint.conname)};`;
  return [`add constraint ${constraint.conname} fails when it is run again`, `${first}\n${text};`];
}

/** Rows that are written out and put in once more, or refused because they are there, by table: looked for and taken away nowhere before. */
function unguardedRows({ statements, relations }: Linted): readonly LintFinding[] {
  const emptied = new Set<string>();
  const found = new Map<string, { readonly first: LintedStatement; readonly title: string; count: number }>();
  for (const statement of statements) {
    const { node } = statement;
    if ('DeleteStmt' in node) emptied.add(nameKey(statement, node.DeleteStmt.relation));
    if ('TruncateStmt' in node)
      for (const each of node.TruncateStmt.relations ?? [])
        if ('RangeVar' in each) emptied.add(nameKey(statement, each.RangeVar));
    const insert = 'InsertStmt' in node ? node.InsertStmt : undefined;
    if (insert?.relation === undefined || statement.isGuarded || insert.onConflictClause !== undefined) continue;
    const key = nameKey(statement, insert.relation);
    const known = found.get(key);
    if (known === undefined && (emptied.has(key) || relations.isMadeAnew(statement.resolve(insert.relation)))) continue;
    if (!isWrittenOut(insert.selectStmt)) continue;
    if (known === undefined) found.set(key, { first: statement, title: titleOf(insert.relation), count: 1 });
    else known.count += 1;
  }
  return [...found.values()].map(({ first, title, count }) =>
    finding(
      first.line,
      `insert into ${title} fails or puts its rows in once more when it is run again${count === 1 ? '' : `, here and ${count - 1} times more`}`,
      '-- add: on conflict do nothing, where a unique key tells that a row is there; else: select … where not exists (…)',
    ),
  );
}

/** Not a query that may ask what is there. */
function isWrittenOut(query: Node | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return true;
  return query.SelectStmt.valuesLists !== undefined && nodesBelow(query, 'SubLink').length === 0;
}
