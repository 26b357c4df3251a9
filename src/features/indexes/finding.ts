/** Every check, in the order in which it is told. */
export const checkIds = [
  'invalid',
  'missing-foreign-key',
  'missing-tenant',
  'missing-composite',
  'missing-gin',
  'duplicate',
  'redundant-prefix',
  'unused',
  'rarely-used',
  'bloat',
  'visibility',
  'naming',
] as const;
export type CheckId = (typeof checkIds)[number];

/** `notice` is worth knowing; from `warning` on a script should stop. */
export type Severity = 'notice' | 'warning' | 'critical';

/** What a check looked at: an index, or the columns of a table that have none. */
export interface Subject {
  readonly check: CheckId;
  readonly schema: string;
  readonly table: string;
  readonly index: string | null;
  readonly columns: readonly string[];
}

/** Something to do, with its evidence in words, and the statement that does it and the one that takes it back. */
export interface Finding extends Subject {
  readonly severity: Severity;
  readonly reason: string;
  readonly sql: string;
  readonly rollbackSql: string;
}

/** What one might have expected to be raised, and why it is not. */
export interface Considered extends Subject {
  readonly notRaisedBecause: string;
}

/** A check that can not look, or not at everything. */
export interface Blind {
  readonly check: CheckId;
  readonly because: string;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly considered: readonly Considered[];
  readonly blind: readonly Blind[];
}

export const nothingFound: CheckResult = { findings: [], considered: [], blind: [] };

/** Several results as one, in their order. */
export function joined(results: readonly CheckResult[]): CheckResult {
  return {
    findings: results.flatMap(({ findings }) => findings),
    considered: results.flatMap(({ considered }) => considered),
    blind: results.flatMap(({ blind }) => blind),
  };
}

const megabyte = 1024 * 1024;

/** What an index that is of no use costs: 10 MB are worth a migration, a gigabyte is worth one today. */
export function severityOfBytes(bytes: number): Severity {
  if (bytes >= 1024 * megabyte) return 'critical';
  return bytes >= 10 * megabyte ? 'warning' : 'notice';
}

/** What the lack of an index that the manual demands costs, by the rows that are read instead. */
export function severityOfRows(rows: number): Severity {
  if (rows >= 1_000_000) return 'critical';
  return rows >= 1 ? 'warning' : 'notice';
}
