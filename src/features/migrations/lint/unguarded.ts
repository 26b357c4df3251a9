import type { RangeVar } from '@pgsql/types';
import { namesOf } from '../tree.ts';
import { type Cleared, nameKey } from './cleared.ts';
import { droppedNames } from './drop-names.ts';
import { quoted } from './finding.ts';
import { type Linted, type LintedStatement, sqlName, titleOf } from './statements.ts';

type Found = readonly [what: string, whatToWrite: string] | undefined;

const again = (what: string): string => `${what} fails when it is run again`;

/** What is wrong with a statement, and what to write instead; undefined where it may be run again. */
export function unguarded({ relations }: Pick<Linted, 'relations'>, statement: LintedStatement, cleared: Cleared): Found {
  const { node, text } = statement;
  const guarded = (pattern: RegExp, guard = 'if not exists'): string =>
    `${text.replace(pattern, (start) => `${start} ${guard}`)};`;
  const isAnew = (relation: RangeVar | undefined): boolean => relations.isMadeAnew(statement.resolve(relation));
  const key = (relation: RangeVar | undefined): string => nameKey(statement, relation);
  if ('CreateStmt' in node || 'CreateTableAsStmt' in node) {
    const isView = 'CreateTableAsStmt' in node && node.CreateTableAsStmt.objtype === 'OBJECT_MATVIEW';
    const relation = 'CreateStmt' in node ? node.CreateStmt.relation : node.CreateTableAsStmt.into?.rel;
    const isGuarded = 'CreateStmt' in node ? node.CreateStmt.if_not_exists : node.CreateTableAsStmt.if_not_exists;
    const isHelper = !isView && relations.isGoneInTheEnd(statement.resolve(relation).schema, relation?.relname ?? '');
    if (
      isGuarded ||
      isHelper ||
      relation?.relpersistence === 't' ||
      cleared(statement, `${isView ? 'view' : 'table'} ${key(relation)}`)
    )
      return undefined;
    const pattern = isView ? /^create\s+materialized\s+view/i : /^create\s+(unlogged\s+)?table/i;
    return [again(`create ${isView ? 'materialized view' : 'table'} ${titleOf(relation)}`), guarded(pattern)];
  }
  if ('IndexStmt' in node) {
    const { idxname: name, if_not_exists: isGuarded, concurrent, relation } = node.IndexStmt;
    if (isGuarded || isAnew(relation) || (name !== undefined && cleared(statement, `index ${name}`))) return undefined;
    if (name === undefined)
      return [
        'create index without a name makes another one each time it is run',
        '-- give it a name: create index if not exists idx_{table}_{column} on …',
      ];
    return [
      again(`create index ${name}`),
      guarded(concurrent ? /^create\s+(unique\s+)?index\s+concurrently/i : /^create\s+(unique\s+)?index/i),
    ];
  }
  if ('CreatePolicyStmt' in node) {
    const { policy_name: name = '', table } = node.CreatePolicyStmt;
    if (isAnew(table) || cleared(statement, `policy ${key(table)} ${name}`)) return undefined;
    return [again(`create policy ${name}`), `drop policy if exists ${quoted(name)} on ${sqlName(table)};\n${text};`];
  }
  if ('CreateTrigStmt' in node) {
    const { trigname: name = '', relation, replace, isconstraint } = node.CreateTrigStmt;
    if (replace || isAnew(relation) || cleared(statement, `trigger ${key(relation)} ${name}`)) return undefined;
    const dropped = `drop trigger if exists ${quoted(name)} on ${sqlName(relation)};\n${text};`;
    return [again(`create trigger ${name}`), isconstraint ? dropped : guarded(/^create(?=\s+trigger)/i, 'or replace')];
  }
  if ('RenameStmt' in node) return unguardedRename(statement, isAnew);
  if ('DropStmt' in node && !node.DropStmt.missing_ok) {
    const kind = (node.DropStmt.removeType ?? '').replace('OBJECT_', '').toLowerCase();
    const names = droppedNames(node.DropStmt.objects);
    const relation = (parts: readonly string[]): RangeVar => ({
      relname: parts.at(-1) ?? '',
      ...(parts.length > 1 && { schemaname: parts.at(-2)! }),
    });
    // What the file makes itself is there to be dropped.
    const isOwn =
      kind === 'table' && names.every((parts) => ['new', 'temporary'].includes(statement.resolve(relation(parts)).kind));
    if (isOwn) return undefined;
    const pattern = /^drop\s+(materialized\s+view|foreign\s+table|index\s+concurrently|\w+)/i;
    return [again(`drop ${kind.replace('matview', 'materialized view').replaceAll('_', ' ')}`), guarded(pattern, 'if exists')];
  }
  return unguardedRest(statement, cleared, guarded);
}

/** ALTER … RENAME of what has the new name by then. */
function unguardedRename(statement: LintedStatement, isAnew: (relation: RangeVar | undefined) => boolean): Found {
  const { node, text } = statement;
  if (!('RenameStmt' in node)) return undefined;
  const { relation, renameType = '', missing_ok: isGuarded, subname, newname = '' } = node.RenameStmt;
  const kind = renameType
    .replace('OBJECT_', '')
    .replace('TABCONSTRAINT', 'constraint')
    .replace('MATVIEW', 'materialized view')
    .toLowerCase();
  const isWhole = /_(TABLE|VIEW|MATVIEW|SEQUENCE|INDEX)$/.test(renameType);
  if (relation === undefined || (isWhole && isGuarded) || isAnew(relation)) return undefined;
  const what = again(`rename ${kind} ${subname ?? titleOf(relation)} to ${newname}`);
  return [
    what,
    isWhole
      ? `${text.replace(/^alter\s+(materialized\s+view|\w+)/i, (start) => `${start} if exists`)};`
      : `-- only where it still has its old name:\n-- do $$ begin if exists (select … from information_schema…) then … end if; end $$;`,
  ];
}

function unguardedRest(
  statement: LintedStatement,
  cleared: Cleared,
  guarded: (pattern: RegExp, guard?: string) => string,
): Found {
  const { node, text } = statement;
  if ('CreateFunctionStmt' in node) {
    const { funcname, replace, is_procedure: isProcedure } = node.CreateFunctionStmt;
    const kind = isProcedure ? 'procedure' : 'function';
    const name = namesOf(funcname);
    if (replace || cleared(statement, `${kind} ${name.at(-1) ?? ''}`)) return undefined;
    return [again(`create ${kind} ${name.join('.')}`), guarded(/^create(?=\s+(function|procedure))/i, 'or replace')];
  }
  if ('ViewStmt' in node) {
    const { view, replace } = node.ViewStmt;
    if (replace || view?.relpersistence === 't' || cleared(statement, `view ${nameKey(statement, view)}`)) return undefined;
    return [
      again(`create view ${titleOf(view)}`),
      guarded(/^create(?=\s+((local\s+)?temp(orary)?\s+|recursive\s+)?view)/i, 'or replace'),
    ];
  }
  const type =
    'CreateEnumStmt' in node
      ? namesOf(node.CreateEnumStmt.typeName)
      : 'CompositeTypeStmt' in node
        ? [node.CompositeTypeStmt.typevar?.relname ?? '']
        : 'CreateDomainStmt' in node
          ? namesOf(node.CreateDomainStmt.domainname)
          : undefined;
  if (type !== undefined) {
    const kind = 'CreateDomainStmt' in node ? 'domain' : 'type';
    if (cleared(statement, `${kind} ${type.at(-1) ?? ''}`)) return undefined;
    return [
      again(`create ${kind} ${type.join('.')}`),
      `do $$\nbegin\n  ${text};\nexception when duplicate_object then null;\nend $$;`,
    ];
  }
  if ('CreateExtensionStmt' in node && !node.CreateExtensionStmt.if_not_exists)
    return [again(`create extension ${node.CreateExtensionStmt.extname ?? ''}`), guarded(/^create\s+extension/i)];
  if ('CreateSchemaStmt' in node && !node.CreateSchemaStmt.if_not_exists)
    return [again(`create schema ${node.CreateSchemaStmt.schemaname ?? ''}`), guarded(/^create\s+schema/i)];
  if ('CreateSeqStmt' in node && !node.CreateSeqStmt.if_not_exists) {
    const { sequence } = node.CreateSeqStmt;
    if (sequence?.relpersistence === 't' || cleared(statement, `sequence ${sequence?.relname ?? ''}`)) return undefined;
    return [again(`create sequence ${titleOf(sequence)}`), guarded(/^create\s+sequence/i)];
  }
  if ('AlterEnumStmt' in node && node.AlterEnumStmt.oldVal === undefined && !node.AlterEnumStmt.skipIfNewValExists)
    return [again(`add value ${node.AlterEnumStmt.newVal ?? ''}`), guarded(/\badd\s+value/i)];
  return undefined;
}
