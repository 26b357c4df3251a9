import { AdminError } from '#core/errors.ts';

const advice: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded/i,
    'Free some space in the temporary directory, or set TMPDIR to another one.',
  ],
  [
    /shared librar|shared object|Library not loaded/i,
    'Install the library that is named below, or give a database with --database-url.',
  ],
  [/Permission denied|EACCES/i, 'Set TMPDIR to a directory on a file system that allows programs to run.'],
  [/Cannot allocate memory|could not map|shared memory/i, 'Free some memory, or allow this container more of it.'],
];
const detailLines = 20;

/**
 * The embedded server could not be started.
 * @param output what the program printed; its last lines become the detail and choose the advice
 */
export function startFailure(whatHappened: string, output: string): AdminError {
  const detail = output.trim().split('\n').slice(-detailLines).join('\n');
  return new AdminError({
    kind: 'configuration',
    code: 'demo-start-failed',
    whatHappened: `The demo's PostgreSQL could not be started: ${whatHappened}.`,
    whatToDo:
      advice.find(([pattern]) => pattern.test(detail))?.[1] ??
      "Read the server's own words below, or give a database with --database-url.",
    detail,
  });
}
