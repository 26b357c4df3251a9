import { displayText, label, trusted } from '#core/display-text.ts';
import { cutToWidth, widthOf } from '#core/text-width.ts';
import { type Line, span } from './line.ts';
import type { Theme } from './theme.ts';

/** A line of typed text and the place of the cursor in it, counted in graphemes. */
export interface TextField {
  readonly graphemes: readonly string[];
  readonly cursor: number;
}

export type TextEdit =
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'backspace'
  | 'delete'
  | 'delete-word'
  | 'delete-to-start'
  | 'delete-to-end';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const longest = 500;

export const emptyField: TextField = { graphemes: [], cursor: 0 };

/** A field that holds `text`, with the cursor behind it. */
export function fieldOf(text: string): TextField {
  const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment);
  return { graphemes, cursor: graphemes.length };
}

export function textOf(field: TextField): string {
  return field.graphemes.join('');
}

/**
 * Inserts typed or pasted text at the cursor. Line ends and tabs become spaces, since the field has one line. What goes beyond `most`
 * graphemes is left out.
 */
export function insertText(field: TextField, text: string, most: number = longest): TextField {
  const clean = text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/\p{Cc}/gu, '');
  const before = field.graphemes.slice(0, field.cursor).join('') + clean;
  const all = [...segmenter.segment(before + field.graphemes.slice(field.cursor).join(''))]
    .map(({ segment }) => segment)
    .slice(0, most);
  return { graphemes: all, cursor: Math.min(all.length, [...segmenter.segment(before)].length) };
}

/** Moves in or removes from the field, as in a shell. */
export function editText(field: TextField, edit: TextEdit): TextField {
  const { graphemes, cursor } = field;
  switch (edit) {
    case 'left':
      return { graphemes, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { graphemes, cursor: Math.min(graphemes.length, cursor + 1) };
    case 'home':
      return { graphemes, cursor: 0 };
    case 'end':
      return { graphemes, cursor: graphemes.length };
    case 'backspace':
      return without(field, Math.max(0, cursor - 1), cursor);
    case 'delete':
      return without(field, cursor, cursor + 1);
    case 'delete-word': {
      const before = graphemes.slice(0, cursor).join('');
      const kept = before.replace(/\S*\s*$/u, '');
      return without(field, [...segmenter.segment(kept)].length, cursor);
    }
    case 'delete-to-start':
      return without(field, 0, cursor);
    case 'delete-to-end':
      return without(field, cursor, graphemes.length);
  }
}

function without(field: TextField, from: number, to: number): TextField {
  return { graphemes: [...field.graphemes.slice(0, from), ...field.graphemes.slice(to)], cursor: from };
}

/** The field as a line of at most `columns`, with a block for the cursor; a text that is longer shows the part around the cursor. */
export function fieldLine(field: TextField, columns: number, theme: Theme, options: { readonly hidden?: boolean } = {}): Line {
  const shown = field.graphemes.map((grapheme) => (options.hidden ? '*' : displayText(grapheme, { ascii: theme.ascii })));
  let from = 0;
  const roomBefore = Math.max(1, columns - 2);
  while (widthOf(trusted(shown.slice(from, field.cursor).join(''))) > roomBefore) from += 1;
  const before = trusted(shown.slice(from, field.cursor).join(''));
  // One grapheme may be a long row of escapes.
  const under = cutToWidth(trusted(shown[field.cursor] ?? ' '), columns - widthOf(before), theme.ellipsis);
  const after = trusted(shown.slice(field.cursor + 1).join(''));
  const room = columns - widthOf(before) - widthOf(under);
  return [
    span(before),
    span(theme.ascii && under === ' ' ? label('_') : under, 'selected'),
    ...(room > 0 ? [span(cutToWidth(after, room, theme.ellipsis))] : []),
  ];
}
