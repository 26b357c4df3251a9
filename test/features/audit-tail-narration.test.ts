import { expect, test } from 'vitest';
import { AdminError } from '#core/errors.ts';
import type { FollowEvent, HeldBack, PollReport } from '#features/audit/follow/events.ts';
import { narrator } from '#features/audit/tail-narration.ts';

const quiet: PollReport = {
  mode: 'floor',
  isReconcile: false,
  reconcileEveryMs: 60_000,
  durationMs: 1,
  nextInMs: 1000,
  found: 0,
  cutAt: null,
  gone: 0,
};
const poll = (more: Partial<PollReport> = {}): FollowEvent =>
  ({ kind: 'poll', report: { ...quiet, ...more } }) as unknown as FollowEvent;
const held = (sinceSeconds: number, more: Partial<HeldBack> = {}): FollowEvent =>
  poll({ heldBack: { sinceSeconds, seen: 9, backendPid: 4711, isFull: false, ...more } });

function narrated(events: readonly FollowEvent[], follows = true): string[] {
  const lines: string[] = [];
  const tell = narrator({ narrate: (line) => void lines.push(line), follows });
  events.forEach(tell);
  return lines;
}

test('a transaction that does not end is told once, with whose it is, and when it is over', () => {
  expect(narrated([held(12), held(59), poll()])).toEqual([]);
  expect(narrated([held(59), held(61), held(62), poll(), poll()])).toEqual([
    'The transaction of backend 4711 has written and not ended for 61 s: until it does, what comes is remembered, and polls get dearer.',
    'the transaction that held the tail back has ended',
  ]);
});

test('that entries wait for it is told at once, also without --follow and where nobody may see whose it is', () => {
  expect(narrated([held(0, { isFull: true, backendPid: undefined })], false)).toEqual([
    'A transaction that can not be seen from here has written and not ended for so long that no more is remembered: what was written since comes when it has.',
  ]);
  expect(narrated([held(61), held(62, { isFull: true }), held(63), poll()])).toHaveLength(3);
});

test('a poll that fails is told once, and that the log is read again', () => {
  const failure = new AdminError({ kind: 'database', code: 'timeout', whatHappened: 'It took longer than 5 s.', whatToDo: '' });
  expect(narrated([poll({ failure }), poll({ failure }), poll(), poll()])).toEqual([
    'It took longer than 5 s. Trying again.',
    'the audit log is read again',
  ]);
  expect(() => narrated([poll({ failure })], false)).toThrow(failure);
});

test('a connection that was lost and came back is told as that alone', () => {
  const error = new AdminError({ kind: 'connection', code: 'lost', whatHappened: 'It is gone.', whatToDo: '' });
  expect(narrated([{ kind: 'lost', error }, { kind: 'resumed', afterMs: 3000 }, poll()])).toEqual([
    'It is gone. Trying again.',
    'connected again after 3.00 s',
  ]);
});
