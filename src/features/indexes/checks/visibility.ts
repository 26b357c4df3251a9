import { formatBytes, formatCount, formatTimestamp } from '#core/format.ts';
import { type CheckResult, type Considered, type Finding, nothingFound } from '../finding.ts';
import type { Index, IndexedTable, IndexReading } from '../model.ts';
import { nothingToTakeBack, qualified } from './sql.ts';

/** Below this share of pages known to be visible to all, an index-only scan visits the table as often as not; a page is 8 kB. */
const visible = { leastPercent: 50, leastPages: 128, leastEntriesRead: 1000 };

const heavyBytes = 100 * 1024 * 1024;

/** Tables whose visibility map is empty, so that index-only scans look into the table for every entry. */
export function visibility(reading: IndexReading): CheckResult {
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  for (const table of reading.tables.values()) {
    if (table.kind === 'partitioned' || table.pages < visible.leastPages) continue;
    const percent = Math.round((100 * table.allVisiblePages) / table.pages);
    if (percent >= visible.leastPercent) continue;
    const subject = { check: 'visibility', schema: table.schema, table: table.name, columns: [] } as const;
    const index = mostRead(reading.indexesOf.get(table.oid) ?? []);
    if (index === undefined) {
      considered.push({
        ...subject,
        index: null,
        notRaisedBecause: `${percent} % of its pages are all-visible, but no index of several columns is read`,
      });
      continue;
    }
    findings.push({ ...subject, columns: index.columns, index: index.name, ...findingOf(table, index, percent) });
  }
  return { ...nothingFound, findings, considered };
}

/** Of the indexes that could answer without the table, by a second or an included column, the one that is read most. */
function mostRead(indexes: readonly Index[]): Index | undefined {
  const [most] = indexes
    .filter((index) => index.method === 'btree' && index.columns.length + index.includedColumns.length > 1)
    .filter((index) => index.entriesRead >= visible.leastEntriesRead && index.rowsFetched > 0)
    .toSorted((a, b) => b.rowsFetched - a.rowsFetched);
  return most;
}

function findingOf(
  table: IndexedTable,
  index: Index,
  percent: number,
): Pick<Finding, 'severity' | 'reason' | 'sql' | 'rollbackSql'> {
  const vacuumed =
    table.lastVacuum === null ? 'never vacuumed since the counters count' : `last vacuumed ${formatTimestamp(table.lastVacuum)}`;
  return {
    severity: (table.tableBytes ?? 0) >= heavyBytes && index.includedColumns.length > 0 ? 'warning' : 'notice',
    reason:
      `${percent} % of the pages of ${table.name} (${formatBytes(table.tableBytes ?? 0)}) are known to be visible to all, ${vacuumed}: ` +
      `${index.name} read ${formatCount(index.entriesRead)} entries and visited the table ${formatCount(index.rowsFetched)} times`,
    sql: `VACUUM (ANALYZE) ${qualified(table)};`,
    rollbackSql: nothingToTakeBack,
  };
}
