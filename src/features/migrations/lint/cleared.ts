import type { RangeVar } from '@pgsql/types';
import { droppedNames } from './drop-names.ts';
import { type Linted, type LintedStatement } from './statements.ts';

/** Whether the file drops, if it is there, what it then makes. */
export type Cleared = (before: LintedStatement, what: string) => boolean;

const tableKinds: Readonly<Record<string, string>> = { matview: 'view', foreign_table: 'table' };

/** Finds what a file drops before it makes it: `policy schema.table name`, `view schema.name`, `function name`. */
export function clearedBefore(linted: Linted): Cleared {
  const cleared = new Map<string, number>();
  for (const statement of linted.statements) {
    const drop = 'DropStmt' in statement.node ? statement.node.DropStmt : undefined;
    for (const parts of drop?.missing_ok || statement.isGuarded ? droppedNames(drop?.objects) : []) {
      const kind = (drop?.removeType ?? '').replace('OBJECT_', '').toLowerCase();
      cleared.set(keyOf(statement, tableKinds[kind] ?? kind, parts), statement.position);
    }
  }
  for (const { subtype, isIfExists, relation, name, statement } of linted.commands) {
    if (subtype !== 'AT_DropConstraint' || !(isIfExists || statement.isGuarded)) continue;
    const { schema, name: table } = statement.resolve(relation);
    cleared.set(`constraint ${schema}.${table} ${name}`, statement.position);
  }
  // In one ALTER TABLE the drop comes first, whatever the order of the words.
  return (before, what) => (cleared.get(what) ?? Number.POSITIVE_INFINITY) <= before.position;
}

function keyOf(statement: LintedStatement, kind: string, parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  if (kind === 'policy' || kind === 'trigger' || kind === 'rule')
    return `${kind} ${relationKey(statement, parts.slice(0, -1))} ${last}`;
  if (kind === 'table' || kind === 'view') return `${kind} ${relationKey(statement, parts)}`;
  return `${kind} ${last}`;
}

function relationKey(statement: LintedStatement, parts: readonly string[]): string {
  const schemaname = parts.at(-2);
  return nameKey(statement, { relname: parts.at(-1) ?? '', ...(schemaname !== undefined && { schemaname }) });
}

/** A relation for such keys: however it is written, the one that is meant. */
export function nameKey(statement: LintedStatement, relation: RangeVar | undefined): string {
  const { schema, name } = statement.resolve(relation);
  return `${schema}.${name}`;
}
