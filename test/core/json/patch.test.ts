import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonNode } from '#core/json/node.ts';
import { sameDocument } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { applyPatch, diff, inverse } from '#core/json/patch.ts';
import { parsePatch, writePatch } from '#core/json/patch-text.ts';
import { formatPointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { anyDocument, crowdedDocument, failureOf, longArrays, nested } from './documents.ts';

const applied = (document: string, patch: string): string => writeJson(applyPatch(parseJson(document), parsePatch(patch)));
const difference = (from: string, to: string): string => writePatch(diff(parseJson(from), parseJson(to)));
const anyPair = fc.oneof(fc.tuple(anyDocument, anyDocument), fc.tuple(crowdedDocument, crowdedDocument), longArrays);

describe('diff', () => {
  test.each([
    ['{"a": 1}', '{"a": 1}', '[]'],
    ['{"a": 1e2, "b": 1}', '{"b": 1, "a": 100}', '[]'],
    ['{"a": 1.10}', '{"a": 1.1}', '[{"op": "test", "path": "/a", "value": 1.10}, {"op": "replace", "path": "/a", "value": 1.1}]'],
    [
      '{"a": {"b": 1, "c": 2}}',
      '{"a": {"b": 1}}',
      '[{"op": "test", "path": "/a/c", "value": 2}, {"op": "remove", "path": "/a/c"}]',
    ],
    ['{"a": {}}', '{"a": {"__proto__": {"x": null}}}', '[{"op": "add", "path": "/a/__proto__", "value": {"x": null}}]'],
    [
      '{"a/~": [1, 2]}',
      '{"a/~": [1]}',
      '[{"op": "test", "path": "/a~1~0", "value": [1, 2]}, {"op": "replace", "path": "/a~1~0", "value": [1]}]',
    ],
    [
      '{"a": {"b": 1}}',
      '{"a": [1]}',
      '[{"op": "test", "path": "/a", "value": {"b": 1}}, {"op": "replace", "path": "/a", "value": [1]}]',
    ],
    ['1', '"1"', '[{"op": "test", "path": "", "value": 1}, {"op": "replace", "path": "", "value": "1"}]'],
  ])('%s to %s', (from, to, patch) => {
    expect(difference(from, to)).toBe(patch);
  });
});

describe('diff of arrays', () => {
  const long = (name: string): string => `{"name": "${name}", "note": "${'x'.repeat(200)}"}`;
  const items = (...names: string[]): string => `{"a": {"items": [${names.map(long).join(', ')}]}}`;

  test('a change inside one element is told there', () => {
    expect(difference(items('b', 'c', 'd'), items('b', 'x', 'd'))).toBe(
      '[{"op": "test", "path": "/a/items/1/name", "value": "c"}, {"op": "replace", "path": "/a/items/1/name", "value": "x"}]',
    );
  });

  test('elements that came are added one behind the other, those that went are removed from the last on', () => {
    expect(difference(items('b', 'e'), items('b', 'c', 'd', 'e'))).toBe(
      `[{"op": "add", "path": "/a/items/1", "value": ${long('c')}}, {"op": "add", "path": "/a/items/2", "value": ${long('d')}}]`,
    );
    const removed = parsePatch(difference(items('b', 'c', 'd', 'e'), items('b', 'e')));
    expect(removed.map(({ op, path }) => `${op} ${path.at(-1)}`)).toEqual(['test 2', 'remove 2', 'test 1', 'remove 1']);
  });

  test('what is longer to tell by elements is told as a whole: short arrays, another order, changes at two places', () => {
    const reordered = [items('b', 'c', 'd', 'e'), items('e', 'b', 'c', 'd', 'x')] as const;
    for (const [from, to, path] of [
      ['[1, 2]', '[1, 3]', ''],
      ['{"a": [1]}', '{"a": [1, 2]}', '/a'],
      [...reordered, '/a/items'],
    ]) {
      expect(parsePatch(difference(from!, to!)).map((operation) => formatPointer(operation.path))).toEqual([path, path]);
    }
  });

  test('a thousand elements at one place at most', () => {
    const numbers = (count: number): string => `[${Array.from({ length: count }, (_, n) => `"${'x'.repeat(100)}${n}"`).join()}]`;
    expect(parsePatch(difference(numbers(2000), numbers(3000)))).toHaveLength(1000);
    expect(parsePatch(difference(numbers(2000), numbers(3001)))).toHaveLength(2);
  });

  test('takes no more than the whole array would', () => {
    fc.assert(
      fc.property(longArrays, ([from, to]) => {
        const told = writePatch(diff(from, to)).length;
        expect(told).toBeLessThanOrEqual(200 + 2 * (writeJson(from).length + writeJson(to).length));
      }),
    );
  });
});

describe('round trips', () => {
  test('a diff leads from one document to the other, and its inverse back', () => {
    fc.assert(
      fc.property(anyPair, ([from, to]) => {
        const patch = diff(from, to);
        expect(sameDocument(applyPatch(from, patch), to)).toBe(true);
        expect(sameDocument(applyPatch(to, inverse(patch, from)), from)).toBe(true);
        expect(parsePatch(writePatch(patch))).toEqual(patch);
      }),
      { numRuns: 1000 },
    );
  });

  test('a diff holds nothing for what stays, and is empty only between equal documents', () => {
    fc.assert(
      fc.property(anyPair, ([from, to]) => {
        const patch = diff(from, to);
        expect(patch.length === 0).toBe(sameDocument(from, to));
        const paths = patch.filter(({ op }) => op !== 'test').map(({ path }) => JSON.stringify(path));
        expect(new Set(paths).size).toBe(paths.length);
        expect(patch.length).toBeLessThanOrEqual(2 * paths.length);
      }),
    );
  });

  test('on a third document a diff either changes what it says, or fails as a whole', () => {
    fc.assert(
      fc.property(anyPair, crowdedDocument, fc.nat(2), ([from, to], any, which) => {
        const other = [from, to, any][which]!;
        const before = writeJson(other);
        try {
          const after = applyPatch(other, diff(from, to), { onExistingKey: 'refuse' });
          expect(sameDocument(applyPatch(after, inverse(diff(from, to), other)), other)).toBe(true);
        } catch (error) {
          if (!(error instanceof Error && error.name === 'AdminError')) throw error;
        }
        expect(writeJson(other)).toBe(before);
      }),
    );
  });

  test('documents at the limit of depth, also as text', () => {
    const [from, to] = [parseJson(nested(1000, '1')), parseJson(`[${nested(999, '2')}]`)];
    const patch = parsePatch(writePatch(diff(from, to)));
    expect(sameDocument(applyPatch(from, patch), to)).toBe(true);
    expect(sameDocument(applyPatch(to, inverse(patch, from)), from)).toBe(true);
    const chain = (leaf: string): JsonNode => parseJson('{"a": '.repeat(1000) + leaf + '}'.repeat(1000));
    expect(sameDocument(applyPatch(chain('1'), diff(chain('1'), chain('2'))), chain('2'))).toBe(true);
  });
});

describe('patches given by people', () => {
  // After the examples of RFC 6902, appendix A.
  test.each([
    ['{"foo": "bar"}', '[{"op": "add", "path": "/baz", "value": "qux"}]', '{"foo": "bar", "baz": "qux"}'],
    ['{"foo": ["bar", "baz"]}', '[{"op": "add", "path": "/foo/1", "value": "qux"}]', '{"foo": ["bar", "qux", "baz"]}'],
    ['{"foo": ["bar"]}', '[{"op": "add", "path": "/foo/-", "value": ["abc"]}]', '{"foo": ["bar", ["abc"]]}'],
    ['{"foo": 1}', '[{"op": "add", "path": "/foo", "value": 2}]', '{"foo": 2}'],
    ['{"foo": 1}', '[{"op": "add", "path": "", "value": 2}]', '2'],
    ['{"foo": ["bar", "qux", "baz"]}', '[{"op": "remove", "path": "/foo/1"}]', '{"foo": ["bar", "baz"]}'],
    [
      '{"baz": "qux", "foo": 1}',
      '[{"op": "replace", "path": "/baz", "value": "boo", "note": "ignored"}]',
      '{"baz": "boo", "foo": 1}',
    ],
    [
      '{"foo": {"bar": 1}, "qux": {}}',
      '[{"op": "move", "from": "/foo/bar", "path": "/qux/thud"}]',
      '{"foo": {}, "qux": {"thud": 1}}',
    ],
    ['{"foo": [1, 2, 3]}', '[{"op": "move", "from": "/foo/0", "path": "/foo/2"}]', '{"foo": [2, 3, 1]}'],
    ['{"a": {"b": 1}}', '[{"op": "move", "from": "/a", "path": ""}]', '{"b": 1}'],
    ['{"a": 1, "b": 2}', '[{"op": "move", "from": "/a", "path": "/b"}]', '{"b": 1}'],
    ['{"a": {"b": 1}}', '[{"op": "copy", "from": "/a", "path": "/a/c"}]', '{"a": {"b": 1, "c": {"b": 1}}}'],
    ['{"a": 1.10}', '[{"op": "test", "path": "/a", "value": 11e-1}]', '{"a": 1.10}'],
    ['{"/": 9, "~1": 10}', '[{"op": "test", "path": "/~01", "value": 10}]', '{"/": 9, "~1": 10}'],
  ])('%s with %s', (document, patch, result) => {
    expect(applied(document, patch)).toBe(result);
  });

  test('a copy and what it was copied from change apart', () => {
    const patch = `[{"op": "add", "path": "/a/x", "value": 1}, {"op": "copy", "from": "/a", "path": "/b"},
      {"op": "add", "path": "/b/y", "value": 2}, {"op": "add", "path": "/a/z", "value": 3}]`;
    expect(applied('{"a": {}}', patch)).toBe('{"a": {"x": 1, "z": 3}, "b": {"x": 1, "y": 2}}');
  });

  test('a value of the patch is not changed by later operations on it', () => {
    const patch = parsePatch('[{"op": "add", "path": "/a", "value": {}}, {"op": "add", "path": "/a/x", "value": 1}]');
    const before = writePatch(patch);
    applyPatch(parseJson('{}'), patch);
    expect(writePatch(patch)).toBe(before);
  });

  test.each([
    [
      '[{"op": "test", "path": "/a", "value": 1}, {"op": "test", "path": "/a", "value": "1"}]',
      'conflict',
      'patch-test-failed',
      'Operation 2 of 2 (test /a) failed: /a has another value than the patch expects.',
    ],
    [
      '[{"op": "test", "path": "/b", "value": null}]',
      'conflict',
      'patch-test-failed',
      'Operation 1 of 1 (test /b) failed: /b is not there, which the patch expects.',
    ],
    [
      '[{"op": "remove", "path": "/b"}]',
      'usage',
      'path-not-found',
      'Operation 1 of 1 (remove /b) failed: There is nothing at /b: the root has no key "b".',
    ],
    [
      '[{"op": "copy", "from": "/b", "path": "/c"}]',
      'usage',
      'path-not-found',
      'Operation 1 of 1 (copy /c) failed: There is nothing at /b: the root has no key "b".',
    ],
    ['[{"op": "remove", "path": ""}]', 'usage', 'path-is-root', 'Operation 1 of 1 (remove the root) failed'],
    ['[{"op": "move", "from": "/a", "path": "/a/b"}]', 'usage', 'move-into-itself', 'Operation 1 of 1 (move /a/b) failed'],
    ['[{"op": "add", "path": "/a/b", "value": 1}]', 'usage', 'wrong-type', '/a is a number, not an object or an array'],
  ])('%s fails', (patch, kind, code, message) => {
    const error = failureOf(() => applied('{"a": 1}', patch));
    expect(error).toMatchObject({ kind, code });
    expect(error.message).toContain(message);
  });

  test('an addition onto something is a conflict when asked', () => {
    const patch = parsePatch('[{"op": "add", "path": "/a", "value": 2}]');
    const error = failureOf(() => applyPatch(parseJson('{"a": 1}'), patch, { onExistingKey: 'refuse' }));
    expect(error).toMatchObject({ kind: 'conflict', code: 'key-exists' });
  });

  test.each([
    ['{}', 'A patch is an array of operations, not an object.'],
    ['[1]', 'Operation 1 of 1 is a number, not an object.'],
    ['[{"path": ""}]', 'Operation 1 of 1 has no "op".'],
    ['[{"op": "remove", "path": ""}, {"op": "set", "path": ""}]', 'Operation 2 of 2 has the unknown "op" "set".'],
    ['[{"op": "add", "path": "/a"}]', 'Operation 1 of 1 has no "value".'],
    ['[{"op": "move", "path": "/a"}]', 'Operation 1 of 1 has no "from".'],
    ['[{"op": "remove", "path": 1}]', 'The "path" of operation 1 of 1 is a number, not a string.'],
    ['[{"op": "remove", "path": "a"}]', 'The "path" of operation 1 of 1: The JSON Pointer "a" does not start with "/".'],
  ])('%s is none', (text, message) => {
    expect(failureOf(() => parsePatch(text))).toMatchObject({ kind: 'usage', code: 'patch-invalid', message });
  });
});

test('the inverse of any patch of a person restores the document', () => {
  const before = parseJson('{"a": {"b": [1, 2]}, "c": 1.10, "d": {"e": null}}');
  const patch = parsePatch(`[{"op": "move", "from": "/a/b", "path": "/d/b"}, {"op": "copy", "from": "/d", "path": "/a/d"},
    {"op": "remove", "path": "/d"}, {"op": "replace", "path": "/c", "value": 1.1}]`);
  const after = applyPatch(before, patch);
  expect(writeJson(after)).toBe('{"a": {"d": {"e": null, "b": [1, 2]}}, "c": 1.1}');
  expect(sameDocument(applyPatch(after, inverse(patch, before)), before)).toBe(true);
});

test('tens of thousands of operations on one wide object copy it once', () => {
  const wide = (value: string): JsonNode =>
    parseJson(`{${Array.from({ length: 30_000 }, (_, key) => `"k${key}": ${value}`).join()}}`);
  expect(sameDocument(applyPatch(wide('1'), diff(wide('1'), wide('2'))), wide('2'))).toBe(true);
});
