import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '#core/json/changes.ts';
import { changesBetween } from '#core/json/changes.ts';
import { sameDocument } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { arrayAbove, nodeAt } from '#core/json/pointer.ts';
import { anyDocument, crowdedDocument, longArrays, nested } from './documents.ts';

const changes = (from: string, to: string): readonly Change[] => changesBetween(parseJson(from), parseJson(to));

test('added, removed and changed paths, each once', () => {
  expect(changes('{"a": {"b": 1, "c": [1]}, "d": 1}', '{"a": {"b": 2, "c": [1]}, "e": {"f": 1}}')).toEqual([
    { path: ['a', 'b'], change: 'changed', before: parseJson('1'), after: parseJson('2'), typeChanged: false, hint: undefined },
    { path: ['d'], change: 'removed', before: parseJson('1'), typeChanged: false },
    { path: ['e'], change: 'added', after: parseJson('{"f": 1}'), typeChanged: false },
  ]);
});

test('the sides of every change are what the documents have there', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.tuple(anyDocument, anyDocument), fc.tuple(crowdedDocument, crowdedDocument), longArrays),
      ([from, to]) => {
        const found = changesBetween(from, to);
        expect(found.length === 0).toBe(sameDocument(from, to));
        for (const { path, before, after, change, typeChanged } of found) {
          const isElement = arrayAbove(from, path) !== undefined && (before === undefined || after === undefined);
          expect(before).toBe(isElement && before === undefined ? undefined : nodeAt(from, path));
          expect(after).toBe(isElement && after === undefined ? undefined : nodeAt(to, path));
          expect(change).toBe(before === undefined ? 'added' : after === undefined ? 'removed' : 'changed');
          expect(typeChanged).toBe(before !== undefined && after !== undefined && before.kind !== after.kind);
        }
      },
    ),
  );
});

test.each([
  ['"42"', '42', 'The same text, but a string becomes a number: queries that compare it stop finding it.'],
  ['42', '"42"', 'The same text, but a number becomes a string: queries that compare it stop finding it.'],
  ['"true"', 'true', 'The same text, but a string becomes a boolean: queries that compare it stop finding it.'],
  ['null', '"null"', 'The same text, but null becomes a string: queries that compare it stop finding it.'],
  ['"x"', '{}', 'The type changes: a string becomes an object.'],
  ['[]', '{}', 'The type changes: an array becomes an object.'],
  ['1.10', '1.1', 'The same value with other digits after the decimal point.'],
  [
    '12345678901234567890',
    '12345678901234567000',
    'Digits changed that most programs cannot tell apart: was the number rounded on its way?',
  ],
  ['"Jane "', '"Jane"', 'Only white space changes.'],
  ['"Jane"', '"jane"', 'Only upper and lower case change.'],
  [String.raw`"e\u0301"`, '"é"', 'Looks the same: only the way accents are encoded changes.'],
  [
    '[1, {"a": "42"}]',
    '[1, {"a": 42}]',
    'Inside, at element 1: The same text, but a string becomes a number: queries that compare it stop finding it.',
  ],
  [
    '["42"]',
    '[42, 1]',
    'Inside, at element 0: The same text, but a string becomes a number: queries that compare it stop finding it.',
  ],
  ['["42"]', '["41", 42]', undefined],
  ['["42", 1]', '["42"]', undefined],
  ['" 42"', '42', 'The same text, but a string becomes a number: queries that compare it stop finding it.'],
  ['1', '2', undefined],
  ['"a"', '"b"', undefined],
])('%s to %s: %s', (from, to, hint) => {
  expect(changes(`{"k": ${from}}`, `{"k": ${to}}`)).toMatchObject([{ path: ['k'], change: 'changed', hint }]);
});

test('hints are looked for ten arrays deep, no deeper: each level is compared again', () => {
  const inArrays = (levels: number, element: string): string => '['.repeat(levels) + element + ']'.repeat(levels);
  expect(changes(inArrays(10, '"42"'), inArrays(10, '42'))[0]?.hint).toContain('a string becomes a number');
  expect(changes(inArrays(11, '"42"'), inArrays(11, '42'))[0]?.hint).toBeUndefined();
});

test('documents at the limit of depth', () => {
  expect(changes(nested(1000, '1'), nested(1000, '2'))).toHaveLength(1);
  expect(changes('['.repeat(1000) + ']'.repeat(1000), `${'['.repeat(999)}1${']'.repeat(999)}`)).toHaveLength(1);
});
