import type { Constraint, RangeVar } from '@pgsql/types';
import { indexTextOf } from './index-text.ts';
import { type LintFinding, quoted, rowsText } from './finding.ts';
import type { TableFacts } from './facts.ts';
import { bigTable, droppedNames, type Linted, tableCommands, type TableCommand, sqlName } from './statements.ts';
import { namesOf } from '../tree.ts';

/** Locks that stop others for as long as a big table takes to be read. */
export function findLocks(linted: Linted): readonly LintFinding[] {
  return [
    ...indexLocks(linted),
    ...tableCommands(linted).flatMap((command) => constraintLock(linted, command)),
    ...wholeTableLocks(linted),
  ];
}

const waits = { share: 'SHARE lock: nobody can write', exclusive: 'ACCESS EXCLUSIVE lock: nobody can read or write' } as const;

function indexLocks(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap(({ node, text, line }): LintFinding[] => {
    if ('IndexStmt' in node && !node.IndexStmt.concurrent) {
      const table = bigTable(linted, node.IndexStmt.relation);
      if (table === undefined) return [];
      const what = `create index takes a ${waits.share} to ${table.title}, ${rowsText(table.estimatedRows)}, until it is built`;
      const guarded = indexTextOf(node.IndexStmt, text);
      return [
        { rule: 'missing-concurrently', severity: 'warning', line, what, whatToWrite: `-- in a file of its own\n${guarded};` },
      ];
    }
    if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX' && !node.DropStmt.concurrent) {
      return droppedNames(node.DropStmt.objects).flatMap((parts) => {
        const table = linted.facts.tableOfIndex(parts.at(-2), parts.at(-1) ?? '');
        if (table === undefined || bigTable(linted, { schemaname: table.schema, relname: table.name }) === undefined) return [];
        const what = `drop index waits for everybody in ${table.title} and takes an ${waits.exclusive} meanwhile, ${rowsText(table.estimatedRows)}`;
        const whatToWrite = `-- in a file of its own\ndrop index concurrently if exists ${parts.map(quoted).join('.')};`;
        return [{ rule: 'missing-concurrently' as const, severity: 'warning' as const, line, what, whatToWrite }];
      });
    }
    return 'ReindexStmt' in node
      ? reindexLock(
          linted,
          node.ReindexStmt.relation,
          node.ReindexStmt.kind === 'REINDEX_OBJECT_TABLE',
          namesOptions(node.ReindexStmt.params),
          line,
        )
      : [];
  });
}

function namesOptions(params: readonly unknown[] = []): boolean {
  return JSON.stringify(params).includes('"concurrently"');
}

function reindexLock(
  linted: Linted,
  relation: RangeVar | undefined,
  isTable: boolean,
  isConcurrent: boolean,
  line: number,
): LintFinding[] {
  if (isConcurrent || relation === undefined) return [];
  const named = isTable ? relation : undefined;
  const ofIndex = isTable ? undefined : linted.facts.tableOfIndex(relation.schemaname, relation.relname ?? '');
  const table = bigTable(linted, named ?? (ofIndex && { schemaname: ofIndex.schema, relname: ofIndex.name }));
  if (table === undefined) return [];
  const title = sqlName(relation);
  return [
    {
      rule: 'missing-concurrently',
      severity: 'warning',
      line,
      what: `reindex takes a ${waits.share} to ${table.title}, ${rowsText(table.estimatedRows)}`,
      whatToWrite: `-- in a file of its own\nreindex ${isTable ? 'table' : 'index'} concurrently ${title};`,
    },
  ];
}

function constraintLock(linted: Linted, command: TableCommand): readonly LintFinding[] {
  const { relation, subtype, name, constraint, statement } = command;
  const table = bigTable(linted, relation);
  const target = constraint?.contype === 'CONSTR_FOREIGN' ? bigTable(linted, constraint.pktable) : undefined;
  const finding = (what: string, whatToWrite: string): LintFinding[] => [
    { rule: 'blocking-lock', severity: 'warning', line: statement.line, what, whatToWrite },
  ];
  const title = sqlName(relation);
  if (subtype === 'AT_SetNotNull' && table !== undefined) {
    const column = table.columns.find((each) => each.name === name);
    if (column?.isNotNull) return [];
    const check = quoted(`${table.name}_${name}_check`);
    return finding(
      `set not null takes an ${waits.exclusive} to ${table.title} while all of it is read, ${rowsText(table.estimatedRows)}`,
      `alter table ${title} add constraint ${check} check (${quoted(name)} is not null) not valid;\nalter table ${title} validate constraint ${check};\nalter table ${title} alter column ${quoted(name)} set not null;\nalter table ${title} drop constraint ${check};`,
    );
  }
  if (subtype !== 'AT_AddConstraint' || constraint === undefined) return [];
  const own = quoted(
    constraint.conname ??
      `${relation.relname ?? ''}_${namesOf(constraint.fk_attrs).join('_')}_${constraint.contype === 'CONSTR_FOREIGN' ? 'fkey' : 'check'}`,
  );
  if (table === undefined) return [];
  const { contype, skip_validation: isPutOff, indexname } = constraint;
  if (contype === 'CONSTR_FOREIGN' && !isPutOff)
    return finding(foreignKeyLock(table, target), inTwoSteps(statement.text, title, own));
  if (contype === 'CONSTR_CHECK' && !isPutOff) {
    const what = `add constraint takes an ${waits.exclusive} to ${table.title} while all of it is read, ${rowsText(table.estimatedRows)}`;
    return finding(what, inTwoSteps(statement.text, title, own));
  }
  if ((contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') && indexname === undefined) {
    return finding(keyLock(table), withIndexFirst(title, relation, constraint));
  }
  return [];
}

function foreignKeyLock(table: TableFacts, target: TableFacts | undefined): string {
  const both = target === undefined ? table.title : `${table.title} and ${target.title}`;
  return `add foreign key takes a SHARE ROW EXCLUSIVE lock: nobody can write to ${both} while all of ${table.title} is checked, ${rowsText(table.estimatedRows)}`;
}

function keyLock(table: TableFacts): string {
  return `add constraint builds its index under an ${waits.exclusive} to ${table.title}, ${rowsText(table.estimatedRows)}`;
}

/** The same constraint without reading the table, and the reading under a lock that lets others write. */
function inTwoSteps(text: string, title: string, constraint: string): string {
  const hasOneCommand = /^[^,]*\badd\s+constraint\b[^;]*$/i.test(text.replaceAll(/\([^()]*\)|'[^']*'/g, ''));
  const first = hasOneCommand ? `${text} not valid;` : '-- each constraint in a statement of its own, with: not valid';
  return `${first}\nalter table ${title} validate constraint ${constraint};`;
}

function withIndexFirst(title: string, relation: RangeVar, constraint: Constraint): string {
  const columns = namesOf(constraint.keys);
  const isPrimary = constraint.contype === 'CONSTR_PRIMARY';
  const name =
    constraint.conname ??
    (isPrimary ? `${relation.relname ?? ''}_pkey` : `${relation.relname ?? ''}_${columns.join('_')}_unique`);
  return `-- the index in a file of its own\ncreate unique index concurrently if not exists ${quoted(name)} on ${title} (${columns.map(quoted).join(', ')});\nalter table ${title} add constraint ${quoted(name)} ${isPrimary ? 'primary key' : 'unique'} using index ${quoted(name)};`;
}

/** VACUUM FULL, CLUSTER and LOCK TABLE. */
function wholeTableLocks(linted: Linted): readonly LintFinding[] {
  return linted.statements.flatMap(({ node, line }): LintFinding[] => {
    if (!('LockStmt' in node)) return [];
    return (node.LockStmt.relations ?? []).flatMap((each) => {
      const table = 'RangeVar' in each ? bigTable(linted, each.RangeVar) : undefined;
      // Lock modes from SHARE on stop writers; the ones below do not.
      if (table === undefined || (node.LockStmt.mode ?? 8) < 5) return [];
      const what = `lock table stops everybody who writes to ${table.title}, ${rowsText(table.estimatedRows)}, until the file is done`;
      return [{ rule: 'blocking-lock' as const, severity: 'warning' as const, line, what, whatToWrite: '' }];
    });
  });
}
