import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldHorizon } from '#features/audit/follow/held-horizon.ts';
import type { PollAnswer } from '#features/audit/follow/poll.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const answer = (lo: string, hi: string, keptCount: number): PollAnswer =>
  ({ lo, hi, keptCount, is_standby: false, running: { oldest_pid: 4711 } }) as unknown as PollAnswer;

test('a horizon is held from when somebody began to write, not from when the last one was done', () => {
  const horizon = new HeldHorizon();
  horizon.saw(answer('100', '100', 0), 'floor');
  vi.advanceTimersByTime(60_000);
  horizon.saw(answer('100', '100', 0), 'floor');
  vi.advanceTimersByTime(1000);
  horizon.saw(answer('100', '103', 2), 'floor');
  expect(horizon.report(answer('100', '103', 2), false)).toBeUndefined();
  vi.advanceTimersByTime(12_000);
  horizon.saw(answer('100', '120', 19), 'floor');
  expect(horizon.report(answer('100', '120', 19), false)).toMatchObject({
    sinceSeconds: 13,
    backendPid: 4711,
    isFull: false,
  });
  expect(horizon.report(answer('100', '120', 19), true)).toMatchObject({ seen: 19, isFull: true });
});
