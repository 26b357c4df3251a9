import type { CommandOption, CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { textTable } from '#core/text-table.ts';
import type { ChangedRow } from './history-change.ts';

export const dryRunOption: CommandOption = { flags: '--dry-run', description: 'show what would be recorded; record nothing' };
export const reasonOption: CommandOption = { flags: '--reason <text>', description: 'why, for the history and the audit log' };
export const lookFirst = 'Look at it with --dry-run first; then give --yes.';

/** A mistake in the arguments. */
export const usage = (code: string, whatHappened: string, whatToDo: string): AdminError =>
  new AdminError({ kind: 'usage', code, whatHappened, whatToDo });

/** One entry a migration; those that the history knew already are not among them. */
export function changesResult(
  changed: readonly (Partial<ChangedRow> & Pick<ChangedRow, 'name' | 'after'>)[],
  isDryRun: boolean,
): CommandResult {
  return {
    json: {
      ...(isDryRun && { dry_run: true }),
      migrations: changed.map(({ name, before, after, appliedAt }) => ({
        name,
        before: before ?? null,
        state: after,
        applied_at: appliedAt ?? null,
      })),
    },
    text() {
      if (changed.length === 0) return 'Nothing to record: the history has all of it.';
      const rows = changed.map(({ name, before, after, appliedAt }) =>
        [name, before ?? '', after, appliedAt ?? ''].map((cell) => displayText(cell)),
      );
      return [
        isDryRun ? 'Would record:' : 'Recorded:',
        textTable(
          ['MIGRATION', 'BEFORE', 'NOW', 'APPLIED'].map((title) => ({ title })),
          rows,
        ),
      ].join('\n');
    },
  };
}
