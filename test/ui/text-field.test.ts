import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineWidth } from '#ui/line.ts';
import { editText, emptyField, fieldLine, fieldOf, insertText, type TextEdit, textOf } from '#ui/text-field.ts';
import { createTheme } from '#ui/tones.ts';
import { hostileText } from '../core/hostile.ts';

const theme = createTheme({ color: true, ascii: false });
const edited = (text: string, ...edits: TextEdit[]): [string, number] => {
  const field = edits.reduce(editText, fieldOf(text));
  return [textOf(field), field.cursor];
};

describe('editing', () => {
  test.for<[string, TextEdit[], string, number]>([
    ['abc', ['left', 'left', 'left', 'left'], 'abc', 0],
    ['abc', ['right'], 'abc', 3],
    ['abc', ['home'], 'abc', 0],
    ['abc', ['home', 'end'], 'abc', 3],
    ['abc', ['backspace'], 'ab', 2],
    ['abc', ['home', 'backspace'], 'abc', 0],
    ['abc', ['left', 'delete'], 'ab', 2],
    ['abc', ['delete'], 'abc', 3],
    ['one two  ', ['delete-word'], 'one ', 4],
    ['one two', ['left', 'left', 'delete-word'], 'one wo', 4],
    ['one two', ['left', 'left', 'left', 'delete-to-start'], 'two', 0],
    ['one two', ['left', 'left', 'left', 'delete-to-end'], 'one ', 4],
    ['x👩‍👩‍👧', ['backspace'], 'x', 1],
    ['xe\u0301', ['backspace'], 'x', 1],
    ['漢字', ['left', 'backspace'], '字', 0],
  ])('%j, %j', ([text, edits, wanted, cursor]) => {
    expect(edited(text, ...edits)).toEqual([wanted, cursor]);
  });
});

describe('inserting', () => {
  test('goes in at the cursor', () => {
    expect(textOf(insertText(editText(fieldOf('ac'), 'left'), 'b'))).toBe('abc');
  });

  test('line ends and tabs become spaces, other controls go', () => {
    expect(textOf(insertText(emptyField, 'one\r\ntwo\tthree\u0000\u001b[31m'))).toBe('one two three[31m');
  });

  test('a mark joins the letter before it', () => {
    const field = insertText(insertText(emptyField, 'e'), '\u0301');
    expect(field).toMatchObject({ graphemes: ['e\u0301'], cursor: 1 });
  });

  test('a paste without end is cut at 500', () => {
    expect(insertText(emptyField, 'x'.repeat(100_000)).graphemes).toHaveLength(500);
  });
});

describe('on the screen', () => {
  const shown = (text: string, columns: number, ...edits: TextEdit[]): string =>
    fieldLine(edits.reduce(editText, fieldOf(text)), columns, theme)
      .map((piece) => (piece.tone === 'selected' ? `[${piece.text}]` : piece.text))
      .join('');

  test.for<[string, number, TextEdit[], string]>([
    ['abc', 10, [], 'abc[ ]'],
    ['abc', 10, ['left'], 'ab[c]'],
    ['abcdefghij', 5, [], 'hij[ ]'],
    ['abcdefghij', 5, ['home'], '[a]bcd…'],
    ['漢字かな', 6, [], 'かな[ ]'],
    ['a\u202eb', 20, [], String.raw`a\u202eb[ ]`],
  ])('%j in %i columns', ([text, columns, edits, wanted]) => {
    expect(shown(text, columns, ...edits)).toBe(wanted);
  });

  test('a hidden text shows its length only', () => {
    const line = fieldLine(fieldOf('秘密!'), 20, theme, { hidden: true });
    expect(line.map(({ text }) => text).join('')).toBe('*** ');
  });

  test('whatever is typed, the cursor is on screen and the line fits', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 12, max: 60 }), fc.nat(60), (text, columns, lefts) => {
        const field = Array<TextEdit>(lefts).fill('left').reduce(editText, insertText(emptyField, text));
        const line = fieldLine(field, columns, theme);
        expect(lineWidth(line)).toBeLessThanOrEqual(columns);
        expect(line.filter(({ tone }) => tone === 'selected')).toHaveLength(1);
      }),
    );
  });
});
