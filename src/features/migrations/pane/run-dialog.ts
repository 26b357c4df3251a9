import type { ConsoleSession } from '#console/public/hooks.ts';
import { openLongRun } from '#console/public/long-run-dialog.tsx';
import { failureText } from '../run/failure.ts';
import { runLines, runStateLine } from './run-lines.ts';
import { migrationRunnerOf } from './runner.ts';

/** Shows the migrations that run or have run. Closing it leaves them running. */
export function openRun(session: ConsoleSession): void {
  openLongRun(session, {
    id: 'migrations-run',
    title: 'Running migrations',
    run: migrationRunnerOf(session),
    stopHelp: 'Cancel the statement on the server; what was applied before stays.',
    nothing: 'Nothing was run in this session.',
    stateLine: runStateLine,
    lines: runLines,
    current: (job) => job.current?.name,
    failureText: ({ results }) =>
      results
        .flatMap(({ name, failure }) =>
          failure === undefined ? [] : [`${name}: ${[failureText(failure), ...failure.excerpt].join('\n')}`],
        )
        .join('\n'),
  });
}
