import type { DropStmt, Node, ObjectType } from '@pgsql/types';
import { cutName } from './derived-names.ts';
import { fact, type FactKind } from './fact.ts';
import { functionFacts } from './functions.ts';
import type { FullName, Scope } from './scope.ts';
import { namesOf, stringOf, writtenName } from '../tree.ts';
import type { Known } from './known-facts.ts';

const ofTables: Partial<Record<ObjectType, FactKind>> = { OBJECT_TRIGGER: 'trigger', OBJECT_POLICY: 'policy' };
const relations: readonly ObjectType[] = [
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
];

/** DROP, with everything that goes with what is dropped. */
export function drop(scope: Scope, statement: DropStmt): void {
  const { removeType, missing_ok: mayBeMissing = false } = statement;
  const cascades = statement.behavior === 'DROP_CASCADE';
  for (const node of statement.objects ?? []) {
    const parts = partsOf(node);
    const kind = removeType === undefined ? undefined : ofTables[removeType];
    const [relname = '', schemaname] = (kind === undefined ? parts : parts.slice(0, -1)).toReversed();
    if (scope.isTemporary({ relname, ...(schemaname !== undefined && { schemaname }) })) continue;
    if (kind !== undefined) {
      dropPart(scope, kind, scope.full(writtenName(parts.slice(0, -1))), cutName(parts.at(-1) ?? ''), mayBeMissing);
    } else if (removeType !== undefined && relations.includes(removeType)) {
      dropRelation(scope, scope.full(writtenName(parts)), { mayBeMissing, cascades });
    } else if (removeType === 'OBJECT_INDEX') {
      const { schema, name } = scope.full(writtenName(parts), ['index']);
      scope.world.drop(fact('index', schema, name), { mayBeMissing });
    } else if (removeType === 'OBJECT_SCHEMA') dropSchema(scope, parts.at(-1) ?? '', { mayBeMissing, cascades });
    else if (removeType === 'OBJECT_EXTENSION') dropExtension(scope, parts.at(-1) ?? '', { mayBeMissing, cascades });
    else if (removeType === 'OBJECT_TYPE' || removeType === 'OBJECT_DOMAIN')
      dropType(scope, typeParts(node), { mayBeMissing, cascades });
    else dropFunction(scope, node, { mayBeMissing, cascades });
  }
}

interface Manner {
  readonly mayBeMissing: boolean;
  readonly cascades: boolean;
}

/** A constraint (with its index), policy or trigger of a table. */
export function dropPart({ world }: Scope, kind: FactKind, table: FullName, part: string, mayBeMissing: boolean): void {
  world.drop(fact(kind, table.schema, table.name, part), { mayBeMissing });
  if (kind !== 'constraint') return;
  forget(world.get(fact('validated', table.schema, table.name, part)));
  forget(world.get(fact('index', table.schema, part)));

  function forget(known: Known | undefined): void {
    if (known !== undefined) world.drop(known.fact, { isClaimed: false });
  }
}

/** With a key go, by CASCADE, the foreign keys that refer to it; which of a table's keys they need is not told apart. */
export function dropForeignKeysTo({ world }: Scope, { schema, name }: FullName): void {
  for (const { fact: known } of world.known.on(schema, name))
    if (known.kind === 'constraint') world.drop(known, { isClaimed: false, isConditional: true });
}

/** The sequence of an identity. */
export function dropSequenceOf({ world }: Scope, { schema, name }: FullName, column: string): void {
  for (const { fact: known, value, columns } of world.known.on(schema, name))
    if (value === 'sequence' && columns.includes(column)) world.drop(known, { isClaimed: false });
}

/** A column with the indexes and constraints that name it; with CASCADE perhaps also policies and views over its table. */
export function dropColumn({ world }: Scope, table: FullName, column: string, { mayBeMissing, cascades }: Manner): void {
  world.drop(fact('column', table.schema, table.name, column), { mayBeMissing });
  for (const known of world.partsOf(table.schema, table.name)) {
    const isOfColumn =
      known.fact.part === column &&
      known.fact.kind !== 'policy' &&
      known.fact.kind !== 'trigger' &&
      known.fact.kind !== 'constraint';
    if (isOfColumn || (known.fact.kind === 'constraint' && known.columns.includes(column)))
      world.drop(known.fact, { isClaimed: false });
    else if (cascades && known.fact.kind === 'policy') world.drop(known.fact, { isClaimed: false, isConditional: true });
  }
  for (const known of world.known.on(table.schema, table.name)) {
    if ((known.fact.kind === 'index' || known.value === 'sequence') && known.columns.includes(column))
      world.drop(known.fact, { isClaimed: false });
    else if (cascades && isView(known)) world.drop(known.fact, { isClaimed: false, isConditional: true });
    else if (cascades && known.fact.kind === 'constraint') world.drop(known.fact, { isClaimed: false, isConditional: true });
  }
}

const isView = ({ value, fact: { kind } }: Known): boolean => kind === 'relation' && value.endsWith('view');

/** A table, view or sequence with its parts and indexes; with CASCADE also foreign keys to it and views over it. */
function dropRelation(scope: Scope, { schema, name }: FullName, { mayBeMissing, cascades }: Manner): void {
  const { world } = scope;
  const own = fact('relation', schema, name);
  world.drop(own, { mayBeMissing });
  for (const known of world.partsOf(schema, name)) world.drop(known.fact, { isClaimed: false });
  world.endParts(schema, name);
  for (const known of world.known.on(schema, name)) {
    const goesAnyway = known.fact.kind === 'index' || known.value === 'sequence';
    if (isView(known) && cascades) {
      dropRelation(scope, known.fact, { mayBeMissing: true, cascades });
    } else if (goesAnyway || cascades) world.drop(known.fact, { isClaimed: false });
  }
  for (const { fact: part } of world.known.partitions(schema, name)) dropRelation(scope, part, { mayBeMissing: true, cascades });
}

/** With an extension go, by CASCADE, the columns of the type that bears its name; of its other types nothing is known. */
function dropExtension({ world }: Scope, extension: string, { mayBeMissing, cascades }: Manner): void {
  world.drop(fact('extension', '', extension), { mayBeMissing });
  if (!cascades) return;
  for (const { fact: known } of world.filter(
    ({ fact: { kind }, value }) => kind === 'column-type' && value.replace('[]', '') === extension,
  ))
    world.drop(fact('column', known.schema, known.name, known.part), { isClaimed: false, isConditional: true });
}

function dropSchema({ world }: Scope, schema: string, { mayBeMissing, cascades }: Manner): void {
  world.drop(fact('schema', '', schema), { mayBeMissing });
  if (!cascades) return;
  for (const known of world.filter(({ fact: { schema: of } }) => of === schema)) world.drop(known.fact, { isClaimed: false });
}

function dropType(scope: Scope, parts: readonly string[], { mayBeMissing, cascades }: Manner): void {
  const { world } = scope;
  const { schema, name } = scope.full(writtenName(parts), ['type']);
  world.drop(fact('type', schema, name), { mayBeMissing });
  for (const known of world.known.of(schema, name))
    if (known.fact.kind === 'enum-value') world.drop(known.fact, { isClaimed: false });
  if (!cascades) return;
  for (const known of world.filter(({ fact: { kind }, value }) => kind === 'column-type' && value.replace('[]', '') === name)) {
    world.drop(fact('column', known.fact.schema, known.fact.name, known.fact.part), { isClaimed: false, isConditional: true });
  }
}

function dropFunction(scope: Scope, node: Node, { mayBeMissing, cascades }: Manner): void {
  if (!('ObjectWithArgs' in node)) return;
  const { world } = scope;
  for (const own of functionFacts(scope, node.ObjectWithArgs, mayBeMissing)) {
    world.drop(own, { mayBeMissing });
    const isSetting = ({ fact: other }: Known): boolean =>
      other.kind === 'function-setting' && other.part.startsWith(`${own.part}\u0001`);
    for (const known of world.known.of(own.schema, own.name).filter(isSetting)) world.drop(known.fact, { isClaimed: false });
    if (!cascades) continue;
    for (const known of world.filter(({ fact: { kind }, value }) => kind === 'trigger' && value.startsWith(`${own.name} `))) {
      world.drop(known.fact, { isClaimed: false });
    }
  }
}

function partsOf(node: Node): readonly string[] {
  const single = stringOf(node);
  if (single !== undefined) return [single];
  return 'List' in node ? namesOf(node.List.items) : [];
}

function typeParts(node: Node): readonly string[] {
  return 'TypeName' in node ? namesOf(node.TypeName.names) : partsOf(node);
}
