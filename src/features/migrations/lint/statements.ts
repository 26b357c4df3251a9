import type { ColumnDef, Constraint, Node, RangeVar } from '@pgsql/types';
import type { MigrationFile } from '../folder.ts';
import type { ParsedMigration, ParsedStatement } from '../parse.ts';
import { quoted } from './finding.ts';
import { type LintFacts, manyRows, type TableFacts } from './facts.ts';
import { Relations, type Resolved } from './relations.ts';

/** A statement as lint sees it, those inside DO blocks among the others. */
export interface LintedStatement {
  readonly node: Node;
  readonly text: string;
  readonly line: number;
  /** Among the file's statements, from 0. */
  readonly position: number;
  /** In a branch of a DO block or before its exception handler. */
  readonly isGuarded: boolean;
  readonly isInBlock: boolean;
  /** Statements with the same number share a transaction. */
  readonly transaction: number;
  /** The line of a place that the parser tells; of the statement where it tells none. */
  readonly lineAt: (location: number | undefined) => number;
  /** Such a place within the text, in UTF-16 units. */
  readonly offsetAt: (location: number) => number;
  /** What a relation is when the statement's turn comes. */
  readonly resolve: (relation: RangeVar | undefined) => Resolved;
}

/** A migration as the rules get it. */
export interface Linted {
  readonly file: MigrationFile;
  readonly parsed: ParsedMigration;
  readonly statements: readonly LintedStatement[];
  /** Of every ALTER TABLE. */
  readonly commands: readonly TableCommand[];
  readonly relations: Relations;
  readonly facts: LintFacts;
  /** Exceptions that DO blocks raise each time they run. */
  readonly exceptions: readonly { readonly line: number; readonly message: string }[];
}

/** Makes a migration ready for the rules. */
export function lintedOf(file: MigrationFile, parsed: ParsedMigration, facts: LintFacts): Linted {
  const relations = new Relations(facts);
  const statements: LintedStatement[] = [];
  const exceptions: { line: number; message: string }[] = [];
  const transactionOf = transactions(parsed);
  for (const outer of parsed.statements) {
    const transaction = transactionOf(outer);
    const { node, text, line, block } = outer;
    const bodyStart = line + linesBeforeBody(node, text);
    add({ node, text, line, startByte: outer.startByte, isGuarded: false, isInBlock: false, transaction });
    for (const inner of block?.statements ?? [])
      add({ ...inner, line: bodyStart + inner.bodyLine - 1, startByte: 0, isInBlock: true, transaction });
    const exception = block?.exception;
    if (exception !== undefined) exceptions.push({ line: bodyStart + exception.bodyLine - 1, message: exception.message });
  }
  return { file, parsed, statements, commands: statements.flatMap(commandsOf), relations, facts, exceptions };

  function add(
    given: Omit<LintedStatement, 'position' | 'lineAt' | 'offsetAt' | 'resolve'> & { readonly startByte: number },
  ): void {
    const { node, text, line, startByte, isGuarded, isInBlock, transaction } = given;
    const position = statements.length;
    const offsetAt = (location: number): number =>
      Buffer.from(text).toString('utf8', 0, Math.max(0, location - startByte)).length;
    statements.push({
      node,
      text,
      line,
      isGuarded,
      isInBlock,
      transaction,
      position,
      offsetAt,
      lineAt: (location) => (location === undefined ? line : line + text.slice(0, offsetAt(location)).split('\n').length - 1),
      resolve: (relation) => relations.resolve(relation, position),
    });
    relations.follow(node, position, isGuarded);
  }
}

/** Numbers the transactions of a file. */
function transactions({ mode }: ParsedMigration): (statement: ParsedStatement) => number {
  let number = 0;
  let isOpen = false;
  return ({ node }) => {
    if (mode === 'transactional') return 0;
    const kind = 'TransactionStmt' in node ? (node.TransactionStmt.kind ?? '') : '';
    const begins = kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START';
    if (!isOpen) number += 1;
    if (begins) isOpen = true;
    else if (/_(COMMIT|ROLLBACK|PREPARE)$/.test(kind)) isOpen = false;
    return number;
  };
}

function linesBeforeBody(node: Node, text: string): number {
  const argument =
    'DoStmt' in node ? (node.DoStmt.args ?? []).find((arg) => 'DefElem' in arg && arg.DefElem.defname === 'as') : undefined;
  const body = argument !== undefined && 'DefElem' in argument ? argument.DefElem.arg : undefined;
  const start = body !== undefined && 'String' in body ? text.indexOf(body.String.sval ?? '') : 0;
  return text.slice(0, Math.max(0, start)).split('\n').length - 1;
}

/** A relation as it is written. */
export function titleOf(relation: RangeVar | undefined): string {
  return relation?.schemaname === undefined ? (relation?.relname ?? '') : `${relation.schemaname}.${relation.relname ?? ''}`;
}

/** A relation as SQL wants it. */
export function sqlName(relation: RangeVar | undefined): string {
  const parts = [relation?.schemaname, relation?.relname].filter((part) => part !== undefined);
  return parts.map(quoted).join('.');
}

/** The table of the database that a statement is about, unless the file makes it itself. */
export function existingTable(statement: LintedStatement, relation: RangeVar | undefined): TableFacts | undefined {
  const resolved = statement.resolve(relation);
  return resolved.kind === 'existing' ? resolved.table : undefined;
}

/** Whether a table has so many rows that a lock is felt. */
export function hasManyRows(table: TableFacts | undefined): table is TableFacts {
  return table !== undefined && table.estimatedRows > manyRows;
}

/** The table of a statement where it has so many rows that a lock is felt. */
export function bigTable(statement: LintedStatement, relation: RangeVar | undefined): TableFacts | undefined {
  const table = existingTable(statement, relation);
  return hasManyRows(table) ? table : undefined;
}

/** One command of an ALTER TABLE. */
export interface TableCommand {
  readonly statement: LintedStatement;
  readonly relation: RangeVar;
  readonly subtype: string;
  readonly name: string;
  readonly isIfExists: boolean;
  readonly cascades: boolean;
  readonly column: ColumnDef | undefined;
  readonly constraint: Constraint | undefined;
  /** The partition that is attached or detached. */
  readonly partition: RangeVar | undefined;
  /** On which the command's own words stand, where the parser tells. */
  readonly line: number;
  /** Whether it is the only one of its ALTER TABLE. */
  readonly isAlone: boolean;
}

/** The commands of an ALTER TABLE; none of any other statement. */
export function commandsOf(statement: LintedStatement): readonly TableCommand[] {
  const alter = 'AlterTableStmt' in statement.node ? statement.node.AlterTableStmt : undefined;
  if (alter?.relation === undefined || alter.objtype === 'OBJECT_INDEX') return [];
  const { relation, cmds = [] } = alter;
  return cmds.flatMap((node): TableCommand[] => {
    if (!('AlterTableCmd' in node)) return [];
    const { subtype = '', name = '', def, missing_ok: isIfExists = false, behavior } = node.AlterTableCmd;
    const column = def !== undefined && 'ColumnDef' in def ? def.ColumnDef : undefined;
    const constraint = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
    const partition = def !== undefined && 'PartitionCmd' in def ? def.PartitionCmd.name : undefined;
    const line = statement.lineAt(column?.location ?? constraint?.location);
    const cascades = behavior === 'DROP_CASCADE';
    const isAlone = cmds.length === 1;
    return [{ statement, relation, subtype, name, isIfExists, cascades, column, constraint, partition, line, isAlone }];
  });
}

/** The constraints written beside a column. */
export function columnConstraints(column: ColumnDef): readonly Constraint[] {
  return (column.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}
