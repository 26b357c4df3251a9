import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Merge } from '#core/json/merge.ts';
import { merge, resolveConflict } from '#core/json/merge.ts';
import type { JsonNode } from '#core/json/node.ts';
import { sameDocument } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { formatPointer, nodeAt } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { anyDocument, crowdedDocument, failureOf, nested } from './documents.ts';

const merged = (base: string, mine: string, theirs: string): Merge => merge(parseJson(base), parseJson(mine), parseJson(theirs));
const summary = (result: Merge): object => ({
  merged: writeJson(result.merged),
  changed: result.changed.map(formatPointer),
  alsoChanged: result.alsoChanged.map(formatPointer),
  conflicts: result.conflicts.map(({ path }) => formatPointer(path)),
});
const anyThree = fc.oneof(
  fc.tuple(crowdedDocument, crowdedDocument, crowdedDocument),
  fc.tuple(anyDocument, anyDocument, anyDocument),
  fc.tuple(crowdedDocument, crowdedDocument, anyDocument),
);

describe('merge by example', () => {
  test.each([
    [
      'changes apart',
      '{"a": 1, "b": {"c": 2}}',
      '{"a": 9, "b": {"c": 2}}',
      '{"a": 1, "b": {"c": 2, "d": 3}}',
      '{"a": 9, "b": {"c": 2, "d": 3}}',
      ['/a'],
      ['/b/d'],
      [],
    ],
    ['the same change', '{"a": 1}', '{"a": 100}', '{"a": 1e2}', '{"a": 1e2}', [], ['/a'], []],
    ['both removed', '{"a": 1}', '{}', '{}', '{}', [], ['/a'], []],
    ['changed twice', '{"a": 1}', '{"a": 2}', '{"a": 3}', '{"a": 3}', [], [], ['/a']],
    ['other digits', '{"a": 1}', '{"a": 1.0}', '{"a": 1.00}', '{"a": 1.00}', [], [], ['/a']],
    ['removed here, changed inside there', '{"a": {"b": 1}}', '{}', '{"a": {"b": 2}}', '{"a": {"b": 2}}', [], [], ['/a']],
    ['changed inside here, removed there', '{"a": {"b": 1}}', '{"a": {"b": 2}}', '{}', '{}', [], [], ['/a']],
    [
      'removed here, kept there',
      '{"a": {"b": 1}, "c": 1}',
      '{"c": 1}',
      '{"a": {"b": 1}, "c": 2}',
      '{"c": 2}',
      ['/a'],
      ['/c'],
      [],
    ],
    ['arrays are one value', '{"a": [1, 2]}', '{"a": [1, 2, 3]}', '{"a": [0, 1, 2]}', '{"a": [0, 1, 2]}', [], [], ['/a']],
    [
      'object added on both sides',
      '{}',
      '{"a": {"x": 1, "y": {"z": 1}}}',
      '{"a": {"y": {"w": 2}}}',
      '{"a": {"y": {"w": 2, "z": 1}, "x": 1}}',
      ['/a/y/z', '/a/x'],
      ['/a'],
      [],
    ],
    ['and collides inside', '{}', '{"a": {"x": 1}}', '{"a": {"x": 2}}', '{"a": {"x": 2}}', [], ['/a'], ['/a/x']],
    [
      'object in place of a scalar on both sides',
      '{"a": 1}',
      '{"a": {"x": 1}}',
      '{"a": {"y": 1}}',
      '{"a": {"y": 1}}',
      [],
      [],
      ['/a'],
    ],
    ['type against content', '{"a": {"x": 1}}', '{"a": []}', '{"a": {"x": 2}}', '{"a": {"x": 2}}', [], [], ['/a']],
    ['the root itself', '1', '2', '3', '3', [], [], ['']],
    [
      '__proto__ and the empty key',
      '{"__proto__": 1, "": 1}',
      '{"__proto__": 2, "": 1}',
      '{"__proto__": 1, "": 2}',
      '{"__proto__": 2, "": 2}',
      ['/__proto__'],
      ['/'],
      [],
    ],
  ])('%s', (_, base, mine, theirs, result, changed, alsoChanged, conflicts) => {
    expect(summary(merged(base, mine, theirs))).toEqual({ merged: result, changed, alsoChanged, conflicts });
  });

  test('a conflict has all three sides, and none where one has nothing', () => {
    const [conflict] = merged('{"a": {"b": 1}}', '{}', '{"a": {"b": 2}}').conflicts;
    expect(conflict).toEqual({ path: ['a'], base: parseJson('{"b": 1}'), mine: undefined, theirs: parseJson('{"b": 2}') });
  });
});

describe('merge laws', () => {
  test('a side that did not change gives way to the other', () => {
    fc.assert(
      fc.property(anyThree, ([base, side]) => {
        const [mineOnly, theirsOnly, both] = [merge(base, side, base), merge(base, base, side), merge(base, side, side)];
        for (const result of [mineOnly, theirsOnly, both]) {
          expect(sameDocument(result.merged, side)).toBe(true);
          expect(result.conflicts).toEqual([]);
        }
        expect([mineOnly.alsoChanged, theirsOnly.changed, both.changed]).toEqual([[], [], []]);
        expect(mineOnly.changed.length > 0).toBe(!sameDocument(base, side));
        expect(theirsOnly.alsoChanged.map(formatPointer).sort()).toEqual(mineOnly.changed.map(formatPointer).sort());
      }),
      { numRuns: 1000 },
    );
  });

  test('what mine leaves alone comes out as the very document', () => {
    fc.assert(
      fc.property(crowdedDocument, crowdedDocument, (base, theirs) => {
        expect(merge(base, base, theirs).merged).toBe(theirs);
      }),
    );
  });

  test('it does not matter who is called mine, but for what stands at conflicts', () => {
    fc.assert(
      fc.property(anyThree, ([base, one, other]) => {
        const [forth, back] = [merge(base, one, other), merge(base, other, one)];
        const paths = (result: Merge): string[] => result.conflicts.map(({ path }) => formatPointer(path)).sort();
        expect(paths(forth)).toEqual(paths(back));
        const swapped = forth.conflicts.reduce((result, { path }) => resolveConflict(result, path, 'mine'), forth);
        expect(sameDocument(swapped.merged, back.merged)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('no change is lost silently', () => {
    fc.assert(
      fc.property(anyThree, ([base, mine, theirs]) => {
        const result = merge(base, mine, theirs);
        const conflicts = new Set(result.conflicts.map(({ path }) => formatPointer(path)));
        expect(unaccounted([], [base, mine, theirs], result, conflicts)).toEqual([]);
        expect([...conflicts]).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('documents at the limit of depth', () => {
    const chain = (leaf: string): JsonNode => parseJson('{"a": '.repeat(1000) + leaf + '}'.repeat(1000));
    expect(merge(chain('1'), chain('2'), chain('3')).conflicts[0]?.path).toHaveLength(1000);
    expect(writeJson(merge(chain('1'), chain('2'), chain('1')).merged)).toBe(writeJson(chain('2')));
    const mixed = (leaf: string): JsonNode => parseJson(nested(1000, leaf));
    expect(merge(mixed('1'), mixed('2'), mixed('3')).conflicts).toHaveLength(1);
  });
});

type Sides = readonly [base: JsonNode | undefined, mine: JsonNode | undefined, theirs: JsonNode | undefined];

/**
 * What is not as it should be, written without merge's shortcuts: at every path the merged value is what both sides want, or that of the one
 * side that changed it, or the path is a conflict with the very sides. Takes the conflicts it meets out of the set.
 */
function unaccounted(path: readonly string[], sides: Sides, result: Merge, conflicts: Set<string>): readonly string[] {
  const [base, mine, theirs] = sides;
  const actual = nodeAt(result.merged, path);
  const pointer = formatPointer(path);
  const isSettled = sameDocument(mine, theirs) || sameDocument(mine, base) || sameDocument(theirs, base);
  if (conflicts.delete(pointer)) {
    const conflict = result.conflicts.find((candidate) => formatPointer(candidate.path) === pointer);
    const hasSides = conflict?.base === base && conflict?.mine === mine && conflict?.theirs === theirs && actual === theirs;
    return isSettled || !hasSides ? [`${pointer}: wrong conflict`] : [];
  }
  const wanted = sameDocument(mine, base) ? theirs : mine;
  if (isSettled) return sameDocument(actual, wanted) ? [] : [`${pointer}: lost`];
  const inside = (side: JsonNode | undefined): ReadonlyMap<string, JsonNode> =>
    side?.kind === 'object' ? side.members : new Map();
  if ([mine, theirs, actual, base ?? mine].some((side) => side?.kind !== 'object'))
    return [`${pointer}: neither merged nor a conflict`];
  const keys = new Set([...sides, actual].flatMap((side) => [...inside(side).keys()]));
  return [...keys].flatMap((key) =>
    unaccounted([...path, key], [inside(base).get(key), inside(mine).get(key), inside(theirs).get(key)], result, conflicts),
  );
}

describe('conflicts', () => {
  const result = merged('{"a": 1, "b": 1, "c": 1, "d": 1}', '{"a": 2, "c": 2, "d": 2}', '{"a": 3, "b": 3, "d": 3}');

  test('are decided one by one', () => {
    expect(summary(result)).toMatchObject({ merged: '{"a": 3, "b": 3, "d": 3}', conflicts: ['/a', '/b', '/d', '/c'] });
    const mine = resolveConflict(result, ['a'], 'mine');
    const removed = resolveConflict(mine, ['b'], 'mine');
    const added = resolveConflict(removed, ['c'], 'mine');
    const edited = resolveConflict(added, ['d'], { edited: parseJson('[4]') });
    expect(summary(edited)).toEqual({
      merged: '{"a": 2, "d": [4], "c": 2}',
      changed: ['/a', '/b', '/c', '/d'],
      alsoChanged: [],
      conflicts: [],
    });
  });

  test('theirs, or an edit that comes to the same, leaves the document as it is', () => {
    const theirs = resolveConflict(resolveConflict(result, ['a'], 'theirs'), ['d'], { edited: parseJson('3') });
    expect(summary(theirs)).toEqual({
      merged: '{"a": 3, "b": 3, "d": 3}',
      changed: [],
      alsoChanged: ['/a', '/d'],
      conflicts: ['/b', '/c'],
    });
  });

  test('an edit can remove, but not the document', () => {
    expect(writeJson(resolveConflict(result, ['a'], { edited: undefined }).merged)).toBe('{"b": 3, "d": 3}');
    expect(failureOf(() => resolveConflict(merged('1', '2', '3'), [], { edited: undefined })).code).toBe('path-is-root');
    expect(writeJson(resolveConflict(merged('1', '2', '3'), [], 'mine').merged)).toBe('2');
  });

  test('only one that is open can be decided', () => {
    expect(failureOf(() => resolveConflict(result, ['x'], 'mine'))).toMatchObject({ kind: 'usage', code: 'no-such-conflict' });
  });
});
