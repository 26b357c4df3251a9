import { createHash } from 'node:crypto';
import type { Author } from '#core/author.ts';
import { AdminError } from '#core/errors.ts';
import { type Change, changesBetween } from '#core/json/changes.ts';
import { parseJson } from '#core/json/parse.ts';
import { maskText } from '#core/mask.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { auditMissing, auditShapeOf } from '#database/audit-entry.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import { type BulkChange, changed, changeText } from './bulk-change.ts';
import { type BulkResult, type RowOutcome, type RowsOptions, workThroughRows } from './bulk-rows.ts';
import { listBulkEdits, newBulkId } from './bulk-state.ts';
import { type DocumentColumn, identifiersOf, placeOf } from './documents.ts';
import { requirePermitted } from './permitted.ts';
import { readDocumentQuery } from './queries.ts';
import { savePlanned } from './save.ts';
import { countDocuments, type DocumentCount, type FoundRecord, searchDocuments, type SearchCondition } from './search.ts';
import { undoEdit } from './undo.ts';

/** Which documents, in whose rows, are changed how. Every tenant's only when that is said. */
export interface BulkScope {
  readonly place: DocumentColumn;
  readonly condition: SearchCondition;
  readonly scope: TenantIdentity | 'all-tenants';
  readonly change: BulkChange;
}

/** What a bulk change would do to one record: its changes, none where the document says so already, or why it would fail. */
export interface BulkSample {
  readonly id: string;
  readonly tenantId: string | null;
  readonly label: string;
  readonly changes: readonly Change[];
  readonly problem: string | undefined;
}

export interface BulkPreview {
  readonly count: DocumentCount;
  readonly samples: readonly BulkSample[];
  /** How many records were tried, the first by their key, and how many of those would fail. */
  readonly lookedAt: number;
  readonly failing: number;
}

const undoBatchRows = 100;
const sampleRows = 5;
const rowsLookedAt = 20;

/** What a bulk change would do: how many rows of which tenants, and what to five of them, those first that would change or fail. */
export async function previewBulk(reader: Reader, bulk: BulkScope, options: ReadOptions = {}): Promise<BulkPreview> {
  const { place, condition } = bulk;
  const search = { ...options, tenant: tenantOf(bulk) };
  const [count, { rows }] = await Promise.all([
    countDocuments(reader, place, condition, search),
    searchDocuments(reader, place, condition, { ...search, pageRows: rowsLookedAt }),
  ]);
  const answers = await reader.readEach(
    rows.map(({ id }) => statement(readDocumentQuery, { id }, identifiersOf(place))),
    options,
  );
  const documents = await Promise.all(answers);
  const samples = documents.flatMap(([document], index): BulkSample[] =>
    document === undefined ? [] : [sampleOf(rows[index]!, document.document, bulk.change)],
  );
  const isUneventful = ({ changes, problem }: BulkSample): boolean => changes.length === 0 && problem === undefined;
  const eventfulFirst = samples.toSorted((one, two) => Number(isUneventful(one)) - Number(isUneventful(two)));
  const failing = samples.filter(({ problem }) => problem !== undefined).length;
  return { count, samples: eventfulFirst.slice(0, sampleRows), lookedAt: samples.length, failing };
}

function sampleOf({ id, tenantId, label }: FoundRecord, text: string | null, change: BulkChange): BulkSample {
  const record = { id, tenantId, label };
  try {
    const document = parseJson(text ?? 'null');
    const wanted = changed(document, change);
    requirePermitted(document, wanted);
    return { ...record, changes: changesBetween(document, wanted), problem: undefined };
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    return { ...record, changes: [], problem: maskText(error.message) };
  }
}

function tenantOf({ scope }: BulkScope): TenantIdentity | undefined {
  return scope === 'all-tenants' ? undefined : scope;
}

export interface BulkRequest extends BulkScope {
  readonly reason: string;
  readonly author: Author;
  /** The id that every edit carries. With that of an earlier run, rows that it has done are left alone. */
  readonly bulkId?: string | undefined;
  /** Told before the first row is changed: with it the change is resumed and undone. */
  readonly onStart?: ((bulkId: string) => void) | undefined;
  readonly batchRows: number;
}

/**
 * Changes row after row, each as an edit of its own: the document as it is then, locked, merged, audited and committed. Rows that fail are
 * listed and the rest goes on; aborting `signal` stops between rows. Throws an AdminError, with nothing changed: usage for the condition,
 * refused (read-only, no reason, no audit log), not-found for the id of a run that is not on record.
 */
export async function runBulk(
  database: Database,
  catalog: Catalog,
  request: BulkRequest,
  options: RowsOptions = {},
): Promise<BulkResult> {
  const { place, reason, author, change } = request;
  database.gate.requireWriting();
  if (auditShapeOf(catalog) === undefined) throw auditMissing('no-audit-log', 'bulk');
  const earlier = request.bulkId === undefined ? [] : await listBulkEdits(database, request.bulkId, options);
  const done = new Set(earlier.flatMap((edit) => (edit.table_name === place.table.title ? (edit.record_id ?? []) : [])));
  if (done.size === 0 && earlier.length > 0) throw otherTable(place, earlier[0]?.table_name ?? 'another table');
  const bulkRequest = digestOfRequest(request);
  if (earlier.some(({ request_digest }) => request_digest !== null && request_digest !== bulkRequest)) throw otherRequest();
  const bulkId = request.bulkId ?? newBulkId();
  request.onStart?.(bulkId);
  const changeRow = async ({ id }: FoundRecord): Promise<RowOutcome> => {
    if (done.has(id)) return 'skipped';
    const outcome = await savePlanned(
      database,
      catalog,
      placeOf(place, id),
      { reason, author, bulkId, bulkRequest },
      (theirs) => ({
        merged: changed(theirs, change),
        changed: [],
        alsoChanged: [],
        conflicts: [],
      }),
    );
    return outcome.state === 'saved' ? 'changed' : 'unchanged';
  };
  return workThroughRows(bulkId, matchingRows(database, request, options), ({ id }) => id, changeRow, options);
}

/** Tells one bulk change from another: table, column, condition, whose rows, and what is done to them. SHA-256 in hexadecimal digits. */
function digestOfRequest({ place, condition, scope, change }: BulkScope): string {
  const whose = scope === 'all-tenants' ? scope : scope.id;
  const parts = [place.table.title, place.column.name, condition.kind, condition.text, condition.path, whose, changeText(change)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function otherRequest(): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'other-bulk',
    whatHappened: 'That id is of a bulk change with another condition, other tenants or other values.',
    whatToDo: 'Give what it was begun with; to begin another one, leave the id out.',
  });
}

function otherTable({ table }: DocumentColumn, other: string): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'other-bulk',
    whatHappened: `That bulk change was made on ${other}, not on ${table.title}.`,
    whatToDo: 'Check the id; to begin anew, leave it out.',
  });
}

/** By key, so that a row is met once although changed rows may match no more. */
async function* matchingRows(
  reader: Reader,
  request: BulkRequest,
  { signal }: RowsOptions,
): AsyncGenerator<readonly FoundRecord[]> {
  let after: string | undefined;
  do {
    const search = { tenant: tenantOf(request), after, pageRows: request.batchRows, signal };
    const page = await searchDocuments(reader, request.place, request.condition, search);
    yield page.rows;
    after = page.next;
  } while (after !== undefined);
}

/**
 * Takes a bulk change back, edit by edit, newest first. An edit whose paths have changed since is listed as failed and stays; what was
 * taken back before is left alone, so that it can be resumed. With a tenant, only in that tenant's rows. Throws as runBulk does.
 */
export async function undoBulk(
  database: Database,
  catalog: Catalog,
  bulkId: string,
  { tenant, ...context }: { readonly reason: string; readonly author: Author; readonly tenant?: TenantIdentity | undefined },
  options: RowsOptions = {},
): Promise<BulkResult> {
  database.gate.requireWriting();
  if (auditShapeOf(catalog) === undefined) throw auditMissing('no-audit-log', 'bulk');
  const edits = await listBulkEdits(database, bulkId, { ...options, tenant });
  async function* batches(): AsyncGenerator<typeof edits> {
    for (let start = 0; start < edits.length; start += undoBatchRows) yield edits.slice(start, start + undoBatchRows);
  }
  return workThroughRows(
    bulkId,
    batches(),
    ({ id, record_id }) => record_id ?? id,
    async ({ id }) => {
      const outcome = await undoEdit(database, catalog, id, context);
      return outcome.state === 'saved' ? 'changed' : 'unchanged';
    },
    options,
  );
}
