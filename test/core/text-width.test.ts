import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { displayText } from '#core/display-text.ts';
import { cutMiddle, cutToWidth, fitToWidth, padToWidth, widthOf } from '#core/text-width.ts';
import { textTable } from '#core/text-table.ts';
import { hostileText } from './hostile.ts';
import { bestOf } from '../support/best-of.ts';

const shownText = hostileText.map((text) => displayText(text));
const columnCount = fc.integer({ min: 0, max: 60 });
const ellipses = fc.constantFrom('…' as const, '...' as const);

describe('cutting', () => {
  test('a cut never exceeds its columns, and what fits stays', () => {
    fc.assert(
      fc.property(shownText, columnCount, ellipses, (text, columns, ellipsis) => {
        for (const cut of [cutToWidth(text, columns, ellipsis), cutMiddle(text, columns, ellipsis)]) {
          const fits = widthOf(text) <= columns;
          expect({ width: widthOf(cut), isWhole: cut === text }).toEqual({
            width: fits ? widthOf(text) : columns,
            isWhole: fits,
          });
        }
        expect(widthOf(fitToWidth(text, columns, 'right', ellipsis))).toBe(columns);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['Acme Corporation', 8, 'Acme Co…'],
    ['Acme', 4, 'Acme'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 6, '漢字… '],
    ['👨\u200d👩\u200d👧\u200d👦👨\u200d👩\u200d👧\u200d👦', 3, '👨\u200d👩\u200d👧\u200d👦…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['Acme', 1, '…'],
    ['Acme', 0, ''],
    ['Acme', -3, ''],
    ['Acme', 3.9, 'Ac…'],
    ['Acme', Number.NaN, ''],
  ])('%s in %d columns', (text, columns, cut) => {
    expect(cutToWidth(displayText(text), columns)).toBe(cut);
  });

  test('ASCII mode cuts with three dots, and those too when there is no room', () => {
    expect(cutToWidth(displayText('Acme Corporation'), 8, '...')).toBe('Acme ...');
    expect(cutToWidth(displayText('Acme Corporation'), 2, '...')).toBe('..');
  });

  test('both ends of an id stay', () => {
    expect(cutMiddle(displayText('f47ac10b-58cc-4372-a567-0e02b2c3d479'), 12)).toBe('f47ac1…3d479');
    expect(cutMiddle(displayText('漢字漢字漢字'), 8)).toBe('漢字…字 ');
    expect(cutMiddle(displayText('abcdef'), 2)).toBe('a…');
  });
});

test('padding stands text on either side', () => {
  expect(padToWidth(displayText('漢'), 4)).toBe('漢  ');
  expect(padToWidth(displayText('42'), 4, 'right')).toBe('  42');
  expect(padToWidth(displayText('wider'), 2)).toBe('wider');
});

test('width is string-width', () => {
  fc.assert(
    fc.property(shownText, (text) => {
      expect(widthOf(text)).toBe(stringWidth(text));
    }),
  );
});

test('cutting a huge text costs what its columns cost, whatever its length', () => {
  const bestMs = (characters: number): number => {
    const text = displayText('ж😀'.repeat(characters / 2));
    return bestOf(5, () => {
      for (let times = 0; times < 200; times += 1) {
        cutToWidth(text, 80);
        cutMiddle(text, 80);
      }
    });
  };
  bestMs(2_000);
  // In proportion to the text it would be a thousand times as long.
  expect(bestMs(2_000_000) / bestMs(2_000)).toBeLessThan(100);
});

describe('text table', () => {
  const columns = [{ title: 'NAME' }, { title: 'ROWS', align: 'right' as const }, { title: 'NOTE' }];

  test('columns line up by width, two spaces apart, without trailing white space', () => {
    const table = textTable(columns, [
      [displayText('漢字株式会社'), displayText('18,204'), displayText('')],
      [displayText('Acme'), displayText('7'), displayText('a\nb')],
      [displayText('Missing')],
    ]);
    expect(table.split('\n')).toEqual([
      'NAME            ROWS  NOTE',
      '漢字株式会社  18,204',
      String.raw`Acme               7  a\nb`,
      'Missing',
    ]);
  });

  test('in ASCII mode every byte is ASCII and the columns still line up', () => {
    const table = textTable(columns.slice(0, 2), [[displayText('Zürich'), displayText('1')]], { ascii: true });
    expect(table).toBe(['NAME       ROWS', String.raw`Z\xfcrich     1`].join('\n'));
  });

  test('no rows give the titles; a row too long is refused', () => {
    expect(textTable(columns, [])).toBe('NAME  ROWS  NOTE');
    expect(() => textTable([{ title: 'A' }], [[displayText('1'), displayText('2')]])).toThrow(RangeError);
  });
});
