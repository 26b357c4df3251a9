import { AdminError } from '#core/errors.ts';
import type { JsonNode } from '#core/json/node.ts';
import { writeJson } from '#core/json/write.ts';
import { type Reader, statement } from '#database/query.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { type DocumentPlace, identifiersOf } from './documents.ts';
import { readDocumentQuery, readEditQuery, transactionStatusQuery } from './queries.ts';

/** How long to look for an answer after the connection was lost (the server ends a transaction that is idle for ten), and how often. */
const patienceMs = 20_000;
const pauseMs = 250;

/** A save whose answer to COMMIT never came. */
interface Attempt {
  readonly place: DocumentPlace;
  readonly editId: string;
  readonly transactionId: string;
  readonly isAudited: boolean;
  /** What the row held inside the transaction. */
  readonly document: JsonNode;
}

/**
 * Finds out whether an edit was committed when the answer to COMMIT never came: waits until its transaction is over (the COMMIT may still
 * be on its way), then looks for its audit entry or, unaudited, at what the row holds. Undefined when the server does not come back in
 * twenty seconds, or what it says does not decide.
 */
export async function wasCommitted(reader: Reader, attempt: Attempt): Promise<boolean | undefined> {
  const deadlineMs = Date.now() + patienceMs;
  while (Date.now() < deadlineMs) {
    try {
      const status = await transactionStatus(reader, attempt.transactionId);
      if (status !== 'in progress') return await lookAgain(reader, attempt, status);
    } catch (error) {
      if (!isConnectionLoss(error)) return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}

/** 22023 is an id in the server's future: it crashed before it wrote down that the transaction had begun. */
async function transactionStatus(reader: Reader, transactionId: string): Promise<string | null> {
  try {
    const [row] = await reader.read(statement(transactionStatusQuery, { transactionId }));
    return row?.status ?? null;
  } catch (error) {
    if (error instanceof AdminError && error.sqlState === '22023') return 'aborted';
    throw error;
  }
}

/**
 * The audit entry decides, since a server that crashed may give the id to another transaction. Without one, what the row holds must agree
 * with the status: somebody may have written after us.
 */
async function lookAgain(reader: Reader, attempt: Attempt, status: string | null): Promise<boolean | undefined> {
  const { place, isAudited, editId, document } = attempt;
  if (isAudited) return (await reader.read(statement(readEditQuery, { id: editId }))).length > 0;
  if (status === 'aborted') return false;
  const [row] = await reader.read(statement(readDocumentQuery, { id: place.id }, identifiersOf(place)));
  return status === 'committed' && (row?.document ?? 'null') === writeJson(document) ? true : undefined;
}
