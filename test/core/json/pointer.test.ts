import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { formatPointer, nodeAt, parsePointer, postgresPath, requireNodeAt } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { failureOf } from './documents.ts';

// The document and the pointers of RFC 6901, section 5.
const example = parseJson(
  String.raw`{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}`,
);

describe('JSON Pointer', () => {
  test.each([
    ['/foo', '["bar", "baz"]'],
    ['/foo/0', '"bar"'],
    ['/', '0'],
    ['/a~1b', '1'],
    ['/c%d', '2'],
    ['/i\\j', '5'],
    ['/k"l', '6'],
    ['/ ', '7'],
    ['/m~0n', '8'],
  ])('%s', (pointer, value) => {
    expect(writeJson(requireNodeAt(example, parsePointer(pointer)))).toBe(value);
  });

  test('the empty pointer is the document', () => {
    expect(requireNodeAt(example, parsePointer(''))).toBe(example);
  });

  test('any path survives being written and read', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('~1', '~01', '/', '~'))), (path) => {
        expect(parsePointer(formatPointer(path))).toEqual(path);
      }),
    );
  });

  test.each([
    ['foo', 'does not start with "/"'],
    ['#/foo', 'does not start with "/"'],
    ['/a~2b', 'has a "~" without 0 or 1 behind it'],
    ['/a~', 'has a "~" without 0 or 1 behind it'],
  ])('%s is none', (pointer, problem) => {
    const error = failureOf(() => parsePointer(pointer));
    expect(error).toMatchObject({ kind: 'usage', code: 'pointer-syntax' });
    expect(error.message).toContain(problem);
  });
});

describe('what is not there', () => {
  test.each([
    ['/foo/2', '/foo is an array of 2, and "2" is not the index of an element'],
    ['/foo/-', '/foo is an array of 2, and "-" is not the index of an element'],
    ['/foo/01', '/foo is an array of 2, and "01" is not the index of an element'],
    ['/foo/length', '/foo is an array of 2, and "length" is not the index of an element'],
    ['/bar/x', 'the root has no key "bar"'],
    ['/__proto__', 'the root has no key "__proto__"'],
    ['/a~1b/c', '/a~1b is a number'],
  ])('%s', (pointer, reason) => {
    expect(nodeAt(example, parsePointer(pointer))).toBeUndefined();
    const error = failureOf(() => requireNodeAt(example, parsePointer(pointer)));
    expect(error).toMatchObject({ kind: 'usage', code: 'path-not-found', message: `There is nothing at ${pointer}: ${reason}.` });
  });

  test('a very long key is cut in the message', () => {
    expect(failureOf(() => requireNodeAt(example, ['k'.repeat(300_000)])).message.length).toBeLessThan(500);
  });
});

describe('paths as the manual writes them', () => {
  const document = parseJson(`{"a": {"b": "x", "it's": [{"c": 1}, [2]]}, "0": {"1": null}, "": [true]}`);

  test.each([
    ['', 'metadata'],
    ['/a', "metadata->'a'"],
    ['/a/b', "metadata->'a'->>'b'"],
    ["/a/it's", "metadata->'a'->'it''s'"],
    ["/a/it's/0/c", "metadata->'a'->'it''s'->0->>'c'"],
    ["/a/it's/1/0", "metadata->'a'->'it''s'->1->>0"],
    ['/0/1', "metadata->'0'->>'1'"],
    ['//0', "metadata->''->>0"],
    ['/gone/0', "metadata->'gone'->'0'"],
  ])('%s is %s', (pointer, sql) => {
    expect(postgresPath('metadata', parsePointer(pointer), document)).toBe(sql);
  });

  test('a scalar document', () => {
    expect(postgresPath('metadata', [], parseJson('1'))).toBe("metadata#>>'{}'");
  });
});
