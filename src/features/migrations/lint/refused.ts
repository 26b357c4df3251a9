import { whyNotTransactional } from '../parse.ts';
import { droppedNames } from './drop-names.ts';
import { type LintFinding, quoted, someOf } from './finding.ts';
import { existingTable, type Linted, type LintedStatement, sqlName, commandsOf } from './statements.ts';
import { isKept } from './drops.ts';

/** What the server will refuse, as the tables and the file are. */
export function findRefused(linted: Linted): readonly LintFinding[] {
  return [
    ...linted.statements.flatMap((statement) => [...inTransaction(linted, statement), ...onPartitioned(linted, statement)]),
    ...usedColumns(linted),
  ];
}

function finding(line: number, what: string, whatToWrite: string): LintFinding[] {
  return [{ rule: 'will-be-refused', severity: 'error', line, what, whatToWrite }];
}

function inTransaction({ statements }: Linted, statement: LintedStatement): readonly LintFinding[] {
  const { node, line, isInBlock, transaction, text } = statement;
  const why = whyNotTransactional(node);
  if (why === undefined) return [];
  if (isInBlock) return finding(line, `${why} is refused inside a DO block`, `-- in a file of its own\n${text};`);
  const begin = statements.find((other) => other.transaction === transaction && 'TransactionStmt' in other.node);
  if (begin === undefined || begin.position >= statement.position) return [];
  return finding(
    line,
    `${why} is refused inside the transaction that begins on line ${begin.line}`,
    `-- in a file of its own\n${text};`,
  );
}

function onPartitioned({ facts }: Linted, statement: LintedStatement): readonly LintFinding[] {
  const { node, line, text } = statement;
  if ('IndexStmt' in node && node.IndexStmt.concurrent) {
    const table = existingTable(statement, node.IndexStmt.relation);
    if (table?.kind !== 'partitioned') return [];
    const only = text.replace(/\bconcurrently\s+/i, '').replace(/\bon\s+(?!only\b)/i, (on) => `${on}only `);
    return finding(
      line,
      `create index concurrently is refused on ${table.title}, which is partitioned`,
      `${only};\n-- then concurrently on each partition, and: alter index … attach partition …`,
    );
  }
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX') {
    return droppedNames(node.DropStmt.objects).flatMap((parts) => {
      const name = parts.at(-1) ?? '';
      const found = facts.tableOfIndex(parts.at(-2), name);
      const table = found && existingTable(statement, { schemaname: found.schema, relname: found.name });
      const constraint = table?.indexes.find((index) => index.name === name)?.constraint;
      if (table === undefined) return [];
      if (constraint !== undefined)
        return finding(
          line,
          `drop index ${name} is refused: constraint ${constraint} of ${table.title} needs it`,
          `alter table ${sqlName({ schemaname: table.schema, relname: table.name })} drop constraint if exists ${quoted(constraint)};`,
        );
      if (!node.DropStmt.concurrent || table.kind !== 'partitioned') return [];
      return finding(
        line,
        `drop index concurrently is refused on ${table.title}, which is partitioned`,
        `drop index if exists ${parts.map(quoted).join('.')};`,
      );
    });
  }
  return commandsOf(statement).flatMap(({ constraint, relation }) => {
    const table = constraint === undefined ? undefined : existingTable(statement, relation);
    if (constraint === undefined || table?.kind !== 'partitioned') return [];
    if (constraint.contype === 'CONSTR_FOREIGN' && constraint.skip_validation && facts.serverVersion < 180_000)
      return finding(
        line,
        `a foreign key that is not valid is refused on ${table.title}, which is partitioned`,
        '-- on each partition first, then on the whole without: not valid',
      );
    return constraint.indexname === undefined
      ? []
      : finding(
          line,
          `a constraint using an index is refused on ${table.title}, which is partitioned`,
          '-- on each partition first, then on the whole without: using index',
        );
  });
}

/** Views, policies, triggers and generated columns keep the type of what they name. */
function usedColumns(linted: Linted): readonly LintFinding[] {
  return linted.commands.flatMap(({ subtype, name, relation, statement, line }) => {
    const table = subtype === 'AT_AlterColumnType' ? existingTable(statement, relation) : undefined;
    if (table === undefined) return [];
    const users = linted.facts
      .dependents('relation', table.schema, table.name, name)
      .filter((dependent) => dependent.kind !== 'table constraint' && isKept(linted, statement, dependent));
    if (users.length === 0) return [];
    const uses = someOf(users.map(({ text }) => text));
    const again = users.map(({ text }) => `-- drop ${text} before, and make it again after`);
    return finding(
      line,
      `changing the type of ${name} is refused because of ${uses}`,
      [...again.slice(0, 5), `${statement.text};`].join('\n'),
    );
  });
}
