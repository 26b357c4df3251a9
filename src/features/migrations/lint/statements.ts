import type { ColumnDef, Constraint, Node, RangeVar } from '@pgsql/types';
import type { MigrationFile } from '../folder.ts';
import type { ParsedMigration } from '../parse.ts';
import { namesOf } from '../tree.ts';
import { quoted } from './finding.ts';
import { type LintFacts, manyRows, type TableFacts } from './facts.ts';

/** A statement as lint sees it, those inside DO blocks among the others. */
export interface LintedStatement {
  readonly node: Node;
  readonly text: string;
  readonly line: number;
  /** In a branch of a DO block or before its exception handler. */
  readonly isGuarded: boolean;
}

/** A migration as the rules get it. */
export interface Linted {
  readonly file: MigrationFile;
  readonly parsed: ParsedMigration;
  readonly statements: readonly LintedStatement[];
  readonly facts: LintFacts;
  /** Tables that the file itself makes: nobody waits for them, and they are empty. */
  readonly isNew: (relation: RangeVar | undefined) => boolean;
}

/** Makes a migration ready for the rules. */
export function lintedOf(file: MigrationFile, parsed: ParsedMigration, facts: LintFacts): Linted {
  const statements = parsed.statements.flatMap(({ node, text, line, block }): LintedStatement[] => {
    const bodyStart = line + linesBeforeBody(node, text);
    const inner = (block?.statements ?? []).map((each) => ({
      node: each.node,
      text: each.text,
      line: bodyStart + each.bodyLine - 1,
      isGuarded: each.isGuarded,
    }));
    return [{ node, text, line, isGuarded: false }, ...inner];
  });
  const made = new Set(
    statements.flatMap(({ node }) => ('CreateStmt' in node ? [titleOf(node.CreateStmt.relation)] : madeBy(node))),
  );
  return {
    file,
    parsed,
    statements,
    facts,
    isNew: (relation) => relation?.relpersistence === 't' || made.has(titleOf(relation)),
  };
}

function madeBy(node: Node): readonly string[] {
  return 'CreateTableAsStmt' in node ? [titleOf(node.CreateTableAsStmt.into?.rel)] : [];
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
export function existingTable({ facts, isNew }: Linted, relation: RangeVar | undefined): TableFacts | undefined {
  return relation === undefined || isNew(relation) ? undefined : facts.table(relation.schemaname, relation.relname ?? '');
}

/** The same where it has so many rows that a lock is felt. */
export function bigTable(linted: Linted, relation: RangeVar | undefined): TableFacts | undefined {
  const table = existingTable(linted, relation);
  return table !== undefined && table.estimatedRows > manyRows ? table : undefined;
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
}

/** The commands of every ALTER TABLE. */
export function tableCommands({ statements }: Linted): readonly TableCommand[] {
  return statements.flatMap((statement) => {
    const alter = 'AlterTableStmt' in statement.node ? statement.node.AlterTableStmt : undefined;
    if (alter?.relation === undefined || alter.objtype === 'OBJECT_INDEX') return [];
    const { relation } = alter;
    return (alter.cmds ?? []).flatMap((node): TableCommand[] => {
      if (!('AlterTableCmd' in node)) return [];
      const { subtype = '', name = '', def, missing_ok: isIfExists = false, behavior } = node.AlterTableCmd;
      return [
        {
          statement,
          relation,
          subtype,
          name,
          isIfExists,
          cascades: behavior === 'DROP_CASCADE',
          column: def !== undefined && 'ColumnDef' in def ? def.ColumnDef : undefined,
          constraint: def !== undefined && 'Constraint' in def ? def.Constraint : undefined,
        },
      ];
    });
  });
}

/** The constraints written beside a column. */
export function columnConstraints(column: ColumnDef): readonly Constraint[] {
  return (column.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

/** The parts of each name that a DROP lists. */
export function droppedNames(objects: readonly Node[] = []): readonly (readonly string[])[] {
  return objects.map((node) => {
    if ('List' in node) return namesOf(node.List.items);
    if ('TypeName' in node) return namesOf(node.TypeName.names);
    if ('ObjectWithArgs' in node) return namesOf(node.ObjectWithArgs.objname);
    return namesOf([node]);
  });
}
