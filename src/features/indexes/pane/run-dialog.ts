import type { Binding } from '#console/public/contract.ts';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { isRunning } from '#console/public/long-run.ts';
import { openLongRun } from '#console/public/long-run-dialog.tsx';
import { askToClean } from './maintaining.ts';
import { leftBehind, type MaintenanceJob } from './run-job.ts';
import { currentTitle, failureText, runLines, runStateLine } from './run-lines.ts';
import { maintenanceRunnerOf } from './runner.ts';

/** Shows the work that runs or has run. Closing it leaves it running. */
export function openRun(session: ConsoleSession): void {
  openLongRun(session, {
    id: 'indexes-run',
    title: 'Work on indexes',
    run: maintenanceRunnerOf(session),
    stopHelp: 'Cancel the statement on the server and drop what it left behind; what was done before stays.',
    nothing: 'Nothing was done in this session.',
    stateLine: runStateLine,
    lines: runLines,
    current: currentTitle,
    failureText,
    more: (job, close) => cleanBinding(session, job, close),
  });
}

function cleanBinding(session: ConsoleSession, job: MaintenanceJob | undefined, close: () => void): readonly Binding[] {
  if (job === undefined || isRunning(job)) return [];
  const isClean = leftBehind(job.results).length === 0 && job.results.every(({ state }) => state !== 'unknown');
  return [
    {
      id: 'run.clean',
      keys: ['c'],
      label: 'clean',
      help: 'Drop the invalid indexes that were left behind.',
      inFooter: !isClean,
      disabledReason: isClean ? 'nothing is left behind' : undefined,
      run: () => {
        close();
        session.prepare((opening) => askToClean(opening, () => openRun(session)));
      },
    },
  ];
}
