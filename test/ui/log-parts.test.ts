import { describe, expect, test } from 'vitest';
import { displayText } from '#core/display-text.ts';
import { chipsLine } from '#ui/chips.ts';
import { highlighted } from '#ui/highlight.ts';
import { countInBins, sparkline } from '#ui/sparkline.ts';
import { createTheme } from '#ui/tones.ts';

const theme = createTheme({ color: true, ascii: false });
const ascii = createTheme({ color: false, ascii: true });
const textOf = (line: readonly { readonly text: string }[]): string => line.map(({ text }) => text).join('');

describe('a sparkline', () => {
  test('is as high as its highest value, and tells little from none', () => {
    expect(sparkline([0, 1, 50, 100], theme)).toBe(' ▁▄█');
    expect(sparkline([0, 1, 50, 100], ascii)).toBe(' _:#');
    expect(sparkline([0, 0], theme)).toBe('  ');
    expect(sparkline([], theme)).toBe('');
  });

  test('counts moments in equal parts, the last one included and those outside not', () => {
    expect(countInBins([0, 9, 10, 99, 100, 101, -1, undefined], (moment) => moment, { from: 0, until: 100 }, 10)).toEqual([
      2, 1, 0, 0, 0, 0, 0, 0, 0, 2,
    ]);
  });
});

describe('chips', () => {
  const chips = [
    { text: displayText('table contacts') },
    { text: displayText('action DELETE'), isExcluded: true },
    { text: displayText('actor jane@acme.com') },
  ];

  test('say which are left out', () => {
    expect(textOf(chipsLine(chips, 80))).toBe('[table contacts] [not action DELETE] [actor jane@acme.com] ');
  });

  test('that do not fit are counted', () => {
    expect(textOf(chipsLine(chips, 50))).toBe('[table contacts] [not action DELETE] and 1 more');
    expect(textOf(chipsLine(chips, 10))).toBe('[table contacts] and 2 more');
    expect(chipsLine([], 10)).toEqual([]);
  });
});

describe('a match', () => {
  test('is marked wherever it is, whatever its case, and the text stays as it is', () => {
    const line = highlighted(displayText('Jane and jane'), 'jane', 'muted');
    expect(line).toEqual([
      { text: 'Jane', tone: 'badge' },
      { text: ' and ', tone: 'muted' },
      { text: 'jane', tone: 'badge' },
    ]);
    expect(highlighted(displayText('nobody'), 'jane', 'muted')).toEqual([{ text: 'nobody', tone: 'muted' }]);
  });

  test('is not marked where lower case has another length: the marks would be off', () => {
    expect(highlighted(displayText('İstanbul jane'), 'jane', 'plain')).toHaveLength(1);
  });
});
