import { expect, test } from 'vitest';
import { lazy } from '#core/lazy.ts';

test('a lazy value is made once, when it is asked for, undefined too', () => {
  const made: number[] = [];
  const value = lazy(() => void made.push(1));
  expect(made).toEqual([]);
  expect([value(), value()]).toEqual([undefined, undefined]);
  expect(made).toEqual([1]);
});

test('what could not be made is tried again', () => {
  let tries = 0;
  const value = lazy(() => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  expect(value).toThrow('not yet');
  expect(value()).toBe(2);
});
