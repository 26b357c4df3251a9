import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepPlace, listAtStart, type ListMove, type ListState, moveList, placeAnew } from '#ui/list-state.ts';

const keysOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `row ${index}`);
const height = 10;
const after = (...moves: ListMove[]): ListState =>
  moves.reduce((state, move) => moveList(state, move, keysOf(100), height), listAtStart);

describe('moving', () => {
  test('down and up by one, the window only when it must', () => {
    expect(after('down')).toEqual({ cursor: 1, offset: 0, key: 'row 1' });
    expect(after(...Array<ListMove>(10).fill('down'))).toEqual({ cursor: 10, offset: 1, key: 'row 10' });
    expect(after(...Array<ListMove>(10).fill('down'), 'up', 'up')).toEqual({ cursor: 8, offset: 1, key: 'row 8' });
  });

  test('pages overlap by one row', () => {
    expect(after('page-down')).toMatchObject({ cursor: 9 });
    expect(after('page-down', 'page-down')).toMatchObject({ cursor: 18, offset: 9 });
    expect(after('last', 'page-up')).toMatchObject({ cursor: 90, offset: 90 });
  });

  test('first and last, and no further', () => {
    expect(after('last')).toEqual({ cursor: 99, offset: 90, key: 'row 99' });
    expect(after('last', 'down', 'page-down')).toMatchObject({ cursor: 99 });
    expect(after('last', 'first', 'up', 'page-up')).toEqual({ cursor: 0, offset: 0, key: 'row 0' });
  });

  test('an empty list has no row to stand on', () => {
    expect(moveList(listAtStart, 'down', [], height)).toEqual({ cursor: 0, offset: 0, key: undefined });
  });
});

describe('new rows', () => {
  test('above the cursor leave it on its row and on its line of the screen', () => {
    const before = after('page-down', 'page-down', 'up', 'up', 'up');
    const kept = keepPlace(before, ['new 1', 'new 2', ...keysOf(100)], height);
    expect(kept.key).toBe(before.key);
    expect(kept.cursor - kept.offset).toBe(before.cursor - before.offset);
  });

  test('a row that is gone leaves the cursor at its place', () => {
    const before = after('down', 'down');
    expect(
      keepPlace(
        before,
        keysOf(100).filter((key) => key !== 'row 2'),
        height,
      ),
    ).toEqual({ cursor: 2, offset: 0, key: 'row 3' });
    expect(keepPlace(after('last'), keysOf(5), height)).toEqual({ cursor: 4, offset: 0, key: 'row 4' });
    expect(keepPlace(after('last'), [], height)).toMatchObject({ cursor: 0, offset: 0 });
  });
});

describe('another narrowing', () => {
  const only = (key: string): ListState => placeAnew({ ...listAtStart, key }, [key], height);

  test('one that ends shows the rows above the cursor as far as there is room, and some above and below it further down', () => {
    expect(placeAnew(only('row 9'), keysOf(100), height)).toEqual({ cursor: 9, offset: 0, key: 'row 9' });
    expect(placeAnew(only('row 50'), keysOf(100), height)).toEqual({ cursor: 50, offset: 45, key: 'row 50' });
    expect(placeAnew(only('row 99'), keysOf(100), height)).toEqual({ cursor: 99, offset: 90, key: 'row 99' });
  });

  test('keeps the row where it is still shown, and goes to the first where it is not', () => {
    const on30 = keepPlace({ ...listAtStart, key: 'row 30' }, keysOf(100), height, 'all');
    expect(on30.key).toBe('row 30');
    const narrowed = keepPlace(on30, ['row 7', 'row 30', 'row 31'], height, 'some');
    expect(narrowed).toMatchObject({ cursor: 1, offset: 0, key: 'row 30' });
    expect(keepPlace(narrowed, keysOf(100), height, 'all')).toMatchObject({ cursor: 30, offset: 25, key: 'row 30' });
    expect(keepPlace(on30, ['row 7', 'row 8', 'row 9'], height, 'others')).toMatchObject({ cursor: 0, key: 'row 7' });
  });

  test('one that shows nothing at all forgets no row', () => {
    const on30 = keepPlace({ ...listAtStart, key: 'row 30' }, keysOf(100), height, 'all');
    const nothing = keepPlace(on30, [], height, 'nothing');
    expect(nothing).toMatchObject({ cursor: 0, offset: 0 });
    expect(keepPlace(nothing, keysOf(100), height, 'all')).toMatchObject({ cursor: 30, key: 'row 30' });
  });

  test('the same one leaves a cursor whose row is gone at its place', () => {
    const on30 = keepPlace({ ...listAtStart, key: 'row 30' }, keysOf(100), height, 'all');
    const without = keysOf(100).filter((key) => key !== 'row 30');
    expect(keepPlace(moveList(on30, 'up', keysOf(100), height), without, height, 'all')).toMatchObject({ key: 'row 29' });
    expect(keepPlace(on30, without, height, 'all')).toMatchObject({ cursor: 30, key: 'row 31' });
  });

  test('one that hides the row goes to the first', () => {
    expect(placeAnew(only('row 50'), keysOf(20), height)).toEqual({ cursor: 0, offset: 0, key: 'row 0' });
    expect(placeAnew(only('row 50'), [], height)).toMatchObject({ cursor: 0, offset: 0 });
  });
});

test('whatever happens, the cursor is on a row and on the screen', () => {
  const step = fc.oneof(
    fc.constantFrom<ListMove>('up', 'down', 'page-up', 'page-down', 'first', 'last'),
    fc.record({ rows: fc.nat(60), from: fc.nat(30), height: fc.integer({ min: 1, max: 30 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let keys = keysOf(30);
      let window = height;
      let state = listAtStart;
      for (const each of steps) {
        if (typeof each === 'string') state = moveList(state, each, keys, window);
        else {
          keys = keysOf(100).slice(each.from, each.from + each.rows);
          window = each.height;
          state = keepPlace(state, keys, window);
        }
        if (keys.length === 0) continue;
        expect(state.key).toBe(keys[state.cursor]);
        expect(state.cursor).toBeGreaterThanOrEqual(state.offset);
        expect(state.cursor).toBeLessThan(state.offset + window);
        expect(state.offset).toBeLessThanOrEqual(Math.max(0, keys.length - window));
      }
    }),
  );
});
