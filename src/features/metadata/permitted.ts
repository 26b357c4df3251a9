import { AdminError } from '#core/errors.ts';
import { differencesOf } from '#core/json/difference.ts';
import { kindName, type JsonNode } from '#core/json/node.ts';
import { pointerInWords } from '#core/json/pointer.ts';

/** Bytes of UTF-8. PostgreSQL stores longer ones, but a key is a name: one this long is a value that slipped into its place. */
const longestKeyBytes = 64 * 1024;

/**
 * Refuses what PostgreSQL would store and the applications could not read: anything but an object where an object was, and keys that are
 * no names. What the document had before is nobody's fault here. Throws AdminErrors (usage) root-not-object and json-key-too-long.
 */
export function requirePermitted(before: JsonNode, after: JsonNode): void {
  if (before.kind === 'object' && after.kind !== 'object') {
    throw new AdminError({
      kind: 'usage',
      code: 'root-not-object',
      whatHappened: `The document is an object, and would become ${kindName(after)}.`,
      whatToDo: 'Change what is inside it; {} empties it.',
    });
  }
  for (const { path, before: replaced, after: added } of differencesOf(before, after)) {
    if (added === undefined) continue;
    const key = replaced === undefined ? path.at(-1) : undefined;
    if ((key === undefined || !isTooLong(key)) && !hasLongKey(added)) continue;
    throw new AdminError({
      kind: 'usage',
      code: 'json-key-too-long',
      whatHappened: `A key at ${pointerInWords(path)} is longer than 64 KB.`,
      whatToDo: 'Keep long text in a value, under a short key.',
    });
  }
}

function hasLongKey(node: JsonNode): boolean {
  if (node.kind === 'array') return node.items.some(hasLongKey);
  return node.kind === 'object' && [...node.members].some(([key, member]) => isTooLong(key) || hasLongKey(member));
}

function isTooLong(key: string): boolean {
  // A UTF-16 unit takes three bytes at most: most keys need not be measured.
  return key.length * 3 > longestKeyBytes && Buffer.byteLength(key) > longestKeyBytes;
}
