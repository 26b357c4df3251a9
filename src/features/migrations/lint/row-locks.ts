import type { RangeVar } from '@pgsql/types';
import { type LintFinding, rowsText } from './finding.ts';
import type { TableFacts } from './facts.ts';
import { bigTable, existingTable, type Linted, type LintedStatement, sqlName } from './statements.ts';

/** LOCK TABLE, removing all rows of a table, and changing every row of a big one in one statement. */
export function findRowLocks(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap((statement): readonly LintFinding[] => {
    const { node } = statement;
    if ('LockStmt' in node) {
      const { relations = [], mode = 8 } = node.LockStmt;
      // Lock modes from SHARE on stop writers; the ones below do not.
      return mode < 5 ? [] : relations.flatMap((each) => ('RangeVar' in each ? lockTable(statement, each.RangeVar) : []));
    }
    if ('UpdateStmt' in node && node.UpdateStmt.whereClause === undefined && node.UpdateStmt.fromClause === undefined)
      return everyRow(statement, node.UpdateStmt.relation, 'update');
    if ('DeleteStmt' in node && node.DeleteStmt.whereClause === undefined && node.DeleteStmt.usingClause === undefined)
      return [
        ...allRemoved(linted, statement, node.DeleteStmt.relation, 'delete'),
        ...everyRow(statement, node.DeleteStmt.relation, 'delete'),
      ];
    if ('TruncateStmt' in node)
      return (node.TruncateStmt.relations ?? []).flatMap((each) =>
        'RangeVar' in each ? allRemoved(linted, statement, each.RangeVar, 'truncate') : [],
      );
    return [];
  });
}

function lockTable(statement: LintedStatement, relation: RangeVar): readonly LintFinding[] {
  const table = bigTable(statement, relation);
  if (table === undefined) return [];
  const what = `lock table stops everybody who writes to ${table.title}, ${rowsText(table.estimatedRows)}, until the file is done`;
  return [{ rule: 'blocking-lock', severity: 'warning', line: statement.line, what, whatToWrite: '' }];
}

function everyRow(statement: LintedStatement, relation: RangeVar | undefined, verb: 'update' | 'delete'): readonly LintFinding[] {
  const table = bigTable(statement, relation);
  if (table === undefined) return [];
  const what = `${verb} locks every row of ${table.title}, ${rowsText(table.estimatedRows)}: nobody can change one until its transaction ends`;
  const whatToWrite = `-- in batches, each in a transaction of its own, by the primary key of ${sqlName(relation)}`;
  return [{ rule: 'blocking-lock', severity: 'warning', line: statement.line, what, whatToWrite }];
}

function allRemoved(
  linted: Linted,
  statement: LintedStatement,
  relation: RangeVar | undefined,
  verb: 'delete' | 'truncate',
): readonly LintFinding[] {
  const table = existingTable(statement, relation);
  if (table === undefined || table.estimatedRows === 0 || isCopiedBefore(linted, statement, table)) return [];
  const what = `${verb} removes all rows of ${table.title}, ${rowsText(table.estimatedRows)}`;
  const whatToWrite = `-- keep them until nobody misses them\ncreate table if not exists ${sqlName({ ...relation, relname: `${table.name}_removed` })} as table ${sqlName(relation)};\n${statement.text};`;
  return [{ rule: 'drop-in-use', severity: 'warning', line: statement.line, what, whatToWrite }];
}

/** Whether the file keeps all rows of the table in another one first. */
function isCopiedBefore({ statements }: Linted, { position }: LintedStatement, table: TableFacts): boolean {
  return statements.slice(0, position).some((earlier) => {
    const { query, into } = 'CreateTableAsStmt' in earlier.node ? earlier.node.CreateTableAsStmt : {};
    if (query === undefined || !('SelectStmt' in query) || into?.skipData === true) return false;
    const { fromClause = [], whereClause, limitCount } = query.SelectStmt;
    const [only] = fromClause;
    if (fromClause.length !== 1 || only === undefined || !('RangeVar' in only)) return false;
    return whereClause === undefined && limitCount === undefined && existingTable(earlier, only.RangeVar) === table;
  });
}
