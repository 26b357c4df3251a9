import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atTheEnd, keepLogPlace, type LogExtent, type LogMove, moveLog, newRows, paused, placeLogCursor } from '#ui/log-view.ts';

const extent = (first: number, end: number): LogExtent => ({ first, end });
const following = keepLogPlace(atTheEnd, extent(0, 100), 10);

describe('following', () => {
  test('the newest row is marked and at the bottom, whatever comes', () => {
    expect(following).toMatchObject({ cursor: 99, top: 90 });
    expect(keepLogPlace(following, extent(0, 137), 10)).toMatchObject({ cursor: 136, top: 127, isFollowing: true });
  });

  test('fewer rows than lines start at the first line', () => {
    expect(keepLogPlace(atTheEnd, extent(0, 3), 10)).toMatchObject({ cursor: 2, top: 0 });
  });

  test('moving down at the newest row goes on following', () => {
    expect(moveLog(following, 'down', extent(0, 100), 10)).toBe(following);
  });
});

describe('paused', () => {
  const up = moveLog(following, 'up', extent(0, 100), 10);

  test('moving up pauses, and rows that come are counted and move nothing', () => {
    expect(up).toMatchObject({ isFollowing: false, cursor: 98, top: 90 });
    const later = keepLogPlace(up, extent(0, 137), 10);
    expect(later).toMatchObject({ cursor: 98, top: 90 });
    expect(newRows(later, extent(0, 137))).toBe(37);
  });

  test('rows that leave at the start take the mark along only when it was on one of them', () => {
    expect(keepLogPlace(up, extent(95, 195), 10)).toMatchObject({ cursor: 98, top: 95 });
    expect(keepLogPlace(up, extent(150, 250), 10)).toMatchObject({ cursor: 150, top: 150 });
  });

  test('rows read before the first keep the place', () => {
    expect(keepLogPlace(up, extent(-500, 100), 10)).toBe(up);
  });

  test('coming back down to the newest row does not go on by itself; End does', () => {
    const down = moveLog(up, 'down', extent(0, 100), 10);
    expect(down).toMatchObject({ cursor: 99, isFollowing: false });
    expect(moveLog(down, 'last', extent(0, 137), 10)).toMatchObject({ cursor: 136, isFollowing: true });
    expect(newRows(moveLog(down, 'last', extent(0, 137), 10), extent(0, 137))).toBe(0);
  });

  test('a page keeps a row of the one before, the first row is the oldest', () => {
    expect(moveLog(following, 'page-up', extent(0, 100), 10)).toMatchObject({ cursor: 90, top: 90 });
    expect(moveLog(following, 'first', extent(-40, 100), 10)).toMatchObject({ cursor: -40, top: -40 });
  });

  test('putting the mark on a row far away brings it on screen', () => {
    expect(placeLogCursor(following, 17, extent(0, 100), 10)).toMatchObject({ cursor: 17, top: 17, isFollowing: false });
    expect(paused(up, extent(0, 500))).toBe(up);
  });
});

test('whatever is pressed and whatever comes and goes, the mark is on a row that is there and on screen', () => {
  const step = fc.oneof(
    fc.record({ move: fc.constantFrom<LogMove>('up', 'down', 'page-up', 'page-down', 'first', 'last') }),
    fc.record({ came: fc.nat(300) }),
    fc.record({ left: fc.nat(300) }),
    fc.record({ older: fc.nat(300) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (steps, height) => {
      let rows = extent(0, 20);
      let view = keepLogPlace(atTheEnd, rows, height);
      for (const now of steps) {
        if ('move' in now) view = moveLog(view, now.move, rows, height);
        else if ('came' in now) rows = extent(rows.first, rows.end + now.came);
        else if ('left' in now) rows = extent(Math.min(rows.end - 1, rows.first + now.left), rows.end);
        else rows = extent(rows.first - now.older, rows.end);
        view = keepLogPlace(view, rows, height);
        expect(view.cursor).toBeGreaterThanOrEqual(rows.first);
        expect(view.cursor).toBeLessThan(rows.end);
        expect(view.cursor - view.top).toBeGreaterThanOrEqual(0);
        expect(view.cursor - view.top).toBeLessThan(height);
        expect(view.isFollowing ? view.cursor : rows.end - 1).toBe(rows.end - 1);
      }
    }),
  );
});
