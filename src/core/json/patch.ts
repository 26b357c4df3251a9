import { AdminError } from '#core/errors.ts';
import type { Difference } from './difference.ts';
import { differencesOf } from './difference.ts';
import type { OnExistingKey } from './draft.ts';
import { Draft } from './draft.ts';
import { moveWithin } from './edit.ts';
import type { JsonNode } from './node.ts';
import { sameValue } from './node.ts';
import type { JsonPath } from './pointer.ts';
import { pointerInWords, requireNodeAt } from './pointer.ts';

/** One operation of RFC 6902. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: JsonPath; readonly value: JsonNode }
  | { readonly op: 'remove'; readonly path: JsonPath }
  | { readonly op: 'move' | 'copy'; readonly from: JsonPath; readonly path: JsonPath };

export type Patch = readonly PatchOperation[];

/** How a patch is applied. */
export interface ApplyOptions {
  /**
   * RFC 6902's `add` replaces an existing member, and has no test for "is not there". `refuse` makes that a conflict: for the console's own
   * patches (undo, bulk), which add only what was not there.
   */
  readonly onExistingKey?: OnExistingKey | undefined;
}

/**
 * The patch from one document to another: objects key by key, arrays as differencesOf tells them, nothing for what stays. Each replace and
 * remove has a `test` of what was there before it, so that on another document it fails rather than overwrites.
 */
export function diff(from: JsonNode, to: JsonNode): Patch {
  return patchOf(differencesOf(from, to));
}

/** The same for differences that are known. */
export function patchOf(differences: readonly Difference[]): Patch {
  return differences.flatMap(({ path, before, after }): Patch => {
    if (before === undefined) return after === undefined ? [] : [{ op: 'add', path, value: after }];
    const test = { op: 'test', path, value: before } as const;
    return [test, after === undefined ? { op: 'remove', path } : { op: 'replace', path, value: after }];
  });
}

/**
 * Applies all operations in order, or none.
 * @throws AdminError, naming the operation by number (from 1) and the reason: kind conflict for a `test` that fails (patch-test-failed) and
 * for a refused overwrite (key-exists); else usage with the codes of draft.ts and edit.ts
 */
export function applyPatch(document: JsonNode, patch: Patch, options: ApplyOptions = {}): JsonNode {
  const draft = new Draft(document);
  for (const [index, operation] of patch.entries()) {
    try {
      applyOperation(draft, operation, options.onExistingKey ?? 'replace');
    } catch (error) {
      throw error instanceof AdminError ? operationFailed(operation, index + 1, patch.length, error) : error;
    }
  }
  return draft.document;
}

function applyOperation(draft: Draft, operation: PatchOperation, onExistingKey: OnExistingKey): void {
  const { path } = operation;
  switch (operation.op) {
    case 'add':
      return addOrReplaceRoot(draft, path, operation.value, onExistingKey);
    case 'replace':
      return draft.replace(path, operation.value);
    case 'remove':
      draft.remove(path);
      return;
    case 'move':
      return moveWithin(draft, operation.from, path, onExistingKey);
    case 'copy':
      return addOrReplaceRoot(draft, path, copied(draft, operation.from), onExistingKey);
    case 'test':
      if (!sameValue(draft.peek(path), operation.value)) throw testFailed(path, draft.peek(path) !== undefined);
  }
}

function addOrReplaceRoot(draft: Draft, path: JsonPath, value: JsonNode, onExistingKey: OnExistingKey): void {
  if (path.length === 0) draft.replace(path, value);
  else draft.add(path, value, onExistingKey);
}

/** Through `document`, which stops the draft from changing in place what two places now share. */
function copied(draft: Draft, from: JsonPath): JsonNode {
  return requireNodeAt(draft.document, from);
}

function testFailed(path: JsonPath, isThere: boolean): AdminError {
  return new AdminError({
    kind: 'conflict',
    code: 'patch-test-failed',
    whatHappened: `${pointerInWords(path)} ${isThere ? 'has another value than' : 'is not there, which'} the patch expects.`,
    whatToDo: 'Look at the document as it is now, and make the patch from that.',
  });
}

function operationFailed(operation: PatchOperation, number: number, count: number, cause: AdminError): AdminError {
  return new AdminError({
    kind: cause.code === 'key-exists' ? 'conflict' : cause.kind,
    code: cause.code,
    whatHappened: `Operation ${number} of ${count} (${operation.op} ${pointerInWords(operation.path)}) failed: ${cause.message}`,
    whatToDo: cause.whatToDo,
    cause,
  });
}

/**
 * The patch that takes back `patch`, from the document it was applied to. It holds what was overwritten and removed.
 * @throws AdminError as applyPatch does
 */
export function inverse(patch: Patch, before: JsonNode): Patch {
  return diff(applyPatch(before, patch), before);
}
