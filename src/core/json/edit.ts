import { AdminError } from '#core/errors.ts';
import { Draft } from './draft.ts';
import type { JsonNode } from './node.ts';
import type { JsonPath } from './pointer.ts';
import { arrayIndex, pointerInWords, requireNodeAt } from './pointer.ts';

// Every edit returns a new document that shares with the old one all it did not touch, and throws AdminError (usage): path-not-found,
// wrong-type, key-exists, path-is-root, or what storable.ts has against the value or key.

function edited(document: JsonNode, edit: (draft: Draft) => void): JsonNode {
  const draft = new Draft(document);
  edit(draft);
  return draft.document;
}

/** Replaces the node at a path that is there; the empty path replaces the document. */
export function setValue(document: JsonNode, path: JsonPath, value: JsonNode): JsonNode {
  return edited(document, (draft) => draft.replace(path, value));
}

/** Adds a member to the end of an object, or an element to an array before the given index (`-`: at the end). Never overwrites. */
export function addValue(document: JsonNode, path: JsonPath, value: JsonNode): JsonNode {
  return edited(document, (draft) => draft.add(path, value, 'refuse'));
}

/** Gives a member another key, in its place. */
export function renameKey(document: JsonNode, path: JsonPath, key: string): JsonNode {
  return edited(document, (draft) => draft.rename(path, key));
}

/** Takes a member or element out. */
export function removeValue(document: JsonNode, path: JsonPath): JsonNode {
  return edited(document, (draft) => draft.remove(path));
}

/**
 * Takes a node out and adds it at `to`, an address in the document without it (as in RFC 6902). Never overwrites.
 * @throws AdminError (usage) also move-into-itself
 */
export function moveValue(document: JsonNode, from: JsonPath, to: JsonPath): JsonNode {
  return edited(document, (draft) => moveWithin(draft, from, to, 'refuse'));
}

/** The move of both edits and patches. */
export function moveWithin(draft: Draft, from: JsonPath, to: JsonPath, onExistingKey: 'replace' | 'refuse'): void {
  const isAbove = from.every((token, depth) => to[depth] === token);
  if (isAbove && from.length === to.length) {
    requireNodeAt(draft.document, from);
    return;
  }
  if (isAbove) {
    throw new AdminError({
      kind: 'usage',
      code: 'move-into-itself',
      whatHappened: `${pointerInWords(from)} cannot be moved to ${pointerInWords(to)}, which is inside it.`,
      whatToDo: 'Choose a place outside it, or copy it.',
    });
  }
  const node = draft.remove(from);
  if (to.length === 0) draft.replace(to, node);
  else draft.add(to, node, onExistingKey);
}

/** A document after an edit, and where what was made is in it. */
export interface Duplicated {
  readonly document: JsonNode;
  readonly path: JsonPath;
}

/** Adds a copy: of an element right behind it, of a member at the end of its object under a free key (`name_copy`, `name_copy_2`…). */
export function duplicateValue(document: JsonNode, path: JsonPath): Duplicated {
  const node = requireNodeAt(document, path);
  const parentPath = path.slice(0, -1);
  const parent = requireNodeAt(document, parentPath);
  const token = path.at(-1) ?? '';
  const place = parent.kind === 'array' ? String((arrayIndex(token) ?? 0) + 1) : freeKey(parent, token);
  const copyPath = path.length === 0 ? path : [...parentPath, place];
  return { document: addValue(document, copyPath, node), path: copyPath };
}

function freeKey(parent: JsonNode, key: string): string {
  const taken = (candidate: string): boolean => parent.kind === 'object' && parent.members.has(candidate);
  let candidate = `${key}_copy`;
  for (let number = 2; taken(candidate); number += 1) candidate = `${key}_copy_${number}`;
  return candidate;
}
