import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochMicros, epochMs, sameMoment } from '#core/timestamps.ts';

test('a time of the server is read to the microsecond, in whatever zone and to whatever digit it is written', () => {
  const moment = fc.date({ min: new Date('1000-01-01'), max: new Date('2250-01-01'), noInvalidDate: true });
  const micros = fc.integer({ min: 0, max: 999_999 });
  fc.assert(
    fc.property(moment, micros, (date, fraction) => {
      const seconds = Math.floor(date.getTime() / 1000);
      const digits = String(fraction).padStart(6, '0').replace(/0+$/, '');
      const text = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ') + (digits === '' ? '' : `.${digits}`);
      for (const zone of ['+00', '+00:00', 'Z']) {
        expect(epochMs(text + zone)).toBe(seconds * 1000 + Math.floor(fraction / 1000));
        expect(epochMicros(text + zone)).toBe(seconds * 1_000_000 + fraction);
      }
    }),
  );
});

test('zones, early years, and what is no time', () => {
  expect(epochMs('2026-11-22 15:10:00.5+02')).toBe(Date.UTC(2026, 10, 22, 13, 10, 0, 500));
  expect(epochMs('2026-11-22 15:10:00-03:30')).toBe(Date.UTC(2026, 10, 22, 18, 40));
  expect(epochMs('0099-01-01 00:00:00+00')).toBe(Date.parse('0099-01-01T00:00:00Z'));
  for (const text of ['infinity', '-infinity', '', 'soon', null, undefined]) {
    expect(epochMs(text)).toBeUndefined();
    expect(epochMicros(text)).toBeUndefined();
  }
});

test('a time is the same in whatever zone it is written, and the lack of one only as no other', () => {
  expect(sameMoment('2026-03-01 10:00:00.123456+00', '2026-03-01 11:00:00.123456+01')).toBe(true);
  expect(sameMoment('2026-03-01 10:00:00.123456+00', '2026-03-01 10:00:00.123457+00')).toBe(false);
  expect([sameMoment(null, null), sameMoment('infinity', 'infinity')]).toEqual([true, true]);
  expect([sameMoment(null, 'infinity'), sameMoment('infinity', '-infinity')]).toEqual([false, false]);
});
