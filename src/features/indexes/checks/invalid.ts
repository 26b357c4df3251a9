import { formatBytes } from '#core/format.ts';
import { type CheckResult, type Considered, type Finding, nothingFound } from '../finding.ts';
import { type Index, type IndexReading, type LeftoverIndex, titleOf } from '../model.ts';
import { dropIndex, nothingToTakeBack, qualified, quoted } from './sql.ts';

/** Indexes that no query may use though every write pays for them, and what REINDEX CONCURRENTLY has left behind. */
export function invalid(reading: IndexReading): CheckResult {
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  for (const index of reading.indexes) {
    const subject = {
      check: 'invalid',
      schema: index.schema,
      table: index.table,
      index: index.name,
      columns: index.columns,
    } as const;
    const leftover = /_cc(new|old)\d*$/.exec(index.name)?.[1];
    if (index.isValid && index.isReady && index.isLive) {
      if (leftover !== undefined) considered.push({ ...subject, notRaisedBecause: 'it is valid and only named like a leftover' });
    } else if (index.isBeingBuilt) considered.push({ ...subject, notRaisedBecause: beingBuilt });
    else if (index.areBuildsHidden) {
      considered.push({ ...subject, notRaisedBecause: 'another role is building an index, and this role may not see which' });
    } else findings.push({ ...subject, severity: 'warning', ...whatToDo(reading, index, leftover) });
  }
  const listed = new Set(reading.indexes.map(({ oid }) => oid));
  for (const leftover of reading.leftovers.filter(({ oid }) => !listed.has(oid))) {
    const subject = {
      check: 'invalid',
      schema: leftover.tableSchema,
      table: leftover.table,
      index: titleOf(leftover),
      columns: [],
    } as const;
    if (leftover.isWorkedOn) considered.push({ ...subject, notRaisedBecause: beingBuilt });
    else findings.push({ ...subject, severity: 'warning', ...outOfView(leftover) });
  }
  return { ...nothingFound, findings, considered };
}

const beingBuilt = 'it is being built, rebuilt or dropped now';
const leftBy = {
  old: 'the old index of a REINDEX CONCURRENTLY that was not cleaned up',
  new: 'what a REINDEX CONCURRENTLY that failed has left',
};

/** Of a TOAST table, or in a schema whose indexes are not listed. */
function outOfView(leftover: LeftoverIndex): Pick<Finding, 'reason' | 'sql' | 'rollbackSql'> {
  const left = /_ccold\d*$/.test(leftover.name) ? leftBy.old : leftBy.new;
  const where = leftover.schema === 'pg_toast' ? ` on the TOAST table of ${leftover.table}` : '';
  return {
    reason: `${left}${where}: ${formatBytes(leftover.indexBytes ?? 0)} that no query can use`,
    sql: `DROP INDEX CONCURRENTLY IF EXISTS ${qualified(leftover)};`,
    rollbackSql: nothingToTakeBack,
  };
}

function whatToDo(
  reading: IndexReading,
  index: Index,
  leftover: string | undefined,
): Pick<Finding, 'reason' | 'sql' | 'rollbackSql'> {
  const cost = `${formatBytes(index.indexBytes ?? 0)} that ${index.isReady ? 'every write pays for and ' : ''}no query can use`;
  if (index.isPartitioned) return missingParts(reading, index);
  if (leftover !== undefined) {
    const base = index.name.replace(/_cc(?:new|old)\d*$/, '');
    const left = leftover === 'old' ? leftBy.old : leftBy.new;
    const next = leftover === 'old' ? '' : `; then reindex ${base} again`;
    return { reason: `${left}: ${cost}${next}`, sql: dropIndex(index).sql, rollbackSql: nothingToTakeBack };
  }
  const twin = (reading.indexesOf.get(index.tableOid) ?? []).find(
    (other) => other.isValid && other.oid !== index.oid && other.isUnique === index.isUnique && bodyOf(other) === bodyOf(index),
  );
  if (twin !== undefined || !index.isLive) {
    const why =
      twin === undefined ? 'a DROP INDEX CONCURRENTLY that was not finished' : `a build that failed, made good by ${twin.name}`;
    return { reason: `${why}: ${cost}`, sql: dropIndex(index).sql, rollbackSql: nothingToTakeBack };
  }
  const unique = index.isUnique ? '; rows that break its uniqueness must go first' : '';
  return {
    reason: `a CREATE INDEX CONCURRENTLY that failed: ${cost}${unique}`,
    sql: `REINDEX INDEX CONCURRENTLY ${qualified(index)};`,
    rollbackSql: dropIndex(index).sql,
  };
}

/** A definition from the method on: what makes two indexes of one table the same. */
function bodyOf({ definition }: Index): string {
  return definition?.slice(definition.indexOf(' USING ')) ?? '';
}

/** A partitioned index is valid once every partition has its part. */
function missingParts(reading: IndexReading, index: Index): Pick<Finding, 'reason' | 'sql' | 'rollbackSql'> {
  const parts = new Set(reading.indexes.filter((part) => part.parentOid === index.oid).map((part) => part.tableOid));
  const without = [...reading.tables.values()].filter((table) => table.parentOid === index.tableOid && !parts.has(table.oid));
  const statements = without.flatMap((table) => {
    const name = `${index.name.slice(0, 50)}_${table.oid}`;
    return [
      `CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${quoted(name)} ON ${qualified(table)}${bodyOf(index)};`,
      `ALTER INDEX ${qualified(index)} ATTACH PARTITION ${qualified({ schema: table.schema, name })};`,
    ];
  });
  return {
    reason: `a partitioned index that ${without.length === 0 ? 'is not valid' : `these partitions have no part of: ${without.map(titleOf).join(', ')}`}; until then no query of the whole table can rely on it`,
    sql: without.length === 0 ? nothingToTakeBack : [`SET LOCAL lock_timeout = '5s';`, ...statements].join('\n'),
    rollbackSql: nothingToTakeBack,
  };
}
