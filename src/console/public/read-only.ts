import type { ConsoleSession } from '#console/session.ts';

/** Why nothing can be written now, and what would help; undefined when it can. */
export function readOnlyReason({ database }: ConsoleSession): string | undefined {
  const access = database.gate.access.get();
  if (access.state === 'writing') return undefined;
  if (access.mayUnlock) return 'this session is read-only: :unlock opens writing';
  return access.isStandby
    ? 'this server is a standby, which takes no writes: connect to the primary'
    : 'this session is read-only: start again without --read-only';
}
