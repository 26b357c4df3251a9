import { isInForce, type MigrationStatus } from './status.ts';
import { evidenceText, verdictOf } from './summary.ts';

/** Why a migration does not pass `verify`. */
export interface VerifyFinding {
  readonly migration: MigrationStatus;
  readonly what: string;
}

/** What stands between a database and "exactly as the folder says". `allowsPending`: files that still wait are no finding. */
export function verify(migrations: readonly MigrationStatus[], allowsPending: boolean): readonly VerifyFinding[] {
  return migrations.flatMap((migration) => {
    const what = findingOf(migration, allowsPending);
    return what === undefined ? [] : [{ migration, what }];
  });
}

function findingOf({ state, flags, error, evidence }: MigrationStatus, allowsPending: boolean): string | undefined {
  const verdict = verdictOf(evidence);
  switch (state) {
    case 'failed':
    case 'unknown':
    case 'running':
      return error === undefined ? state : `${state}: ${error}`;
    case 'missing-file':
      return 'recorded, but its file is missing';
    case 'not-a-migration':
      return undefined;
    case 'pending':
      if (verdict === 'complete' || verdict === 'partial') return `not recorded, but ${evidenceText(evidence)}`;
      return allowsPending ? undefined : 'pending';
    case 'applied':
    case 'baseline':
    case 'resolved':
      if (flags.includes('edited')) return 'edited after it was applied';
      return isInForce(state) && (verdict === 'none' || verdict === 'partial')
        ? `recorded, but ${evidenceText(evidence)}`
        : undefined;
  }
}
