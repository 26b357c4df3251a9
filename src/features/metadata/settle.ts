import { type Reader, statement } from '#database/query.ts';
import { onceSettled } from '#database/settle.ts';
import { type DocumentPlace, identifiersOf } from './documents.ts';
import { readDocumentQuery, readEditQuery } from './queries.ts';

/** A save whose answer to COMMIT never came. */
interface Attempt {
  readonly place: DocumentPlace;
  readonly editId: string;
  readonly transactionId: string;
  readonly isAudited: boolean;
  /** What the row held inside the transaction, as ::text. */
  readonly text: string;
}

/**
 * Finds out whether an edit was committed when the answer to COMMIT never came: once its transaction is over, looks for its audit entry or,
 * unaudited, at what the row holds. Undefined when the server does not come back in twenty seconds, or what it says does not decide.
 */
export function wasCommitted(reader: Reader, attempt: Attempt): Promise<boolean | undefined> {
  return onceSettled(reader, attempt.transactionId, (status) => lookAgain(reader, attempt, status));
}

/**
 * The audit entry decides, since a server that crashed may give the id to another transaction. Without one, what the row holds must agree
 * with the status: somebody may have written after us.
 */
async function lookAgain(reader: Reader, attempt: Attempt, status: string | null): Promise<boolean | undefined> {
  const { place, isAudited, editId, text } = attempt;
  if (isAudited) return (await reader.read(statement(readEditQuery, { id: editId }))).length > 0;
  if (status === 'aborted') return false;
  const [row] = await reader.read(statement(readDocumentQuery, { id: place.id }, identifiersOf(place)));
  return status === 'committed' && (row?.document ?? 'null') === text ? true : undefined;
}
