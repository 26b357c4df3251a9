import { createHash } from 'node:crypto';
import type { CommentStmt, CreateTrigStmt, Node, RangeVar } from '@pgsql/types';
import { alterTable } from './alter-table.ts';
import { createIndex } from './constraints.ts';
import { cutName } from './derived-names.ts';
import { drop } from './drops.ts';
import { fact, factKey } from './fact.ts';
import { alterFunction, createFunction } from './functions.ts';
import { rename, setSchema } from './renames.ts';
import type { Scope } from './scope.ts';
import { createTable } from './tables.ts';
import { namesOf, nodesBelow, stringOf, writtenName } from '../tree.ts';

/** What a statement leaves behind. Data, rights and whatever else the catalog read does not look at leave nothing. */
export function follow(scope: Scope, node: Node): void {
  scope.follow(node);
  if ('CreateStmt' in node) createTable(scope, node.CreateStmt);
  else if ('AlterTableStmt' in node) alterTable(scope, node.AlterTableStmt);
  else if ('IndexStmt' in node) createIndex(scope, node.IndexStmt);
  else if ('DropStmt' in node) drop(scope, node.DropStmt);
  else if ('RenameStmt' in node) rename(scope, node.RenameStmt);
  else if ('AlterObjectSchemaStmt' in node) setSchema(scope, node.AlterObjectSchemaStmt);
  else if ('CreateFunctionStmt' in node) createFunction(scope, node.CreateFunctionStmt);
  else if ('AlterFunctionStmt' in node) alterFunction(scope, node.AlterFunctionStmt);
  else if ('CreateTrigStmt' in node) createTrigger(scope, node.CreateTrigStmt);
  else if ('CreatePolicyStmt' in node) {
    const { table, policy_name: name = '', cmd_name: command = 'all' } = node.CreatePolicyStmt;
    const own = scope.table(table);
    if (own !== undefined) scope.world.set(fact('policy', own.schema, own.name, cutName(name)), { value: command.toLowerCase() });
  } else if ('CommentStmt' in node) comment(scope, node.CommentStmt);
  else if ('CreateExtensionStmt' in node) {
    make(scope, fact('extension', '', node.CreateExtensionStmt.extname ?? ''), '', node.CreateExtensionStmt.if_not_exists);
  } else if ('CreateSchemaStmt' in node) {
    const { schemaname, authrole, if_not_exists: mayBeThere, schemaElts = [] } = node.CreateSchemaStmt;
    const schema = cutName(schemaname ?? authrole?.rolename ?? '');
    make(scope, fact('schema', '', schema), '', mayBeThere);
    for (const element of schemaElts) scope.inSchema(schema, () => follow(scope, element));
  } else followRelations(scope, node);
}

function followRelations(scope: Scope, node: Node): void {
  if ('ViewStmt' in node) makeRelation(scope, node.ViewStmt.view, 'view', node.ViewStmt.query, node.ViewStmt.replace);
  else if ('CreateTableAsStmt' in node) {
    const { into, objtype, query, if_not_exists: mayBeThere } = node.CreateTableAsStmt;
    const isView = objtype === 'OBJECT_MATVIEW';
    makeRelation(scope, into?.rel, isView ? 'materialized view' : 'table', isView ? query : undefined, mayBeThere);
  } else if ('CreateSeqStmt' in node)
    makeRelation(scope, node.CreateSeqStmt.sequence, 'sequence', undefined, node.CreateSeqStmt.if_not_exists);
  else if ('CreateForeignTableStmt' in node) {
    const { base } = node.CreateForeignTableStmt;
    makeRelation(scope, base?.relation, 'foreign table', undefined, base?.if_not_exists);
  } else if ('SelectStmt' in node) makeRelation(scope, node.SelectStmt.intoClause?.rel, 'table', undefined, false);
  else if ('CreateEnumStmt' in node) {
    const { typeName, vals } = node.CreateEnumStmt;
    const own = makeType(scope, namesOf(typeName), 'enum');
    for (const value of namesOf(vals)) scope.world.set(fact('enum-value', own.schema, own.name, value), { isClaimed: false });
  } else if ('AlterEnumStmt' in node) {
    const { typeName, oldVal, newVal = '', skipIfNewValExists } = node.AlterEnumStmt;
    const own = scope.full(writtenName(namesOf(typeName)), ['type']);
    const value = fact('enum-value', own.schema, own.name, newVal);
    if (oldVal !== undefined) scope.world.drop({ ...value, part: oldVal }, { isClaimed: false });
    make(scope, value, '', skipIfNewValExists);
  } else if ('CompositeTypeStmt' in node) {
    const { typevar } = node.CompositeTypeStmt;
    makeType(scope, [...(typevar?.schemaname === undefined ? [] : [typevar.schemaname]), typevar?.relname ?? ''], 'composite');
  } else if ('CreateDomainStmt' in node) makeType(scope, namesOf(node.CreateDomainStmt.domainname), 'domain');
  else if ('CreateRangeStmt' in node) makeType(scope, namesOf(node.CreateRangeStmt.typeName), 'range');
}

function make({ world }: Scope, own: Parameters<typeof world.set>[0], value: string, mayBeThere = false): void {
  world.set(own, { value, isConditional: world.isConditional || (mayBeThere && world.has(own)) });
}

function makeRelation(
  scope: Scope,
  relation: RangeVar | undefined,
  kind: string,
  query: Node | undefined,
  mayBeThere = false,
): void {
  if (relation === undefined || scope.isTemporary(relation)) return;
  const { world } = scope;
  const own = fact('relation', relation.schemaname ?? scope.creationSchema, cutName(relation.relname ?? ''));
  const used = nodesBelow<RangeVar>(query, 'RangeVar').flatMap((each) => scope.table(each) ?? []);
  const relations = used.map(({ schema, name }) => factKey(fact('relation', schema, name)));
  world.set(own, { value: kind, relations, isConditional: world.isConditional || (mayBeThere && world.has(own)) });
}

function makeType(scope: Scope, parts: readonly string[], kind: string): { readonly schema: string; readonly name: string } {
  const { schema = scope.creationSchema, name } = writtenName(parts);
  scope.world.set(fact('type', schema, cutName(name)), { value: kind });
  return { schema, name: cutName(name) };
}

/** How triggers are compared: the function's name, and row, timing and events as pg_trigger.tgtype has them. */
function triggerValue(functionName: string, typeBits: number): string {
  return `${functionName} ${typeBits}`;
}

function createTrigger(scope: Scope, statement: CreateTrigStmt): void {
  const table = scope.table(statement.relation);
  if (table === undefined) return;
  const bits = (statement.row ? 1 : 0) + (statement.timing ?? 0) + (statement.events ?? 0);
  scope.world.set(fact('trigger', table.schema, table.name, cutName(statement.trigname ?? '')), {
    value: triggerValue(namesOf(statement.funcname).at(-1) ?? '', bits),
  });
}

/** How comments are compared. */
function commentValue(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function comment(scope: Scope, { objtype, object, comment: text }: CommentStmt): void {
  const parts = object === undefined ? [] : 'List' in object ? namesOf(object.List.items) : [stringOf(object) ?? ''];
  const isColumn = objtype === 'OBJECT_COLUMN';
  if (!isColumn && !/^OBJECT_(TABLE|VIEW|MATVIEW)$/.test(objtype ?? '')) return;
  const { schema, name } = scope.full(writtenName(isColumn ? parts.slice(0, -1) : parts));
  const own = fact('comment', schema, name, isColumn ? cutName(parts.at(-1) ?? '') : '');
  if (text === undefined || text === '') scope.world.drop(own, { mayBeMissing: true });
  else scope.world.set(own, { value: commentValue(text) });
}
