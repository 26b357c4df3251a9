import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { JsonTextError } from '#core/json/text-error.ts';
import { writeJson } from '#core/json/write.ts';
import { failureOf, nested } from './documents.ts';

const errorIn = (text: string): JsonTextError => {
  const error = failureOf(() => parseJson(text));
  if (error instanceof JsonTextError) return error;
  throw error;
};

/** The code or name of what is thrown, or an empty one with the value. */
const attempt = (action: () => unknown): readonly [string, unknown] => {
  try {
    return ['', action()];
  } catch (error) {
    if (error instanceof JsonTextError) return [error.code, undefined];
    if (error instanceof SyntaxError) return [error.name, undefined];
    throw error;
  }
};

describe('what JSON is', () => {
  test('it takes exactly what JSON.parse takes, but for repeated keys and what PostgreSQL refuses', () => {
    const fragments = fc.constantFrom(
      ...Array.from('{}[],:"\\ \n\t0123-+.eEunlltruefalsb/\''),
      'null',
      '"a"',
      '"a":1',
      String.raw`\u00e9`,
      '1.5',
      '1e5',
    );
    const almostJson = fc.oneof(
      fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.json(),
    );
    const oursAlone = new Set(['json-duplicate-key', 'json-number-range', 'json-nul', 'json-surrogate']);
    fc.assert(
      fc.property(almostJson, (text) => {
        const [code, value] = attempt(() => JSON.parse(writeJson(parseJson(text))));
        if (oursAlone.has(code)) return;
        const [theirCode, theirValue] = attempt(() => JSON.parse(text));
        expect([code !== '', value]).toEqual([theirCode !== '', theirValue]);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(['1.10', '1e400', '-0', '-0.0', '12345678901234567890', '1E+2', '0.000000000000000000001'])(
    'the digits %s are kept',
    (digits) => {
      expect(parseJson(digits)).toEqual({ kind: 'number', text: digits });
    },
  );

  test('every key is kept in its place, `__proto__` and integers included', () => {
    const text = '{"b": 1, "__proto__": {"x": 2}, "10": 3, "2": 4, "": 5, "constructor": 6}';
    const document = parseJson(text);
    expect(document.kind === 'object' && [...document.members.keys()]).toEqual(['b', '__proto__', '10', '2', '', 'constructor']);
    expect(writeJson(document)).toBe(text);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('escapes, surrogate pairs in either writing, a byte order mark and all white space', () => {
    expect(parseJson('\uFEFF \t\r\n"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00😀"\n')).toEqual({
      kind: 'string',
      value: '"\\/\b\f\n\r\té😀😀',
    });
  });

  test('a key of 256 KB', () => {
    const key = 'k'.repeat(256 * 1024);
    expect(writeJson(parseJson(`{"${key}": 1}`))).toBe(`{"${key}": 1}`);
  });
});

describe('errors', () => {
  test.each([
    ['', 1, 1, 'expected a JSON value, found the end of the text'],
    ['{"a": 1,\n "b": }', 2, 7, 'expected a value, found "}"'],
    ['{"a": 1,\r\n}', 2, 1, 'expected a key in double quotes, found "}"'],
    ['{"a": 1 "b": 2}', 1, 9, 'expected "," or "}", found \'"\''],
    ['{"a" 1}', 1, 6, 'expected ":" after the key, found "1"'],
    ['{a: 1}', 1, 2, 'expected a key in double quotes or "}", found "a"'],
    ['[1 2]', 1, 4, 'expected "," or "]", found "2"'],
    ['[', 1, 2, 'expected a value or "]", found the end of the text'],
    ['{"😀é": 1, "b": True}', 1, 16, 'expected a value, found "True"'],
    ['{} x', 1, 4, 'expected the end of the text, found "x"'],
    ['"abc', 1, 5, 'expected the closing quote of the string, found the end of the text'],
    ['"a\nb"', 1, 3, 'expected the closing quote of the string, found the end of the line'],
    [String.raw`"a\x"`, 1, 4, String.raw`expected one of " \ / b f n r t u after the backslash, found "x"`],
    [String.raw`"\u12g4"`, 1, 4, String.raw`expected four hexadecimal digits after \u, found "1"`],
    ['[\u200b1]', 1, 2, 'expected a value or "]", found the character U+200B'],
  ])('%j', (text, line, column, problem) => {
    const error = errorIn(text);
    expect(error).toMatchObject({ kind: 'usage', code: 'json-syntax', line, column });
    expect(error.message).toBe(`Line ${line}, column ${column}: ${problem}.`);
  });

  test.each([
    ['[1,]', 'Take out the comma before it.'],
    ["{'a': 1}", 'Put keys and strings in straight double quotes.'],
    ['[1, // one\n2]', 'Take comments out: JSON has none.'],
    ['[NULL]', 'Write true, false and null in lower case.'],
    ['[NaN]', 'Write null or a number: JSON has no such value.'],
    ['Webiste', 'A string needs its own quotes: "Website".'],
    ['{"a": Überweisung}', 'A string needs its own quotes: "Website".'],
    ['{"a": 1 b}', 'Correct the text there.'],
    ['[.5]', 'Begin numbers with a digit or a minus.'],
  ])('%s: the usual slips are told how to mend', (text, whatToDo) => {
    expect(errorIn(text).whatToDo).toBe(whatToDo);
  });

  test.each([
    ['01', 'json-number', 1],
    ['[1.]', 'json-number', 2],
    ['[-]', 'json-number', 2],
    ['1e', 'json-number', 1],
    ['[1e131072]', 'json-number-range', 2],
    ['[0, 1e-16384]', 'json-number-range', 5],
    ['{"a": {"b": 1, "b": 2}}', 'json-duplicate-key', 16],
    [String.raw`["x\u0000"]`, 'json-nul', 4],
    ['["x\u0000"]', 'json-nul', 4],
    [String.raw`["é\ud83d"]`, 'json-surrogate', 4],
    [String.raw`{"\ude00": 1}`, 'json-surrogate', 3],
    [String.raw`["\ud83d\ud83d\ude00"]`, 'json-surrogate', 3],
    [String.raw`["\ud83dx\ude00"]`, 'json-surrogate', 3],
    ['["😀 \ud83d"]', 'json-surrogate', 5],
  ])('%j: %s at column %i', (text, code, column) => {
    expect(errorIn(text)).toMatchObject({ kind: 'usage', code, line: 1, column });
  });

  test('numbers at the very limit of numeric are taken', () => {
    for (const text of ['1e131071', '0.1e131072', '1e-16383', '0e200000'])
      expect(parseJson(text)).toEqual({ kind: 'number', text });
  });

  test('a duplicate key is named by its pointer, through arrays', () => {
    expect(errorIn(String.raw`{"a/b": [0, {"c": 1, "\u0063": 2}]}`).message).toContain('the key /a~1b/1/c is there twice');
  });

  test('no long run of the text gets into a message, since it may be a secret', () => {
    expect(errorIn('{"password": hunter2hunter2hunter2}').message).not.toContain('hunter');
  });
});

describe('depth', () => {
  test('1,000 levels are read; 1,001 are not, and the place is where the last begins', () => {
    expect(writeJson(parseJson(nested(1000)))).toBe(nested(1000));
    expect(errorIn('['.repeat(1001) + ']'.repeat(1001))).toMatchObject({ code: 'json-too-deep', line: 1, column: 1001 });
  });

  test.each([7000, 100_000])('%i levels are refused, not a stack overflow', (levels) => {
    expect(errorIn(nested(levels)).code).toBe('json-too-deep');
    expect(errorIn('['.repeat(levels)).code).toBe('json-too-deep');
  });

  test('another limit can be set, up to what the stack surely bears', () => {
    expect(failureOf(() => parseJson('[[1]]', { mostDepth: 1 })).code).toBe('json-too-deep');
    expect(parseJson(nested(2000), { mostDepth: 2000 }).kind).toBe('object');
    expect(() => parseJson('1', { mostDepth: 2001 })).toThrow(RangeError);
  });
});

test('five megabytes: the time it takes is printed', () => {
  const rows = Array.from(
    { length: 33_000 },
    (_, row) => `"customer_${row}": {"id": ${row}, "name": "Zoë ${row}", "rate": 1.10, "tags": ["lead", "a\\nb"]}`,
  );
  const text = `{${rows.join(', ')}, "notes": "${'x'.repeat(2_500_000)}"}`;
  const start = performance.now();
  const document = parseJson(text);
  const parsed = performance.now();
  const written = writeJson(document);
  const done = performance.now();
  console.info(
    `${(text.length / 1e6).toFixed(1)} MB: parsed in ${(parsed - start).toFixed(0)} ms, written in ${(done - parsed).toFixed(0)} ms`,
  );
  expect(written).toBe(text);
});
