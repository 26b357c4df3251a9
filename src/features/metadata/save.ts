import { randomUUID } from 'node:crypto';
import { AdminError } from '#core/errors.ts';
import { type Change, changesBetween } from '#core/json/changes.ts';
import { merge, type Merge } from '#core/json/merge.ts';
import { type JsonNode, sameDocument } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { auditFailed, auditMissing, auditShapeOf } from '#database/audit-entry.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import { statement, statementText } from '#database/query.ts';
import { commitUnknown } from '#database/write-transaction.ts';
import { auditStatement, type EditContext, type EditRecord, guardedInverse, makeEdit } from './audit-entry.ts';
import { type DocumentPlace, identifiersOf, placeTitle, recordMissing } from './documents.ts';
import { requirePermitted } from './permitted.ts';
import { lockDocumentQuery, updateDocumentQuery } from './queries.ts';
import { wasCommitted } from './settle.ts';
import { updateDocument } from './update.ts';

/** What to save: the document as it was read, and as it is wanted. */
export interface EditRequest extends EditContext {
  readonly base: JsonNode;
  /** The ::text that base was read from, where it is at hand: a document that nobody changed meanwhile need not be read again. */
  readonly baseText?: string | undefined;
  readonly mine: JsonNode;
  /** Save although no audit entry can be written; said on screen, and never the default. */
  readonly unaudited?: boolean;
}

/** An edit that was made. */
export interface SavedEdit extends EditRecord {
  /** Whether the audit log has it: only then can it be taken back by its id. */
  readonly isOnRecord: boolean;
  /** The server's time; null where it keeps none. */
  readonly at: string | null;
}

export type SaveOutcome =
  | { readonly state: 'unchanged' }
  | {
      readonly state: 'saved';
      readonly edit: SavedEdit;
      /** What the row holds now, and its ::text. */
      readonly document: JsonNode;
      readonly text: string;
      /** What others had changed since the document was read; it was kept. */
      readonly alsoChanged: readonly Change[];
      /** What a trigger made of what was sent. */
      readonly rewritten: readonly Change[];
    }
  | { readonly state: 'conflict'; readonly theirs: JsonNode; readonly merge: Merge };

/** How a save works out the wanted document from the one that is locked. Returns a merge with conflicts to stop. */
type Plan = (theirs: JsonNode) => Merge;

/**
 * Saves what changed from base to mine onto the document as it is now: row lock, three-way merge, update, audit entry, in one short
 * transaction. Overlapping changes of others are a conflict and save nothing. Throws AdminErrors, with nothing saved: refused (read-only,
 * no audit log), not-found, and whatever the server or a trigger objects to.
 */
export function saveDocument(
  database: Database,
  catalog: Catalog,
  place: DocumentPlace,
  request: EditRequest,
): Promise<SaveOutcome> {
  if (sameDocument(request.base, request.mine)) return Promise.resolve({ state: 'unchanged' });
  return savePlanned(database, catalog, place, request, (theirs) => merge(request.base, request.mine, theirs));
}

/** `base` is what others' changes are reported against; `restoresNull` puts back that the row had no document where the plan gives null. */
interface PlannedContext extends EditContext {
  readonly unaudited?: boolean;
  readonly base?: JsonNode;
  readonly baseText?: string | undefined;
  readonly restoresNull?: boolean;
}

/** The same for any way to get from the document that is there to the one that is wanted; undo and bulk changes have ways of their own. */
export async function savePlanned(
  database: Database,
  catalog: Catalog,
  place: DocumentPlace,
  context: PlannedContext,
  plan: Plan,
): Promise<SaveOutcome> {
  const title = { what: placeTitle(place), lookWith: commandToLook(place, context.unaudited === true) };
  return database.writes.follow(title, (onCommit) => saveFollowed(database, catalog, place, context, plan, onCommit));
}

/** What shows whether an edit was saved: the history, or the document where nothing was put on record. */
function commandToLook({ table, column, id }: DocumentPlace, isUnaudited: boolean): string {
  const options = column.name === 'metadata' ? [] : ['--column', column.name];
  const words = ['metadata', isUnaudited ? 'get' : 'history', table.title, id, ...options];
  return [
    'aisha-console',
    ...words.map((word) => (/^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)),
  ].join(' ');
}

async function saveFollowed(
  database: Database,
  catalog: Catalog,
  place: DocumentPlace,
  context: PlannedContext,
  plan: Plan,
  onCommit: () => void,
): Promise<SaveOutcome> {
  requireReason(context.reason);
  const shape = auditShapeOf(catalog);
  const what = context.bulkId === undefined ? 'edit' : 'bulk';
  if (shape === undefined && !context.unaudited) throw auditMissing('no-audit-log', what);
  const isOnRecord = shape !== undefined && !context.unaudited;
  const id = randomUUID();
  let attempt: { readonly saved: SaveOutcome & { state: 'saved' }; readonly transactionId: string } | undefined;
  try {
    return await database.write(
      async (transaction) => {
        const [locked] = await transaction.run(statement(lockDocumentQuery, { id: place.id }, identifiersOf(place)));
        if (locked === undefined) throw recordMissing(place);
        const { base, baseText } = context;
        const isBase = base !== undefined && locked.document === baseText;
        const theirs = isBase ? base : parseJson(locked.document ?? 'null');
        const merged = plan(theirs);
        if (merged.conflicts.length > 0) return { state: 'conflict', theirs, merge: merged } as const;
        if (sameDocument(merged.merged, theirs)) return { state: 'unchanged' } as const;
        // What an undo brings back was there before.
        if (context.undoes === undefined) requirePermitted(theirs, merged.merged);
        const { document, text, rewritten, transactionId } = await updateDocument(
          transaction,
          place,
          merged.merged,
          context.restoresNull,
        );
        const made = makeEdit(id, place, theirs, document, context);
        const change = { place, wasNull: locked.document === null, tenantId: tenantOf(place, locked.tenant_id) };
        const [written] = isOnRecord
          ? await transaction
              .run(auditStatement(shape, made, context, change))
              .catch((error: unknown) => Promise.reject(auditFailed(error, what)))
          : [];
        if (isOnRecord && written === undefined) throw auditMissing('audit-suppressed', what);
        const alsoChanged = base === undefined ? [] : changesBetween(base, theirs);
        const inverse = isOnRecord ? made.record.inverse : guardedInverse(made.record, document);
        const edit = { ...made.record, inverse, at: written?.at ?? null, isOnRecord };
        attempt = { saved: { state: 'saved', edit, document, text, alsoChanged, rewritten }, transactionId };
        return attempt.saved;
      },
      { onCommit },
    );
  } catch (error) {
    if (!(error instanceof AdminError) || error.code !== commitUnknown || attempt === undefined) throw error;
    const { saved, transactionId } = attempt;
    const isSaved = await wasCommitted(database, {
      place,
      editId: id,
      transactionId,
      isAudited: isOnRecord,
      text: saved.text,
    });
    if (isSaved === undefined) throw error;
    if (isSaved) return saved;
    throw notSaved(place, error);
  }
}

function notSaved(place: DocumentPlace, cause: unknown): AdminError {
  return new AdminError({
    kind: 'connection',
    code: 'connection-lost',
    whatHappened: `The connection was lost while ${placeTitle(place)} was being saved; looking again showed that it was not saved.`,
    whatToDo: 'Nothing was saved. Save again.',
    cause,
  });
}

/** The manual's tenant table has no tenant_id: its rows are the tenants. */
function tenantOf({ table, id }: DocumentPlace, tenantId: string | null): string | null {
  return tenantId ?? (table.title === 'tenant' ? id : null);
}

/** Throws an AdminError (refused) where no reason is given. */
export function requireReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw new AdminError({
    kind: 'refused',
    code: 'no-reason',
    whatHappened: 'A metadata edit needs a reason; it is put on record.',
    whatToDo: 'Give one: a ticket number, or what is being put right.',
  });
}

/** What an edit would do: the changes for people, the statement for those who want to be sure. Asks nothing of the server. */
export function previewEdit(
  place: DocumentPlace,
  base: JsonNode,
  mine: JsonNode,
): { readonly changes: readonly Change[]; readonly sql: string } {
  return {
    changes: changesBetween(base, mine),
    sql: statementText(updateDocumentQuery, identifiersOf(place)).replaceAll(/^--.*\n/gm, ''),
  };
}
