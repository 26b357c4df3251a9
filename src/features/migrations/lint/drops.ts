import { type LintFinding, quoted, rowsText } from './finding.ts';
import type { TableFacts } from './facts.ts';
import { droppedNames, existingTable, type Linted, tableCommands, sqlName } from './statements.ts';

/** Dropping tables and columns that hold rows or that others depend on. */
export function findDrops(linted: Linted): readonly LintFinding[] {
  return [...droppedTables(linted), ...droppedColumns(linted)];
}

const relations: readonly string[] = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW'];

function droppedTables(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap(({ node, line }) => {
    const drop = 'DropStmt' in node ? node.DropStmt : undefined;
    if (drop === undefined || !relations.includes(drop.removeType ?? '')) return [];
    return droppedNames(drop.objects).flatMap((parts) => {
      const relation = { relname: parts.at(-1) ?? '', ...(parts.length > 1 && { schemaname: parts.at(-2)! }) };
      const table = existingTable(linted, relation);
      if (table === undefined) return [];
      const title = parts.map(quoted).join('.');
      const retired = quoted(`${table.name}_dropped`);
      return dropped(
        table,
        table.title,
        line,
        table.dependents,
        drop.behavior === 'DROP_CASCADE',
        `-- keep it until nobody misses it\nalter table if exists ${title} rename to ${retired};`,
      );
    });
  });
}

function droppedColumns(linted: Linted): readonly LintFinding[] {
  return tableCommands(linted).flatMap(({ subtype, relation, name, cascades, statement }) => {
    const table = subtype === 'AT_DropColumn' ? existingTable(linted, relation) : undefined;
    if (table === undefined || !table.columns.some((column) => column.name === name)) return [];
    const title = sqlName(relation);
    const whatToWrite = `-- keep it until nobody misses it\nalter table ${title} rename column ${quoted(name)} to ${quoted(`${name}_dropped`)};`;
    return dropped(
      table,
      `${table.title}.${name}`,
      statement.line,
      table.columnDependents.get(name) ?? [],
      cascades,
      whatToWrite,
    );
  });
}

function dropped(
  table: TableFacts,
  title: string,
  line: number,
  dependents: readonly string[],
  cascades: boolean,
  whatToWrite: string,
): LintFinding[] {
  const uses = dependents.length === 0 ? '' : `${dependents.slice(0, 5).join(', ')}${dependents.length > 5 ? ', …' : ''}`;
  if (uses === '' && table.estimatedRows === 0) return [];
  const rows = table.estimatedRows === 0 ? '' : `${title} holds data of ${rowsText(table.estimatedRows)}`;
  const use = uses === '' ? '' : `${cascades ? 'takes along' : 'is refused because of'} ${uses}`;
  const what = [rows, use && (rows === '' ? `dropping ${title} ${use}` : `dropping it ${use}`)]
    .filter((part) => part !== '')
    .join('; ');
  return [{ rule: 'drop-in-use', severity: uses !== '' && !cascades ? 'error' : 'warning', line, what, whatToWrite }];
}
