import type { AlterTableCmd, AlterTableStmt, AlterTableType } from '@pgsql/types';
import { addConstraint } from './constraints.ts';
import { cutName } from './derived-names.ts';
import { dropColumn, dropForeignKeysTo, dropPart, dropSequenceOf } from './drops.ts';
import { type Fact, fact, type FactKind } from './fact.ts';
import type { FullName, Scope } from './scope.ts';
import { addColumn, constraintsOf, inServerOrder } from './tables.ts';
import { typeText } from '../tree.ts';
import type { World } from './world.ts';

/** ALTER TABLE, command by command. */
export function alterTable(scope: Scope, statement: AlterTableStmt): void {
  if (statement.objtype !== 'OBJECT_TABLE' && statement.objtype !== undefined) return;
  const table = scope.table(statement.relation);
  if (table === undefined) return;
  const { world } = scope;
  const before = world.isConditional;
  // IF EXISTS of a table that no file makes: whether it is there, nobody says.
  world.isConditional ||= statement.missing_ok === true && !world.has(fact('relation', table.schema, table.name));
  for (const node of statement.cmds ?? []) if ('AlterTableCmd' in node) alter(scope, table, node.AlterTableCmd);
  world.isConditional = before;
}

function alter(scope: Scope, table: FullName, command: AlterTableCmd): void {
  const name = cutName(command.name ?? '');
  const own = (kind: FactKind, part = ''): Fact => fact(kind, table.schema, table.name, part);
  rules[command.subtype ?? 'AT_SetStatistics']?.({ scope, world: scope.world, table, command, name, own });
}

interface Altering {
  readonly scope: Scope;
  readonly world: World;
  readonly table: FullName;
  readonly command: AlterTableCmd;
  /** Of the column or constraint that the command is about. */
  readonly name: string;
  /** A fact of the table. */
  readonly own: (kind: FactKind, part?: string) => Fact;
}

/** What commands leave behind; those that are not here leave nothing that is looked at. */
const rules: Partial<Record<AlterTableType, (altering: Altering) => void>> = {
  AT_AddColumn({ scope, world, table, command: { def, missing_ok: mayBeThere = false }, own }) {
    if (def === undefined || !('ColumnDef' in def)) return;
    const isThere = mayBeThere && world.has(own('column', cutName(def.ColumnDef.colname ?? '')));
    const target = { table, isConditional: world.isConditional || isThere, freed: new Set<string>() };
    addColumn(scope, target, def.ColumnDef);
    // To a column that is there already nothing is added, whatever the statement says of it.
    if (isThere) return;
    for (const { constraint, column } of inServerOrder(constraintsOf(def.ColumnDef)))
      addConstraint(scope, target, constraint, column);
  },
  AT_DropColumn({ scope, table, name, command: { missing_ok: mayBeMissing = false, behavior } }) {
    dropColumn(scope, table, name, { mayBeMissing, cascades: behavior === 'DROP_CASCADE' });
  },
  AT_AddConstraint({ scope, world, table, command: { def } }) {
    if (def === undefined || !('Constraint' in def)) return;
    addConstraint(scope, { table, isConditional: world.isConditional, freed: new Set() }, def.Constraint, undefined);
  },
  AT_DropConstraint({ scope, table, name, command: { missing_ok: mayBeMissing = false, behavior } }) {
    dropPart(scope, 'constraint', table, name, mayBeMissing);
    if (behavior === 'DROP_CASCADE') dropForeignKeysTo(scope, table);
  },
  AT_DropIdentity: ({ scope, table, name }) => dropSequenceOf(scope, table, name),
  AT_ValidateConstraint: ({ world, name, own }) => void world.set(own('validated', name)),
  AT_SetNotNull: ({ world, name, own }) => void world.set(own('not-null', name)),
  AT_DropNotNull: ({ world, name, own }) =>
    void world.drop(own('not-null', name), { mayBeMissing: world.has(own('column', name)) }),
  AT_ColumnDefault({ world, name, own, command: { def } }) {
    if (def !== undefined) world.set(own('default', name));
    else world.drop(own('default', name), { mayBeMissing: world.has(own('column', name)) });
  },
  AT_AlterColumnType({ world, name, own, command: { def } }) {
    if (def !== undefined && 'ColumnDef' in def)
      world.set(own('column-type', name), { value: typeText(def.ColumnDef.typeName, true) });
  },
  AT_EnableRowSecurity: ({ world, own }) => void world.set(own('row-security')),
  AT_DisableRowSecurity: ({ world, own }) => void world.drop(own('row-security'), { mayBeMissing: true }),
  AT_ForceRowSecurity: ({ world, own }) => void world.set(own('forced-row-security')),
  AT_NoForceRowSecurity: ({ world, own }) => void world.drop(own('forced-row-security'), { mayBeMissing: true }),
  AT_AttachPartition({ world, table, ...altering }) {
    const part = partOf(altering);
    if (part !== undefined) world.set(part, { value: `${table.schema}.${table.name}` });
  },
  AT_DetachPartition({ world, ...altering }) {
    const part = partOf(altering);
    if (part !== undefined) world.drop(part);
  },
};

function partOf({ scope, command: { def } }: Pick<Altering, 'scope' | 'command'>): Fact | undefined {
  const part = def !== undefined && 'PartitionCmd' in def ? scope.table(def.PartitionCmd.name) : undefined;
  return part === undefined ? undefined : fact('partition', part.schema, part.name);
}
