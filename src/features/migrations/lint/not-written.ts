import type { LintFinding } from './finding.ts';
import type { Linted } from './statements.ts';

/** A file that raises an exception each time it is run, as `migrations new` writes it until somebody replaces that line. */
export function findNotWritten({ exceptions }: Linted): readonly LintFinding[] {
  return exceptions.map(({ line, message }) => ({
    rule: 'not-written',
    severity: 'error',
    line,
    what: `raises an exception each time it is run${message === '' ? '' : `: ${message}`}`,
    whatToWrite: '',
  }));
}
