import { expect, test } from 'vitest';
import { momentOption, parseMoment } from '#core/parse-moment.ts';

const now = new Date('2026-03-01T12:00:00.000Z');

test.for([
  ['30s', '2026-03-01T11:59:30.000Z', false],
  ['5m', '2026-03-01T11:55:00.000Z', false],
  ['2h', '2026-03-01T10:00:00.000Z', false],
  ['7d', '2026-02-22T12:00:00.000Z', false],
  ['1w ago', '2026-02-22T12:00:00.000Z', false],
  ['0s', '2026-03-01T12:00:00.000Z', false],
  ['20 min', '2026-03-01T11:40:00.000Z', false],
  ['14:05', '2026-03-01T14:05:00.000Z', true],
  ['9:05:30', '2026-03-01T09:05:30.000Z', true],
  ['2025-01-15', '2025-01-15T00:00:00.000Z', true],
  ['2025-01-15 10:11', '2025-01-15T10:11:00.000Z', true],
  ['2025-01-15T10:11:12.123456', '2025-01-15T10:11:12.123Z', true],
  ['2025-01-15T10:11:12Z', '2025-01-15T10:11:12.000Z', false],
  ['2025-01-15 10:11:12.123456+00', '2025-01-15T10:11:12.123Z', false],
  ['2025-01-15T10:11:12+02:00', '2025-01-15T08:11:12.000Z', false],
  ['2025-01-15T00:11:12+0530', '2025-01-14T18:41:12.000Z', false],
  ['2025-01-15T10:11:12-03', '2025-01-15T13:11:12.000Z', false],
] as const)('%s', ([text, at, isZoneAssumed]) => {
  expect(parseMoment(text, { now })).toEqual({ at, isZoneAssumed });
});

test.for([
  '',
  'yesterday',
  '5',
  '5.5m',
  '25:00',
  '5 parsecs',
  '1.5h',
  '2025-02-31',
  '2025-13-01',
  '2025-01-15T25:00',
  '15.01.2025',
  '99999999w',
  '999999d',
  '0000-01-01',
  '0001-01-01T00:00+14',
])('%s is no moment, and how to write one is said', (text) => {
  expect(parseMoment(text, { now })).toBeUndefined();
  expect(() => momentOption('--since', text, now)).toThrow(expect.objectContaining({ kind: 'usage', code: 'bad-option' }));
});

test('a time without a zone may be meant in the zone of this machine', () => {
  const local = (text: string): string | undefined => parseMoment(text, { now, isLocal: true })?.at;
  expect(local('2025-07-15 10:11')).toBe(new Date(2025, 6, 15, 10, 11).toISOString());
  expect(local('00:30')).toBe(new Date(now.getFullYear(), now.getMonth(), now.getDate(), 0, 30).toISOString());
  expect(local('2025-07-15 10:11Z')).toBe('2025-07-15T10:11:00.000Z');
});
