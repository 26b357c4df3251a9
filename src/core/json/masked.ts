import { isSecretName, maskDocument, maskSecret, maskText } from '#core/mask.ts';
import type { JsonArray, JsonNode, JsonObject } from './node.ts';
import type { Patch } from './patch.ts';
import type { JsonPath } from './pointer.ts';

/** On screen, longer strings are judged by their beginning: no more of them is ever seen. */
const judgedUnits = 4000;

/** What strings are shown as; documents are immutable, and what is on screen is drawn again with every key. */
const shownStrings = new WeakMap<JsonNode, string>();

/** Whether a path leads through a key that names a secret: everything below is one. */
export function isSecretPath(path: JsonPath): boolean {
  return path.some((token) => isSecretName(token));
}

/** What of a scalar may be on screen: the node itself, or one that says that there is a secret. */
export function maskedScalar(node: JsonNode, isSecret: boolean): JsonNode {
  if (isSecret || node.kind !== 'string') return hiddenScalar(node, isSecret, String);
  return hiddenScalar(node, false, (value) => {
    const shown = shownStrings.get(node) ?? maskedStart(value);
    shownStrings.set(node, shown);
    return shown;
  });
}

function maskedStart(value: string): string {
  const judged = value.slice(0, judgedUnits);
  const shown = String(maskDocument(judged));
  return shown === judged ? value : shown;
}

/** A key as it may be shown: tokens are kept as keys too. */
export function maskedKey(key: string): string {
  // No token is so short, and without a sign between name and value there is no assignment.
  return key.length < 8 && !/[=:]/.test(key) ? key : maskText(key);
}

/** How many values at and below a node are hidden on screen. */
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

/** What a value at a path may leave the console as: its secrets masked by name and by form, all of it judged. The node itself where there are none. */
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
  if (node.kind === 'object') return hiddenMembers(node, isSecret);
  if (node.kind === 'array') return hiddenItems(node, isSecret);
  return hiddenScalar(node, isSecret, (value) => String(maskDocument(value)));
}

function hiddenScalar(node: JsonNode, isSecret: boolean, judge: (value: string) => string): JsonNode {
  if (node.kind === 'string') {
    const value = isSecret ? maskSecret(node.value) : judge(node.value);
    return value === node.value ? node : { kind: 'string', value };
  }
  return isSecret && node.kind !== 'null' ? { kind: 'string', value: maskSecret('?') } : node;
}

function hiddenMembers(node: JsonObject, isSecret: boolean): JsonNode {
  const members = new Map<string, JsonNode>();
  let isSame = true;
  for (const [key, member] of node.members) {
    const shown = hidden(member, isSecret || isSecretKey(key) || tellsOfSecret(key, node.members));
    let name = maskedKey(key);
    // Two that are masked alike are told apart.
    while (members.has(name)) name += "'";
    members.set(name, shown);
    isSame &&= shown === member && name === key;
  }
  return isSame ? node : { kind: 'object', members };
}

/** A key may be a JSON Pointer: a recorded edit holds what it changed under those. */
function isSecretKey(key: string): boolean {
  return key.startsWith('/') ? isSecretPath(key.split('/')) : isSecretName(key);
}

const nameKeys = ['path', 'field', 'key', 'attribute', 'property', 'column'];
const changedKeys = new Set(['old', 'new', 'old_value', 'new_value', 'oldValue', 'newValue', 'before', 'after']);

/** Whether a member is the value of an operation of a JSON Patch, or of a change as logs write it (`field`, `old`, `new`), that names a secret. */
function tellsOfSecret(key: string, members: ReadonlyMap<string, JsonNode>): boolean {
  const isValue = key === 'value' ? members.get('op')?.kind === 'string' : changedKeys.has(key);
  return isValue && nameKeys.some((name) => namesSecret(members.get(name)));
}

function namesSecret(name: JsonNode | undefined): boolean {
  const tokens = name?.kind === 'array' ? name.items : [name];
  return tokens.some((token) => token?.kind === 'string' && isSecretPath(token.value.split(/[/.]/)));
}

function hiddenItems(node: JsonArray, isSecret: boolean): JsonNode {
  const items = node.items.map((item) => hidden(item, isSecret));
  return items.every((item, index) => item === node.items[index]) ? node : { kind: 'array', items };
}

/** Whether a text came out of a masked view: `••••` stands where a secret was. */
export function isMaskedText(text: string): boolean {
  return text.includes(maskSecret('?'));
}
