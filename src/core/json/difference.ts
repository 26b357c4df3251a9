import { childCount, measure } from './measure.ts';
import type { JsonArray, JsonNode } from './node.ts';
import { sameDocument } from './node.ts';
import type { JsonPath } from './pointer.ts';

/**
 * One path at which two documents differ: no `before` where it was added, no `after` where it was removed. Never both missing. The path of
 * what was added is its place in the new document, of anything else its place in the old one.
 */
export interface Difference {
  readonly path: JsonPath;
  readonly before?: JsonNode | undefined;
  readonly after?: JsonNode | undefined;
}

/** What a difference takes in a patch beside its values and its path, which stand there twice: as a test, and as what is done. */
const bytesAround = 70;
/** What an audit entry takes for an array that is told by its elements: the digest of it. */
const digestBytes = 80;
/** Each element that comes or goes moves all behind it when the patch is applied. */
const mostAtOnePlace = 1000;

/**
 * All differences, in the order of `from`, what was added last in its object; applied one after the other they lead from `from` to `to`.
 * Objects are compared key by key. An array is told by its elements where that takes less than telling both arrays, and where it has as
 * many elements as before or up to a thousand came or went at one place (those that went from the last to the first, so that each stands
 * where its path says); else it is one value, as any scalar. No path is above another.
 */
export function differencesOf(from: JsonNode, to: JsonNode): readonly Difference[] {
  const found: Difference[] = [];
  collect(from, to, { trail: [], found, isTold: false });
  return found;
}

interface Walk {
  /** One array for the whole walk: copying it at each step would cost depth times size. */
  readonly trail: string[];
  readonly found: Difference[];
  /** Inside an array, so that it matters how much a difference takes to tell. */
  readonly isTold: boolean;
}

/** Gives the bytes that what was found takes to tell; 0 where that does not matter. */
function collect(from: JsonNode, to: JsonNode, walk: Walk): number {
  if (from === to) return 0;
  if (from.kind === 'array' && to.kind === 'array') return collectElements(from, to, walk);
  const { trail } = walk;
  if (from.kind !== 'object' || to.kind !== 'object') {
    return sameDocument(from, to) ? 0 : add({ path: [...trail], before: from, after: to }, walk);
  }
  let bytes = 0;
  for (const [key, before] of from.members) {
    const after = to.members.get(key);
    trail.push(key);
    bytes += after === undefined ? add({ path: [...trail], before }, walk) : collect(before, after, walk);
    trail.pop();
  }
  for (const [key, after] of to.members) {
    if (!from.members.has(key)) bytes += add({ path: [...trail, key], after }, walk);
  }
  return bytes;
}

function add(difference: Difference, { found, isTold }: Walk): number {
  found.push(difference);
  return isTold ? bytesOf(difference) : 0;
}

function bytesOf({ path, before, after }: Difference): number {
  const pathBytes = path.reduce((sum, token) => sum + token.length + 1, 0);
  const valueBytes = (node: JsonNode | undefined): number => (node === undefined ? 0 : measure(node).bytes);
  return bytesAround + 2 * pathBytes + valueBytes(before) + valueBytes(after);
}

/** Finds the differences inside first, then decides: each level is compared once, however deep arrays stand in arrays. */
function collectElements(from: JsonArray, to: JsonArray, walk: Walk): number {
  const { trail, found, isTold } = walk;
  const first = found.length;
  const bytes = elementBytes(from, to, { trail, found, isTold: true });
  if (bytes !== undefined && found.length === first) return 0;
  const whole: Difference = { path: [...trail], before: from, after: to };
  // An element takes three bytes at least, so that a long array need not be measured for a small change.
  const isShort = bytes !== undefined && bytes + digestBytes <= 3 * (childCount(from) + childCount(to));
  const isShorter = isShort || (bytes !== undefined && bytes + digestBytes <= bytesOf(whole));
  if (isShorter) return bytes;
  found.length = first;
  found.push(whole);
  return isTold ? bytesOf(whole) : 0;
}

/** Undefined where the elements do not tell how one array became the other. */
function elementBytes(from: JsonArray, to: JsonArray, walk: Walk): number | undefined {
  const { trail } = walk;
  let bytes = 0;
  const at = (index: number, work: () => number): void => {
    trail.push(String(index));
    bytes += work();
    trail.pop();
  };
  if (from.items.length === to.items.length) {
    for (let index = 0; index < to.items.length; index += 1) {
      const before = from.items[index]!;
      const after = to.items[index]!;
      if (before !== after) at(index, () => collect(before, after, walk));
    }
    return bytes;
  }
  const [shorter, longer] = from.items.length < to.items.length ? [from, to] : [to, from];
  const count = longer.items.length - shorter.items.length;
  const place = placeOfMore(shorter, longer);
  if (place === undefined || count > mostAtOnePlace) return undefined;
  for (let index = 0; index < count; index += 1) {
    if (longer === to) at(place + index, () => add({ path: [...trail], after: to.items[place + index] }, walk));
    else at(place + count - 1 - index, () => add({ path: [...trail], before: from.items[place + count - 1 - index] }, walk));
  }
  return bytes;
}

/** Where the longer array has more, all else being equal; undefined where something else differs too. */
function placeOfMore(shorter: JsonArray, longer: JsonArray): number | undefined {
  const count = longer.items.length - shorter.items.length;
  const place = shorter.items.findIndex((item, index) => !sameDocument(item, longer.items[index]));
  if (place === -1) return shorter.items.length;
  const isRestSame = shorter.items.every((item, index) => index < place || sameDocument(item, longer.items[index + count]));
  return isRestSame ? place : undefined;
}
