import { expect, test } from 'vitest';
import { noUnlockReason, readOnlyReason } from '#console/public/read-only.ts';
import type { ConsoleSession } from '#console/session.ts';
import { AccessGate, accessAtStart } from '#database/access-gate.ts';

const standby = 'this server is a standby, which takes no writes: connect to the primary';
const asked = 'this session was started with --read-only: start again without it';

test.each([
  ['default', false, 'this session is read-only: :unlock opens writing', undefined],
  ['read-only', false, asked, asked],
  ['write', true, standby, standby],
  ['write', false, undefined, 'writing is open'],
] as const)(
  'a key that would write, and :unlock, advise what works: asked for %s, on a standby %s',
  (wanted, isStandby, ...advice) => {
    const gate = new AccessGate(accessAtStart(wanted, { isLocal: false, isStandby }, false));
    const session = { database: { gate } } as ConsoleSession;
    expect([readOnlyReason(session), noUnlockReason(session)]).toEqual(advice);
  },
);

test.each([
  ['read-only', false, asked],
  ['default', true, standby],
] as const)('an error says the same as a key: asked for %s, on a standby %s', (wanted, isStandby, advice) => {
  const gate = new AccessGate(accessAtStart(wanted, { isLocal: false, isStandby }, false));
  const [what = '', todo = ''] = advice.split(': ');
  for (const tries of [() => gate.unlock(), () => gate.requireWriting()]) {
    expect(tries).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(new RegExp(`^${what}\\.$`, 'i')),
        whatToDo: expect.stringMatching(new RegExp(`^${todo}\\.$`, 'i')),
      }),
    );
  }
});
