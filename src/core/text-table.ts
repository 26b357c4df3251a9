import { asciiText, type DisplayText, displayText } from '#core/display-text.ts';
import { type Align, padToWidth, widthOf } from '#core/text-width.ts';

/** One column of a text table. Numbers stand right. */
export interface TextColumn {
  readonly title: string;
  readonly align?: Align | undefined;
}

/** `ascii` escapes every character that is not ASCII, for terminals and files that are not UTF-8. */
export interface TextTableOptions {
  readonly ascii?: boolean | undefined;
}

const empty = displayText('');

/**
 * An aligned table for headless output: a line of titles, a line a row, two spaces between columns, no borders, nothing cut, no white
 * space at line ends, no newline at the end. Missing cells are empty; cells beyond the columns throw a RangeError, since they would vanish.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly DisplayText[])[],
  options: TextTableOptions = {},
): string {
  const tooWide = rows.findIndex((row) => row.length > columns.length);
  if (tooWide !== -1) throw new RangeError(`Row ${tooWide} has more cells than the ${columns.length} columns.`);
  const shown = (cell: DisplayText): DisplayText => (options.ascii ? asciiText(cell) : cell);
  const titles = columns.map((column) => displayText(column.title, options));
  const lines = [titles, ...rows.map((row) => columns.map((_, index) => shown(row[index] ?? empty)))];
  const widths = columns.map((_, index) => lines.reduce((widest, line) => Math.max(widest, widthOf(line[index] ?? empty)), 0));
  return lines
    .map((line) => line.map((cell, index) => padToWidth(cell, widths[index] ?? 0, columns[index]?.align)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
