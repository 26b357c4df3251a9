import type { IndexStmt } from '@pgsql/types';
import { isOptionSet } from '../parse.ts';
import { droppedNames } from './drop-names.ts';
import { indexTextOf } from './index-text.ts';
import { type LintFinding, quoted, rowsText } from './finding.ts';
import type { TableFacts } from './facts.ts';
import { onPartitions, waits } from './locks.ts';
import { bigTable, existingTable, hasManyRows, type Linted, type LintedStatement, sqlName } from './statements.ts';

/** Making, dropping and rebuilding the indexes of big tables without CONCURRENTLY. */
export function findIndexLocks(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap((statement): readonly LintFinding[] => {
    const { node } = statement;
    if ('IndexStmt' in node && !node.IndexStmt.concurrent) return create(statement, node.IndexStmt);
    if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX' && !node.DropStmt.concurrent)
      return droppedNames(node.DropStmt.objects).flatMap((parts) => drop(linted, statement, parts));
    if ('ReindexStmt' in node) return reindex(linted, statement, node.ReindexStmt);
    return 'RefreshMatViewStmt' in node ? refresh(statement, node.RefreshMatViewStmt) : [];
  });
}

function finding(line: number, what: string, whatToWrite: string): LintFinding[] {
  return [{ rule: 'missing-concurrently', severity: 'warning', line, what, whatToWrite }];
}

function create(statement: LintedStatement, index: IndexStmt): readonly LintFinding[] {
  const { line, text, isGuarded } = statement;
  const table = bigTable(statement, index.relation);
  if (table === undefined) return [];
  const isThere = table.indexes.some(({ name }) => name === index.idxname);
  if (isThere && (isGuarded || index.if_not_exists)) return [];
  // On a partitioned table alone nothing is built.
  if (table.kind === 'partitioned' && index.relation?.inh !== true) return [];
  const what = `create index takes a ${waits.share} to ${table.title}, ${rowsText(table.estimatedRows)}, until it is built`;
  return finding(
    line,
    what,
    table.kind === 'partitioned' ? onPartitions(table) : `-- in a file of its own\n${indexTextOf(index, text)};`,
  );
}

function drop({ facts }: Linted, { line, resolve }: LintedStatement, parts: readonly string[]): readonly LintFinding[] {
  const found = facts.tableOfIndex(parts.at(-2), parts.at(-1) ?? '');
  const resolved = found === undefined ? undefined : resolve({ schemaname: found.schema, relname: found.name });
  const table = resolved?.kind === 'existing' ? resolved.table : undefined;
  const isOfConstraint =
    table?.indexes.some(({ name, constraint }) => name === parts.at(-1) && constraint !== undefined) === true;
  if (!hasManyRows(table) || isOfConstraint) return [];
  const what = `drop index waits for everybody in ${table.title} and takes an ${waits.exclusive} meanwhile, ${rowsText(table.estimatedRows)}`;
  const whatToWrite =
    table.kind === 'partitioned'
      ? '-- the index of a partitioned table cannot be dropped concurrently: set lock_timeout, and try again'
      : `-- in a file of its own\ndrop index concurrently if exists ${parts.map(quoted).join('.')};`;
  return finding(line, what, whatToWrite);
}

type Reindex = Extract<LintedStatement['node'], { ReindexStmt: unknown }>['ReindexStmt'];

function reindex(
  { facts }: Linted,
  statement: LintedStatement,
  { relation, kind, params, name }: Reindex,
): readonly LintFinding[] {
  if (isOptionSet(params, 'concurrently')) return [];
  if (relation === undefined) {
    const what = kind === 'REINDEX_OBJECT_SCHEMA' ? `schema ${quoted(name ?? '')}` : 'the database';
    return finding(
      statement.line,
      `reindex of ${what} takes a ${waits.share} to one table after the other`,
      `-- in a file of its own\nreindex ${kind === 'REINDEX_OBJECT_SCHEMA' ? `schema concurrently ${quoted(name ?? '')}` : 'database concurrently'};`,
    );
  }
  const isTable = kind === 'REINDEX_OBJECT_TABLE';
  const ofIndex = isTable ? undefined : facts.tableOfIndex(relation.schemaname, relation.relname ?? '');
  const named = isTable ? relation : ofIndex && { schemaname: ofIndex.schema, relname: ofIndex.name };
  const table = bigTable(statement, named);
  if (table === undefined) return [];
  return finding(
    statement.line,
    `reindex takes a ${waits.share} to ${table.title}, ${rowsText(table.estimatedRows)}`,
    `-- in a file of its own\nreindex ${isTable ? 'table' : 'index'} concurrently ${sqlName(relation)};`,
  );
}

type Refresh = Extract<LintedStatement['node'], { RefreshMatViewStmt: unknown }>['RefreshMatViewStmt'];

function refresh(statement: LintedStatement, { relation, concurrent, skipData }: Refresh): readonly LintFinding[] {
  const view: TableFacts | undefined = existingTable(statement, relation);
  if (concurrent || skipData || !hasManyRows(view)) return [];
  return finding(
    statement.line,
    `refresh takes an ${waits.exclusive} to ${view.title}, ${rowsText(view.estimatedRows)}, until it is filled`,
    `-- needs a unique index on ${view.title} without a condition\nrefresh materialized view concurrently ${sqlName(relation)};`,
  );
}
