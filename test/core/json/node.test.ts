import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childCount, measure } from '#core/json/measure.ts';
import { kindName, sameDocument, sameValue } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { anyDocument, nested } from './documents.ts';

describe('equality', () => {
  // Checked against PostgreSQL 18: `select '…'::jsonb::text`, and `=`.
  test.each([
    ['1e2', '100', true, true],
    ['1E-2', '0.01', true, true],
    ['1.10e3', '1100', true, true],
    ['-0', '0', true, true],
    ['0e5', '0', true, true],
    ['0e-5', '0.00000', true, true],
    ['-0.0', '0', false, true],
    ['1.10', '1.1', false, true],
    ['10e-1', '1', false, true],
    ['1', '-1', false, false],
    ['12345678901234567890', '12345678901234567891', false, false],
    ['1e400', `1${'0'.repeat(400)}`, true, true],
    ['1e400', '1e401', false, false],
    ['"1"', '1', false, false],
    ['null', 'false', false, false],
    ['{"a": 1, "b": 2}', '{"b": 2, "a": 1}', true, true],
    ['{"a": 1}', '{"b": 1}', false, false],
    ['{"a": 1}', '{"a": 1, "b": 1}', false, false],
    ['{"a": 1.0}', '{"a": 1}', false, true],
    ['[1, 2]', '[2, 1]', false, false],
    ['[1]', '[1, 1]', false, false],
    ['[]', '{}', false, false],
    ['{"__proto__": 1}', '{}', false, false],
  ])('%s and %s: stored alike %s, equal %s', (left, right, stored, equal) => {
    for (const [one, other] of [
      [left, right],
      [right, left],
    ] as const) {
      expect(sameDocument(parseJson(one), parseJson(other))).toBe(stored);
      expect(sameValue(parseJson(one), parseJson(other))).toBe(equal);
    }
  });

  test('every document is the same as a copy of it, and two missing ones are the same', () => {
    fc.assert(fc.property(anyDocument, (document) => sameDocument(document, structuredClone(document))));
    expect(sameDocument(undefined, undefined)).toBe(true);
    expect(sameDocument(undefined, parseJson('null'))).toBe(false);
  });

  test('documents at the limit of depth are compared', () => {
    expect(sameDocument(parseJson(nested(1000, '1')), parseJson(nested(1000, '2')))).toBe(false);
  });
});

test('kinds have names for sentences', () => {
  expect(['{}', '[]', '""', '1', 'true', 'null'].map((text) => kindName(parseJson(text)))).toEqual([
    'an object',
    'an array',
    'a string',
    'a number',
    'a boolean',
    'null',
  ]);
});

test('a document is counted', () => {
  const document = parseJson('{"a": [1, {"é": "😀"}], "b": null}');
  expect(measure(document)).toEqual({ nodes: 6, depth: 3, bytes: 37 });
  expect(measure(document)).toBe(measure(document));
  expect(['{"a": 1, "b": 2}', '[1, 2, 3]', '"abc"'].map((text) => childCount(parseJson(text)))).toEqual([2, 3, 0]);
  expect(measure(parseJson(nested(1000))).depth).toBe(1000);
});
