import { type LintFinding, quoted } from './finding.ts';
import { type Linted, tableCommands, sqlName } from './statements.ts';

const changing = new Set(['AT_AddColumn', 'AT_DropColumn', 'AT_AlterColumnType', 'AT_SetNotNull']);

/** A change of tables that were there, or of their rows, without a ROLLBACK_ file (manual 4.4 asks for one for significant changes). */
export function findNoRollback(linted: Linted): readonly LintFinding[] {
  if (linted.facts.hasRollback || linted.file.place.kind === 'rollback') return [];
  const first = [...tableCommands(linted)].find(({ subtype, relation }) => changing.has(subtype) && !linted.isNew(relation));
  const line = first?.statement.line ?? lineOfOther(linted);
  if (line === undefined) return [];
  const added = tableCommands(linted).filter(({ subtype, relation }) => subtype === 'AT_AddColumn' && !linted.isNew(relation));
  const undo = added.flatMap(({ relation, column }) => {
    const title = sqlName(relation);
    return column?.colname === undefined ? [] : [`alter table ${title} drop column if exists ${quoted(column.colname)};`];
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

function lineOfOther(linted: Linted): number | undefined {
  return linted.statements.find(({ node }) => {
    if ('UpdateStmt' in node || 'DeleteStmt' in node || 'TruncateStmt' in node) return true;
    if ('RenameStmt' in node) return !linted.isNew(node.RenameStmt.relation);
    return 'DropStmt' in node && /_(TABLE|VIEW|MATVIEW|SEQUENCE|TYPE|SCHEMA)$/.test(node.DropStmt.removeType ?? '');
  })?.line;
}
