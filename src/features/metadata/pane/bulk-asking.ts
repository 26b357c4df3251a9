import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { openWrite } from '#console/public/write-dialog.tsx';
import { displayText } from '#core/display-text.ts';
import { formatCappedCount, formatCount } from '#core/format.ts';
import { maskText } from '#core/mask.ts';
import { changeLines } from '#ui/change-lines.ts';
import { type Line, span, words } from '#ui/line.ts';
import type { BulkPreview, BulkSample, BulkScope } from '../bulk.ts';
import { type TenantCount, tenantsOf } from '../bulk-tenants.ts';
import { bulkWordToType } from '../confirmation.ts';
import { bulkRunnerOf } from './bulk-runner.ts';
import { recordedAllTheSame, showBulkRun, whoseText } from './bulk-undoing.ts';
import { columnKey } from './metadata-state.ts';

/** A bulk change as it was put together, and what its dry run found. */
export interface AskedBulk {
  readonly bulk: BulkScope;
  /** The condition in words. */
  readonly which: string;
  /** As typed. */
  readonly lines: readonly string[];
  readonly preview: BulkPreview;
  /** Goes on with this one. */
  readonly bulkId: string | undefined;
  readonly reason: string;
  readonly onLeave: (reason: string) => void;
  readonly onStart: () => void;
  /** Aborted when the operator leaves it before it is asked. */
  readonly signal: AbortSignal;
}

/** Rows between two pages of the search. */
const batchRows = 100;

/** Shows what the dry run found, and starts the bulk change with a reason; on production when the word is typed. */
export async function askToRunBulk(session: ConsoleSession, asked: AskedBulk): Promise<void> {
  const { bulk, preview, bulkId } = asked;
  const { count, lookedAt, failing } = preview;
  const tenants = await tenantsOf(session.database, await session.database.catalog(), count);
  asked.signal.throwIfAborted();
  const title = columnKey(bulk.place);
  const tenant = bulk.scope === 'all-tenants' ? undefined : bulk.scope;
  const typed = bulkWordToType(bulk.place, tenant);
  openWrite(session, {
    title: `Change ${title} in bulk`,
    label: 'change them',
    about: [
      [
        words(`${formatCappedCount(count)} ${count.rows === 1 ? 'record' : 'records'} of `, 'strong'),
        span(displayText(whoseText(tenant), { maxWidth: 40 }), tenant === undefined ? 'warning' : 'accent'),
        words(': '),
        span(displayText(asked.which, { maxWidth: 120 })),
      ],
      ...(count.capped
        ? [
            [
              words(
                `Counting stopped at ${formatCount(count.rows)}: there are more, and tenants may be missing below.`,
                'warning',
              ),
            ],
          ]
        : []),
      failing > 0
        ? [words(`Of the first ${lookedAt} tried, ${failing} would fail; they are listed and the rest goes on.`, 'warning')]
        : [words(`None of the first ${lookedAt} tried would fail.`, 'muted')],
      ...recordedAllTheSame(session),
      ...(bulkId === undefined ? [] : [[words('goes on with bulk change '), span(displayText(bulkId))]]),
    ],
    sections: [
      { title: 'samples', lines: (columns) => preview.samples.flatMap((sample) => sampleLines(sample, columns)) },
      { title: `${tenants.length} ${tenants.length === 1 ? 'tenant' : 'tenants'}`, lines: () => tenantLines(tenants) },
      {
        title: 'change',
        lines: (columns) => asked.lines.map((line) => [words('  '), span(displayText(maskText(line), { maxWidth: columns }))]),
      },
    ],
    reason: asked.reason,
    typed: session.facts.environment.production ? typed : undefined,
    refusal: () => readOnlyReason(session),
    onLeave: asked.onLeave,
    run: (reason) => {
      const request = { ...bulk, batchRows };
      bulkRunnerOf(session).start({ work: { what: 'change', title, reason, tenant, typed, expected: count, request }, bulkId });
      asked.onStart();
      showBulkRun(session);
      return Promise.resolve();
    },
  });
}

function tenantLines(tenants: readonly TenantCount[]): readonly Line[] {
  if (tenants.length === 0) return [[words('  the rows of this table belong to no tenant', 'muted')]];
  return tenants.map(({ tenantId, name, rows }): Line => {
    const whose = name ?? (tenantId === null || tenantId === '' ? 'no tenant' : `${tenantId} (no such tenant)`);
    return [words(`  ${formatCount(rows).padStart(7)}  `), span(displayText(whose, { maxWidth: 60 }), 'accent')];
  });
}

function sampleLines({ id, label, changes, problem }: BulkSample, columns: number): readonly Line[] {
  const head: Line = [
    span(displayText(label === '' ? id : label, { maxWidth: 40 }), 'strong'),
    words('  '),
    span(displayText(id, { maxWidth: 40 }), 'muted'),
  ];
  if (problem !== undefined)
    return [head, [words('  would fail: ', 'warning'), span(displayText(problem, { maxWidth: columns }))]];
  if (changes.length === 0) return [head, [words('  says so already', 'muted')]];
  return [head, ...changeLines(changes, columns)];
}
