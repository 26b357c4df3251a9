import { namesOf } from '../tree.ts';
import { type LintFinding, quoted } from './finding.ts';
import { droppedNames, type Linted, type LintedStatement, tableCommands, titleOf, sqlName } from './statements.ts';

/** Statements that fail, or do their work twice, when the file is run again (manual 4.1: migrations are idempotent). */
export function findUnguarded(linted: Linted): readonly LintFinding[] {
  const cleared = clearedBefore(linted);
  const own = linted.statements.flatMap((statement) => {
    const found = statement.isGuarded ? undefined : unguarded(statement, cleared);
    return found === undefined ? [] : [finding(statement.line, ...found)];
  });
  const commands = tableCommands(linted).flatMap((command) => {
    const { statement, subtype, relation, name, isIfExists, column, constraint } = command;
    const title = sqlName(relation);
    if (statement.isGuarded || isIfExists || linted.isNew(relation)) return [];
    if (subtype === 'AT_AddColumn' && column !== undefined) {
      const text = statement.text.replace(
        /\badd\s+(column\s+)?(?!constraint\b)/i,
        (start) => `${start.toLowerCase().includes('column') ? start : 'add column '}if not exists `,
      );
      return [finding(statement.line, `add column ${column.colname ?? ''} fails when it is run again`, `${text};`)];
    }
    if (subtype === 'AT_DropColumn' || subtype === 'AT_DropConstraint') {
      const kind = subtype === 'AT_DropColumn' ? 'column' : 'constraint';
      return [
        finding(
          statement.line,
          `drop ${kind} ${name} fails when it is run again`,
          `alter table ${title} drop ${kind} if exists ${quoted(name)};`,
        ),
      ];
    }
    if (
      subtype !== 'AT_AddConstraint' ||
      constraint?.conname === undefined ||
      cleared(statement, `constraint ${titleOf(relation)} ${constraint.conname}`)
    )
      return [];
    const first = `alter table ${title} drop constraint if exists ${quoted(constraint.conname)};`;
    return [
      finding(statement.line, `add constraint ${constraint.conname} fails when it is run again`, `${first}\n${statement.text};`),
    ];
  });
  return [...own, ...commands].toSorted((left, right) => left.line - right.line);
}

function finding(line: number, what: string, whatToWrite: string): LintFinding {
  return { rule: 'no-idempotency-guard', severity: 'advice', line, what, whatToWrite };
}

type Cleared = (before: LintedStatement, what: string) => boolean;

/** What the file drops, if it is there, before it makes it. */
function clearedBefore(linted: Linted): Cleared {
  const cleared = new Map<string, number>();
  const positions = new Map(linted.statements.map((statement, position) => [statement, position]));
  linted.statements.forEach(({ node }, position) => {
    const drop = 'DropStmt' in node ? node.DropStmt : undefined;
    for (const parts of drop?.missing_ok ? droppedNames(drop.objects) : []) {
      const owner = parts.slice(0, -1).join('.');
      const kind = (drop?.removeType ?? '').replace('OBJECT_', '').toLowerCase();
      cleared.set(
        /^(policy|trigger)$/.test(kind) ? `${kind} ${owner} ${parts.at(-1) ?? ''}` : `${kind} ${parts.join('.')}`,
        position,
      );
    }
  });
  for (const { subtype, isIfExists, relation, name, statement } of tableCommands(linted)) {
    if (subtype === 'AT_DropConstraint' && isIfExists)
      cleared.set(`constraint ${titleOf(relation)} ${name}`, positions.get(statement)!);
  }
  // In one ALTER TABLE the drop comes first, whatever the order of the words.
  return (before, what) => (cleared.get(what) ?? Number.POSITIVE_INFINITY) <= (positions.get(before) ?? -1);
}

/** What is wrong with a statement, and what to write instead; undefined where it may be run again. */
function unguarded(statement: LintedStatement, cleared: Cleared): readonly [what: string, whatToWrite: string] | undefined {
  const { node, text } = statement;
  const again = (what: string): string => `${what} fails when it is run again`;
  const guarded = (pattern: RegExp, guard = 'if not exists'): string =>
    `${text.replace(pattern, (start) => `${start} ${guard}`)};`;
  if ('CreateStmt' in node) {
    const { relation, if_not_exists: isGuarded } = node.CreateStmt;
    if (isGuarded || relation?.relpersistence === 't' || cleared(statement, `table ${titleOf(relation)}`)) return undefined;
    return [again(`create table ${titleOf(relation)}`), guarded(/^create\s+(unlogged\s+)?table/i)];
  }
  if ('IndexStmt' in node) {
    const { idxname: name, if_not_exists: isGuarded, concurrent } = node.IndexStmt;
    if (isGuarded || (name !== undefined && cleared(statement, `index ${name}`))) return undefined;
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
    if (cleared(statement, `policy ${titleOf(table)} ${name}`)) return undefined;
    return [again(`create policy ${name}`), `drop policy if exists ${quoted(name)} on ${sqlName(table)};\n${text};`];
  }
  if ('CreateTrigStmt' in node) {
    const { trigname: name = '', relation, replace, isconstraint } = node.CreateTrigStmt;
    if (replace || cleared(statement, `trigger ${titleOf(relation)} ${name}`)) return undefined;
    const dropped = `drop trigger if exists ${quoted(name)} on ${sqlName(relation)};\n${text};`;
    return [again(`create trigger ${name}`), isconstraint ? dropped : guarded(/^create(?=\s+trigger)/i, 'or replace')];
  }
  return unguardedRest(statement, cleared, again, guarded);
}

function unguardedRest(
  { node, text, ...statement }: LintedStatement,
  cleared: Cleared,
  again: (what: string) => string,
  guarded: (pattern: RegExp, guard?: string) => string,
): readonly [string, string] | undefined {
  if ('CreateFunctionStmt' in node) {
    const name = namesOf(node.CreateFunctionStmt.funcname).join('.');
    return node.CreateFunctionStmt.replace
      ? undefined
      : [again(`create function ${name}`), guarded(/^create(?=\s+(function|procedure))/i, 'or replace')];
  }
  if ('ViewStmt' in node) {
    const name = titleOf(node.ViewStmt.view);
    if (node.ViewStmt.replace || cleared({ node, text, ...statement }, `view ${name}`)) return undefined;
    return [again(`create view ${name}`), guarded(/^create(?=\s+((local\s+)?temp(orary)?\s+|recursive\s+)?view)/i, 'or replace')];
  }
  if ('CreateEnumStmt' in node) {
    const name = namesOf(node.CreateEnumStmt.typeName);
    if (cleared({ node, text, ...statement }, `type ${name.join('.')}`)) return undefined;
    return [
      again(`create type ${name.join('.')}`),
      `do $$\nbegin\n  ${text};\nexception when duplicate_object then null;\nend $$;`,
    ];
  }
  if ('CreateExtensionStmt' in node && !node.CreateExtensionStmt.if_not_exists)
    return [again(`create extension ${node.CreateExtensionStmt.extname ?? ''}`), guarded(/^create\s+extension/i)];
  if ('CreateSchemaStmt' in node && !node.CreateSchemaStmt.if_not_exists)
    return [again(`create schema ${node.CreateSchemaStmt.schemaname ?? ''}`), guarded(/^create\s+schema/i)];
  if ('CreateSeqStmt' in node && !node.CreateSeqStmt.if_not_exists)
    return [again(`create sequence ${titleOf(node.CreateSeqStmt.sequence)}`), guarded(/^create\s+sequence/i)];
  if ('AlterEnumStmt' in node && node.AlterEnumStmt.oldVal === undefined && !node.AlterEnumStmt.skipIfNewValExists)
    return [again(`add value ${node.AlterEnumStmt.newVal ?? ''}`), guarded(/\badd\s+value/i)];
  if ('DropStmt' in node && !node.DropStmt.missing_ok) {
    const kind = (node.DropStmt.removeType ?? '').replace('OBJECT_', '').toLowerCase();
    const pattern = /^drop\s+(materialized\s+view|foreign\s+table|index\s+concurrently|\w+)/i;
    return [again(`drop ${kind}`), guarded(pattern, 'if exists')];
  }
  return undefined;
}
