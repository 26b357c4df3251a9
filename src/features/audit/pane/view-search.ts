import type { AuditState } from './audit-state.ts';
import { searchedText } from './entry-columns.ts';
import { extentOf } from './entry-log.ts';

/** The number of the first row that matches the search, from one row on in a direction and round the end; undefined where none does. */
export function findMatch(state: AuditState, from: number, direction: 1 | -1): number | undefined {
  const { log, search } = state;
  const { first, end } = extentOf(log);
  const count = end - first;
  for (let step = 0; step < count; step += 1) {
    const index = (((from - first + direction * step) % count) + count) % count;
    const row = log.rows[index]!;
    const text = row.kind === 'entry' ? searchedText(row, state) : `gap ${row.whatHappened.toLowerCase()}`;
    if (text.includes(search)) return first + index;
  }
  return undefined;
}
