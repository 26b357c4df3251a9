import type { JsonNode } from '#core/json/node.ts';
import type { JsonPath } from '#core/json/pointer.ts';
import { isSecretName } from '#core/mask.ts';
import { isContainer } from './fold.ts';
import { comparePaths } from './layout.ts';
import { maskedKey, maskedScalar } from '#core/json/masked.ts';
import { isRevealed } from './tree-state.ts';

/** What was found so far, in the order of the document. `capped`: there is more. */
export interface TreeMatches {
  readonly text: string;
  readonly root: JsonNode;
  readonly paths: readonly JsonPath[];
  readonly isDone: boolean;
  readonly capped: boolean;
}

const mostMatches = 10_000;
/** A slice of the search takes no longer, so that a key press in between waits for no more than it. */
const sliceMs = 4;
const nodesBetweenLooks = 200;
/** A search that is typed goes on when the keys rest: until then each of them makes the one before worthless. */
const restMs = 40;
/** What was found so far is told no more often: drawing it takes longer than a slice. */
const tellingMs = 100;

/**
 * Looks for a text in keys and values: any case when it is all in lower case, as in less. Hidden secrets are not looked into, or the search
 * would tell them. The first slice runs at once, so that small documents are done when this returns; others go on in slices.
 * Returns the way to stop it.
 */
export function searchTree(
  root: JsonNode,
  text: string,
  revealed: ReadonlySet<string>,
  found: (matches: TreeMatches) => void,
): () => void {
  const paths: JsonPath[] = [];
  const pattern = new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), text === text.toLowerCase() ? 'iu' : 'u');
  const walk = visit(root, [], false, { pattern, revealed, paths, visited: 0 });
  let isStopped = false;
  let isFirst = true;
  let toldMs = -Infinity;
  const slice = (): void => {
    if (isStopped) return;
    const end = performance.now() + sliceMs;
    let isDone = false;
    while (!isDone && paths.length < mostMatches && performance.now() < end) isDone = walk.next().done === true;
    const capped = paths.length >= mostMatches && !isDone;
    if (isDone || capped || performance.now() - toldMs > tellingMs) {
      toldMs = performance.now();
      found({ text, root, paths: [...paths], isDone: isDone || capped, capped });
    }
    if (isDone || capped) return;
    if (isFirst) setTimeout(slice, restMs);
    else setImmediate(slice);
    isFirst = false;
  };
  if (text === '') found({ text, root, paths: [], isDone: true, capped: false });
  else slice();
  return () => (isStopped = true);
}

interface Search {
  readonly pattern: RegExp;
  readonly revealed: ReadonlySet<string>;
  readonly paths: JsonPath[];
  /** Since the last look at the clock. */
  visited: number;
}

/** Enters containers alone, as measure-soon does; their scalars are looked at in passing. */
function* visit(node: JsonNode, trail: string[], isSecret: boolean, search: Search): Generator<void> {
  look(node, trail, isSecret, search);
  if (node.kind !== 'object' && node.kind !== 'array') return;
  const children = node.kind === 'object' ? node.members : node.items.entries();
  for (const [step, child] of children) {
    const token = String(step);
    const isSecretChild = isSecret || (node.kind === 'object' && isSecretName(token));
    trail.push(token);
    if (isContainer(child)) yield* visit(child, trail, isSecretChild, search);
    else look(child, trail, isSecretChild, search);
    trail.pop();
    if (search.visited >= nodesBetweenLooks) {
      search.visited = 0;
      yield;
    }
  }
}

function look(node: JsonNode, trail: readonly string[], isSecret: boolean, search: Search): void {
  search.visited += 1;
  if (matches(node, trail, isSecret, search)) search.paths.push([...trail]);
}

/** What does not match as it stands is not masked first, which takes longest: a mask adds nothing that somebody looks for. */
function matches(node: JsonNode, trail: readonly string[], isSecret: boolean, { pattern, revealed }: Search): boolean {
  const key = trail.at(-1);
  if (key !== undefined && pattern.test(key) && pattern.test(maskedKey(key))) return true;
  if (node.kind === 'object' || node.kind === 'array' || !pattern.test(bareText(node))) return false;
  if (isRevealed({ revealed }, trail)) return true;
  const shown = maskedScalar(node, isSecret);
  return shown === node || (!isSecret && pattern.test(bareText(shown)));
}

/** The text of a scalar without quotes. */
function bareText(node: JsonNode): string {
  if (node.kind === 'number') return node.text;
  return node.kind === 'string' || node.kind === 'boolean' ? String(node.value) : 'null';
}

/** The match after or before a path, going round at the ends; undefined when nothing matches. */
export function nextMatch(matches_: TreeMatches, from: JsonPath, direction: 1 | -1, inclusive = false): JsonPath | undefined {
  const { paths, root } = matches_;
  if (paths.length === 0) return undefined;
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = comparePaths(root, paths[middle]!, from);
    if (order < 0 || (order === 0 && direction === 1 && !inclusive)) low = middle + 1;
    else high = middle;
  }
  return direction === 1 ? paths[low % paths.length] : paths[(low - 1 + paths.length) % paths.length];
}

/** The number of the match at a path, from 1; undefined when the cursor is on none. */
export function matchNumber({ paths, root }: TreeMatches, path: JsonPath): number | undefined {
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePaths(root, paths[middle]!, path) < 0) low = middle + 1;
    else high = middle;
  }
  const found = paths[low];
  return found !== undefined && comparePaths(root, found, path) === 0 ? low + 1 : undefined;
}
