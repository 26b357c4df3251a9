import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayText } from '#core/display-text.ts';
import { widthOf } from '#core/text-width.ts';
import { columnWidths, type DataColumn, tableLines } from '#ui/data-table.ts';
import { besides, cell, cutLine, fitLine, fitRows, type Line, lineWidth, span, spreadLine, words } from '#ui/line.ts';
import { moveList, listAtStart } from '#ui/list-state.ts';
import type { Theme } from '#ui/theme.ts';
import { createTheme } from '#ui/tones.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { hostileText } from '../core/hostile.ts';

const theme = createTheme({ color: true, ascii: false });
const ascii = createTheme({ color: false, ascii: true });
const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const lines = fc.array(
  hostileText.map((text) => span(displayText(text))),
  { maxLength: 6 },
);
const themes = fc.constantFrom<Theme>(theme, ascii);

describe('lines', () => {
  test('are cut by columns, not by characters', () => {
    expect(textOf(cutLine([words('abc'), span(displayText('漢字漢字'))], 8, theme))).toBe('abc漢字…');
    expect(textOf(cutLine([span(displayText('漢字漢字'))], 4, theme))).toBe('漢… ');
    expect(textOf(cutLine([span(displayText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦x'))], 4, theme))).toBe('👩‍👩‍👧‍👦… ');
    expect(textOf(cutLine([words('fits')], 4, theme))).toBe('fits');
    expect(textOf(cutLine([words('abcdef')], 4, ascii))).toBe('a...');
  });

  test('whatever they hold, cut ones fit and filled ones fill', () => {
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 1, max: 120 }), themes, (left, right, columns, of) => {
        expect(lineWidth(cutLine(left, columns, of))).toBeLessThanOrEqual(columns);
        expect(lineWidth(fitLine(left, columns, of))).toBe(columns);
        expect(lineWidth(spreadLine(left, right, columns, of))).toBe(columns);
      }),
    );
  });

  test('in ASCII nothing else is left', () => {
    fc.assert(
      fc.property(lines, (line) => {
        expect(textOf(cutLine(line, 60, ascii))).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test('two blocks side by side keep their rule in one column', () => {
    const left = ['a', '漢字', '👍🏽'.repeat(20), ''].map((text) => [span(displayText(text))]);
    const both = besides(left, [[words('right')]], 20, 60, theme);
    expect(both.map((line) => widthOf(displayText(textOf(line).split('│')[0]!)))).toEqual([21, 21, 21, 21]);
    expect(both.every((line) => lineWidth(line) <= 60)).toBe(true);
  });

  test('rows are cut or filled to the height', () => {
    expect(fitRows([[words('a')]], 3)).toHaveLength(3);
    expect(fitRows([[words('a')], [words('b')]], 1).map(textOf)).toEqual(['a']);
  });

  test('a cell is exactly as wide as asked', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.integer({ min: 1, max: 40 }),
        themes,
        fc.constantFrom('left' as const, 'right' as const),
        (text, columns, of, align) => {
          expect(widthOf(cell(displayText(text), columns, of, align))).toBe(columns);
        },
      ),
    );
  });
});

interface Row {
  readonly name: string;
  readonly plan: string;
  readonly count: string;
}

const columns: readonly DataColumn<Row>[] = [
  { title: 'NAME', text: (row) => displayText(row.name), least: 8, most: 30, priority: 1 },
  { title: 'PLAN', text: (row) => displayText(row.plan), tone: () => 'muted', least: 6, most: 12, priority: 2 },
  { title: 'COUNT', text: (row) => displayText(row.count), align: 'right', least: 5, most: 8, priority: 3 },
];
const rows: readonly Row[] = Array.from({ length: 1000 }, (_, index) => ({
  name: index % 2 === 0 ? `tenant ${index}` : `東京 ${index}`,
  plan: 'pro',
  count: String(index),
}));

describe('tables', () => {
  test('have a heading, a marked row, and the window only', () => {
    const widths = columnWidths(columns, rows, 60);
    const list = moveList(
      listAtStart,
      'down',
      rows.map(({ name }) => name),
      5,
    );
    const table = tableLines(columns, widths, rows, list, 6, theme);
    expect(table).toHaveLength(6);
    expect(textOf(table[0]!)).toBe('   NAME        PLAN    COUNT');
    expect(textOf(table[1]!)).toBe('   tenant 0    pro         0');
    expect(textOf(table[2]!)).toBe(' > 東京 1      pro         1');
    expect(table[2]!.map(({ tone }) => tone)).toEqual(['selected']);
    expect(table[1]!.map(({ tone }) => tone)).toContain('muted');
  });

  test('wide columns give way before any is dropped; then the last by priority goes', () => {
    const wide = [{ name: 'n'.repeat(50), plan: 'p'.repeat(50), count: '1' }];
    expect(columnWidths(columns, wide, 120)).toEqual([30, 12, 5]);
    expect(columnWidths(columns, wide, 40)).toEqual([16, 12, 5]);
    expect(columnWidths(columns, wide, 26)).toEqual([8, 6, 5]);
    expect(columnWidths(columns, wide, 25)[2]).toBe(0);
    expect(columnWidths(columns, wide, 12)).toEqual([9, 0, 0]);
  });

  test('columns stay put while scrolling, whatever is on screen', () => {
    const widths = columnWidths(columns, rows, 60);
    for (const offset of [0, 400, 990]) {
      const table = tableLines(columns, widths, rows, { cursor: offset, offset, key: undefined }, 8, theme);
      expect(new Set(table.map((line) => lineWidth(line)))).toEqual(new Set([28]));
    }
  });

  test('whatever the rows hold, no line is wider than the table', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostileText, hostileText, hostileText), { maxLength: 8 }),
        fc.integer({ min: 14, max: 90 }),
        themes,
        (cells, room, of) => {
          const hostile = cells.map(([name, plan, count]) => ({ name, plan, count }));
          const widths = columnWidths(columns, hostile, room);
          const table = tableLines(columns, widths, hostile, listAtStart, 10, of);
          expect(Math.max(...table.map(lineWidth))).toBeLessThanOrEqual(room);
        },
      ),
    );
  });

  test('an empty table is its heading', () => {
    expect(tableLines(columns, columnWidths(columns, [], 60), [], listAtStart, 6, theme)).toHaveLength(1);
  });
});

test('words are broken between words', () => {
  expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrapWords('incomprehensibilities no', 9)).toEqual(['incomprehensibilities', 'no']);
});
