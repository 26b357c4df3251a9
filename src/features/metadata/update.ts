import { AdminError } from '#core/errors.ts';
import { type Change, changesBetween } from '#core/json/changes.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import { statement } from '#database/query.ts';
import type { WriteTransaction } from '#database/write-transaction.ts';
import { type DocumentPlace, identifiersOf, placeTitle } from './documents.ts';
import { lockDocumentQuery, readVersionQuery, updateDocumentAndTimeQuery, updateDocumentQuery } from './queries.ts';

/** What a row holds after its update, and what a trigger made of what was sent. */
interface UpdatedDocument {
  readonly document: JsonNode;
  readonly text: string;
  readonly rewritten: readonly Change[];
  readonly transactionId: string;
}

/**
 * Writes the wanted document onto its locked row and tells what the row holds afterwards. Throws an AdminError (database) where the update
 * reached no row or several, or a trigger removed the row, and whatever the server or a trigger objects to; the transaction must end then.
 */
export async function updateDocument(
  transaction: WriteTransaction,
  place: DocumentPlace,
  wanted: JsonNode,
  restoresNull = false,
): Promise<UpdatedDocument> {
  const hasTime = place.table.columns.some((column) => column.name === 'updated_at' && column.type.startsWith('timestamp'));
  const query = hasTime ? updateDocumentAndTimeQuery : updateDocumentQuery;
  const sent = writeJson(wanted);
  const document = restoresNull && wanted.kind === 'null' ? null : sent;
  const { schema, table, key, key_type, column } = identifiersOf(place);
  const [[row, second], [now]] = await Promise.all([
    transaction.run(statement(query, { id: place.id, document }, { schema, table, key, key_type, column })),
    transaction.run(statement(readVersionQuery, { id: place.id }, { schema, table, key, key_type })),
  ]);
  if (row === undefined || second !== undefined) throw notOneRow(place, row === undefined ? 0 : 2);
  if (now === undefined) throw removedByTrigger(place);
  const { transaction_id: transactionId } = row;
  const text = (now.version === row.version ? row.stored : await afterTriggers(transaction, place)) ?? 'null';
  if (text === sent) return { document: wanted, text, rewritten: [], transactionId };
  // Keys in jsonb's order, numbers with its digits; only what differs beyond that was rewritten.
  const stored = parseJson(text);
  return { document: stored, text, rewritten: changesBetween(wanted, stored), transactionId };
}

/** What an AFTER trigger, which the update's own answer knows nothing of, has made of the document. */
async function afterTriggers(transaction: WriteTransaction, place: DocumentPlace): Promise<string | null> {
  const [row] = await transaction.run(statement(lockDocumentQuery, { id: place.id }, identifiersOf(place)));
  if (row === undefined) throw removedByTrigger(place);
  return row.document;
}

function notOneRow(place: DocumentPlace, rows: number): AdminError {
  return new AdminError({
    kind: 'database',
    code: rows === 0 ? 'trigger-suppressed' : 'more-than-one-row',
    whatHappened:
      rows === 0
        ? `The server took the update of ${placeTitle(place)} and changed nothing: a BEFORE trigger returned NULL, or a policy forbids it.`
        : `The update of ${placeTitle(place)} reached more than one row.`,
    whatToDo: `Nothing was saved. Look at the triggers and policies of ${place.table.title}.`,
  });
}

function removedByTrigger(place: DocumentPlace): AdminError {
  return new AdminError({
    kind: 'database',
    code: 'trigger-removed',
    whatHappened: `After its update ${placeTitle(place)} is not there any more: an AFTER trigger removed it, or a policy now hides it.`,
    whatToDo: `Nothing was saved. Look at the triggers and policies of ${place.table.title}.`,
  });
}
