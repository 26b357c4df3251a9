import { formatBytes } from '#core/format.ts';
import type { Bloat } from '../bloat.ts';
import { type CheckResult, type Considered, type Finding, nothingFound, severityOfBytes } from '../finding.ts';
import type { Index, IndexReading } from '../model.ts';
import { nothingToTakeBack, qualified } from './sql.ts';

/** An index that grew at random keeps about 30 % of its room for what is to come: that is no bloat. */
const leastPercent = 40;
/** Nobody reindexes for less. */
const leastWastedBytes = 1024 * 1024;

/** The indexes whose bloat is worth an estimate. */
export function worthEstimating(reading: IndexReading): readonly Index[] {
  return reading.indexes.filter((index) => !index.isPartitioned && (index.indexBytes ?? 0) >= leastWastedBytes);
}

/** Indexes that a REINDEX would make much smaller, by what was estimated or measured of them. */
export function bloated(reading: IndexReading, bloats: ReadonlyMap<string, Bloat>): CheckResult {
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  for (const index of reading.indexes) {
    const bloat = bloats.get(index.oid);
    if (bloat === undefined) continue;
    const subject = {
      check: 'bloat',
      schema: index.schema,
      table: index.table,
      index: index.name,
      columns: index.columns,
    } as const;
    if (bloat.state === 'n/a') {
      considered.push({ ...subject, notRaisedBecause: `n/a: ${bloat.because}` });
      continue;
    }
    const waste = `${bloat.state} bloat ${Math.round(bloat.percent)} %, ${formatBytes(bloat.wastedBytes)} of ${formatBytes(index.indexBytes ?? 0)}`;
    if (bloat.percent < leastPercent || bloat.wastedBytes < leastWastedBytes)
      considered.push({ ...subject, notRaisedBecause: waste });
    else {
      findings.push({
        ...subject,
        severity: severityOfBytes(bloat.wastedBytes),
        reason: `${waste} would come back with a REINDEX`,
        sql: `REINDEX INDEX CONCURRENTLY ${qualified(index)};`,
        rollbackSql: nothingToTakeBack,
      });
    }
  }
  return { ...nothingFound, findings, considered };
}
