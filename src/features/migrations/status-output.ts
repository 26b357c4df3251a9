import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { formatDate, formatDuration } from '#core/format.ts';
import { textTable } from '#core/text-table.ts';
import { historyHidden, whyNoHistory } from './history.ts';
import type { FolderStatus } from './migrations.ts';
import type { MigrationStatus } from './status.ts';
import { type BaselineProposal, evidenceText, proposeBaseline, summaryOf, verdictOf } from './summary.ts';

/** The status as `--json` prints it. */
export function statusJson({ migrations, history }: FolderStatus): unknown {
  const proposal = proposalOf({ migrations, history });
  return {
    migrations: migrations.map(migrationJson),
    summary: {
      ...summaryOf(migrations),
      has_history: history.isThere,
      sees_whole_history: history.hidden === undefined,
      has_checksums: history.hasChecksums,
      proposed_baseline: proposal ?? null,
    },
  };
}

function migrationJson({ name, number, state, flags, row, error, evidence }: MigrationStatus): unknown {
  return {
    name,
    number: number ?? null,
    state,
    flags,
    applied_at: row?.appliedAt ?? null,
    applied_by: row?.appliedBy ?? null,
    execution_time_ms: row?.executionTimeMs ?? null,
    error: error ?? null,
    evidence: evidence === undefined ? null : { ...evidence, verdict: verdictOf(evidence), text: evidenceText(evidence) },
  };
}

/** What a baseline could record where there is nothing yet; rows that are only hidden are no reason for one. */
function proposalOf({ migrations, history }: Pick<FolderStatus, 'migrations' | 'history'>): BaselineProposal | undefined {
  return history.rows.length === 0 && history.hidden === undefined ? proposeBaseline(migrations) : undefined;
}

/** How many missing things a line of the table names. */
const mostNamed = 3;

/** The status as a table, with what sums it up. */
export function statusText(status: FolderStatus): string {
  const table = textTable(
    ['NAME', 'STATE', 'FLAGS', 'APPLIED', 'BY', 'TOOK', 'EVIDENCE'].map((title) => ({ title: label(title) })),
    status.migrations.map(({ name, state, flags, row, evidence }): DisplayText[] => [
      displayText(name),
      label(state),
      displayText(flags.join(' ')),
      formatDate(row?.appliedAt ?? ''),
      displayText(row?.appliedBy ?? ''),
      typeof row?.executionTimeMs === 'number' ? formatDuration(row.executionTimeMs) : label(''),
      displayText(evidenceText(evidence, mostNamed)),
    ]),
  );
  return [table, ...failures(status), ...closing(status)].join('\n\n');
}

function failures({ migrations }: FolderStatus): readonly string[] {
  const told = migrations.filter(({ state, error }) => error !== undefined && (state === 'failed' || state === 'unknown'));
  return told.map(({ name, state, error = '' }) => displayText(`${name} ${state}: ${error}`));
}

function closing({ migrations, history }: FolderStatus): readonly string[] {
  const { states, rollbacks, edited, unverified, differing } = summaryOf(migrations);
  const ran = rollbacks === 1 ? 'rollback ran' : 'rollbacks ran';
  const counted = [
    ...Object.entries(states),
    [ran, rollbacks],
    ['edited', edited],
    ['unverified', unverified],
    ['differing', differing],
  ] as const;
  const counts = counted.filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  const proposal = proposalOf({ migrations, history });
  const except = proposal === undefined || proposal.except.length === 0 ? '' : `, all but ${proposal.except.join(', ')}`;
  return [
    counts.join(' · '),
    ...(history.isThere ? [] : [displayText(`No history. ${whyNoHistory(history)}`)]),
    ...(proposal === undefined
      ? []
      : [displayText(`Evidence shows what ran through ${proposal.through}${except}. Nothing is recorded by this.`)]),
  ];
}

/**
 * The failure with which `status` ends when not all of the history is seen, or something failed, was edited or is missing; undefined where all
 * is well.
 */
export function statusFailure({ migrations, history }: FolderStatus): AdminError | undefined {
  if (history.hidden !== undefined) return historyHidden(history.hidden);
  return findingsFailure(
    migrations.filter(({ state, flags }) => state === 'failed' || state === 'missing-file' || flags.includes('edited')),
    ['failed, was edited or is missing', 'failed, were edited or are missing'],
    'Mend what failed and apply it again, or say what it is with migrations resolve; put edited and missing files back as they ran.',
  );
}

/** A failure that names what it found, in words for one and for several, or undefined where it found nothing. */
export function findingsFailure(
  found: readonly MigrationStatus[],
  [one, many]: readonly [string, string],
  whatToDo: string,
): AdminError | undefined {
  if (found.length === 0) return undefined;
  const names = found.slice(0, 5).map(({ name }) => name);
  const more = found.length > names.length ? ` and ${found.length - names.length} more` : '';
  return new AdminError({
    kind: 'findings',
    code: 'migrations-differ',
    whatHappened: `${found.length === 1 ? `A migration ${one}` : `${found.length} migrations ${many}`}: ${names.join(', ')}${more}.`,
    whatToDo,
  });
}
