import { formatBytes, formatCount } from '#core/format.ts';
import { type CheckId, type CheckResult, type Considered, type Finding, nothingFound, severityOfBytes } from '../finding.ts';
import type { Index, IndexReading } from '../model.ts';
import { longEnoughDays } from '../observed.ts';
import { type Covered, findCovered } from './cover.ts';
import { isTenantScoped, serving, supportedKeys, whyKept, whyNotServing } from './serving.ts';
import { dropIndex } from './sql.ts';

/** An index is rarely used that is read less often than this, and written more often for each time it is read. */
const rare = { scansADay: 5, writesAScan: 1000 };

const secondsADay = 86_400;

/** Indexes that nothing has read since the counters count, on any server. */
export function unused(reading: IndexReading): CheckResult {
  return needless(reading, 'unused', (index) => (index.scans > 0 ? undefined : unusedReason(reading, index)));
}

/** Indexes that cost far more in writes than they are read. */
export function rarelyUsed(reading: IndexReading): CheckResult {
  return needless(reading, 'rarely-used', (index) => {
    const writes = reading.tables.get(index.tableOid)?.indexWrites ?? 0;
    const { scans, scansADay } = index;
    if (scans === 0 || scansADay === null || scansADay >= rare.scansADay || writes < scans * rare.writesAScan) return undefined;
    return `read ${formatCount(scans)} times${onServers(reading)} while ${formatCount(writes)} rows were written through it`;
  });
}

function unusedReason(reading: IndexReading, index: Index): string {
  const seconds = observedSeconds(reading, index);
  const days = Math.floor(seconds / secondsADay);
  const time = days === 0 ? 'in less than a day' : `in ${days} day${days === 1 ? '' : 's'}`;
  const short = isLong(reading, index) ? '' : `: too short for a verdict, which needs ${longEnoughDays} days`;
  return `${short === '' ? 'never used' : 'not yet used'} ${time}${onServers(reading)}${short}`;
}

const onServers = ({ servers }: IndexReading): string => (servers.length === 1 ? '' : ` on ${servers.length} servers`);

/** No longer than the index is known to exist, where the server keeps commit times. */
function observedSeconds({ observation }: IndexReading, { changedAgeSeconds }: Index): number {
  return Math.min(observation.seconds, changedAgeSeconds ?? Infinity);
}

function isLong(reading: IndexReading, index: Index): boolean {
  return reading.observation.isLongEnough && observedSeconds(reading, index) >= longEnoughDays * secondsADay;
}

function needless(
  reading: IndexReading,
  check: Extract<CheckId, 'unused' | 'rarely-used'>,
  reasonOf: (index: Index) => string | undefined,
): CheckResult {
  if (!reading.observation.isCounting) {
    return {
      ...nothingFound,
      blind: [{ check, because: 'nothing is counted: track_counts is off on the server, or on a replica' }],
    };
  }
  if (check === 'rarely-used' && !reading.observation.isLongEnough) {
    return {
      ...nothingFound,
      blind: [{ check, because: `counters must have counted ${longEnoughDays} days before use can be called rare` }],
    };
  }
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  const { covered } = findCovered(reading);
  const keepers = new Map(covered.map(({ by, index }) => [by.oid, index]));
  const coveredBy = new Map(covered.map((each) => [each.index.oid, each]));
  const raised = new Set<string>();
  // The largest first: of two that could do one duty the smaller stays.
  for (const index of reading.indexes.toSorted((a, b) => (b.indexBytes ?? 0) - (a.indexBytes ?? 0))) {
    const reason = reasonOf(index);
    if (reason === undefined) continue;
    const subject = { check, schema: index.schema, table: index.table, index: index.name, columns: index.columns };
    const gone = (oid: string): boolean => raised.has(oid) || coveredBy.has(oid);
    const because =
      whyKept(index) ??
      whyRaised(coveredBy.get(index.oid)) ??
      whyOnDuty(reading, index, gone, keepers) ??
      whyEmpty(reading, index);
    if (because !== undefined) {
      considered.push({ ...subject, notRaisedBecause: because });
      continue;
    }
    raised.add(index.oid);
    const bytes = index.indexBytes ?? 0;
    findings.push({
      ...subject,
      severity: check === 'unused' && !isLong(reading, index) ? 'notice' : severityOfBytes(bytes),
      reason: `${reason}; dropping it frees ${formatBytes(bytes)}`,
      ...dropIndex(index),
    });
  }
  return { ...nothingFound, findings, considered };
}

function whyRaised(covered: Covered | undefined): string | undefined {
  return covered === undefined ? undefined : `it is raised as ${covered.kind} beside ${covered.by.name}`;
}

function whyEmpty(reading: IndexReading, index: Index): string | undefined {
  return reading.tables.get(index.tableOid)?.estimatedRows === 0 ? 'its table is empty' : undefined;
}

/** What only this index does, though nothing has read it: what another check would demand at once if it went. */
function whyOnDuty(
  reading: IndexReading,
  index: Index,
  isGone: (oid: string) => boolean,
  keepers: ReadonlyMap<string, Index>,
): string | undefined {
  const replaced = keepers.get(index.oid);
  if (replaced !== undefined) return `it takes over from ${replaced.name}, which is raised as needless beside it`;
  const isOnly = (columns: readonly string[]): boolean =>
    serving(reading, index.tableOid, columns).every((other) => other.oid === index.oid || isGone(other.oid));
  const key = supportedKeys(reading, index).find(({ columns }) => isOnly(columns));
  if (key !== undefined) return `it is the only index under the foreign key ${key.name}`;
  const isTenants = isTenantScoped(reading, index.tableOid) && whyNotServing(index, ['tenant_id']) === undefined;
  return isTenants && isOnly(['tenant_id']) ? "it is the only index that finds a tenant's rows" : undefined;
}
