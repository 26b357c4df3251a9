import stringWidth from 'string-width';
import { type DisplayText, trusted } from '#core/display-text.ts';

/** What marks a cut: `...` in ASCII mode. */
export type Ellipsis = '…' | '...';

/** The side of its column a text stands on. */
export type Align = 'left' | 'right';

const notAscii = /[^ -~]/;
let segmenter: Intl.Segmenter | undefined;
/** Made when first needed: ICU takes 8 ms for the first one, and most text is ASCII. */
const graphemes = {
  segment: (text: string): Intl.Segments => (segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text),
};

// As in display-text: no column of displayable text takes more than 16 units, so nothing beyond this many can be on screen.
const unitsAColumn = 16;

/**
 * Columns that the text takes, by string-width 9: wide East Asian characters and emoji are 2, ambiguous ones 1.
 * Terminals differ on emoji sequences and on ambiguous width; marks of our own are therefore ASCII or box-drawing.
 */
export function widthOf(text: DisplayText): number {
  return columnsOf(text);
}

const columnsOf = (text: string): number => (notAscii.test(text) ? stringWidth(text) : text.length);

interface Fitting {
  readonly text: string;
  readonly width: number;
}

/** The longest run of whole graphemes from the start that fits; what follows an unfitting one is left out even if it would fit. */
export function headOf(text: string, columns: number): Fitting {
  // One more than is kept: a mark behind the last letter belongs to it.
  if (!notAscii.test(text.slice(0, columns + 1))) {
    const head = text.slice(0, columns);
    return { text: head, width: head.length };
  }
  let width = 0;
  let end = 0;
  for (const { segment } of graphemes.segment(text.slice(0, columns * unitsAColumn + unitsAColumn))) {
    const next = width + columnsOf(segment);
    if (next > columns) break;
    width = next;
    end += segment.length;
  }
  return { text: text.slice(0, end), width };
}

function tailOf(text: string, columns: number): Fitting {
  const plainTail = columns > 0 ? text.slice(-columns) : '';
  if (!notAscii.test(plainTail)) return { text: plainTail, width: plainTail.length };
  const segments = Array.from(graphemes.segment(text.slice(-(columns + 2) * unitsAColumn)), ({ segment }) => segment);
  let width = 0;
  let length = 0;
  for (const segment of segments.toReversed()) {
    const next = width + columnsOf(segment);
    if (next > columns) break;
    width = next;
    length += segment.length;
  }
  return { text: text.slice(text.length - length), width };
}

/** Whether the text fits, at a cost bound by the columns and not by the text. */
function fits(text: DisplayText, columns: number): boolean {
  if (text.length <= columns && !notAscii.test(text)) return true;
  const prefix = text.slice(0, columns * unitsAColumn + unitsAColumn);
  return prefix.length === text.length && columnsOf(prefix) <= columns;
}

const wholeColumns = (columns: number): number => (columns > 0 ? Math.floor(columns) : 0);
const spaces = (count: number): string => ' '.repeat(Math.max(0, count));

/**
 * The text in at most `columns` columns. Text that fits comes back as it is; else whole graphemes, then the ellipsis, then a space where
 * a wide character would have been split, so that a cut text takes exactly `columns`. Too few columns for the ellipsis cut that too.
 */
export function cutToWidth(text: DisplayText, columns: number, ellipsis: Ellipsis = '…'): DisplayText {
  const limit = wholeColumns(columns);
  if (fits(text, limit)) return text;
  const mark = ellipsis.slice(0, limit);
  const head = headOf(text, limit - mark.length);
  return trusted(head.text + mark + spaces(limit - mark.length - head.width));
}

/** The text in at least `columns` columns, filled with spaces on the side it does not stand on. Wider text comes back as it is. */
export function padToWidth(text: DisplayText, columns: number, align: Align = 'left'): DisplayText {
  const fill = spaces(wholeColumns(columns) - widthOf(text));
  return trusted(align === 'left' ? text + fill : fill + text);
}

/** The text in exactly `columns` columns: cut or filled. */
export function fitToWidth(text: DisplayText, columns: number, align: Align = 'left', ellipsis: Ellipsis = '…'): DisplayText {
  return padToWidth(cutToWidth(text, columns, ellipsis), columns, align);
}

/** As cutToWidth, but the middle is left out and the ellipsis stands there: for ids and paths, whose ends tell them apart. */
export function cutMiddle(text: DisplayText, columns: number, ellipsis: Ellipsis = '…'): DisplayText {
  const limit = wholeColumns(columns);
  if (fits(text, limit)) return text;
  const room = limit - ellipsis.length;
  if (room < 2) return cutToWidth(text, limit, ellipsis);
  const head = headOf(text, Math.ceil(room / 2));
  const tail = tailOf(text, Math.floor(room / 2));
  return trusted(head.text + ellipsis + tail.text + spaces(room - head.width - tail.width));
}
