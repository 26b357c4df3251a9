import { expect, test } from 'vitest';
import { readOnlyReason } from '#console/public/read-only.ts';
import type { ConsoleSession } from '#console/session.ts';
import { AccessGate, accessAtStart } from '#database/access-gate.ts';

test.each([
  ['default', false, 'this session is read-only: :unlock opens writing'],
  ['read-only', false, 'this session is read-only: start again without --read-only'],
  ['write', true, 'this server is a standby, which takes no writes: connect to the primary'],
  ['write', false, undefined],
] as const)('a key that would write advises what works: asked for %s, on a standby %s', (wanted, isStandby, advice) => {
  const gate = new AccessGate(accessAtStart(wanted, { isLocal: false, isStandby }));
  expect(readOnlyReason({ database: { gate } } as ConsoleSession)).toBe(advice);
});
