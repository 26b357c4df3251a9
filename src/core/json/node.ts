import { sameDigits, sameNumber } from './number.ts';

/**
 * A JSON document as an immutable tree. Not plain objects: there the key `__proto__` sets the prototype, keys that look like integers change
 * places, and numbers lose digits. What is only printed may be plain values with exact digits (exact-json.ts).
 */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

/** Members in the order of the text; PostgreSQL orders them anew in every jsonb, so that no comparison here looks at their order. */
export interface JsonObject {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, JsonNode>;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonString {
  readonly kind: 'string';
  readonly value: string;
}

export interface JsonNumber {
  readonly kind: 'number';
  /** The digits as they were written. */
  readonly text: string;
}

export interface JsonBoolean {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface JsonNull {
  readonly kind: 'null';
}

/**
 * Most levels of objects and arrays inside one another; `[]` is one level, a scalar none. PostgreSQL itself gives up (54001)
 * between 10,000 and 20,000 with the default max_stack_depth. Everything here that walks a tree recursively relies on it.
 */
export const mostJsonDepth = 1000;

/** A kind with its article, for sentences: `an object`, `a string`, `null`. */
export function kindName(node: JsonNode): string {
  if (node.kind === 'null') return 'null';
  return `${node.kind === 'object' || node.kind === 'array' ? 'an' : 'a'} ${node.kind}`;
}

/**
 * Whether PostgreSQL stores both as the same jsonb text: members in any order, numbers by value and scale (`1e2` is `100`, `1.10` is not
 * `1.1`). Two missing nodes are the same.
 */
export function sameDocument(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  return same(left, right, sameDigits);
}

/** Whether both are equal as RFC 6902's `test` and jsonb's `=` see them: numbers by value alone, `1.10` equals `1.1`. */
export function sameValue(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  return same(left, right, sameNumber);
}

type NumberTest = (left: string, right: string) => boolean;

function same(left: JsonNode | undefined, right: JsonNode | undefined, numbers: NumberTest): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  switch (left.kind) {
    case 'object':
      return right.kind === 'object' && sameMembers(left.members, right.members, numbers);
    case 'array':
      return right.kind === 'array' && sameItems(left.items, right.items, numbers);
    case 'number':
      return right.kind === 'number' && numbers(left.text, right.text);
    case 'string':
    case 'boolean':
      return right.kind === left.kind && left.value === right.value;
    case 'null':
      return right.kind === 'null';
  }
}

function sameMembers(left: JsonObject['members'], right: JsonObject['members'], numbers: NumberTest): boolean {
  if (left.size !== right.size) return false;
  for (const [key, member] of left) {
    const other = right.get(key);
    if (other === undefined || !same(member, other, numbers)) return false;
  }
  return true;
}

function sameItems(left: JsonArray['items'], right: JsonArray['items'], numbers: NumberTest): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) {
    if (!same(left[index], right[index], numbers)) return false;
  }
  return true;
}
