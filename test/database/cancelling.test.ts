import { expect, test } from 'vitest';
import { cancelUntil } from '#database/cancelling.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test(
  'a cancel that nobody answers is given up, so that its connection is thrown away rather than waited for',
  { timeout: 5000 },
  async () => {
    expect(await cancelUntil(never(), never, 100)).toBe(false);
  },
);

test('a cancel that fails is tried again until what was cancelled is over', async () => {
  const finished = Promise.withResolvers<void>();
  let tries = 0;
  const cancel = (): Promise<void> => {
    tries += 1;
    if (tries === 3) finished.resolve();
    return Promise.reject(new Error('refused'));
  };
  expect([await cancelUntil(finished.promise, cancel, 5000), tries]).toEqual([true, 3]);
});
