import { isSecretName, maskDocument, maskSecret, maskText } from '#core/mask.ts';
import type { JsonArray, JsonNode, JsonObject } from './node.ts';
import type { Patch } from './patch.ts';
import type { JsonPath } from './pointer.ts';

/** Whether a path leads through a key that names a secret: everything below is one. */
export function isSecretPath(path: JsonPath): boolean {
  return path.some((token) => isSecretName(token));
}

/** What a value at a path may be shown as, in full: its secrets masked by name and by form. The node itself where there are none. */
export function withoutSecrets(node: JsonNode, path: JsonPath): JsonNode {
  return hidden(node, isSecretPath(path));
}

/** The same for the values of a patch. */
export function patchWithoutSecrets(patch: Patch): Patch {
  return patch.map((operation) =>
    'value' in operation ? { ...operation, value: withoutSecrets(operation.value, operation.path) } : operation,
  );
}

function hidden(node: JsonNode, isSecret: boolean): JsonNode {
  switch (node.kind) {
    case 'object':
      return hiddenMembers(node, isSecret);
    case 'array':
      return hiddenItems(node, isSecret);
    case 'string': {
      const value = isSecret ? maskSecret(node.value) : String(maskDocument(node.value));
      return value === node.value ? node : { kind: 'string', value };
    }
    case 'number':
    case 'boolean':
      return isSecret ? { kind: 'string', value: maskSecret('?') } : node;
    case 'null':
      return node;
  }
}

function hiddenMembers(node: JsonObject, isSecret: boolean): JsonNode {
  const members = new Map<string, JsonNode>();
  let isSame = true;
  for (const [key, member] of node.members) {
    const shown = hidden(member, isSecret || isSecretName(key));
    // Tokens are kept as keys too; two that are masked alike are told apart.
    let name = maskText(key);
    while (members.has(name)) name += "'";
    members.set(name, shown);
    isSame &&= shown === member && name === key;
  }
  return isSame ? node : { kind: 'object', members };
}

function hiddenItems(node: JsonArray, isSecret: boolean): JsonNode {
  const items = node.items.map((item) => hidden(item, isSecret));
  return items.every((item, index) => item === node.items[index]) ? node : { kind: 'array', items };
}

/** Whether a text came out of a masked view: `••••` stands where a secret was. */
export function isMaskedText(text: string): boolean {
  return text.includes(maskSecret('?'));
}
