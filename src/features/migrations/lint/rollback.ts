import { droppedNames } from './drop-names.ts';
import { type LintFinding, quoted } from './finding.ts';
import { type Linted, type LintedStatement, sqlName } from './statements.ts';
import type { RangeVar } from '@pgsql/types';

const changing = new Set(['AT_AddColumn', 'AT_DropColumn', 'AT_AlterColumnType', 'AT_SetNotNull']);

/** A change of tables that were there, or of their rows, without a ROLLBACK_ file (manual 4.4 asks for one for significant changes). */
export function findNoRollback(linted: Linted): readonly LintFinding[] {
  if (linted.facts.hasRollback || linted.file.place.kind === 'rollback') return [];
  const commands = linted.commands.filter(({ statement, relation }) => isThere(statement, relation));
  const first = commands.find(({ subtype }) => changing.has(subtype));
  const line = first?.line ?? linted.statements.find(changesOther)?.line;
  if (line === undefined) return [];
  const undo = commands.flatMap(({ subtype, relation, column }) => {
    const name = subtype === 'AT_AddColumn' ? column?.colname : undefined;
    return name === undefined ? [] : [`alter table ${sqlName(relation)} drop column if exists ${quoted(name)};`];
  });
  const name = `ROLLBACK_${linted.file.name}`;
  return [
    {
      rule: 'no-rollback-file',
      severity: 'advice',
      line,
      what: `changes what is there, and there is no ${name}`,
      whatToWrite: [`-- ${name}`, ...undo.toReversed()].join('\n'),
    },
  ];
}

/** Whether a table is more than what the file itself made. */
function isThere(statement: LintedStatement, relation: RangeVar | undefined): boolean {
  return !['new', 'temporary', 'gone'].includes(statement.resolve(relation).kind);
}

function changesOther(statement: LintedStatement): boolean {
  const { node } = statement;
  if ('UpdateStmt' in node) return isThere(statement, node.UpdateStmt.relation);
  if ('DeleteStmt' in node) return isThere(statement, node.DeleteStmt.relation);
  if ('TruncateStmt' in node)
    return (node.TruncateStmt.relations ?? []).some((each) => 'RangeVar' in each && isThere(statement, each.RangeVar));
  if ('RenameStmt' in node) return node.RenameStmt.relation === undefined || isThere(statement, node.RenameStmt.relation);
  if (!('DropStmt' in node)) return false;
  const kind = node.DropStmt.removeType ?? '';
  if (!/_(TABLE|VIEW|MATVIEW)$/.test(kind)) return /_(SEQUENCE|TYPE|SCHEMA)$/.test(kind);
  return droppedNames(node.DropStmt.objects).some((parts) =>
    isThere(statement, { relname: parts.at(-1) ?? '', ...(parts.length > 1 && { schemaname: parts.at(-2)! }) }),
  );
}
