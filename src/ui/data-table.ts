import type { DisplayText } from '#core/display-text.ts';
import { label, trusted } from '#core/display-text.ts';
import { widthOf } from '#core/text-width.ts';
import { highlighted } from './highlight.ts';
import { cell, type Line, span } from './line.ts';
import type { ListState } from './list-state.ts';
import type { Theme, Tone } from './theme.ts';

/** A column of a browsed table. Columns get their natural width up to `most`; when room is short, the last by `priority` go first. */
export interface DataColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => DisplayText;
  /** The text for a column that is narrower than it; without it, the end is cut off. */
  readonly fitted?: (row: Row, columns: number) => DisplayText;
  readonly tone?: (row: Row) => Tone;
  readonly align?: 'left' | 'right';
  readonly least: number;
  readonly most: number;
  /** 1 stays longest. */
  readonly priority: number;
}

/** What a table may show beside its columns. */
export interface TableLook<Row> {
  /** One column wide, before the first column: what joins a row to its neighbours. */
  readonly mark?: (row: Row, index: number) => DisplayText;
  /** A row that is no row of the table: said across all columns. */
  readonly across?: (row: Row) => Line | undefined;
  /** Marked wherever it is; lower case. */
  readonly needle?: string;
}

const gap = 2;
const margin = 3;

/**
 * A heading and the window of rows around the cursor, each one line, in `height` lines. `rows` may be many: only those on screen are laid
 * out. `widths` come from columnWidths.
 */
export function tableLines<Row>(
  columns: readonly DataColumn<Row>[],
  widths: readonly number[],
  rows: readonly Row[],
  list: ListState,
  height: number,
  theme: Theme,
  look: TableLook<Row> = {},
): readonly Line[] {
  const shownRows = rows.slice(list.offset, list.offset + Math.max(0, height - 1));
  const laidOut = columns.flatMap((column, index) => (widths[index] === 0 ? [] : [{ column, width: widths[index]! }]));
  const between = trusted(' '.repeat(gap));
  const heading = laidOut.map(({ column, width }) => cell(label(column.title), width, theme, column.align)).join(between);
  return [
    [span(trusted(' '.repeat(margin) + heading), 'muted')],
    ...shownRows.map((row, index) => rowLine(row, list.offset + index)),
  ];

  function rowLine(row: Row, place: number): Line {
    const isSelected = place === list.cursor;
    const start = trusted(`${isSelected ? ' >' : '  '}${look.mark?.(row, place) ?? ' '}`);
    const across = look.across?.(row);
    if (across !== undefined) return [span(start, isSelected ? 'selected' : 'plain'), ...across];
    const needle = look.needle ?? '';
    const cells = laidOut.map(({ column, width }) => ({
      text: cell(fittedText(column, row, width), width, theme, column.align),
      tone: column.tone?.(row) ?? 'plain',
    }));
    if (isSelected) return highlighted(trusted(start + cells.map(({ text }) => text).join(between)), needle, 'selected');
    return cells.flatMap(({ text, tone }, index) => [span(index === 0 ? start : between), ...highlighted(text, needle, tone)]);
  }
}

function fittedText<Row>({ text, fitted }: DataColumn<Row>, row: Row, columns: number): DisplayText {
  const whole = text(row);
  return fitted === undefined || widthOf(whole) <= columns ? whole : fitted(row, columns);
}

/**
 * Widths for a table of `tableColumns` in all, 0 for a column that is left out. Wide columns give way before any is dropped. Measured over
 * every loaded row rather than those on screen, so that columns stay put while scrolling.
 */
export function columnWidths<Row>(
  columns: readonly DataColumn<Row>[],
  rows: readonly Row[],
  tableColumns: number,
): readonly number[] {
  const room = tableColumns - margin;
  const natural = columns.map((column) =>
    Math.min(
      column.most,
      rows.reduce((widest, row) => Math.max(widest, widthOf(column.text(row))), Math.max(column.least, column.title.length)),
    ),
  );
  const kept = new Set(columns.keys());
  const total = (widths: readonly number[]): number => [...kept].reduce((sum, index) => sum + widths[index]! + gap, -gap);
  const least = columns.map((column, index) => Math.min(column.least, natural[index]!));
  for (const index of [...columns.keys()].sort((a, b) => columns[b]!.priority - columns[a]!.priority)) {
    if (total(least) <= room || kept.size === 1) break;
    kept.delete(index);
  }
  const widths = [...natural];
  while (total(widths) > room) {
    const widest = [...kept].reduce(
      (best, index) => (widths[index]! - least[index]! > widths[best]! - least[best]! ? index : best),
      [...kept][0]!,
    );
    if (widths[widest]! <= least[widest]!) break;
    widths[widest]! -= 1;
  }
  return widths.map((width, index) => (kept.has(index) ? width : 0));
}
