import { duplicates } from './checks/duplicates.ts';
import { invalid } from './checks/invalid.ts';
import { missingForeignKeys, missingTenants } from './checks/missing.ts';
import { naming } from './checks/naming.ts';
import { rarelyUsed, unused } from './checks/unused.ts';
import { visibility } from './checks/visibility.ts';
import { type CheckId, checkIds, type CheckResult, joined } from './finding.ts';
import type { IndexReading } from './model.ts';

/** What each check makes of a reading. */
const checks: Readonly<Record<CheckId, (reading: IndexReading) => CheckResult>> = {
  invalid,
  'missing-foreign-key': missingForeignKeys,
  'missing-tenant': missingTenants,
  duplicate: (reading) => duplicates(reading, 'duplicate'),
  'redundant-prefix': (reading) => duplicates(reading, 'redundant-prefix'),
  unused,
  'rarely-used': rarelyUsed,
  visibility,
  naming,
};

/** Runs these checks, all unless told, over one reading. Pure: the reading may be of any database and of any age. */
export function runChecks(reading: IndexReading, only: readonly CheckId[] = checkIds): CheckResult {
  return joined(checkIds.filter((id) => only.includes(id)).map((id) => checks[id](reading)));
}
