import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatCappedCount,
  formatClock,
  formatCount,
  formatDate,
  formatDuration,
  formatTimestamp,
} from '#core/format.ts';

const minute = 60;
const hour = 3_600;
const day = 86_400;

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [18_204, '18,204'],
  [-1_234_567, '-1,234,567'],
  [9_007_199_254_740_993n, '9,007,199,254,740,993'],
  [Number.NaN, 'unknown'],
])('%s counts as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test('a capped count says so', () => {
  expect(formatCappedCount({ rows: 10_000, capped: true })).toBe('10,000+');
  expect(formatCappedCount({ rows: 12, capped: false })).toBe('12');
});

test.each([
  [0, 'just now'],
  [-1, 'just now'],
  [59.9, '59 s ago'],
  [3 * minute + 59, '3 min ago'],
  [23 * hour + 3_599, '23 h ago'],
  [day, '1 day ago'],
  [30 * day, '30 days ago'],
  [31 * day, '1 month ago'],
  [310 * day, '10 months ago'],
  [365 * day, '11 months ago'],
  [366 * day, '1 year ago'],
  [-3 * minute, 'in 3 min'],
  [Number.POSITIVE_INFINITY, 'unknown'],
])('an age of %d s is %s', (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [0.04, '<0.1 ms'],
  [0.44, '0.4 ms'],
  [9.96, '10 ms'],
  [12.4, '12 ms'],
  [999.6, '1.00 s'],
  [1_240, '1.24 s'],
  [9_996, '10.0 s'],
  [59_960, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [(3 * day + 4 * hour) * 1_000, '3 days 4 h'],
  [-1_240, '-1.24 s'],
  [Number.NaN, 'unknown'],
])('%d ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [8_192, '8 kB'],
  [1_572_864, '1.5 MB'],
  [25_165_824n, '24 MB'],
  [1_099_511_627_776, '1 TB'],
  [Number.NaN, 'unknown'],
])('%s bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  ['2025-01-15 10:11:12.123456+00', '2025-01-15 10:11:12', '2025-01-15'],
  ['2025-01-15 10:11:12', '2025-01-15 10:11:12', '2025-01-15'],
  ['2025-01-15T10:11:12.999Z', '2025-01-15 10:11:12', '2025-01-15'],
  ['2025-01-15T10:11:12+00:00', '2025-01-15 10:11:12', '2025-01-15'],
  ['2025-01-15 02:11:12+05:30', '2025-01-14 20:41:12', '2025-01-14'],
  ['2024-12-31 23:11:12-03', '2025-01-01 02:11:12', '2025-01-01'],
  ['0044-03-15 12:00:00+00:53:28', '0044-03-15 11:06:32', '0044-03-15'],
  ['2025-01-15', '2025-01-15 00:00:00', '2025-01-15'],
  ['infinity', 'infinity', 'infinity'],
  ['0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00+00 BC'],
  ['x\u001b[2J', String.raw`x\x1b[2J`, String.raw`x\x1b[2J`],
])('%s in UTC', (text, timestamp, date) => {
  expect(formatTimestamp(text)).toBe(timestamp);
  expect(formatDate(text)).toBe(date);
});

test('the clock is in UTC', () => {
  expect(formatClock(new Date('2026-03-01T13:04:31+01:00'))).toBe('12:04:31 UTC');
  expect(formatClock(new Date(Number.NaN))).toBe('unknown');
});
