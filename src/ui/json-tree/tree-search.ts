import type { JsonNode } from '#core/json/node.ts';
import type { JsonPath } from '#core/json/pointer.ts';
import { isSecretName } from '#core/mask.ts';
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
  const walk = visit(root, [], false, { pattern, revealed, paths });
  let isStopped = false;
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
    if (!isDone && !capped) setImmediate(slice);
  };
  if (text === '') found({ text, root, paths: [], isDone: true, capped: false });
  else slice();
  return () => (isStopped = true);
}

interface Search {
  readonly pattern: RegExp;
  readonly revealed: ReadonlySet<string>;
  readonly paths: JsonPath[];
  visited?: number;
}

function* visit(node: JsonNode, trail: string[], isSecret: boolean, search: Search): Generator<void> {
  search.visited = (search.visited ?? 0) + 1;
  if (search.visited % nodesBetweenLooks === 0) yield;
  if (matches(node, trail, isSecret, search)) search.paths.push([...trail]);
  if (node.kind === 'object') {
    for (const [key, member] of node.members) {
      trail.push(key);
      yield* visit(member, trail, isSecret || isSecretName(key), search);
      trail.pop();
    }
  } else if (node.kind === 'array') {
    for (const [index, item] of node.items.entries()) {
      trail.push(String(index));
      yield* visit(item, trail, isSecret, search);
      trail.pop();
    }
  }
}

function matches(node: JsonNode, trail: readonly string[], isSecret: boolean, { pattern, revealed }: Search): boolean {
  const key = trail.at(-1);
  if (key !== undefined && pattern.test(maskedKey(key))) return true;
  if (node.kind === 'object' || node.kind === 'array') return false;
  const shown = isRevealed({ revealed }, trail) ? node : maskedScalar(node, isSecret);
  if (shown !== node && shown.kind === 'string' && isSecret) return false;
  return pattern.test(
    shown.kind === 'string'
      ? shown.value
      : shown.kind === 'number'
        ? shown.text
        : shown.kind === 'boolean'
          ? String(shown.value)
          : 'null',
  );
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
