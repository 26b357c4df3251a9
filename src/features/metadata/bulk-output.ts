import { changeLines } from '#core/change-text.ts';
import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { parseExactJson } from '#core/exact-json.ts';
import { formatCappedCount, formatCount } from '#core/format.ts';
import type { Change } from '#core/json/changes.ts';
import type { JsonNode } from '#core/json/node.ts';
import { formatPointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { isSecretName, maskDocument, maskText } from '#core/mask.ts';
import { textTable } from '#core/text-table.ts';
import type { BulkPreview } from './bulk.ts';
import type { TenantCount } from './bulk-tenants.ts';
import type { BulkProgress, BulkResult } from './bulk-rows.ts';
import type { FoundPage } from './search.ts';

const cells = (...values: (string | null)[]): DisplayText[] => values.map((value) => displayText(value ?? ''));
const titles = (...names: string[]): { title: DisplayText }[] => names.map((name) => ({ title: label(name) }));

/** A page of records for people. */
export function pageText({ rows }: FoundPage): string {
  return textTable(
    titles('ID', 'TENANT', 'LABEL', 'DOCUMENT'),
    rows.map((row) => cells(row.id, row.tenantId, row.label, row.preview)),
  );
}

/** The dry run as scripts get it; secrets are masked, since a sample is a view. */
export function previewJson({ count, samples, lookedAt, failing }: BulkPreview, tenants: readonly TenantCount[]): unknown {
  return {
    dry_run: true,
    matched: count.rows,
    capped: count.capped,
    looked_at: lookedAt,
    would_fail: failing,
    tenants: tenants.map(({ tenantId, slug, name, rows }) => ({ tenant_id: tenantId, slug, name, rows })),
    samples: samples.map(({ id, tenantId, label: name, changes, problem }) => ({
      id,
      tenant_id: tenantId,
      label: maskText(name),
      changes: changes.map((change) => ({
        path: formatPointer(change.path),
        change: change.change,
        before: maskedJson(change, change.before),
        after: maskedJson(change, change.after),
      })),
      problem: problem ?? null,
    })),
  };
}

function maskedJson({ path }: Change, node: JsonNode | undefined): unknown {
  if (node === undefined) return undefined;
  const value = parseExactJson(writeJson(node));
  // Everything below a secret name is masked, whatever holds it.
  const name = path.find((key) => isSecretName(key));
  return name === undefined ? maskDocument(value) : (maskDocument({ [name]: value }) as Record<string, unknown>)[name];
}

/** The same for people. */
export function previewText({ count, samples, lookedAt, failing }: BulkPreview, tenants: readonly TenantCount[]): string {
  const whose = textTable(
    [...titles('TENANT', 'SLUG', 'ID'), { title: label('ROWS'), align: 'right' }],
    tenants.map(({ tenantId, slug, name, rows }) => [...cells(name ?? '(none)', slug, tenantId), formatCount(rows)]),
  );
  const lines = samples.flatMap(({ id, label: name, changes, problem }) => [
    `${displayText(id)}  ${displayText(maskText(name))}`,
    ...(problem === undefined ? changeLines(changes) : [`  would fail: ${displayText(problem)}`]),
    ...(problem === undefined && changes.length === 0 ? ['  says so already'] : []),
  ]);
  return [
    `Would go through ${formatCappedCount(count)} ${count.rows === 1 && !count.capped ? 'record' : 'records'}.`,
    ...(failing > 0 ? [`Of the first ${lookedAt}, ${failing} would fail.`] : []),
    ...(tenants.length > 0 ? ['', whose] : []),
    ...(lines.length > 0 ? ['', 'Samples:', ...lines] : []),
  ].join('\n');
}

/** A bulk change as scripts get it. */
export function bulkJson({ bulkId, matched, changed, unchanged, skipped, failed, stopped }: BulkResult): unknown {
  return { bulk_id: bulkId, matched, changed, unchanged, skipped, failed, stopped: stopped !== undefined };
}

/** The same for people; `done` is what was done to a row: changed, undone. */
export function bulkText(result: BulkResult, done: string): string {
  const failures = textTable(
    titles('FAILED', 'REASON'),
    result.failed.map(({ id, reason }) => cells(id, reason)),
  );
  const isUndo = done === 'undone';
  return [
    `${result.stopped === undefined ? 'Done' : 'Stopped'}: ${countsText(result, done)}.`,
    ...(result.failed.length > 0 ? ['', failures] : []),
    ...(isUndo || result.changed + result.skipped === 0
      ? []
      : ['', `Undo: aisha-console metadata bulk --undo ${result.bulkId} --reason WHY --yes`]),
  ].join('\n');
}

/** A line of progress. */
export function progressLine(progress: BulkProgress, done: string): string {
  return `${formatCount(progress.matched)} records: ${countsText(progress, done)}; ${formatCount(progress.rowsPerSecond)} rows/s`;
}

/** How the records ended; `done` is what was done to them. */
export function countsText({ changed, unchanged, skipped, failed }: BulkProgress, done: string): string {
  return [
    `${formatCount(changed)} ${done}`,
    `${formatCount(unchanged)} unchanged`,
    ...(skipped > 0 ? [`${formatCount(skipped)} done before`] : []),
    `${formatCount(failed.length)} failed`,
  ].join(', ');
}
