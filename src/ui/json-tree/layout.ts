import { childCount, measure } from '#core/json/measure.ts';
import { type JsonNode, type JsonObject, sameDocument } from '#core/json/node.ts';
import { arrayIndex, childOf, type JsonPath } from '#core/json/pointer.ts';
import { childFold, everythingOpen, type Fold, openFold } from './fold.ts';

// Rows are never listed: a document of 5 MB has some 200,000, and a key press looks at forty. Each open container knows how many rows its
// children take, kept beside the (immutable) node; an edit or fold makes new ones only on the way from the root to what changed.

/** A document to lay out: as it is, what it was read as (for the change marks), and what is open. */
export interface TreeDocument {
  readonly root: JsonNode;
  readonly base: JsonNode | undefined;
  readonly fold: Fold | undefined;
}

/** One row of the tree. Without `node` it was removed, without `base` added. */
export interface TreeRow {
  readonly path: JsonPath;
  readonly node: JsonNode | undefined;
  readonly base: JsonNode | undefined;
  readonly isOpen: boolean;
  /** It stands in an array: its last step is an index. */
  readonly isElement: boolean;
}

interface Layout {
  readonly base: JsonNode | undefined;
  readonly fold: Fold;
  /** With the container's own row. */
  readonly rows: number;
  /** The first row of each child, counted from the first child's; undefined when each takes one. */
  readonly starts: Float64Array | undefined;
}

interface Keys {
  readonly base: JsonNode | undefined;
  readonly keys: readonly string[];
  places: ReadonlyMap<string, number> | undefined;
}

const layouts = new WeakMap<JsonNode, Layout>();
const objectKeys = new WeakMap<JsonNode, Keys>();
const unchangedEnds = new WeakMap<JsonNode, { readonly base: JsonNode; readonly head: number; readonly tail: number }>();

/** The keys of an object in order, with those that were removed where they stood. */
function keysOf(node: JsonObject, base: JsonNode | undefined): Keys {
  const known = objectKeys.get(node);
  if (known !== undefined && known.base === base) return known;
  const made: Keys = {
    base,
    keys: base?.kind === 'object' && base !== node ? withRemoved(node, base) : [...node.members.keys()],
    places: undefined,
  };
  objectKeys.set(node, made);
  return made;
}

function withRemoved(node: JsonObject, base: JsonObject): readonly string[] {
  const first: string[] = [];
  const behind = new Map<string, string[]>();
  let place = first;
  for (const key of base.members.keys()) {
    if (!node.members.has(key)) place.push(key);
    else behind.set(key, (place = []));
  }
  return [...first, ...[...node.members.keys()].flatMap((key) => [key, ...(behind.get(key) ?? [])])];
}

function placeOfKey(keys: Keys, key: string): number | undefined {
  keys.places ??= new Map(keys.keys.map((name, index) => [name, index]));
  return keys.places.get(key);
}

/** What an element was: arrays are compared from both ends, so that one more or less in the middle does not mark all behind it. */
function baseElement(node: JsonNode, base: JsonNode | undefined, index: number): JsonNode | undefined {
  if (node.kind !== 'array' || base?.kind !== 'array') return undefined;
  if (node === base || node.items.length === base.items.length) return base.items[index];
  const { head, tail } = endsOf(node, base);
  if (index < head) return base.items[index];
  if (index >= node.items.length - tail) return base.items[index - node.items.length + base.items.length];
  return index < base.items.length - tail ? base.items[index] : undefined;
}

function endsOf(node: JsonNode & { kind: 'array' }, base: JsonNode & { kind: 'array' }): { head: number; tail: number } {
  const known = unchangedEnds.get(node);
  if (known?.base === base) return known;
  const most = Math.min(node.items.length, base.items.length);
  let head = 0;
  while (head < most && sameDocument(node.items[head], base.items[head])) head += 1;
  let tail = 0;
  while (tail < most - head && sameDocument(node.items.at(-1 - tail), base.items.at(-1 - tail))) tail += 1;
  const ends = { base, head, tail };
  unchangedEnds.set(node, ends);
  return ends;
}

interface Child {
  readonly key: string;
  readonly node: JsonNode | undefined;
  readonly base: JsonNode | undefined;
}

function childAt(node: JsonNode, base: JsonNode | undefined, index: number): Child {
  if (node.kind === 'array') return { key: String(index), node: node.items[index], base: baseElement(node, base, index) };
  const key = node.kind === 'object' ? (keysOf(node, base).keys[index] ?? '') : '';
  return { key, node: childOf(node, key), base: base?.kind === 'object' ? base.members.get(key) : undefined };
}

function countOf(node: JsonNode, base: JsonNode | undefined): number {
  return node.kind === 'object' ? keysOf(node, base).keys.length : childCount(node);
}

function rowsOf(node: JsonNode, base: JsonNode | undefined, fold: Fold | undefined): number {
  if (fold === undefined) return 1;
  const hasRemoved = base !== undefined && base !== node;
  if (fold === openFold && !hasRemoved) return 1 + childCount(node);
  return fold === everythingOpen && !hasRemoved ? measure(node).nodes : layoutOf(node, base, fold).rows;
}

function layoutOf(node: JsonNode, base: JsonNode | undefined, fold: Fold): Layout {
  const known = layouts.get(node);
  if (known !== undefined && known.base === base && known.fold === fold) return known;
  const count = countOf(node, base);
  let rows = 0;
  let starts: Float64Array | undefined;
  if (fold.levels > 0 || fold.children.size > 0) {
    starts = new Float64Array(count);
    for (let index = 0; index < count; index += 1) {
      const child = childAt(node, base, index);
      starts[index] = rows;
      rows += child.node === undefined ? 1 : rowsOf(child.node, child.base, childFold(fold, child.key, child.node));
    }
  } else rows = count;
  const layout = { base, fold, rows: rows + 1, starts };
  layouts.set(node, layout);
  return layout;
}

/** Rows of the whole tree, the root's included. */
export function rowCount({ root, base, fold }: TreeDocument): number {
  return rowsOf(root, base, fold);
}

/** The last child that starts at or before a row. */
function childOfRow(starts: Float64Array, row: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The row with this number, from 0, the root; undefined beyond the last. */
export function rowAt(document: TreeDocument, row: number): TreeRow | undefined {
  if (row < 0 || row >= rowCount(document)) return undefined;
  const path: string[] = [];
  let left = row;
  let { node, base, fold }: { node: JsonNode | undefined; base: JsonNode | undefined; fold: Fold | undefined } = {
    ...document,
    node: document.root,
  };
  let isElement = false;
  while (left > 0 && node !== undefined && fold !== undefined) {
    const { starts } = layoutOf(node, base, fold);
    const index: number = starts === undefined ? left - 1 : childOfRow(starts, left - 1);
    left -= 1 + (starts?.[index] ?? index);
    const child: Child = childAt(node, base, index);
    isElement = node.kind === 'array';
    path.push(child.key);
    fold = childFold(fold, child.key, child.node);
    ({ node, base } = child);
  }
  return { path, node, base, isOpen: fold !== undefined, isElement };
}

/** The number of a path's row; undefined when it is not there or something above it is closed. */
export function rowOf(document: TreeDocument, path: JsonPath): number | undefined {
  let row = 0;
  let { node, base, fold }: { node: JsonNode | undefined; base: JsonNode | undefined; fold: Fold | undefined } = {
    ...document,
    node: document.root,
  };
  for (const token of path) {
    if (node === undefined || fold === undefined) return undefined;
    const index: number | undefined = placeIn(node, base, token);
    if (index === undefined) return undefined;
    row += 1 + (layoutOf(node, base, fold).starts?.[index] ?? index);
    const child: Child = childAt(node, base, index);
    fold = childFold(fold, child.key, child.node);
    ({ node, base } = child);
  }
  return row;
}

/** The place of a child among its siblings as they are shown. */
function placeIn(node: JsonNode, base: JsonNode | undefined, token: string): number | undefined {
  if (node.kind === 'object') return placeOfKey(keysOf(node, base), token);
  const index = node.kind === 'array' ? arrayIndex(token) : undefined;
  return index !== undefined && node.kind === 'array' && index < node.items.length ? index : undefined;
}

/** The child so many places after another; undefined past either end. */
export function sibling(document: TreeDocument, path: JsonPath, by: number): JsonPath | undefined {
  const parentPath = path.slice(0, -1);
  const row = path.length === 0 ? undefined : rowOf(document, parentPath);
  const parent = row === undefined ? undefined : rowAt(document, row);
  if (parent?.node === undefined) return undefined;
  const place = placeIn(parent.node, parent.base, path.at(-1) ?? '');
  const wanted = place === undefined ? -1 : place + by;
  if (wanted < 0 || wanted >= countOf(parent.node, parent.base)) return undefined;
  return [...parentPath, childAt(parent.node, parent.base, wanted).key];
}

/** Which of two paths of one document comes first on screen. */
export function comparePaths(root: JsonNode, left: JsonPath, right: JsonPath): number {
  let node: JsonNode | undefined = root;
  for (let depth = 0; depth < Math.min(left.length, right.length); depth += 1) {
    const [one, other] = [left[depth]!, right[depth]!];
    if (one !== other) return node === undefined ? 0 : order(node, one) - order(node, other);
    node = node === undefined ? undefined : childOf(node, one);
  }
  return left.length - right.length;
}

/** As placeIn, with whatever order of keys is known already: comparing must not throw away what drawing needs. */
function order(node: JsonNode, token: string): number {
  const known = node.kind === 'object' ? objectKeys.get(node) : undefined;
  return (known === undefined ? placeIn(node, undefined, token) : placeOfKey(known, token)) ?? 0;
}
