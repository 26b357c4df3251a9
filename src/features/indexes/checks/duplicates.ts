import { formatBytes } from '#core/format.ts';
import { type CheckResult, nothingFound, severityOfBytes } from '../finding.ts';
import type { Index, IndexReading } from '../model.ts';
import { type Covered, findCovered } from './cover.ts';
import { dropIndex } from './sql.ts';

/** Indexes that do what another index of the table does as well: all of it (`duplicate`), or as its first columns (`redundant-prefix`). */
export function duplicates(reading: IndexReading, kind: Covered['kind']): CheckResult {
  const { covered, nearMisses } = findCovered(reading);
  const subject = (index: Index) => ({
    check: kind,
    schema: index.schema,
    table: index.table,
    index: index.name,
    columns: index.columns,
  });
  return {
    ...nothingFound,
    findings: covered
      .filter((each) => each.kind === kind)
      .map(({ index, by, isMirrored }) => ({
        ...subject(index),
        severity: severityOf(index, by, kind),
        reason: `${reasonOf(index, by, kind, isMirrored)}; dropping it frees ${formatBytes(index.indexBytes ?? 0)}`,
        ...dropIndex(index),
      })),
    considered: nearMisses
      .filter((each) => each.kind === kind)
      .map(({ index, because }) => ({ ...subject(index), notRaisedBecause: because })),
  };
}

/** A reader of the short index pays for a much longer one: then it is no clear gain. */
function severityOf(index: Index, by: Index, kind: Covered['kind']) {
  const bytes = index.indexBytes ?? 0;
  return kind === 'redundant-prefix' && (by.indexBytes ?? 0) > 3 * bytes ? 'notice' : severityOfBytes(bytes);
}

function reasonOf(index: Index, by: Index, kind: Covered['kind'], isMirrored: boolean): string {
  const backwards = isMirrored ? ', read backwards' : '';
  if (kind === 'duplicate') {
    const more = by.isUnique && !index.isUnique ? ', which is unique besides' : '';
    return `does the same as ${by.name}${backwards}${more}`;
  }
  const longer =
    by.columns.length > index.columns.length
      ? `begins with the same columns${backwards}`
      : 'has the same columns and includes more';
  const wide =
    (by.indexBytes ?? 0) > 3 * (index.indexBytes ?? 0) ? `, though it is ${formatBytes(by.indexBytes ?? 0)} to read` : '';
  return `${by.name} ${longer}${wide}`;
}
