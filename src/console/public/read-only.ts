import { type ReadOnlyAccess, whyReadOnly } from '#database/access-gate.ts';
import type { ConsoleSession } from '#console/session.ts';

type Gated = Pick<ConsoleSession, 'database'>;

/** Why nothing can be written now, and what would help; undefined when it can. */
export function readOnlyReason({ database }: Gated): string | undefined {
  const access = database.gate.access.get();
  if (access.state === 'writing') return undefined;
  return access.mayUnlock ? 'this session is read-only: :unlock opens writing' : closedForGood(access);
}

/** Why writing can not be unlocked now; undefined when it can. */
export function noUnlockReason({ database }: Gated): string | undefined {
  const access = database.gate.access.get();
  if (access.state === 'writing') return 'writing is open';
  return access.mayUnlock ? undefined : closedForGood(access);
}

/** Two sentences as the few words that stand behind the name of a key. */
function closedForGood(access: ReadOnlyAccess): string {
  const { whatHappened, whatToDo } = whyReadOnly(access);
  return [whatHappened, whatToDo].map((sentence) => sentence[0]!.toLowerCase() + sentence.slice(1).replace(/\.$/, '')).join(': ');
}
