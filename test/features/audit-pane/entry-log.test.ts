import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EntryLog, type EntryRow, entryRow, extentOf, gapRow, transactionAround } from '#features/audit/pane/entry-log.ts';
import { anEntry } from './entries.ts';

const aGap = gapRow({ whatHappened: 'It was restored.', fromAt: null, untilAt: '2026-03-01 10:00:00+00' });
const rowsOf = (from: number, to: number): EntryRow[] =>
  Array.from({ length: to - from }, (_, index) => entryRow(anEntry(from + index, { fullXid: String(from + index) })));
const idsOf = (log: EntryLog): string[] => log.contents.rows.map((row) => (row.kind === 'gap' ? 'gap' : row.entry.id));
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => String(from + index));

describe('an entry', () => {
  test('is in the log once, whichever way it comes', () => {
    const log = new EntryLog();
    log.append(rowsOf(10, 20));
    expect(log.append(rowsOf(15, 25))).toBe(5);
    log.prepend(rowsOf(5, 12));
    expect(idsOf(log)).toEqual(numbers(5, 25));
  });

  test('that was updated itself is there as it was and as it is', () => {
    const log = new EntryLog();
    log.append(rowsOf(1, 3));
    log.append([entryRow(anEntry(1, { action: 'FORGED' }), { isRewritten: true, isLate: true })]);
    expect(idsOf(log)).toEqual(['1', '2', '1']);
    expect(log.contents.rows[2]).toMatchObject({ isRewritten: true, isLate: true, entry: { action: 'FORGED' } });
    log.append([entryRow(anEntry(2, { fullXid: 'of another transaction' }))]);
    expect(log.contents.rows[3]).toMatchObject({ isRewritten: true, entry: { id: '2' } });
  });

  test('behind a gap is the same only with the same time: its id and even the number of its transaction may be of another one', () => {
    const log = new EntryLog();
    log.append(rowsOf(1, 3));
    const later = { at: '2026-03-01 11:00:00+00' };
    const again = [entryRow(anEntry(1, { ...later, fullXid: '1' })), entryRow(anEntry(2, later)), entryRow(anEntry(2, later))];
    expect(log.append([aGap, ...rowsOf(1, 3)])).toBe(1);
    expect(log.append(again.slice(0, 2))).toBe(2);
    expect(log.contents.rows.slice(-2)).toEqual(again.slice(0, 2));
    log.append([again[2]!]);
    expect(log.contents.rows.at(-1)).toMatchObject({ isRewritten: true, entry: { id: '2' } });
  });

  test('keeps its number when rows come before and leave before it', () => {
    const log = new EntryLog(100);
    log.append(rowsOf(50, 100));
    const numberOf = (id: string): number => log.contents.first + idsOf(log).indexOf(id);
    const before = numberOf('80');
    log.prepend(rowsOf(20, 50));
    expect(numberOf('80')).toBe(before);
    log.append(rowsOf(100, 150));
    expect(numberOf('80')).toBe(before);
    expect(log.contents.rows).toHaveLength(100);
  });
});

describe('beyond the most', () => {
  test('entries without a time that leave, or are the last, do not lead back to the beginning of the table', () => {
    for (const stays of [0, 1]) {
      const log = new EntryLog(10);
      log.append(rowsOf(10, 18));
      log.append([entryRow(anEntry('one', { at: null })), entryRow(anEntry('two', { at: null }))]);
      log.prepend(rowsOf(8 + stays, 10));
      expect(idsOf(log).at(-1)).toBe(stays === 0 ? '17' : 'one');
      expect(log.newestPlace()).toEqual({ at: anEntry(17).at, id: '17' });
    }
  });

  test('the oldest leave, said how many, and they can be read again', () => {
    const log = new EntryLog(10);
    log.append(rowsOf(0, 25));
    expect(idsOf(log)).toEqual(numbers(15, 25));
    expect(log.contents.left).toBe(15);
    expect(log.oldestPlace()).toEqual({ at: '2026-03-01 10:00:15.5+00', id: '15' });
    log.clear();
    expect(log.contents).toEqual({ rows: [], first: 0, left: 0 });
  });

  test('reading back makes the newest leave', () => {
    const log = new EntryLog(10);
    log.append(rowsOf(20, 30));
    expect(log.prepend(rowsOf(15, 20))).toEqual({ added: 5, leaving: 5 });
    expect(idsOf(log)).toEqual(numbers(15, 25));
    expect(log.newestPlace()?.id).toBe('24');
    log.append(rowsOf(25, 27));
    expect(idsOf(log).slice(-3)).toEqual(['24', '25', '26']);
  });

  test('older entries are read from where the newest of those that left was, though one that came late stayed', () => {
    const log = new EntryLog(2);
    log.append([entryRow(anEntry(40)), entryRow(anEntry(41)), entryRow(anEntry(10), { isLate: true }), entryRow(anEntry(42))]);
    expect(idsOf(log)).toEqual(['10', '42']);
    expect(Date.parse(log.oldestPlace()!.at!)).toBeGreaterThan(Date.parse('2026-03-01T10:00:41.500Z'));
  });
});

/** A table of 90 entries of the same moment, in the order of their ids, and a page of it. */
function readAround() {
  const at = '2026-03-01 10:00:00.5+00';
  const table = Array.from({ length: 90 }, (_, index) => entryRow(anEntry(String(index + 10), { at, fullXid: String(index) })));
  const page = (place: { readonly at: string | null; readonly id: string } | undefined, way: 'older' | 'newer'): EntryRow[] => {
    const from = Date.parse(place!.at!) - Date.parse('2026-03-01T10:00:00.500Z');
    const isIn = ({ entry }: EntryRow): boolean =>
      way === 'older' ? from > 0 || (from === 0 && entry.id < place!.id) : from < 0 || (from === 0 && entry.id > place!.id);
    const found = table.filter(isIn);
    return way === 'older' ? found.slice(-10) : found.slice(0, 10);
  };
  return { table, page };
}

describe('entries of one moment, more than a page of them', () => {
  test('that left at the old end are read again', () => {
    const { table, page } = readAround();
    const log = new EntryLog(60);
    log.append(table);
    for (let reads = 0; reads < 8; reads += 1) log.prepend(page(log.oldestPlace(), 'older'));
    expect(idsOf(log)[0]).toBe('20');
    expect(log.prepend(page(log.oldestPlace(), 'older'))).toEqual({ added: 10, leaving: 10 });
    expect(page(log.oldestPlace(), 'older')).toEqual([]);
  });

  test('that left at the new end are read again', () => {
    const { table, page } = readAround();
    const log = new EntryLog(60);
    log.append(table.slice(30));
    for (let reads = 0; reads < 9; reads += 1) log.prepend(page(log.oldestPlace(), 'older'));
    expect(idsOf(log)).toEqual(numbers(10, 70));
    for (let reads = 0; reads < 9; reads += 1) log.appendPage(page(log.newestPlace(), 'newer'));
    expect(idsOf(log)).toEqual(numbers(40, 100));
  });
});

describe('the newest page of the table', () => {
  test('goes behind rows that it joins', () => {
    const log = new EntryLog();
    log.append(rowsOf(0, 10));
    log.merge(rowsOf(5, 15));
    expect(idsOf(log)).toEqual(numbers(0, 15));
  });

  test('takes the place of older rows where entries between them are not loaded', () => {
    const log = new EntryLog();
    log.append(rowsOf(0, 10));
    log.append(rowsOf(50, 55));
    log.merge(rowsOf(30, 50));
    expect(idsOf(log)).toEqual(numbers(30, 55));
  });

  test('leaves a gap that was told where it is, and may be empty', () => {
    const log = new EntryLog();
    log.append([aGap]);
    log.merge(rowsOf(0, 3));
    expect(idsOf(log)).toEqual(['0', '1', '2', 'gap']);
    log.merge([]);
    expect(idsOf(log)).toHaveLength(4);
  });
});

test('whatever comes, no entry is there twice, there are never too many, and the numbers fit', () => {
  const step = fc.record({
    way: fc.constantFrom('append' as const, 'prepend' as const, 'merge' as const),
    from: fc.nat(80),
    count: fc.nat(30),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const log = new EntryLog(40);
      for (const { way, from, count } of steps) {
        log[way](rowsOf(from, from + count));
        const ids = idsOf(log);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeLessThanOrEqual(40);
        const { first, end } = extentOf(log.contents);
        expect(end - first).toBe(ids.length);
      }
    }),
  );
});

test('neighbours of one transaction belong together, by its number or by the very microsecond', () => {
  const at = '2026-03-01 10:00:00.123456+00';
  const rows = [
    entryRow(anEntry('a')),
    entryRow(anEntry('b', { fullXid: '7', at: '2026-03-01 10:00:01+00' })),
    entryRow(anEntry('c', { fullXid: '7', at })),
    entryRow(anEntry('d', { fullXid: '8', at })),
    aGap,
    entryRow(anEntry('e', { fullXid: '8', at })),
  ];
  expect(transactionAround(rows, 2)).toEqual({ start: 1, end: 4 });
  expect(transactionAround(rows, 0)).toEqual({ start: 0, end: 1 });
  expect(transactionAround(rows, 5)).toEqual({ start: 5, end: 6 });
  const rewritten = entryRow(anEntry('c', { fullXid: '9', at }), { isRewritten: true });
  const beside = entryRow(anEntry('f', { fullXid: '9' }));
  expect(transactionAround([rows[2]!, rewritten, beside], 1)).toEqual({ start: 1, end: 3 });
  expect(transactionAround([entryRow(anEntry('x', { at: null })), entryRow(anEntry('y', { at: null }))], 0)).toEqual({
    start: 0,
    end: 1,
  });
});

test('restored entries share a transaction id and are no transaction; one that took its time is', () => {
  const at = (second: number): string => `2026-03-01 10:00:${String(second).padStart(2, '0')}+00`;
  const restored = [5, 10, 15].map((second) => entryRow(anEntry(`r${second}`, { fullXid: '7', at: at(second) })));
  expect(transactionAround(restored, 1)).toEqual({ start: 1, end: 2 });
  const slow = [5, 6, 8, 9].map((second) => entryRow(anEntry(`s${second}`, { fullXid: '7', at: at(second) })));
  expect(transactionAround(slow, 3)).toEqual({ start: 0, end: 4 });
});
