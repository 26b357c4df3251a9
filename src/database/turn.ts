import { setTimeout as pause } from 'node:timers/promises';
import { releaseTable, takeTable } from './queries.ts';
import { statement } from './query.ts';
import type { ScriptOutcome } from './script.ts';
import type { Session } from './session.ts';
import { type Blocker, blockersFrom } from './watch.ts';

/** The first look may find a session of ours that is about to end: nobody needs to hear of that. */
const firstAgainMs = 50;
const againMs = 250;

/**
 * Waits until nobody else works on a table in a way that ours would have to wait for, and keeps other consoles from doing so until the session
 * ends, or until `giveTurn`; autovacuum gives way by itself. Not in the server's queue: what waits there for an index build is waited for by that in turn. Ends
 * as a statement would that the server refuses: 55P03 after `lockTimeoutMs` (0 for never), 57014 where `signal` aborts.
 */
export async function takeTurn(
  session: Session,
  tableOid: string,
  { lockTimeoutMs, signal }: { readonly lockTimeoutMs: number; readonly signal: AbortSignal | undefined },
  onWait: (blockedBy: readonly Blocker[]) => void,
): Promise<ScriptOutcome> {
  const lateMs = Date.now() + lockTimeoutMs;
  for (let looks = 1; ; looks += 1) {
    if (signal?.aborted === true) return refusal('57014', 'stopped before it was sent');
    const rows = await session.ask(statement(takeTable, { tableOid }));
    const blockedBy = blockersFrom(rows);
    if (rows[0]?.is_taken === true && blockedBy.length === 0) return { state: 'done', commands: [] };
    if (looks > 1) onWait(blockedBy);
    if (lockTimeoutMs > 0 && Date.now() >= lateMs) return refusal('55P03', 'somebody else works on the table');
    await pause(looks === 1 ? firstAgainMs : againMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
  }
}

/** Lets others work on the table. The session must have had its turn. */
export async function giveTurn(session: Session, tableOid: string): Promise<void> {
  await session.ask(statement(releaseTable, { tableOid }));
}

function refusal(sqlState: string, message: string): ScriptOutcome {
  const nothing = { detail: undefined, hint: undefined, where: undefined, position: undefined };
  return { state: 'failed', completed: 0, error: { severity: 'ERROR', sqlState, message, ...nothing } };
}
