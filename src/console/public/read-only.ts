import type { ConsoleSession } from '#console/session.ts';

/** Why nothing can be written now; undefined when it can. */
export function readOnlyReason({ database }: ConsoleSession): string | undefined {
  return database.gate.access.get().state === 'read-only' ? 'this session is read-only: :unlock opens writing' : undefined;
}
