import type { Constraint } from '@pgsql/types';
import { namesOf } from '../tree.ts';
import { type LintFinding, quoted, rowsText } from './finding.ts';
import type { TableFacts } from './facts.ts';
import { isProved } from './not-null-proof.ts';
import { bigTable, columnConstraints, type Linted, sqlName, type TableCommand } from './statements.ts';

/** Changes of tables that stop others for as long as a big table takes to be read. */
export function findLocks(linted: Linted): readonly LintFinding[] {
  return linted.commands.flatMap((command) => {
    const { statement, relation, partition, subtype } = command;
    const table = bigTable(statement, subtype === 'AT_AttachPartition' ? partition : relation);
    return table === undefined ? [] : (rules[subtype]?.(command, table, linted) ?? []);
  });
}

export const waits = {
  share: 'SHARE lock: nobody can write',
  exclusive: 'ACCESS EXCLUSIVE lock: nobody can read or write',
} as const;

type Rule = (command: TableCommand, table: TableFacts, linted: Linted) => readonly LintFinding[];

const rules: Readonly<Record<string, Rule>> = {
  AT_SetNotNull: setNotNull,
  AT_AddConstraint: (command, table) =>
    command.constraint === undefined ? [] : addConstraint(command, table, command.constraint),
  AT_AddColumn: addColumn,
  AT_ValidateConstraint: validate,
  AT_AttachPartition: attach,
};

function finding({ line }: TableCommand, what: string, whatToWrite: string): LintFinding[] {
  return [{ rule: 'blocking-lock', severity: 'warning', line, what, whatToWrite }];
}

function setNotNull(command: TableCommand, table: TableFacts, linted: Linted): readonly LintFinding[] {
  const { name, relation, statement } = command;
  const column = table.columns.find((each) => each.name === name);
  if (column?.isNotNull || isProved(linted, statement, table, name)) return [];
  const check = quoted(`${table.name}_${name}_check`);
  const title = sqlName(relation);
  return finding(
    command,
    `set not null takes an ${waits.exclusive} to ${table.title} while all of it is read, ${rowsText(table.estimatedRows)}`,
    `${inTurn(`alter table ${title} add constraint ${check} check (${quoted(name)} is not null) not valid`, `alter table ${title} validate constraint ${check}`)}\nalter table ${title} alter column ${quoted(name)} set not null;\nalter table ${title} drop constraint if exists ${check};`,
  );
}

function addConstraint(command: TableCommand, table: TableFacts, constraint: Constraint): readonly LintFinding[] {
  const { relation, statement } = command;
  const { contype, skip_validation: isPutOff, indexname, conname } = constraint;
  const title = sqlName(relation);
  // Guarded by a question to the catalog, it is not made again.
  if (statement.isGuarded && table.constraints.some(({ name }) => name === conname)) return [];
  if (contype === 'CONSTR_FOREIGN' && !isPutOff) {
    const target = bigTable(statement, constraint.pktable);
    const both = target === undefined || target === table ? table.title : `${table.title} and ${target.title}`;
    const what = `add foreign key takes a SHARE ROW EXCLUSIVE lock: nobody can write to ${both} while all of ${table.title} is checked, ${rowsText(table.estimatedRows)}`;
    return finding(command, what, table.kind === 'partitioned' ? onPartitions(table) : inTwoSteps(command, constraint));
  }
  if (contype === 'CONSTR_CHECK' && !isPutOff) {
    const what = `add constraint takes an ${waits.exclusive} to ${table.title} while all of it is read, ${rowsText(table.estimatedRows)}`;
    return finding(command, what, inTwoSteps(command, constraint));
  }
  const builds = `add constraint builds its index under an ${waits.exclusive} to ${table.title}, ${rowsText(table.estimatedRows)}`;
  if (contype === 'CONSTR_EXCLUSION') return finding(command, builds, '');
  if (contype !== 'CONSTR_UNIQUE' && contype !== 'CONSTR_PRIMARY') return [];
  if (indexname === undefined)
    return finding(command, builds, table.kind === 'partitioned' ? onPartitions(table) : withIndexFirst(command, constraint));
  const keys = table.indexes.find(({ name }) => name === indexname)?.columns ?? [];
  const nullable = keys.filter((key) => table.columns.some(({ name, isNotNull }) => name === key && !isNotNull));
  if (contype === 'CONSTR_UNIQUE' || nullable.length === 0) return [];
  return finding(
    command,
    `primary key makes ${nullable.join(', ')} not null and takes an ${waits.exclusive} to ${table.title} while all of it is read, ${rowsText(table.estimatedRows)}`,
    `-- make ${nullable.join(', ')} not null first, with a check constraint that was validated: see set not null\n-- then on ${title}: add primary key using index ${quoted(indexname)}`,
  );
}

/** Constraints written beside a new column are checked, or indexed, for every row there is. */
function addColumn(command: TableCommand, table: TableFacts): readonly LintFinding[] {
  const { column, relation, statement, isIfExists } = command;
  if (column === undefined) return [];
  const name = column.colname ?? '';
  if ((isIfExists || statement.isGuarded) && table.columns.some((each) => each.name === name)) return [];
  const constraints = columnConstraints(column);
  const hasDefault = constraints.some(({ contype }) => contype === 'CONSTR_DEFAULT');
  const title = sqlName(relation);
  return constraints.flatMap((constraint) => {
    const { contype } = constraint;
    const rows = rowsText(table.estimatedRows);
    const kind = { CONSTR_CHECK: 'check', CONSTR_UNIQUE: 'key', CONSTR_PRIMARY: 'pkey', CONSTR_FOREIGN: 'fkey' }[
      contype as string
    ];
    // Without a default the new column is null, and no row is looked at for its foreign key.
    if (kind === undefined || (contype === 'CONSTR_FOREIGN' && !hasDefault)) return [];
    const own = quoted(constraint.conname ?? `${table.name}_${name}_${kind}`);
    const without = `-- add ${quoted(name)} without it first`;
    if (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') {
      const what = `adding ${name} with a key builds its index under an ${waits.exclusive} to ${table.title}, ${rows}`;
      const steps = `${without}; the index in a file of its own\ncreate unique index concurrently if not exists ${own} on ${title} (${quoted(name)});\nalter table ${title} add constraint ${own} ${contype === 'CONSTR_PRIMARY' ? 'primary key' : 'unique'} using index ${own};`;
      return finding(command, what, table.kind === 'partitioned' ? onPartitions(table) : steps);
    }
    const what = `adding ${name} with a ${contype === 'CONSTR_CHECK' ? 'check' : 'foreign key and a default'} takes an ${waits.exclusive} to ${table.title} while all of it is read, ${rows}`;
    const end = contype === 'CONSTR_CHECK' ? 'check (…)' : `foreign key (${quoted(name)}) references …`;
    return finding(
      command,
      what,
      `${without}, then:\n-- alter table ${title} add constraint ${own} ${end} not valid;\n-- in another transaction:\n-- alter table ${title} validate constraint ${own};`,
    );
  });
}

/** Validating lets others write, but not while the transaction still has the lock under which it added the constraint. */
function validate(command: TableCommand, table: TableFacts, linted: Linted): readonly LintFinding[] {
  const { name, relation, statement } = command;
  const added = linted.commands.find(
    (other) =>
      other.subtype === 'AT_AddConstraint' &&
      other.constraint?.conname === name &&
      other.statement.transaction === statement.transaction &&
      other.statement.position <= statement.position &&
      bigTable(other.statement, other.relation) === table,
  );
  if (added?.constraint === undefined) return [];
  const lock = added.constraint.contype === 'CONSTR_FOREIGN' ? 'SHARE ROW EXCLUSIVE lock: nobody can write' : waits.exclusive;
  return finding(
    command,
    `validating ${name} in the transaction that added it (line ${added.line}) keeps its ${lock} to ${table.title} while all of it is read, ${rowsText(table.estimatedRows)}`,
    inTurn(
      added.isAlone ? added.statement.text : '-- the statement that adds it',
      `alter table ${sqlName(relation)} validate constraint ${quoted(name)}`,
    ),
  );
}

function attach(command: TableCommand, child: TableFacts): readonly LintFinding[] {
  const { partition, relation } = command;
  // A check that every row passes may prove what the partition's bounds ask; whether it does, the server knows.
  if (child.constraints.some(({ check }) => check !== '')) return [];
  return finding(
    command,
    `attach partition takes an ${waits.exclusive} to ${child.title} while all of it is read, ${rowsText(child.estimatedRows)}`,
    `-- first a check that proves the bounds, not valid, then validated in another transaction:\n-- alter table ${sqlName(partition)} add constraint … check (… is not null and … >= … and … < …) not valid;\n-- then attach it to ${sqlName(relation)}`,
  );
}

/** Two statements that must not share a transaction. */
function inTurn(first: string, second: string): string {
  return `begin;\n${first};\ncommit;\n${second};`;
}

/** The same constraint without reading the table, and the reading under a lock that lets others write. */
function inTwoSteps(command: TableCommand, constraint: Constraint): string {
  const { relation, statement, isAlone } = command;
  const kind = constraint.contype === 'CONSTR_FOREIGN' ? 'fkey' : 'check';
  const own = quoted(constraint.conname ?? [relation.relname, ...namesOf(constraint.fk_attrs), kind].join('_'));
  if (!isAlone || constraint.conname === undefined)
    return `-- each constraint with a name, in a statement of its own, with: not valid\n-- then in another transaction:\n-- alter table ${sqlName(relation)} validate constraint ${own};`;
  return inTurn(`${statement.text} not valid`, `alter table ${sqlName(relation)} validate constraint ${own}`);
}

/** What a partitioned table cannot do at once and without stopping others. */
export function onPartitions(table: TableFacts): string {
  return `-- ${quoted(table.name)} is partitioned: make it on each partition first, as on a table of its own,\n-- then on ${quoted(table.name)}, which finds it there`;
}

function withIndexFirst({ relation }: TableCommand, constraint: Constraint): string {
  const columns = namesOf(constraint.keys);
  const isPrimary = constraint.contype === 'CONSTR_PRIMARY';
  const title = sqlName(relation);
  const name =
    constraint.conname ??
    (isPrimary ? `${relation.relname ?? ''}_pkey` : `${relation.relname ?? ''}_${columns.join('_')}_unique`);
  return `-- the index in a file of its own\ncreate unique index concurrently if not exists ${quoted(name)} on ${title} (${columns.map(quoted).join(', ')});\nalter table ${title} add constraint ${quoted(name)} ${isPrimary ? 'primary key' : 'unique'} using index ${quoted(name)};`;
}
