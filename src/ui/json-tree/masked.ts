import { isSecretPath } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import type { JsonPath } from '#core/json/pointer.ts';
import { isSecretName, maskDocument, maskSecret, maskText } from '#core/mask.ts';

/** Longer strings are judged by their beginning: no more of them is ever on screen. */
const judgedUnits = 4000;

const shownStrings = new WeakMap<JsonNode, string>();

/** What of a scalar may be shown: the node itself, or one that says that there is a secret. */
export function maskedScalar(node: JsonNode, isSecret: boolean): JsonNode {
  if (isSecret) {
    if (node.kind === 'string') return node.value === '' ? node : { kind: 'string', value: maskSecret(node.value) };
    return node.kind === 'null' ? node : { kind: 'string', value: maskSecret('?') };
  }
  if (node.kind !== 'string') return node;
  const shown = shownStrings.get(node) ?? maskedString(node.value);
  shownStrings.set(node, shown);
  return shown === node.value ? node : { kind: 'string', value: shown };
}

function maskedString(value: string): string {
  const judged = value.length > judgedUnits ? value.slice(0, judgedUnits) : value;
  const shown = String(maskDocument(judged));
  return shown === judged ? value : shown;
}

/** A key as it may be shown: tokens are kept as keys too. */
export function maskedKey(key: string): string {
  return key.length < 8 ? key : maskText(key);
}

/** How many values at and below a node are hidden. */
export function countSecrets(node: JsonNode, path: JsonPath): number {
  return count(node, isSecretPath(path));
}

function count(node: JsonNode, isSecret: boolean): number {
  if (node.kind === 'array') return node.items.reduce((sum, item) => sum + count(item, isSecret), 0);
  if (node.kind !== 'object') return maskedScalar(node, isSecret) === node ? 0 : 1;
  let found = 0;
  for (const [key, member] of node.members) found += count(member, isSecret || isSecretName(key));
  return found;
}
