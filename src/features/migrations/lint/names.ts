import type { ColumnDef, Constraint, RangeVar } from '@pgsql/types';
import { namesOf, typeText } from '../tree.ts';
import type { LintFinding } from './finding.ts';
import { columnConstraints, type Linted, type LintedStatement } from './statements.ts';

/**
 * Names against manual 3.5. Plural tables, both ways of naming an index, and PostgreSQL's own names of constraints are accepted; keys of more
 * than one column have no name to ask for.
 */
export function findNames(linted: Linted): readonly LintFinding[] {
  const created = linted.statements.flatMap((statement): LintFinding[] => {
    const { node, line } = statement;
    if ('IndexStmt' in node && statement.resolve(node.IndexStmt.relation).kind !== 'temporary') {
      const { idxname, relation, unique, indexParams } = node.IndexStmt;
      return indexName(idxname, relation, unique === true, columnsOf(indexParams), statement);
    }
    if ('RenameStmt' in node) {
      const { renameType = '', newname } = node.RenameStmt;
      const kind = /^OBJECT_(TABLE|COLUMN|INDEX|TABCONSTRAINT)$/.exec(renameType)?.[1]?.replace('TABCONSTRAINT', 'constraint');
      return kind === undefined ? [] : snakeName(kind.toLowerCase(), newname, line);
    }
    if (!('CreateStmt' in node) || node.CreateStmt.relation?.relpersistence === 't') return [];
    const { relation, tableElts = [] } = node.CreateStmt;
    return [
      ...snakeName('table', relation?.relname, line),
      ...tableElts.flatMap((element) => {
        if ('ColumnDef' in element) return columnName(element.ColumnDef, statement);
        return 'Constraint' in element ? constraintName(element.Constraint, relation, statement) : [];
      }),
    ];
  });
  const altered = linted.commands.flatMap(({ subtype, column, constraint, relation, statement }) => {
    if (statement.resolve(relation).kind === 'temporary') return [];
    if (subtype === 'AT_AddColumn' && column !== undefined) return columnName(column, statement);
    return subtype === 'AT_AddConstraint' && constraint !== undefined ? constraintName(constraint, relation, statement) : [];
  });
  return [...created, ...altered].toSorted((left, right) => left.line - right.line);
}

const snake = /^[a-z_][a-z0-9_]*$/;

function snakeOf(name: string): string {
  const words = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
  return words.replaceAll(/[^a-z0-9_]+/g, '_').replace(/^(?=\d)/, '_');
}

function advice(line: number, what: string, whatToWrite: string): LintFinding[] {
  return [{ rule: 'naming', severity: 'advice', line, what, whatToWrite }];
}

function snakeName(kind: string, name: string | undefined, line: number): LintFinding[] {
  if (name === undefined || snake.test(name)) return [];
  return advice(line, `${kind} ${name} is not in snake_case (manual 3.5)`, `-- ${snakeOf(name)}`);
}

function columnName(column: ColumnDef, statement: LintedStatement): LintFinding[] {
  const { colname: name = '', typeName, location } = column;
  const line = statement.lineAt(location);
  const type = typeText(typeName, false);
  const isTime = /^(created|updated)_at$/.test(name) && type !== 'timestamp with time zone';
  const constraints = columnConstraints(column);
  const own = constraints.flatMap(({ conname }) => (conname === undefined ? [] : snakeName('constraint', conname, line)));
  if (isTime)
    return [
      ...own,
      ...advice(line, `${name} is ${type}; timestamps are timestamptz (manual 3.5)`, `-- ${name} timestamptz default now()`),
    ];
  const isKey = constraints.some(({ contype }) => contype === 'CONSTR_PRIMARY') && name !== 'id';
  const key = isKey
    ? advice(line, `primary key ${name} is not called id (manual 3.5)`, `-- id uuid primary key default gen_random_uuid()`)
    : [];
  return [...own, ...snakeName('column', name, line), ...key];
}

function columnsOf(elements: readonly unknown[] | undefined): readonly string[] {
  return [...JSON.stringify(elements ?? []).matchAll(/"(?:name|sval)":"(\w+)"/g)].map(([, name = '']) => name);
}

function indexName(
  name: string | undefined,
  relation: RangeVar | undefined,
  isUnique: boolean,
  columns: readonly string[],
  { line, text }: LintedStatement,
): LintFinding[] {
  if (name === undefined) return [];
  const table = relation?.relname ?? '';
  if (!snake.test(name)) return snakeName('index', name, line);
  // The manual names a unique index after its table (6.3) and every other idx_…; on idx_example_tenant it shortens example_table itself.
  const isNamed = name.startsWith('idx_') || (isUnique && name.startsWith(`${table}_`)) || (isUnique && name.startsWith('uq_'));
  if (isNamed) return [];
  const wanted = `idx_${table}_${columns.filter((column) => snake.test(column)).join('_')}`.slice(0, 63);
  return advice(line, `index ${name} is not named idx_{table}_{column} (manual 3.5)`, `${text.replace(name, wanted)};`);
}

const endings: Partial<Record<string, readonly [wanted: string, accepted: RegExp]>> = {
  CONSTR_UNIQUE: ['unique', /_(unique|key|uniq)$|^uq_/],
  CONSTR_CHECK: ['check', /_(check|chk)$|^chk_/],
};

function constraintName(constraint: Constraint, relation: RangeVar | undefined, statement: LintedStatement): LintFinding[] {
  const { conname: name, contype, keys, location } = constraint;
  const line = statement.lineAt(location);
  const [wanted, accepted] = endings[contype ?? ''] ?? [];
  if (name === undefined) return [];
  if (!snake.test(name)) return snakeName('constraint', name, line);
  if (wanted === undefined || accepted === undefined || accepted.test(name)) return [];
  const table = relation?.relname ?? '';
  const columns = contype === 'CONSTR_UNIQUE' ? namesOf(keys) : columnsOf([constraint.raw_expr]).slice(0, 1);
  const better = `${table}_${columns.join('_')}_${wanted}`.slice(0, 63);
  const what = `constraint ${name} is not named {table}_{column}_${wanted} (manual 3.5)`;
  return advice(line, what, `${statement.text.replace(new RegExp(`\\b${name}\\b`), better)};`);
}
