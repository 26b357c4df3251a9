import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { openWrite } from '#console/public/write-dialog.tsx';
import { displayText } from '#core/display-text.ts';
import { formatCount } from '#core/format.ts';
import { type Line, span, words } from '#ui/line.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { TypedWord } from '#core/typed-word.ts';
import { bulkWordToType } from '../confirmation.ts';
import { type BulkEdit, listBulkEdits } from '../bulk-state.ts';
import { openBulkRun } from './bulk-run-dialog.tsx';
import { bulkRunnerOf } from './bulk-runner.ts';

const mostShown = 500;

/** Whose records, in words. */
export function whoseText(tenant: TenantIdentity | undefined): string {
  return tenant?.name ?? 'ALL TENANTS';
}

/** Shows the bulk change that runs or has run. */
export function showBulkRun(session: ConsoleSession): void {
  openBulkRun(session, (bulkId, tenant, typed) => session.prepare((opening) => askToUndoBulk(opening, bulkId, tenant, typed)));
}

/**
 * Shows which edits of a bulk change stand, and takes them back with a reason; with a tenant, only those of its rows. `typed` is what
 * production asks for, where it is known already.
 */
export async function askToUndoBulk(
  session: ConsoleSession,
  bulkId: string,
  tenant: TenantIdentity | undefined,
  typed?: TypedWord,
): Promise<void> {
  const { database, facts } = session;
  const edits = await listBulkEdits(database, bulkId, { tenant });
  const table = edits[0]?.table_name ?? 'another table';
  const asked = typed ?? bulkWordToType({ table: { title: table } }, tenant);
  openWrite(session, {
    title: `Take back bulk change ${bulkId}`,
    label: 'take back all',
    about: [
      [
        words(`${formatCount(edits.length)} edits of `),
        span(displayText(table), 'accent'),
        words(' of '),
        span(displayText(whoseText(tenant), { maxWidth: 40 }), tenant === undefined ? 'warning' : 'accent'),
        words(' stand, and go back one by one.'),
      ],
      [words('One whose paths have changed since is listed as failed and stays.', 'muted')],
      ...recordedAllTheSame(session),
    ],
    sections: [{ title: 'records', lines: (columns) => recordLines(edits, columns) }],
    reason: '',
    typed: facts.environment.production ? asked : undefined,
    refusal: () => readOnlyReason(session),
    run: (reason) => {
      const expected = { rows: edits.length, capped: false };
      bulkRunnerOf(session).start({ work: { what: 'undo', title: table, reason, tenant, typed: asked, expected }, bulkId });
      showBulkRun(session);
      return Promise.resolve();
    },
  });
}

/** Bulk changes are resumed and undone by their audit entries: they are made with them or not at all. */
export function recordedAllTheSame({ facts }: ConsoleSession): readonly Line[] {
  return facts.unaudited ? [[words('Put on record all the same: --unaudited does not hold for bulk changes.', 'warning')]] : [];
}

function recordLines(edits: readonly BulkEdit[], columns: number): readonly Line[] {
  const lines = edits
    .slice(0, mostShown)
    .map(({ record_id, id }): Line => [words('  '), span(displayText(record_id ?? id, { maxWidth: columns }))]);
  return edits.length > mostShown ? [...lines, [words(`  and ${formatCount(edits.length - mostShown)} more`, 'muted')]] : lines;
}

/** An earlier bulk change, found by its id: to take it back, or where `resume` is given to go on with it. */
export function chooseForBulk(session: ConsoleSession, bulkId: string, resume: (() => void) | undefined): void {
  choose(session, {
    title: `Bulk change ${displayText(bulkId, { maxWidth: 40 })}`,
    choices: [
      {
        label: 'take it back as one',
        hotkey: 'u',
        run: () => session.prepare((opening) => askToUndoBulk(opening, bulkId, session.tenant.get())),
      },
      ...(resume === undefined
        ? []
        : [{ label: 'go on with it: same search, same change typed again', hotkey: 'r', run: resume }]),
    ],
  });
}
