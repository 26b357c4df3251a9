import type { AlterObjectSchemaStmt, RenameStmt } from '@pgsql/types';
import { cutName } from './derived-names.ts';
import { type Fact, fact, type FactKind, factKey } from './fact.ts';
import { functionFacts } from './functions.ts';
import type { FullName, Scope } from './scope.ts';
import { namesOf, writtenName } from '../tree.ts';
import type { Known } from './known-facts.ts';

const parts: Partial<Record<string, FactKind>> = {
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_POLICY: 'policy',
  OBJECT_TRIGGER: 'trigger',
};

/** ALTER … RENAME: what there was is carried on under the new name. */
export function rename(scope: Scope, statement: RenameStmt): void {
  const { renameType, relation, object, subname = '', missing_ok: mayBeMissing = false } = statement;
  const newName = cutName(statement.newname ?? '');
  const table = scope.table(relation);
  const partKind = renameType === undefined ? undefined : parts[renameType];
  if (partKind !== undefined && table !== undefined) {
    const own = fact(partKind, table.schema, table.name, cutName(subname));
    move(scope, own, { ...own, part: newName }, mayBeMissing);
    if (partKind === 'constraint') moveAlong(scope, fact('index', table.schema, own.part), fact('index', table.schema, newName));
  } else if (renameType === 'OBJECT_COLUMN' && table !== undefined)
    renameColumn(scope, table, cutName(subname), newName, mayBeMissing);
  else if (renameType === 'OBJECT_INDEX' && relation !== undefined) {
    const { schema, name } = scope.full({ schema: relation.schemaname, name: relation.relname ?? '' }, ['index']);
    const own = fact('index', schema, name);
    const backed = scope.world.known.constraints(schema, name);
    move(scope, own, { ...own, name: newName }, mayBeMissing);
    for (const { fact: constraint } of backed) moveAlong(scope, constraint, { ...constraint, part: newName });
  } else if (/_(TABLE|VIEW|MATVIEW|SEQUENCE|FOREIGN_TABLE)$/.test(renameType ?? '') && table !== undefined) {
    moveRelation(scope, table, { schema: table.schema, name: newName }, mayBeMissing);
  } else if ((renameType === 'OBJECT_TYPE' || renameType === 'OBJECT_DOMAIN') && object !== undefined && 'List' in object) {
    const { schema, name } = scope.full(writtenName(namesOf(object.List.items)), ['type']);
    moveType(scope, { schema, name }, { schema, name: newName });
  } else if (renameType === 'OBJECT_SCHEMA') {
    move(scope, fact('schema', '', cutName(subname)), fact('schema', '', newName), mayBeMissing);
    const inside = scope.world.filter(({ fact: { schema } }) => schema === cutName(subname));
    for (const { fact: own } of inside) moveAlong(scope, own, { ...own, schema: newName });
  } else if (object !== undefined && 'ObjectWithArgs' in object) {
    for (const own of functionFacts(scope, object.ObjectWithArgs, mayBeMissing))
      move(scope, own, { ...own, name: newName }, mayBeMissing);
  }
}

/** ALTER TABLE … SET SCHEMA and its kin. */
export function setSchema(
  scope: Scope,
  { objectType, relation, object, newschema = '', missing_ok: mayBeMissing = false }: AlterObjectSchemaStmt,
): void {
  const table = scope.table(relation);
  if (table !== undefined) moveRelation(scope, table, { schema: newschema, name: table.name }, mayBeMissing);
  else if (object !== undefined && 'ObjectWithArgs' in object) {
    for (const own of functionFacts(scope, object.ObjectWithArgs, mayBeMissing))
      move(scope, own, { ...own, schema: newschema }, mayBeMissing);
  } else if (objectType === 'OBJECT_TYPE' && object !== undefined && 'List' in object) {
    const type = scope.full(writtenName(namesOf(object.List.items)), ['type']);
    moveType(scope, type, { schema: newschema, name: type.name });
  }
}

function move({ world }: Scope, from: Fact, to: Fact, mayBeMissing: boolean): void {
  const known = world.get(from);
  if (known !== undefined) return world.carryOn(known, to, { value: known.value, isClaimed: true });
  if (mayBeMissing) return;
  world.drop(from);
  world.set(to);
}

/** The same for what follows along: the file is not judged by it. */
function moveAlong(
  { world }: Scope,
  from: Fact,
  to: Fact,
  change: Partial<Pick<Known, 'value' | 'columns' | 'relations'>> = {},
): void {
  const known = world.get(from);
  if (known !== undefined) world.carryOn(known, to, { value: known.value, ...change });
}

function moveRelation(scope: Scope, from: FullName, to: FullName, mayBeMissing: boolean): void {
  const { world } = scope;
  const followers = world.partsOf(from.schema, from.name);
  const [oldKey, newKey] = [from, to].map(({ schema, name }) => factKey(fact('relation', schema, name))) as [string, string];
  const dependents = world.known.on(from.schema, from.name);
  move(scope, fact('relation', from.schema, from.name), fact('relation', to.schema, to.name), mayBeMissing);
  for (const { fact: own } of followers) moveAlong(scope, own, { ...own, ...to });
  world.endParts(from.schema, from.name);
  const [oldText, newText] = [`${from.schema}.${from.name} `, `${to.schema}.${to.name} `];
  for (const { fact: own, value, relations } of dependents) {
    const isOwned = own.kind === 'index' || value === 'sequence';
    const isOfItself = own.kind === 'constraint' && own.schema === from.schema && own.name === from.name;
    const place = isOfItself ? { ...own, ...to } : { ...own, schema: isOwned ? to.schema : own.schema };
    moveAlong(scope, isOfItself ? place : own, place, {
      value: value.replace(oldText, newText),
      relations: relations.map((key) => (key === oldKey ? newKey : key)),
    });
  }
}

function renameColumn(scope: Scope, table: FullName, column: string, newName: string, mayBeMissing: boolean): void {
  const { world } = scope;
  const followers = world.partsOf(table.schema, table.name);
  move(scope, fact('column', table.schema, table.name, column), fact('column', table.schema, table.name, newName), mayBeMissing);
  for (const { fact: own } of followers) {
    const isOfColumn = ['column-type', 'not-null', 'default', 'comment'].includes(own.kind) && own.part === column;
    if (isOfColumn) moveAlong(scope, own, { ...own, part: newName });
  }
  const naming = [
    ...world.known.of(table.schema, table.name).filter(({ fact: { kind } }) => kind === 'constraint'),
    ...world.known.on(table.schema, table.name).filter(({ fact: { kind } }) => kind === 'index'),
  ].filter(({ columns }) => columns.includes(column));
  for (const { fact: own, value, columns } of naming) {
    const list = (text: string): string =>
      text
        .slice(1, -1)
        .split(', ')
        .map((name) => (name === column ? newName : name))
        .join(', ');
    moveAlong(scope, own, own, {
      value: value.replace(/\(.*?\)/, (text) => `(${list(text)})`),
      columns: columns.map((name) => (name === column ? newName : name)),
    });
  }
}

function moveType(scope: Scope, from: FullName, to: FullName): void {
  const values = scope.world.known.of(from.schema, from.name).filter(({ fact: own }) => own.kind === 'enum-value');
  const columns = scope.world.filter(({ fact: own, value }) => own.kind === 'column-type' && value === from.name);
  move(scope, fact('type', from.schema, from.name), fact('type', to.schema, to.name), false);
  for (const { fact: own } of values) moveAlong(scope, own, { ...own, ...to });
  for (const { fact: own } of columns) moveAlong(scope, own, own, { value: to.name });
}
