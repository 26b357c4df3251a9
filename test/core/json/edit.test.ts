import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addValue, duplicateValue, moveValue, removeValue, renameKey, setValue } from '#core/json/edit.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { nodeAt, parsePointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { anyDocument, failureOf, nested } from './documents.ts';

const text = '{"a": {"x": 1, "y": [10, 20]}, "b": "two", "c": null}';
const document = parseJson(text);
const at = parsePointer;
const value = parseJson('"new"');

describe('edits', () => {
  test.each<[string, () => JsonNode, string]>([
    ['set a member', () => setValue(document, at('/a/x'), value), '{"a": {"x": "new", "y": [10, 20]}, "b": "two", "c": null}'],
    ['set an element', () => setValue(document, at('/a/y/1'), value), '{"a": {"x": 1, "y": [10, "new"]}, "b": "two", "c": null}'],
    ['set the document', () => setValue(document, [], value), '"new"'],
    [
      'add a member',
      () => addValue(document, at('/a/z'), value),
      '{"a": {"x": 1, "y": [10, 20], "z": "new"}, "b": "two", "c": null}',
    ],
    ['insert', () => addValue(document, at('/a/y/1'), value), '{"a": {"x": 1, "y": [10, "new", 20]}, "b": "two", "c": null}'],
    [
      'append by -',
      () => addValue(document, at('/a/y/-'), value),
      '{"a": {"x": 1, "y": [10, 20, "new"]}, "b": "two", "c": null}',
    ],
    [
      'append by length',
      () => addValue(document, at('/a/y/2'), value),
      '{"a": {"x": 1, "y": [10, 20, "new"]}, "b": "two", "c": null}',
    ],
    [
      'rename in place',
      () => renameKey(document, at('/a'), '__proto__'),
      '{"__proto__": {"x": 1, "y": [10, 20]}, "b": "two", "c": null}',
    ],
    ['rename to itself', () => renameKey(document, at('/a'), 'a'), text],
    ['remove a member', () => removeValue(document, at('/a/y')), '{"a": {"x": 1}, "b": "two", "c": null}'],
    ['remove an element', () => removeValue(document, at('/a/y/0')), '{"a": {"x": 1, "y": [20]}, "b": "two", "c": null}'],
    ['move a member', () => moveValue(document, at('/b'), at('/a/b')), '{"a": {"x": 1, "y": [10, 20], "b": "two"}, "c": null}'],
    [
      'move an element',
      () => moveValue(document, at('/a/y/0'), at('/a/y/1')),
      '{"a": {"x": 1, "y": [20, 10]}, "b": "two", "c": null}',
    ],
    ['move to the same place', () => moveValue(document, at('/a/y'), at('/a/y')), text],
    [
      'duplicate an element',
      () => duplicateValue(document, at('/a/y/0')).document,
      '{"a": {"x": 1, "y": [10, 10, 20]}, "b": "two", "c": null}',
    ],
    [
      'duplicate a member',
      () => duplicateValue(document, at('/b')).document,
      '{"a": {"x": 1, "y": [10, 20]}, "b": "two", "c": null, "b_copy": "two"}',
    ],
  ])('%s', (_, edit, result) => {
    expect(writeJson(edit())).toBe(result);
    expect(writeJson(document)).toBe(text);
  });

  test('a copy says where it is, and takes a key that is free', () => {
    const once = duplicateValue(document, at('/b'));
    const twice = duplicateValue(once.document, at('/b'));
    expect([once.path, twice.path, duplicateValue(document, at('/a/y/1')).path]).toEqual([
      ['b_copy'],
      ['b_copy_2'],
      ['a', 'y', '2'],
    ]);
  });

  test('what was not touched is shared', () => {
    const after = setValue(document, at('/b'), value);
    expect(nodeAt(after, at('/a'))).toBe(nodeAt(document, at('/a')));
  });
});

describe('edits that cannot be', () => {
  test.each<[string, () => unknown, string]>([
    ['set what is not there', () => setValue(document, at('/d'), value), 'path-not-found'],
    ['set below a scalar', () => setValue(document, at('/b/x'), value), 'path-not-found'],
    ['set -', () => setValue(document, at('/a/y/-'), value), 'path-not-found'],
    ['add what is there', () => addValue(document, at('/a/x'), value), 'key-exists'],
    ['add to a scalar', () => addValue(document, at('/b/x'), value), 'wrong-type'],
    ['add below nothing', () => addValue(document, at('/d/x'), value), 'path-not-found'],
    ['insert too far', () => addValue(document, at('/a/y/3'), value), 'path-not-found'],
    ['insert by name', () => addValue(document, at('/a/y/x'), value), 'path-not-found'],
    ['rename to what is there', () => renameKey(document, at('/a'), 'b'), 'key-exists'],
    ['rename an element', () => renameKey(document, at('/a/y/0'), 'k'), 'wrong-type'],
    ['rename what is not there', () => renameKey(document, at('/d'), 'k'), 'path-not-found'],
    ['remove what is not there', () => removeValue(document, at('/a/y/2')), 'path-not-found'],
    ['remove the document', () => removeValue(document, []), 'path-is-root'],
    ['duplicate the document', () => duplicateValue(document, []), 'path-is-root'],
    ['move into itself', () => moveValue(document, at('/a'), at('/a/y/0')), 'move-into-itself'],
    ['move onto another', () => moveValue(document, at('/a'), at('/b')), 'key-exists'],
    ['move what is not there', () => moveValue(document, at('/d'), at('/d')), 'path-not-found'],
    ['a key with U+0000', () => renameKey(document, at('/a'), 'a\u0000'), 'json-nul'],
    ['a key with half a pair', () => addValue(document, at('/\ud800'), value), 'json-surrogate'],
    [
      'half a pair inside a value',
      () => setValue(document, at('/a'), { kind: 'array', items: [{ kind: 'string', value: '\udfff' }] }),
      'json-surrogate',
    ],
    [
      'U+0000 in a key inside a value',
      () => setValue(document, at('/a'), { kind: 'object', members: new Map([['\u0000', value]]) }),
      'json-nul',
    ],
    ['no number', () => setValue(document, at('/a'), { kind: 'number', text: '1,5' }), 'json-number'],
    ['too great a number', () => setValue(document, at('/a'), { kind: 'number', text: '1e999999' }), 'json-number-range'],
    ['too deep', () => setValue(document, at('/a/x'), parseJson(nested(999))), 'json-too-deep'],
  ])('%s: %s', (_, edit, code) => {
    expect(failureOf(edit)).toMatchObject({ kind: 'usage', code });
    expect(writeJson(document)).toBe(text);
  });

  test('depth up to the limit is taken', () => {
    expect(parseJson(writeJson(setValue(document, at('/a/x'), parseJson(nested(998))))).kind).toBe('object');
  });
});

test('adding any value and removing it again leaves any document as it was', () => {
  fc.assert(
    fc.property(anyDocument, anyDocument, (any, inserted) => {
      const root: JsonNode = { kind: 'object', members: new Map([['__proto__', any]]) };
      const added = addValue(root, ['k'], inserted);
      expect(nodeAt(added, ['k'])).toBe(inserted);
      expect(removeValue(added, ['k'])).toEqual(root);
    }),
  );
});
