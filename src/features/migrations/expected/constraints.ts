import type { Constraint, ConstrType, IndexElem, IndexStmt, Node } from '@pgsql/types';
import { cutName, derivedName, indexAddition, indexColumnNames } from './derived-names.ts';
import { anyValue, fact, factKey } from './fact.ts';
import type { FullName, Scope } from './scope.ts';
import { columnsOf, namesOf, relationName } from '../tree.ts';
import type { Change, World } from './world.ts';

/** How a primary key, unique or exclusion constraint is compared. */
function keyValue(type: string, columns: readonly string[]): string {
  return `${type} (${columns.join(', ')})`;
}

/** How an index is compared: its table, method, uniqueness, columns (an expression is empty) and whether it leaves rows out. */
function indexValue(index: {
  readonly table: FullName;
  readonly method: string;
  readonly isUnique: boolean;
  readonly keys: readonly string[];
  readonly isPartial: boolean;
}): string {
  const { table, method, isUnique, keys, isPartial } = index;
  return `${table.schema}.${table.name} ${method}${isUnique ? ' unique' : ''} (${keys.join(', ')})${isPartial ? ' partial' : ''}`;
}

/** The table that a statement makes or alters. */
export interface Target {
  readonly table: FullName;
  /** Whether the statement may leave the table as it is. */
  readonly isConditional: boolean;
  /** Names that count as free although they are known: those of the table itself, where it is made once more. */
  readonly freed: Set<string>;
}

/** A constraint of a table, with the name that PostgreSQL gives it where it has none, its index, and what follows from it. */
export function addConstraint(scope: Scope, target: Target, constraint: Constraint, ofColumn: string | undefined): void {
  const { table, isConditional, freed } = target;
  const { world } = scope;
  const isTaken = (name: string): boolean =>
    !freed.has(name) && (isTakenName(world, table.schema, name) || world.known.constraints(table.schema, name).length > 0);
  const named = (addition: string | undefined, label: string): string => {
    const name =
      constraint.conname === undefined ? derivedName(table.name, addition, label, isTaken) : cutName(constraint.conname);
    freed.delete(name);
    return name;
  };
  const set = (name: string, change: Change): void => {
    world.set(fact('constraint', table.schema, table.name, name), {
      isConditional,
      isNameDerived: constraint.conname === undefined,
      ...change,
    });
  };
  makers[constraint.contype ?? 'CONSTR_NULL']?.({ scope, table, isConditional, constraint, ofColumn, named, set });
}

interface Making {
  readonly scope: Scope;
  readonly table: FullName;
  readonly isConditional: boolean;
  readonly constraint: Constraint;
  /** The column beside which it is written. */
  readonly ofColumn: string | undefined;
  /** The written name, else the derived one. */
  readonly named: (addition: string | undefined, label: string) => string;
  readonly set: (name: string, change: Change) => void;
}

/** What each kind of constraint leaves behind; those that are not here leave nothing that is looked at. */
const makers: Partial<Record<ConstrType, (making: Making) => void>> = {
  CONSTR_FOREIGN({ scope, table, isConditional, constraint, ofColumn, named, set }) {
    const columns = ofColumn === undefined ? namesOf(constraint.fk_attrs) : [ofColumn];
    const target = scope.full(relationName(constraint.pktable ?? {}));
    const name = named(indexAddition(columns), 'fkey');
    const { fk_upd_action: onUpdate = 'a', fk_del_action: onDelete = 'a' } = constraint;
    const value = `f (${columns.join(', ')}) ${target.schema}.${target.name} ${onUpdate}${onDelete}`;
    set(name, { value, columns, relations: [factKey(fact('relation', target.schema, target.name))] });
    markValidated(scope, table, name, constraint, isConditional);
  },
  CONSTR_CHECK({ scope, table, isConditional, constraint, named, set }) {
    const columns = columnsOf(constraint.raw_expr);
    const name = named(columns.length === 1 ? columns[0] : undefined, 'check');
    set(name, { value: 'c', columns });
    markValidated(scope, table, name, constraint, isConditional);
  },
  CONSTR_PRIMARY: (making) => makeKey(making, 'p'),
  CONSTR_UNIQUE: (making) => makeKey(making, 'u'),
  CONSTR_EXCLUSION({ constraint, named, set }) {
    const elements = (constraint.exclusions ?? []).flatMap((node) => elementsOf(node));
    const columns = columnsOf(elements).concat(elements.flatMap(({ name: column }) => column ?? []));
    set(named(indexAddition(indexColumnNames(elements)), 'excl'), { value: 'x', columns });
  },
  CONSTR_NOTNULL({ scope, table, isConditional, ofColumn }) {
    if (ofColumn !== undefined) setNotNull(scope, table, ofColumn, isConditional);
  },
  CONSTR_DEFAULT: markDefault,
  CONSTR_GENERATED: markDefault,
};

function makeKey({ scope, table, isConditional, constraint, ofColumn, named, set }: Making, type: 'p' | 'u'): void {
  if (constraint.indexname !== undefined) return fromIndex(scope, table, constraint, type, isConditional);
  const columns = ofColumn === undefined ? namesOf(constraint.keys) : [ofColumn];
  const name =
    type === 'p' ? named(undefined, 'pkey') : named(indexAddition([...columns, ...namesOf(constraint.including)]), 'key');
  set(name, { value: keyValue(type, columns), columns });
  backWithIndex(scope, table, name, columns, isConditional);
  if (type === 'p') for (const column of columns) setNotNull(scope, table, column, isConditional);
}

function markDefault({ scope, table, isConditional, ofColumn }: Making): void {
  if (ofColumn !== undefined)
    scope.world.set(fact('default', table.schema, table.name, ofColumn), { isClaimed: false, isConditional });
}

function isTakenName(world: World, schema: string, name: string): boolean {
  return world.has(fact('relation', schema, name)) || world.has(fact('index', schema, name));
}

function setNotNull({ world }: Scope, table: FullName, column: string, isConditional: boolean): void {
  world.set(fact('not-null', table.schema, table.name, column), { isClaimed: false, isConditional });
}

function markValidated({ world }: Scope, table: FullName, name: string, constraint: Constraint, isConditional: boolean): void {
  if (constraint.skip_validation) return;
  world.set(fact('validated', table.schema, table.name, name), { isClaimed: false, isConditional });
}

function backWithIndex({ world }: Scope, table: FullName, name: string, keys: readonly string[], isConditional: boolean): void {
  const value = indexValue({ table, method: 'btree', isUnique: true, keys, isPartial: false });
  const relations = [factKey(fact('relation', table.schema, table.name))];
  world.set(fact('index', table.schema, name), { value, columns: keys, relations, isClaimed: false, isConditional });
}

/** `add constraint … using index`: the index becomes the constraint's and takes its name. */
function fromIndex(scope: Scope, table: FullName, constraint: Constraint, type: string, isConditional: boolean): void {
  const { world } = scope;
  const index = world.get(fact('index', table.schema, constraint.indexname ?? ''));
  const name = cutName(constraint.conname ?? constraint.indexname ?? '');
  const own = fact('constraint', table.schema, table.name, name);
  world.set(own, { value: index === undefined ? anyValue : keyValue(type, index.columns), isConditional });
  if (index !== undefined) world.carryOn(index, fact('index', table.schema, name), { value: index.value, isConditional });
}

/** CREATE INDEX, with the name that PostgreSQL gives it where it has none. */
export function createIndex(scope: Scope, statement: IndexStmt): void {
  const table = scope.table(statement.relation);
  if (table === undefined) return;
  const { world } = scope;
  const elements = (statement.indexParams ?? []).flatMap((node) => elementsOf(node));
  const included = (statement.indexIncludingParams ?? []).flatMap((node) => elementsOf(node));
  const isTaken = (name: string): boolean => isTakenName(world, table.schema, name);
  const addition = (): string => indexAddition(indexColumnNames([...elements, ...included]));
  const name = statement.idxname === undefined ? derivedName(table.name, addition(), 'idx', isTaken) : cutName(statement.idxname);
  const own = fact('index', table.schema, name);
  const isThere = statement.if_not_exists === true && world.has(own);
  world.set(own, {
    value: indexValue({
      table,
      method: statement.accessMethod ?? 'btree',
      isUnique: statement.unique === true,
      keys: elements.map((element) => element.name ?? ''),
      isPartial: statement.whereClause !== undefined,
    }),
    columns: [...elements, ...included]
      .flatMap(({ name: column, expr }) => (column === undefined ? columnsOf(expr) : [column]))
      .concat(columnsOf(statement.whereClause)),
    relations: [factKey(fact('relation', table.schema, table.name))],
    isConditional: isThere || world.isConditional,
    isNameDerived: statement.idxname === undefined,
  });
}

function elementsOf(node: Node): readonly IndexElem[] {
  if ('IndexElem' in node) return [node.IndexElem];
  return 'List' in node ? (node.List.items ?? []).flatMap((item) => ('IndexElem' in item ? [item.IndexElem] : [])) : [];
}
