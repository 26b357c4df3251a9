import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessGate, accessAtStart } from '#database/access-gate.ts';

const minute = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('at the start', () => {
  test.each([
    ['default', false, false, { state: 'read-only', mayUnlock: true }],
    ['default', true, false, { state: 'writing', lockedAtMs: undefined }],
    // Through a tunnel or a socket that is forwarded, production looks local.
    ['default', true, true, { state: 'read-only', mayUnlock: true }],
    ['write', false, false, { state: 'writing', lockedAtMs: undefined }],
    ['write', true, true, { state: 'writing', lockedAtMs: undefined }],
    ['read-only', false, false, { state: 'read-only', mayUnlock: false }],
    ['read-only', true, false, { state: 'read-only', mayUnlock: false }],
  ] as const)('asked for %s, local %s, production %s', (wanted, isLocal, isProduction, access) => {
    expect(accessAtStart(wanted, { isLocal, isStandby: false }, isProduction)).toEqual(access);
  });

  test.each(['default', 'write', 'read-only'] as const)(
    'asked for %s on a standby: read only for good, and it says why',
    (wanted) => {
      const gate = new AccessGate(accessAtStart(wanted, { isLocal: true, isStandby: true }, false));
      expect(gate.access.get()).toEqual({ state: 'read-only', mayUnlock: false, isStandby: true });
      expect(() => gate.unlock()).toThrow('This server is a standby, which takes no writes.');
      expect(() => gate.requireWriting()).toThrow('This server is a standby, which takes no writes.');
    },
  );
});

describe('unlocking', () => {
  test('opens writing for fifteen idle minutes and tells who listens', () => {
    const gate = new AccessGate({ state: 'read-only', mayUnlock: true });
    const heard: string[] = [];
    gate.access.subscribe(() => heard.push(gate.access.get().state));
    gate.unlock();
    expect(gate.access.get()).toEqual({ state: 'writing', lockedAtMs: Date.now() + 15 * minute });
    vi.advanceTimersByTime(15 * minute - 1);
    expect(gate.access.get().state).toBe('writing');
    vi.advanceTimersByTime(1);
    expect(gate.access.get()).toEqual({ state: 'read-only', mayUnlock: true });
    expect(heard).toEqual(['writing', 'read-only']);
  });

  test('lasts longer while somebody is at the keys', () => {
    const gate = new AccessGate({ state: 'read-only', mayUnlock: true });
    gate.unlock();
    vi.advanceTimersByTime(14 * minute);
    gate.keepOpen();
    vi.advanceTimersByTime(14 * minute);
    expect(gate.access.get()).toEqual({ state: 'writing', lockedAtMs: Date.now() + minute });
    vi.advanceTimersByTime(minute);
    expect(gate.access.get().state).toBe('read-only');
  });

  test('can be ended by hand, and done again', () => {
    const gate = new AccessGate({ state: 'read-only', mayUnlock: true });
    gate.unlock();
    gate.lock();
    expect(gate.access.get()).toEqual({ state: 'read-only', mayUnlock: true });
    vi.advanceTimersByTime(14 * minute);
    gate.unlock();
    vi.advanceTimersByTime(2 * minute);
    expect(gate.access.get().state).toBe('writing');
  });

  test('a key press does not open what is locked', () => {
    const gate = new AccessGate({ state: 'read-only', mayUnlock: true });
    gate.keepOpen();
    expect(gate.access.get().state).toBe('read-only');
  });
});

describe('--read-only', () => {
  test('can not be unlocked, not even after locking', () => {
    const gate = new AccessGate({ state: 'read-only', mayUnlock: false });
    const refused = expect.objectContaining({ kind: 'refused', code: 'read-only' });
    expect(() => gate.unlock()).toThrow(refused);
    gate.lock();
    expect(() => gate.unlock()).toThrow(refused);
    expect(gate.access.get()).toEqual({ state: 'read-only', mayUnlock: false });
  });
});

test('writing from the start does not end by itself', () => {
  const gate = new AccessGate({ state: 'writing', lockedAtMs: undefined });
  gate.keepOpen();
  vi.advanceTimersByTime(24 * 60 * minute);
  expect(gate.access.get()).toEqual({ state: 'writing', lockedAtMs: undefined });
});
