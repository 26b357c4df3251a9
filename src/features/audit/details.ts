import type { Reader, ReadOptions } from '#database/query.ts';
import { type AuditEntry, type AuditEntryDetail, documentsOf, withDocuments } from './entries.ts';
import type { AuditSource } from './source.ts';

/** How many entries' documents are asked for at once. */
const mostEntries = 200;
/**
 * The entries with their documents, in their order, a few at a time: no more than some 2 MB at once, or one entry. One that was deleted meanwhile comes
 * without documents. Throws an AdminError.
 */
export async function* readDetails(
  reader: Reader,
  source: AuditSource,
  entries: readonly AuditEntry[],
  options?: ReadOptions,
): AsyncGenerator<readonly AuditEntryDetail[]> {
  let start = 0;
  while (start < entries.length) {
    const asked = entries.slice(start, start + mostEntries);
    const rows = await reader.read(
      documentsOf(
        source,
        asked.map(({ id }) => id),
      ),
      options,
    );
    const byPlace = new Map(rows.map((row) => [row.place, row]));
    // What stands behind the last place either did not fit any more or is gone: the next question tells.
    const told = rows.at(-1)?.place ?? asked.length;
    yield asked.slice(0, told).map((entry, index) => {
      const row = byPlace.get(index + 1);
      return row === undefined ? { ...entry, ...nothing } : withDocuments(entry, row);
    });
    start += told;
  }
}

const nothing = { before: null, after: null, changes: null, more: { ipAddress: null, userAgent: null, requestId: null } };
