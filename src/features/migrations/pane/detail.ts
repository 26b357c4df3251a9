import type { Line } from '#ui/line.ts';
import { isMigration } from '../expected.ts';
import { lint } from '../lint.ts';
import type { LintFinding } from '../lint/finding.ts';
import type { SharedLintFacts } from '../lint-facts.ts';
import { isInForce, type MigrationStatus } from '../status.ts';
import { factLines } from './detail-lines.ts';
import { type MigrationsState, rollbackOf } from './migrations-state.ts';
import { outcomeOf, toldFailure } from './outcomes.ts';
import { type LazyRows, type Remark, sqlRows } from './sql-rows.ts';

/** What a migration's view shows: what is known of it, then its statements. Its lines are laid out as they come on screen. */
export function detailRows(
  state: Pick<MigrationsState, 'reading' | 'revealed'>,
  migration: MigrationStatus,
  columns: number,
): LazyRows {
  const { file, parsed } = migration;
  const findings = state.reading === undefined ? [] : findingsOf(migration, state.reading.facts);
  const facts = factLines(migration, { findings, rollback: rollbackOf(state, migration) }, columns);
  const sql =
    file === undefined || parsed === undefined || file.sql === ''
      ? nothing
      : sqlRows(file, parsed, outcomeOf(migration, parsed), remarksOf(migration), state.revealed === migration.name);
  return {
    count: facts.length + sql.count,
    row: (index) => (index < facts.length ? facts[index]! : sql.row(index - facts.length)),
    ready: (first, end) => sql.ready(first - facts.length, end - facts.length),
  };
}

const nothing: LazyRows = { count: 0, row: (): Line => [], ready: () => undefined };

const linted = new WeakMap<MigrationStatus, readonly LintFinding[]>();

/** What to mend in a file before it is applied; nothing for one that was. */
function findingsOf(migration: MigrationStatus, facts: SharedLintFacts): readonly LintFinding[] {
  const { file, parsed, state, flags } = migration;
  if (file === undefined || parsed === undefined || !isMigration(file) || isInForce(state)) return [];
  const before = linted.get(migration);
  if (before !== undefined) return before;
  const findings = lint(file, parsed, { ...facts, hasRollback: flags.includes('has-rollback') });
  linted.set(migration, findings);
  return findings;
}

function remarksOf(migration: MigrationStatus): readonly Remark[] {
  const { parsed } = migration;
  if (parsed?.error !== undefined) {
    const { line, column, message } = parsed.error;
    return [{ line, column, text: message }];
  }
  const told = toldFailure(migration);
  if (told?.line === undefined || told.isStale) return [];
  return [{ line: told.line, column: told.column, text: told.lines[0] ?? '' }];
}
