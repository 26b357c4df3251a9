import { maskSql } from '#core/mask-sql.ts';
import type { MigrationFile } from './folder.ts';
import { findDrops } from './lint/drops.ts';
import type { LintFacts } from './lint/facts.ts';
import type { LintFinding } from './lint/finding.ts';
import { findUnguarded } from './lint/guards.ts';
import { findIndexLocks } from './lint/index-locks.ts';
import { findLocks } from './lint/locks.ts';
import { findNames } from './lint/names.ts';
import { findNotWritten } from './lint/not-written.ts';
import { findRefused } from './lint/refused.ts';
import { findRewrites } from './lint/rewrites.ts';
import { findNoRollback } from './lint/rollback.ts';
import { findRowLocks } from './lint/row-locks.ts';
import { lintedOf } from './lint/statements.ts';
import { findTenantTables } from './lint/tenant-tables.ts';
import type { ParsedMigration } from './parse.ts';

const rules = [
  findNotWritten,
  findIndexLocks,
  findLocks,
  findRowLocks,
  findRewrites,
  findRefused,
  findDrops,
  findTenantTables,
  findNames,
  findUnguarded,
  findNoRollback,
];

/**
 * What to mend in a migration before it is applied, by line. Pure: `facts` says what the database and the rest of the folder are like.
 * Secrets are masked, also in what to write instead.
 */
export function lint(file: MigrationFile, parsed: ParsedMigration, facts: LintFacts): readonly LintFinding[] {
  if (parsed.error !== undefined) {
    const { line, message } = parsed.error;
    const what = parsed.psqlOnly === undefined ? message : `only psql can run ${parsed.psqlOnly.what}`;
    return [{ rule: 'unparseable', severity: 'error', line, what, whatToWrite: '' }];
  }
  const linted = lintedOf(file, parsed, facts);
  return rules
    .flatMap((rule) => rule(linted))
    .map((finding) => ({ ...finding, what: maskSql(finding.what), whatToWrite: maskSql(finding.whatToWrite) }))
    .toSorted((left, right) => left.line - right.line);
}
