import { asciiText, type DisplayText, label, trusted } from '#core/display-text.ts';
import { cutToWidth, padToWidth, widthOf } from '#core/text-width.ts';
import type { Theme, Tone } from './theme.ts';

/** A piece of a line in one tone. */
export interface Span {
  readonly text: DisplayText;
  readonly tone: Tone;
}

/** One line of the screen, laid out: what is drawn as a single Text, since a Box a cell costs twice the time. */
export type Line = readonly Span[];

/** Text from the database in a tone. */
export function span(text: DisplayText, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** Words of our own in a tone. */
export function words(text: string, tone: Tone = 'plain'): Span {
  return { text: label(text), tone };
}

export const emptyLine: Line = [];

/** Columns a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}

/** The line in at most `columns`, cut with an ellipsis where it is longer. */
export function cutLine(line: Line, columns: number, theme: Theme): Line {
  const shown: Span[] = [];
  let left = columns;
  for (const piece of line) {
    const text = theme.ascii ? asciiText(piece.text) : piece.text;
    const width = widthOf(text);
    if (width > left) {
      if (left > 0) shown.push({ text: cutToWidth(text, left, theme.ellipsis), tone: piece.tone });
      return shown;
    }
    shown.push({ text, tone: piece.tone });
    left -= width;
  }
  return shown;
}

/** The line in exactly `columns`. `tone` is for the filling. */
export function fitLine(line: Line, columns: number, theme: Theme, tone: Tone = 'plain'): Line {
  const cut = cutLine(line, columns, theme);
  const missing = columns - lineWidth(cut);
  return missing > 0 ? [...cut, { text: spaces(missing), tone }] : cut;
}

/** Two pieces of a line, the second at the right edge; the first gives way where there is no room for both. */
export function spreadLine(left: Line, right: Line, columns: number, theme: Theme): Line {
  const end = cutLine(right, columns, theme);
  return [...fitLine(left, Math.max(0, columns - lineWidth(end)), theme), ...end];
}

/** Exactly `rows` lines: cut at the end, or filled with empty ones. */
export function fitRows(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length >= rows) return lines.slice(0, rows);
  return [...lines, ...Array.from({ length: rows - lines.length }, () => emptyLine)];
}

/** Two blocks side by side, `leftColumns` wide the first, with a rule between them. */
export function besides(
  left: readonly Line[],
  right: readonly Line[],
  leftColumns: number,
  columns: number,
  theme: Theme,
): readonly Line[] {
  const rule: Line = [span(trusted(` ${theme.vertical} `), 'muted')];
  return left.map((line, index) => {
    const beside = right[index] ?? emptyLine;
    return [...fitLine(line, leftColumns, theme), ...rule, ...cutLine(beside, columns - leftColumns - 3, theme)];
  });
}

/** A table cell: the text in exactly `columns`. */
export function cell(text: DisplayText, columns: number, theme: Theme, align: 'left' | 'right' = 'left'): DisplayText {
  const shown = theme.ascii ? asciiText(text) : text;
  return padToWidth(cutToWidth(shown, columns, theme.ellipsis), columns, align);
}

/** So many spaces. */
export function spaces(count: number): DisplayText {
  return trusted(' '.repeat(Math.max(0, count)));
}
