import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addValue, removeValue, renameKey, setValue } from '#core/json/edit.ts';
import { parseJson } from '#core/json/parse.ts';
import { formatPointer, type JsonPath, nodeAt, parsePointer } from '#core/json/pointer.ts';
import type { JsonNode } from '#core/json/node.ts';
import { childFold, everythingOpen, type Fold, isContainer } from '#ui/json-tree/fold.ts';
import { rowAt, rowCount, rowOf, type TreeDocument } from '#ui/json-tree/layout.ts';
import { treeLines } from '#ui/json-tree/tree-lines.ts';
import { nextMatch, searchTree, type TreeMatches } from '#ui/json-tree/tree-search.ts';
import * as tree from '#ui/json-tree/tree-state.ts';
import { createTheme } from '#ui/tones.ts';
import { bestOf } from '../support/best-of.ts';

const theme = createTheme({ color: false, ascii: true });

const textsOf = (state: tree.TreeState, columns = 100): string[] =>
  treeLines(state, columns, theme).map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

function open(text: string, base = text): tree.TreeState {
  return { ...tree.openTree(parseJson(text), parseJson(base), 50), fold: everythingOpen };
}

/** What the rows must be, by plain recursion. */
function listed(node: JsonNode, fold: Fold | undefined, path: JsonPath = []): string[] {
  const rows = [formatPointer(path)];
  if (fold === undefined) return rows;
  const children: [string, JsonNode][] =
    node.kind === 'object'
      ? [...node.members]
      : node.kind === 'array'
        ? node.items.map((item, index) => [String(index), item])
        : [];
  return [...rows, ...children.flatMap(([key, child]) => listed(child, childFold(fold, key, child), [...path, key]))];
}

function rowsOf(document: TreeDocument): string[] {
  return Array.from({ length: rowCount(document) }, (_, row) => formatPointer(rowAt(document, row)!.path));
}

describe('rows', () => {
  test('are those of a plain walk, whatever is folded, and every path finds its row again', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.array(fc.nat(30), { maxLength: 8 }), (text, presses) => {
        let state = tree.openTree(parseJson(text), undefined, 10);
        for (const press of presses) {
          for (let step = 0; step < press; step += 1) state = tree.moveTree(state, 'down');
          state = [tree.openBelow, tree.toggleCursor, tree.closeCursor, tree.toggleSiblings, tree.openCursor][press % 5]!(state);
          const rows = rowsOf(state);
          expect(rows).toEqual(listed(state.root, state.fold));
          for (const [row, pointer] of rows.entries()) expect(rowOf(state, parsePointer(pointer))).toBe(row);
          expect(rows).toContain(formatPointer(state.cursor));
          const cursor = rowOf(state, state.cursor)!;
          expect(cursor).toBeGreaterThanOrEqual(state.top);
          expect(cursor).toBeLessThan(state.top + state.height);
        }
      }),
    );
  });

  test('of a document 900 levels deep are there', () => {
    const state = open(`${'['.repeat(900)}1${']'.repeat(900)}`);
    expect(rowCount(state)).toBe(901);
    expect(rowAt(tree.moveTree(state, 'last'), 900)?.node).toEqual({ kind: 'number', text: '1' });
  });

  test('removed keys stay where they were, with their mark', () => {
    const base = '{"a": 1, "b": {"x": 1}, "c": 3}';
    const state = open(base);
    const without = tree.withRoot(state, removeValue(state.root, ['b']));
    expect(textsOf({ ...without, base: state.root })).toEqual([
      ' > ~ v {2}  changed, was {3}',
      '         a: 1',
      '   -     b: {1}  removed',
      '         c: 3',
    ]);
  });

  test('of an array are compared from both ends', () => {
    const state = open('["a", "b", "c"]');
    const shorter = tree.withRoot(state, removeValue(state.root, ['1']));
    expect(textsOf({ ...shorter, base: state.root }).slice(1)).toEqual(['         0: "a"', '         1: "c"']);
    const longer = tree.withRoot(state, addValue(state.root, ['1'], { kind: 'null' }));
    expect(textsOf({ ...longer, base: state.root })[2]).toBe('   +     1: null  added');
  });
});

describe('lines', () => {
  test('say type, count and change in signs and words', () => {
    const state = open('{"text": "a\\nb", "count": 1.10, "on": true, "none": null, "list": [1, 2], "empty key": {"": 1}}');
    const changed = setValue(state.root, ['count'], { kind: 'string', value: '1.10' });
    expect(textsOf({ ...tree.withRoot(state, changed), base: state.root })).toEqual([
      ' > ~ v {6}  changed inside',
      String.raw`         text: "a\nb"`,
      '   ~     count: "1.10"  was 1.10',
      '         on: true',
      '         none: null',
      '       v list: [2]',
      '           0: 1',
      '           1: 2',
      '       v "empty key": {1}',
      '           "": 1',
    ]);
  });

  test('never hold what acts on a terminal, and are cut by the one who draws them', () => {
    const lines = textsOf(open(JSON.stringify({ 'k\u001b[2J': '\u001b]0;title\u0007', long: 'x'.repeat(100_000) })), 80);
    for (const line of lines) {
      // oxlint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f]/);
      expect(line.length).toBeLessThan(400);
    }
  });

  test('mask secrets by name and by form, also what was there before; revealing is for a place and all below', () => {
    const text = '{"credentials": {"user": "jane", "port": 5432}, "note": "whsec_1234567890abcdef", "plain": "x"}';
    const state = open(text);
    const shown = textsOf(state).join('\n');
    expect(shown).not.toMatch(/jane|5432|whsec_/);
    expect(shown).toContain('plain: "x"');
    const changed = tree.withRoot(state, setValue(state.root, ['note'], { kind: 'string', value: 'gone' }), ['credentials']);
    const revealed = tree.toggleSecrets({ ...changed, base: state.root });
    expect(textsOf(revealed).join('\n')).toMatch(/user: "jane"/);
    expect(textsOf(revealed).join('\n')).not.toContain('whsec_');
    expect(textsOf(tree.toggleSecrets(revealed)).join('\n')).not.toContain('jane');
  });
});

describe('the cursor', () => {
  const text = '{"a": {"x": 1, "y": 2}, "b": [1, {"z": 3}]}';

  test('enters what is open, leaves what is closed, and jumps over siblings', () => {
    let state = tree.openTree(parseJson(text), undefined, 3);
    state = tree.goTo(state, ['b', '1', 'z']);
    expect(formatPointer(state.cursor)).toBe('/b/1/z');
    state = tree.moveTree(state, 'parent');
    state = tree.moveTree(state, 'previous-sibling');
    expect(formatPointer(state.cursor)).toBe('/b/0');
    state = tree.moveTree(tree.moveTree(state, 'parent'), 'previous-sibling');
    expect(formatPointer(state.cursor)).toBe('/a');
    state = tree.openCursor(state);
    expect(formatPointer(state.cursor)).toBe('/a/x');
    state = tree.closeCursor(state);
    state = tree.closeCursor(state);
    expect([formatPointer(state.cursor), tree.cursorRow(state).isOpen]).toEqual(['/a', false]);
  });

  test('stays on its value when others come and go, and goes to what held it when it is gone', () => {
    let state = tree.goTo(open(text), ['b', '1', 'z']);
    state = tree.withRoot(state, addValue(state.root, ['new'], { kind: 'null' }));
    expect(formatPointer(state.cursor)).toBe('/b/1/z');
    state = tree.withRoot({ ...state, base: undefined }, renameKey(state.root, ['b'], 'c'));
    expect(formatPointer(state.cursor)).toBe('');
  });

  test('levels open the whole document as deep as asked', () => {
    let state = tree.openTree(parseJson(text), undefined, 50);
    state = tree.changeLevels(state, 0);
    expect(rowsOf(state)).toEqual(['', '/a', '/b']);
    state = tree.changeLevels(state, 1);
    expect(rowsOf(state)).toHaveLength(7);
    expect(isContainer(nodeAt(state.root, ['b', '1']))).toBe(true);
  });
});

describe('search', () => {
  function search(state: tree.TreeState, text: string): TreeMatches {
    let found: TreeMatches | undefined;
    searchTree(state.root, text, state.revealed, (matches) => (found = matches));
    return found!;
  }

  test('finds keys and values in the order of the document, round the end, and any case for lower case', () => {
    const state = open('{"Alpha": 1, "b": ["ALPHA", {"alphabet": null}], "c": "beta"}');
    const found = search(state, 'alpha');
    expect(found.paths.map(formatPointer)).toEqual(['/Alpha', '/b/0', '/b/1/alphabet']);
    expect(search(state, 'ALPHA').paths.map(formatPointer)).toEqual(['/b/0']);
    expect(formatPointer(nextMatch(found, [], 1)!)).toBe('/Alpha');
    expect(formatPointer(nextMatch(found, ['Alpha'], 1)!)).toBe('/b/0');
    expect(formatPointer(nextMatch(found, ['Alpha'], 1, true)!)).toBe('/Alpha');
    expect(formatPointer(nextMatch(found, ['c'], 1)!)).toBe('/Alpha');
    expect(formatPointer(nextMatch(found, ['Alpha'], -1)!)).toBe('/b/1/alphabet');
    expect(nextMatch(search(state, '.*'), [], 1)).toBeUndefined();
  });

  test('does not tell a hidden secret', () => {
    const state = open('{"password": "hunter2", "other": "hunter"}');
    expect(search(state, 'hunter2').paths).toEqual([]);
    const revealed = tree.toggleSecrets(tree.goTo(state, ['password']));
    expect(search(revealed, 'hunter2').paths.map(formatPointer)).toEqual(['/password']);
  });
});

test('a key press in 5 MB with everything open looks at what is on screen only', () => {
  const bestMs = (count: number): number => {
    const items = Array.from({ length: count }, (_, id) => ({
      id,
      name: `person ${id}`,
      tags: ['a', 'b'],
      more: { x: id, y: null },
    }));
    const document = parseJson(JSON.stringify({ items, pad: 'x'.repeat(100 * count) }));
    const opened = tree.openBelow(tree.openTree(document, undefined, 40));
    treeLines(opened, 120, theme);
    return bestOf(5, () => {
      let state = opened;
      for (const move of ['last', 'page-up', 'up', 'first', 'down', 'page-down', 'next-sibling', 'parent'] as const) {
        state = tree.moveTree(state, move);
        treeLines(state, 120, theme);
      }
    });
  };
  bestMs(300);
  // A walk over all rows would take a hundred times as long.
  expect(bestMs(30_000) / bestMs(300)).toBeLessThan(20);
});
