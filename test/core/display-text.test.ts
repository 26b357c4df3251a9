import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { asciiText, displayText, joinText, label } from '#core/display-text.ts';
import { widthOf } from '#core/text-width.ts';
import { bidi, c0, c1, forbidden, hostileText, sequences } from './hostile.ts';
import { writeToTerminal } from './screen.ts';
import { bestOf } from '../support/best-of.ts';

const alwaysForbidden =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad]|\p{Cs}|\p{Co}|\p{Cn}/u;

describe('what must not reach the terminal', () => {
  test.each(sequences)('%s changes nothing but the cursor column', async (_, text) => {
    const shown = displayText(`before ${text} after`);
    const outcome = await writeToTerminal(shown);
    expect(outcome).toEqual({ column: widthOf(shown), row: 0, sideEffects: [] });
    expect(shown).toMatch(/^before .* after$/u);
  });

  test('the terminal of these tests does notice the sequences when they are not escaped', async () => {
    const noticed = await Promise.all(sequences.slice(0, 20).map(async ([, text]) => await writeToTerminal(text)));
    expect(noticed.filter(({ sideEffects }) => sideEffects.length > 0).length).toBeGreaterThanOrEqual(10);
    expect((await writeToTerminal('\u0007')).sideEffects).toContain('bell');
    expect((await writeToTerminal('\u001b]52;c;eA==\u0007')).sideEffects).toContain('OSC 52');
  });

  test('every control, bidi, invisible, detached, private or unassigned character is shown, alone and in a word', () => {
    for (const character of forbidden) {
      for (const shown of [displayText(character), displayText(`a${character}b`)]) {
        expect(shown).toMatch(/^a?\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\})b?$/);
      }
    }
    expect([...c0, ...c1, ...bidi]).toHaveLength(33 + 32 + 12);
  });

  test('nothing forbidden survives in any text, and a second pass changes nothing', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = displayText(text);
        expect(shown).not.toMatch(alwaysForbidden);
        expect(displayText(shown)).toBe(shown);
      }),
      { numRuns: 3_000 },
    );
  });

  test('joiners, variation selectors and tags survive only where they shape a sign', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = displayText(text);
        expect(shown).not.toMatch(/(?:\u200c|\u200d){2}/u);
        expect(shown).not.toMatch(/(?:^|[ a-z\\])(?:\u200c|\u200d|\ufe0e|\ufe0f|[\u{e0020}-\u{e01ef}])/iu);
      }),
      { numRuns: 3_000 },
    );
  });

  test('random hostile text moves the cursor along one row and does nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const { row, sideEffects } = await writeToTerminal(displayText(text), 2_000);
        expect({ row, sideEffects }).toEqual({ row: 0, sideEffects: [] });
      }),
      { numRuns: 300 },
    );
  });

  test('text whose width all terminals agree on moves the cursor by exactly its width', async () => {
    const stable = fc.array(
      fc.constantFrom('a', ' ', 'é', 'Ж', 'λ', '漢', '한', 'カ', '\u001b[2J', '\n', '\u202e', '\ud800', '\u200b', 'e\u0301'),
      {
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(stable, async (parts) => {
        const shown = displayText(parts.join(''));
        expect((await writeToTerminal(shown, 1_000)).column).toBe(widthOf(shown));
      }),
      { numRuns: 300 },
    );
  });
});

test('no sign hides more than a few columns from the measured width', () => {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const runs = [
    '\u1100',
    '\u1161',
    '\u11a8',
    '\u{16d63}',
    'क\u094d\u200d',
    'ക\u0d4d',
    'র\u200d\u09cd\u09af',
    'ه\u200d',
    '👩\u200d',
    '🏽',
    '\u0903',
    '\u200dक\u094d',
  ];
  const run = fc.tuple(fc.constantFrom(...runs), fc.integer({ min: 1, max: 50 })).map(([unit, times]) => unit.repeat(times));
  fc.assert(
    fc.property(fc.array(fc.oneof(run, hostileText), { maxLength: 4 }), (texts) => {
      for (const { segment } of graphemes.segment(displayText(texts.join('')))) {
        const apart = Array.from(segment.replace(/\p{M}|\p{Cf}/gu, ''), (character) => stringWidth(character));
        expect(apart.reduce((sum, width) => sum + width, 0) - stringWidth(segment)).toBeLessThanOrEqual(16);
      }
    }),
    { numRuns: 2_000 },
  );
});

describe('what is shown instead', () => {
  test.each([
    ['line\nbreak\r\n\tend', String.raw`line\nbreak\r\n\tend`],
    ['\u0000\u001b\u007f\u009b\u00ad', String.raw`\x00\x1b\x7f\x9b\xad`],
    ['user\u202etxt.exe', String.raw`user\u202etxt.exe`],
    ['\u{e0041}\ud800', String.raw`\u{e0041}\ud800`],
    ['a\u200db c\ufe0f 1\ufe0f', String.raw`a\u200db c\ufe0f 1\ufe0f`],
    ['\u0301start', String.raw`\u0301start`],
    [`م${'\u064e'.repeat(5)}\u200cم`, `م${'\u064e'.repeat(4)}${String.raw`\u064e\u200c`}م`],
    [`क\u094d\u200d${'क\u094d'.repeat(3)}`, `क\u094d${String.raw`\u200d`}${'क\u094d'.repeat(3)}`],
    ['🏽x', String.raw`\u{1f3fd}x`],
    ['\n\u0301', String.raw`\n\u0301`],
    ['Z\u0301\u0302\u0303\u0304\u0305\u0306x', `Z\u0301\u0302\u0303\u0304${String.raw`\u0305\u0306`}x`],
    ['😀\u200d', String.raw`😀\u200d`],
    ['😀\u200dx', String.raw`😀\u200dx`],
    ['🏴\u{e0061}\u{e0062}\u{e007f}', String.raw`🏴\u{e0061}\u{e0062}\u{e007f}`],
    ['\u1100\u1100\u1161', `\u1100${String.raw`\u1100`}\u1161`],
  ])('%j', (text, shown) => {
    expect(displayText(text)).toBe(shown);
  });

  test.each([
    'Acme Corp. (Zürich) — 5 €',
    String.raw`C:\new\table`,
    'Ünïcödé àéîõü ŁódŹ',
    'Ελληνικά Кириллица',
    '日本語 한국어 中文　全角',
    '한국'.normalize('NFD'),
    'e\u0301 o\u0302\u0323',
    'می\u200cخواهم',
    'क\u094d\u200dष ക\u0d4d\u200d র\u200d\u09cd\u09af ශ\u0dca\u200dරී',
    'עִבְרִית العربية ไทย नमस्ते',
    '👍🏽 👨\u200d👩\u200d👧\u200d👦 ❤\ufe0f ❤\ufe0f\u200d🔥 👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿 🇩🇪 1\ufe0f\u20e3 ☺\ufe0e',
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    '葛\u{e0100}飾区',
  ])('%s stays as it is', (text) => {
    expect(displayText(text)).toBe(text);
  });

  test('ASCII mode leaves no byte that an 8-bit terminal could read as a control', () => {
    expect(displayText('Û 漢 😀\u009b', { ascii: true })).toBe(String.raw`\xdb \u6f22 \u{1f600}\x9b`);
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(asciiText(displayText(text))).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test('in ASCII names that look alike stay apart: nothing is written as another letter', () => {
    const names = ['Müller', 'Mu\u0308ller', 'Muller', 'Mueller', 'Мüller', 'M?ller', 'M\u{fc}ller GmbH'];
    expect(new Set(names.map((name) => displayText(name, { ascii: true }))).size).toBe(names.length);
    expect(displayText('Müller', { ascii: true })).toBe(String.raw`M\xfcller`);
  });
});

describe('long text', () => {
  test('10,000 columns stay on one row', async () => {
    const shown = displayText('\u001b[31m'.repeat(1_250));
    expect(widthOf(shown)).toBe(10_000);
    expect(await writeToTerminal(shown, 10_001)).toEqual({ column: 10_000, row: 0, sideEffects: [] });
  });

  test.each(['x', '\u001b', '\u0301', '\u200d', '漢', '👩\u200d', '\u094d\u200d', 'क\u094d\u200d'])(
    'a million of %j take less than 3 s',
    (unit) => {
      const started = performance.now();
      displayText(unit.repeat(Math.ceil(1_000_000 / unit.length)));
      expect(performance.now() - started).toBeLessThan(3_000);
    },
  );

  test('with maxWidth only a prefix is looked at, wide enough and marked as cut', () => {
    for (const unit of [
      'x',
      '\u001b',
      'a\u0301\u0302\u0303\u0304',
      '👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿',
      '漢\u{e0100}',
      '\u{1d400}\u{1d165}',
    ]) {
      const huge = unit.repeat(Math.ceil(5_000_000 / unit.length));
      const shown = displayText(huge, { maxWidth: 80 });
      const bestMs = (text: string): number =>
        bestOf(5, () => {
          for (let times = 0; times < 20; times += 1) displayText(text, { maxWidth: 80 });
        });
      // In proportion to the text it would be five hundred times as long.
      expect(bestMs(huge) / bestMs(huge.slice(0, 10_000))).toBeLessThan(50);
      expect(widthOf(shown)).toBeGreaterThan(80);
      expect(shown.length).toBeLessThan(20_000);
      expect(shown).toMatch(/\.\.\.$/);
    }
    expect(displayText('short', { maxWidth: 80 })).toBe('short');
  });

  test('a prefix never splits a surrogate pair', () => {
    expect(displayText(`x${'😀'.repeat(5_000)}`, { maxWidth: 80 })).not.toContain(String.raw`\ud83d`);
  });
});

test('label refuses text that is not clean', () => {
  expect(label('Tenants · 3')).toBe('Tenants · 3');
  expect(() => label('a\nb')).toThrow(/clean constant text/);
});

test('joined text is still clean', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { maxLength: 4 }), (texts) => {
      expect(
        joinText(
          texts.map((text) => displayText(text)),
          label(' · '),
        ),
      ).not.toMatch(alwaysForbidden);
    }),
  );
});
