import { formatDuration } from '#core/format.ts';
import type { FollowEvent, HeldBack, PollReport } from './follow/events.ts';

/** Transactions of some seconds are everybody's; whoever reads stderr hears of one that makes the polls dear. */
const worthNarratingSeconds = 60;

interface Narrating {
  readonly narrate: (line: string) => void;
  readonly follows: boolean;
}

/** Says what is worth knowing and no entry, each thing once. Throws what a tail that does not follow can not wait for. */
export function narrator({ narrate, follows }: Narrating): (event: FollowEvent) => void {
  let lastFailure: string | undefined;
  const tellHeldBack = heldBackTeller(narrate);
  return (event) => {
    if (event.kind === 'gap') {
      const stretch = `between ${event.fromAt ?? 'the beginning'} and ${event.untilAt}`;
      narrate(`gap: ${event.whatHappened} Entries ${stretch} may be missing or come again.`);
    } else if (event.kind === 'resumed') narrate(againText(event.afterMs));
    else if (event.kind === 'lost' || event.kind === 'poll') {
      const failure = event.kind === 'lost' ? event.error : event.report.failure;
      if (failure !== undefined && !follows) throw failure;
      if (failure !== undefined && failure.message !== lastFailure) narrate(`${failure.message} Trying again.`);
      if (failure === undefined && lastFailure !== undefined) narrate('the audit log is read again');
      lastFailure = event.kind === 'lost' ? undefined : failure?.message;
      if (event.kind === 'poll' && failure === undefined) tellHeldBack(event.report);
    }
  };
}

/** What is said once the server answers again. */
export const againText = (lostMs: number): string => `connected again after ${formatDuration(lostMs)}`;

/** Says when a transaction that does not end makes the following dear, when it makes entries wait, and when that is over. */
function heldBackTeller(narrate: (line: string) => void): (report: PollReport) => void {
  let told: 'nothing' | 'held' | 'full' = 'nothing';
  return ({ heldBack }) => {
    if (heldBack === undefined) {
      if (told !== 'nothing') narrate('the transaction that held the tail back has ended');
      told = 'nothing';
    } else if (heldBack.isFull) {
      if (told !== 'full') narrate(fullText(heldBack));
      told = 'full';
    } else if (told === 'nothing' && heldBack.sinceSeconds >= worthNarratingSeconds) {
      narrate(heldText(heldBack));
      told = 'held';
    }
  };
}

function heldText({ sinceSeconds, backendPid }: HeldBack): string {
  return `${holder(backendPid)} has written and not ended for ${sinceSeconds} s: until it does, what comes is remembered, and polls get dearer.`;
}

function fullText({ backendPid }: HeldBack): string {
  return `${holder(backendPid)} has written and not ended for so long that no more is remembered: what was written since comes when it has.`;
}

const holder = (pid: number | undefined): string =>
  pid === undefined ? 'A transaction that can not be seen from here' : `The transaction of backend ${pid}`;
