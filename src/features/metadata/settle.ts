import type { JsonNode } from '#core/json/node.ts';
import { writeJson } from '#core/json/write.ts';
import { type Reader, statement } from '#database/query.ts';
import { type DocumentPlace, identifiersOf } from './documents.ts';
import { readDocumentQuery, readEditQuery } from './queries.ts';

/** How long to look for an answer after the connection was lost, and how often. */
const patienceMs = 20_000;
const pauseMs = 500;

/**
 * Finds out whether an edit was committed when the answer to COMMIT never came: by its audit entry, or, unaudited, by what the row holds.
 * Undefined when the server does not come back in twenty seconds.
 */
export async function wasCommitted(
  reader: Reader,
  place: DocumentPlace,
  edit: { readonly id: string },
  isAudited: boolean,
  wanted: JsonNode,
): Promise<boolean | undefined> {
  const deadlineMs = Date.now() + patienceMs;
  while (Date.now() < deadlineMs) {
    try {
      if (isAudited) return (await reader.read(statement(readEditQuery, { id: edit.id }))).length > 0;
      const [row] = await reader.read(statement(readDocumentQuery, { id: place.id }, identifiersOf(place)));
      return row?.document === writeJson(wanted);
    } catch {
      // Still away; the deadline ends this.
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return undefined;
}
