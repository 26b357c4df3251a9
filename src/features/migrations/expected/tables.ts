import type { ColumnDef, Constraint, CreateStmt, Node } from '@pgsql/types';
import { addConstraint, type Target } from './constraints.ts';
import { cutName, derivedName } from './derived-names.ts';
import { fact, factKey } from './fact.ts';
import type { FullName, Scope } from './scope.ts';
import { isSerial, typeText } from '../tree.ts';

const isConstraint = (node: Node): node is { Constraint: Constraint } => 'Constraint' in node;

/** CREATE TABLE with its columns, constraints and sequences; of a partition, what it has from its parent. */
export function createTable(scope: Scope, statement: CreateStmt): void {
  const { relation } = statement;
  if (relation === undefined || scope.isTemporary(relation)) return;
  const { world } = scope;
  const written = { schema: relation.schemaname, name: relation.relname ?? '' };
  const table = statement.if_not_exists
    ? scope.full(written)
    : { schema: relation.schemaname ?? scope.creationSchema, name: cutName(written.name) };
  const own = fact('relation', table.schema, table.name);
  const isConditional = world.isConditional || (statement.if_not_exists === true && world.has(own));
  const target = { table, isConditional, freed: namesOnTable(scope, table) };
  world.set(own, { value: 'table', isConditional });
  for (const parent of statement.inhRelations ?? []) {
    if ('RangeVar' in parent)
      inherit(scope, table, scope.table(parent.RangeVar), statement.partbound !== undefined, isConditional);
  }
  const elements = statement.tableElts ?? [];
  for (const node of elements) {
    if ('ColumnDef' in node) addColumn(scope, target, node.ColumnDef);
    if ('TableLikeClause' in node) inherit(scope, table, scope.table(node.TableLikeClause.relation), false, isConditional);
  }
  const constraints = [
    ...elements.flatMap((node) => ('ColumnDef' in node ? constraintsOf(node.ColumnDef) : [])),
    ...elements.filter(isConstraint).map((node) => ({ constraint: node.Constraint, column: undefined })),
  ];
  for (const { constraint, column } of inServerOrder(constraints)) addConstraint(scope, target, constraint, column);
}

/** Names of what hangs on a table that is known already. Making it again, it would get them again. */
function namesOnTable({ world }: Scope, { schema, name }: FullName): Set<string> {
  const constraints = world.partsOf(schema, name).filter(({ fact: { kind } }) => kind === 'constraint');
  const others = world.known.on(schema, name).filter(({ fact: { kind } }) => kind !== 'constraint');
  return new Set([...constraints.map(({ fact: { part } }) => part), ...others.map(({ fact: { name: own } }) => own)]);
}

/** A column with what its definition says of it, its constraints aside. */
export function addColumn(scope: Scope, { table, isConditional, freed }: Target, column: ColumnDef): void {
  const { world } = scope;
  const name = cutName(column.colname ?? '');
  const own = (kind: 'column' | 'column-type' | 'default' | 'not-null'): ReturnType<typeof fact> =>
    fact(kind, table.schema, table.name, name);
  world.set(own('column'), { columns: [name], isConditional });
  world.set(own('column-type'), { value: typeText(column.typeName, true), isClaimed: false, isConditional });
  const isIdentity = (column.constraints ?? []).some(
    (node) => isConstraint(node) && node.Constraint.contype === 'CONSTR_IDENTITY',
  );
  if (!isIdentity && !isSerial(column.typeName)) return;
  if (!isIdentity) world.set(own('default'), { isClaimed: false, isConditional });
  world.set(own('not-null'), { isClaimed: false, isConditional });
  const isTaken = (sequence: string): boolean => !freed.has(sequence) && world.has(fact('relation', table.schema, sequence));
  const sequence = fact('relation', table.schema, derivedName(table.name, name, 'seq', isTaken));
  const relations = [factKey(fact('relation', table.schema, table.name))];
  world.set(sequence, { value: 'sequence', columns: [name], relations, isConditional, isNameDerived: true });
}

/** The constraints written beside a column. */
export function constraintsOf(column: ColumnDef): readonly { readonly constraint: Constraint; readonly column: string }[] {
  const name = cutName(column.colname ?? '');
  return (column.constraints ?? []).filter(isConstraint).map((node) => ({ constraint: node.Constraint, column: name }));
}

const serverOrder: readonly string[] = ['CONSTR_CHECK', 'CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION', 'CONSTR_FOREIGN'];

/** The order in which the server makes, and so names, the constraints of one statement. */
export function inServerOrder<T extends { readonly constraint: Constraint }>(constraints: readonly T[]): readonly T[] {
  const rank = ({ constraint }: T): number => serverOrder.indexOf(constraint.contype ?? '');
  return constraints.toSorted((left, right) => rank(left) - rank(right));
}

/** The columns of a parent, or of a table that this one is to be like. */
function inherit(
  scope: Scope,
  table: FullName,
  parent: FullName | undefined,
  isPartition: boolean,
  isConditional: boolean,
): void {
  if (parent === undefined) return;
  const { world } = scope;
  for (const { fact: known, value } of world.partsOf(parent.schema, parent.name)) {
    if (known.kind !== 'column' && known.kind !== 'column-type') continue;
    world.set(fact(known.kind, table.schema, table.name, known.part), {
      value,
      columns: [known.part],
      isClaimed: false,
      isConditional,
    });
  }
  if (!isPartition) return;
  const value = `${parent.schema}.${parent.name}`;
  world.set(fact('partition', table.schema, table.name), { value, isConditional });
}
