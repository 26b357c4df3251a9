import type { Reader, ReadOptions } from '#database/query.ts';
import { type Bloat, estimateBloat } from './bloat.ts';
import { bloated, worthEstimating } from './checks/bloat.ts';
import { duplicates } from './checks/duplicates.ts';
import { missingComposites, missingGin } from './checks/frequent.ts';
import { invalid } from './checks/invalid.ts';
import { missingForeignKeys, missingTenants } from './checks/missing.ts';
import { naming } from './checks/naming.ts';
import { rarelyUsed, unused } from './checks/unused.ts';
import { visibility } from './checks/visibility.ts';
import { type CheckId, checkIds, type CheckResult, joined } from './finding.ts';
import type { IndexReading } from './model.ts';
import { readStatements, type SeenStatements } from './statements.ts';

/** What some checks look at beside the reading. */
export interface Evidence {
  readonly statements: SeenStatements;
  /** By the index's oid; one that is not in it is not judged. */
  readonly bloats: ReadonlyMap<string, Bloat>;
}

/** What each check makes of a reading and the evidence. */
const checks: Readonly<Record<CheckId, (reading: IndexReading, evidence: Evidence) => CheckResult>> = {
  invalid,
  'missing-foreign-key': missingForeignKeys,
  'missing-tenant': missingTenants,
  'missing-composite': (reading, { statements }) => missingComposites(reading, statements),
  'missing-gin': (reading, { statements }) => missingGin(reading, statements),
  duplicate: (reading) => duplicates(reading, 'duplicate'),
  'redundant-prefix': (reading) => duplicates(reading, 'redundant-prefix'),
  unused,
  'rarely-used': rarelyUsed,
  bloat: (reading, { bloats }) => bloated(reading, bloats),
  visibility,
  naming,
};

/** Runs these checks, all unless told, over one reading. Pure: the reading may be of any database and of any age. */
export function runChecks(reading: IndexReading, evidence: Evidence, only: readonly CheckId[] = checkIds): CheckResult {
  return joined(checkIds.filter((id) => only.includes(id)).map((id) => checks[id](reading, evidence)));
}

/** Reads what these checks need beside the reading, a round trip each of two at most. Throws what the server refuses. */
export async function readEvidence(
  database: Reader,
  reading: IndexReading,
  only: readonly CheckId[] = checkIds,
  options: ReadOptions = {},
): Promise<Evidence> {
  const [statements, bloats] = await Promise.all([
    only.some((id) => id === 'missing-composite' || id === 'missing-gin')
      ? readStatements(database, reading, options)
      : { statements: [], blind: [] },
    only.includes('bloat') ? estimateBloat(database, reading, worthEstimating(reading), options) : new Map<string, Bloat>(),
  ]);
  return { statements, bloats };
}
