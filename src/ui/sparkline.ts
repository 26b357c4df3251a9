import { type DisplayText, label } from '#core/display-text.ts';
import type { Theme } from './theme.ts';

const blocks = '▁▂▃▄▅▆▇█';
const asciiMarks = '_.-:=+*#';

/** A row of bars, one a value, the highest as high as a line is. Nothing at all is a space, so that little is told from none. */
export function sparkline(values: readonly number[], theme: Theme): DisplayText {
  const marks = theme.ascii ? asciiMarks : blocks;
  const highest = Math.max(0, ...values);
  const bar = (value: number): string => (value <= 0 ? ' ' : marks[Math.ceil((value / highest) * marks.length) - 1]!);
  return label(values.map(bar).join(''));
}

/** How many rows fall into each of `bins` equal parts of the time from `from` to `until` by their moments; all in milliseconds. */
export function countInBins<Row>(
  rows: readonly Row[],
  momentOf: (row: Row) => number | undefined,
  span: { readonly from: number; readonly until: number },
  bins: number,
): readonly number[] {
  const counts = Array.from({ length: bins }, () => 0);
  const width = (span.until - span.from) / bins;
  for (const row of rows) {
    const moment = momentOf(row);
    if (moment === undefined || moment < span.from || moment > span.until) continue;
    counts[Math.min(bins - 1, Math.floor((moment - span.from) / width))]! += 1;
  }
  return counts;
}
