import { AdminError } from '#core/errors.ts';
import type { JsonNode } from './node.ts';
import { kindName, mostJsonDepth } from './node.ts';
import type { JsonPath } from './pointer.ts';
import { arrayIndex, nodeAt, pointerInWords, requireNodeAt } from './pointer.ts';
import { requireStorableKey, requireStorableValue } from './storable.ts';

type OwnedContainer = { kind: 'object'; members: Map<string, JsonNode> } | { kind: 'array'; items: JsonNode[] };

/** What adding to an object does where the key is there already: RFC 6902 replaces it, a person is told. */
export type OnExistingKey = 'replace' | 'refuse';

/**
 * A document being edited. A container is copied when something below it changes for the first time, and changed in place from then on:
 * thousands of operations on one wide object copy it once. `document` ends that, so that what was handed out never changes.
 * Methods throw AdminError (usage) path-not-found, wrong-type, key-exists, path-is-root and those of storable.ts.
 */
export class Draft {
  #document: JsonNode;
  readonly #owned = new Set<JsonNode | OwnedContainer>();

  constructor(document: JsonNode) {
    this.#document = document;
  }

  get document(): JsonNode {
    this.#owned.clear();
    return this.#document;
  }

  /** The node at a path for a look, not to be kept: it may change with the next operation. Undefined when there is none. */
  peek(path: JsonPath): JsonNode | undefined {
    return nodeAt(this.#document, path);
  }

  replace(path: JsonPath, value: JsonNode): void {
    requireNodeAt(this.#document, path);
    requireStorableValue(value, mostJsonDepth - path.length);
    this.#put(path, value);
  }

  /** Adds a member, or inserts an element before the one that has the index; the index `-` or the array's length appends. */
  add(path: JsonPath, value: JsonNode, onExistingKey: OnExistingKey): void {
    const { parent, token } = splitPath(path);
    const container = requireNodeAt(this.#document, parent);
    requireStorableValue(value, mostJsonDepth - path.length);
    if (container.kind === 'array') {
      const index = insertionIndex(parent, token, container.items.length);
      this.#items(parent).splice(index, 0, value);
      return;
    }
    if (container.kind !== 'object') throw wrongType(parent, container, 'an object or an array');
    requireStorableKey(token);
    if (onExistingKey === 'refuse' && container.members.has(token)) throw keyExists(parent, token);
    this.#members(parent).set(token, value);
  }

  /** Takes a node out and gives it back; the root cannot go. */
  remove(path: JsonPath): JsonNode {
    const { parent, token } = splitPath(path);
    const node = requireNodeAt(this.#document, path);
    const container = this.#own(parent);
    if (container.kind === 'object') container.members.delete(token);
    else container.items.splice(arrayIndex(token) ?? 0, 1);
    return node;
  }

  /** Gives a member another key in the same place. */
  rename(path: JsonPath, key: string): void {
    const { parent, token } = splitPath(path);
    requireNodeAt(this.#document, path);
    const container = requireNodeAt(this.#document, parent);
    if (container.kind !== 'object') throw wrongType(parent, container, 'an object');
    if (key === token) return;
    requireStorableKey(key);
    if (container.members.has(key)) throw keyExists(parent, key);
    const members = new Map(Array.from(container.members, ([name, member]) => [name === token ? key : name, member]));
    this.#put(parent, { kind: 'object', members });
  }

  #put(path: JsonPath, value: JsonNode): void {
    const token = path.at(-1);
    if (token === undefined) {
      this.#document = value;
      return;
    }
    const container = this.#own(path.slice(0, -1));
    if (container.kind === 'object') container.members.set(token, value);
    else container.items[arrayIndex(token) ?? 0] = value;
  }

  #items(path: JsonPath): JsonNode[] {
    const container = this.#own(path);
    return container.kind === 'array' ? container.items : [];
  }

  #members(path: JsonPath): Map<string, JsonNode> {
    const container = this.#own(path);
    return container.kind === 'object' ? container.members : new Map();
  }

  /** The container at a path that is known to be there, after every container on the way became this draft's own copy. */
  #own(path: JsonPath): OwnedContainer {
    let container = this.#copied(this.#document);
    this.#document = container;
    for (const token of path) {
      const child = this.#copied(requireNodeAt(container, [token]));
      if (container.kind === 'object') container.members.set(token, child);
      else container.items[arrayIndex(token) ?? 0] = child;
      container = child;
    }
    return container;
  }

  #copied(node: JsonNode): OwnedContainer {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the copies made below are in the set.
    if (this.#owned.has(node)) return node as OwnedContainer;
    if (node.kind !== 'object' && node.kind !== 'array') throw new Error('A scalar has nothing below it');
    const copy: OwnedContainer =
      node.kind === 'object' ? { kind: 'object', members: new Map(node.members) } : { kind: 'array', items: [...node.items] };
    this.#owned.add(copy);
    return copy;
  }
}

function splitPath(path: JsonPath): { parent: JsonPath; token: string } {
  const token = path.at(-1);
  if (token !== undefined) return { parent: path.slice(0, -1), token };
  throw new AdminError({
    kind: 'usage',
    code: 'path-is-root',
    whatHappened: 'The whole document has no key or index of its own: it cannot be added, removed, renamed or moved.',
    whatToDo: 'Name something inside it, or replace it as a whole.',
  });
}

function insertionIndex(parent: JsonPath, token: string, length: number): number {
  const index = token === '-' ? length : arrayIndex(token);
  if (index !== undefined && index <= length) return index;
  throw new AdminError({
    kind: 'usage',
    code: 'path-not-found',
    whatHappened: `${pointerInWords(parent)} is an array of ${length}: nothing can be inserted at ${JSON.stringify(token.slice(0, 40))}.`,
    whatToDo: `Give an index from 0 to ${length}, or "-" for the end.`,
  });
}

function wrongType(path: JsonPath, node: JsonNode, wanted: string): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'wrong-type',
    whatHappened: `${pointerInWords(path)} is ${kindName(node)}, not ${wanted}.`,
    whatToDo: 'Name another place, or replace the value there first.',
  });
}

function keyExists(parent: JsonPath, key: string): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'key-exists',
    whatHappened: `${pointerInWords([...parent, key])} is there already, and would be overwritten.`,
    whatToDo: 'Choose another key, or remove the other one first.',
  });
}
