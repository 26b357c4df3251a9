import type { DropStmt } from '@pgsql/types';
import { droppedNames } from './drop-names.ts';
import { type LintFinding, quoted, rowsText, someOf } from './finding.ts';
import type { Dependent, OwnerKind, TableFacts } from './facts.ts';
import { existingTable, type Linted, type LintedStatement, sqlName, type TableCommand, commandsOf } from './statements.ts';

/** Dropping what holds rows or what others depend on. */
export function findDrops(linted: Linted): readonly LintFinding[] {
  return [
    ...linted.statements.flatMap((statement) =>
      'DropStmt' in statement.node ? droppedThings(linted, statement, statement.node.DropStmt) : [],
    ),
    ...linted.commands.flatMap((command) => droppedParts(linted, command)),
  ];
}

/** Whether something still stands in the way of a statement: not dropped before it in the file, nor by it. */
export function isKept({ statements, relations }: Linted, statement: LintedStatement, dependent: Dependent): boolean {
  const { kind, schema, name, part } = dependent;
  if (relations.isGone(schema, name, statement.position + 1)) return false;
  return !statements.slice(0, statement.position + 1).some((earlier) => {
    const { node } = earlier;
    if ('DropStmt' in node) {
      return droppedNames(node.DropStmt.objects).some((parts) =>
        part === ''
          ? parts.at(-1) === name && node.DropStmt.removeType === removeTypes[kind]
          : isPartOf(earlier, parts, dependent),
      );
    }
    return commandsOf(earlier).some(({ subtype, relation, name: own }) => {
      const isWanted =
        /^AT_Drop(Constraint|Column)$/.test(subtype) || (subtype === 'AT_ColumnDefault' && kind === 'default value');
      const resolved = earlier.resolve(relation);
      return isWanted && own === part && resolved.schema === schema && resolved.name === name;
    });
  });
}

const removeTypes: Readonly<Record<string, string>> = { function: 'OBJECT_FUNCTION', procedure: 'OBJECT_PROCEDURE' };

function isPartOf(statement: LintedStatement, parts: readonly string[], { schema, name, part }: Dependent): boolean {
  if (parts.length < 2 || parts.at(-1) !== part) return false;
  const owner = statement.resolve({ relname: parts.at(-2)!, ...(parts.length > 2 && { schemaname: parts.at(-3)! }) });
  return owner.schema === schema && owner.name === name;
}

const kinds: Readonly<Record<string, OwnerKind>> = {
  OBJECT_TABLE: 'relation',
  OBJECT_VIEW: 'relation',
  OBJECT_MATVIEW: 'relation',
  OBJECT_FOREIGN_TABLE: 'relation',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_INDEX: 'index',
};

function droppedThings(linted: Linted, statement: LintedStatement, drop: DropStmt): readonly LintFinding[] {
  const kind = kinds[drop.removeType ?? ''];
  if (kind === undefined) return [];
  const cascades = drop.behavior === 'DROP_CASCADE';
  const word = (drop.removeType ?? '')
    .replace('OBJECT_', '')
    .replace('MATVIEW', 'materialized_view')
    .replaceAll('_', ' ')
    .toLowerCase();
  return droppedNames(drop.objects).flatMap((parts, index) => {
    const [name, written] = [parts.at(-1) ?? '', parts.at(-2)];
    const object = drop.objects?.[index];
    // Of functions of one name those with as many arguments are meant.
    const hasArguments = object !== undefined && 'ObjectWithArgs' in object && object.ObjectWithArgs.args_unspecified !== true;
    const part = hasArguments ? String((object.ObjectWithArgs.objargs ?? []).length) : undefined;
    const relation = { relname: name, ...(written !== undefined && { schemaname: written }) };
    if (kind === 'relation') {
      const resolved = statement.resolve(relation);
      if (resolved.kind === 'new' || resolved.kind === 'temporary' || resolved.kind === 'gone') return [];
      const table = resolved.kind === 'existing' ? resolved.table : undefined;
      const used = linted.facts.dependents('relation', resolved.schema, table?.name ?? name);
      const title = parts.map(quoted).join('.');
      const keep = `-- keep it until nobody misses it\nalter table if exists ${title} rename to ${quoted(`${name}_dropped`)};`;
      const rows = table === undefined || table.kind === 'materialized view' ? undefined : table;
      return dropped(linted, {
        statement,
        line: statement.line,
        title: table?.title ?? parts.join('.'),
        rows,
        used,
        cascades,
        whatToWrite: rows && keep,
      });
    }
    if (kind === 'index' && isOfConstraint(linted, written, name)) return [];
    const path = written === undefined ? linted.relations.pathAt(statement.position) : [written];
    const used = path.map((schema) => linted.facts.dependents(kind, schema, name, part)).find((found) => found.length > 0) ?? [];
    return dropped(linted, {
      statement,
      line: statement.line,
      title: `${word} ${parts.join('.')}`,
      rows: undefined,
      used,
      cascades,
    });
  });
}

/** Of such an index another rule tells. */
function isOfConstraint({ facts }: Linted, schema: string | undefined, index: string): boolean {
  const found = facts.tableOfIndex(schema, index)?.indexes.find(({ name }) => name === index);
  return found?.constraint !== undefined;
}

function droppedParts(linted: Linted, command: TableCommand): readonly LintFinding[] {
  const { subtype, relation, name, cascades, statement, line } = command;
  const table = existingTable(statement, relation);
  if (table === undefined) return [];
  if (subtype === 'AT_DropConstraint') {
    const index = table.indexes.find(({ constraint }) => constraint === name);
    const used = index === undefined ? [] : linted.facts.dependents('index', table.schema, index.name);
    return dropped(linted, { statement, line, title: `constraint ${name}`, rows: undefined, used, cascades });
  }
  if (subtype !== 'AT_DropColumn' || !table.columns.some((column) => column.name === name)) return [];
  const keep = `-- keep it until nobody misses it\nalter table ${sqlName(relation)} rename column ${quoted(name)} to ${quoted(`${name}_dropped`)};`;
  const used = linted.facts.dependents('relation', table.schema, table.name, name);
  return dropped(linted, { statement, line, title: `${table.title}.${name}`, rows: table, used, cascades, whatToWrite: keep });
}

interface Dropping {
  readonly statement: LintedStatement;
  readonly line: number;
  readonly title: string;
  /** The table whose rows go. */
  readonly rows: TableFacts | undefined;
  readonly used: readonly Dependent[];
  readonly cascades: boolean;
  readonly whatToWrite?: string | undefined;
}

function dropped(linted: Linted, { statement, line, title, rows: table, used, cascades, whatToWrite }: Dropping): LintFinding[] {
  const kept = used.filter((dependent) => isKept(linted, statement, dependent));
  const hasRows = table !== undefined && table.estimatedRows > 0;
  if (kept.length === 0 && !hasRows) return [];
  const uses = someOf(kept.map(({ text }) => text));
  const rows = hasRows ? `${title} holds data of ${rowsText(table.estimatedRows)}` : '';
  const use = kept.length === 0 ? '' : `${cascades ? 'takes along' : 'is refused because of'} ${uses}`;
  const what = [rows, use && (rows === '' ? `dropping ${title} ${use}` : `dropping it ${use}`)]
    .filter((part) => part !== '')
    .join('; ');
  const firsts = kept.slice(0, 5).map(({ text }) => `-- drop or change first: ${text}`);
  return [
    {
      rule: 'drop-in-use',
      severity: kept.length > 0 && !cascades ? 'error' : 'warning',
      line,
      what,
      whatToWrite: whatToWrite ?? firsts.join('\n'),
    },
  ];
}
