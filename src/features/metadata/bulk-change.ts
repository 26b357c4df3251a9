import { AdminError } from '#core/errors.ts';
import { Draft } from '#core/json/draft.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { applyPatch, type Patch } from '#core/json/patch.ts';
import { type JsonPath, parsePointer } from '#core/json/pointer.ts';

/** What a bulk change does to each document: a patch of RFC 6902, or paths that are given a value and paths that go. */
export type BulkChange =
  | { readonly kind: 'patch'; readonly patch: Patch }
  | { readonly kind: 'paths'; readonly set: readonly Assignment[]; readonly unset: readonly JsonPath[] };

export interface Assignment {
  readonly path: JsonPath;
  readonly value: JsonNode;
}

/**
 * The document as the change wants it. Objects on the way to a value that is set are made where they are missing; what is to go and is not
 * there is well. A patch does what RFC 6902 says, its tests included. Throws an AdminError: conflict for a test that fails, else usage.
 */
export function changed(document: JsonNode, change: BulkChange): JsonNode {
  if (change.kind === 'patch') return applyPatch(document, change.patch);
  const draft = new Draft(document);
  for (const { path, value } of change.set) assign(draft, path, value);
  for (const path of change.unset) if (draft.peek(path) !== undefined) draft.remove(path);
  return draft.document;
}

function assign(draft: Draft, path: JsonPath, value: JsonNode): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const above = path.slice(0, depth);
    if (draft.peek(above) === undefined) draft.add(above, { kind: 'object', members: new Map() }, 'refuse');
  }
  if (draft.peek(path) === undefined) draft.add(path, value, 'refuse');
  else draft.replace(path, value);
}

/** Reads `POINTER=JSON`. Throws an AdminError (usage): without an equals sign, with a pointer or value that is none. */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  const pointer = text.slice(0, equals);
  if (equals === -1) {
    throw new AdminError({
      kind: 'usage',
      code: 'bad-option',
      whatHappened: `--set holds "${text.slice(0, 60)}", without an equals sign.`,
      whatToDo: 'Write --set \'/custom_fields/lead_source="Website"\'.',
    });
  }
  const path = parsePointer(pointer);
  try {
    return { path, value: parseJson(text.slice(equals + 1)) };
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    throw new AdminError({
      kind: 'usage',
      code: error.code,
      whatHappened: `The value that --set gives ${pointer} is no JSON: ${error.message}`,
      whatToDo: `A string needs its own quotes: --set '${pointer}="Website"'.`,
      cause: error,
    });
  }
}
