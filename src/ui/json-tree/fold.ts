import type { JsonNode } from '#core/json/node.ts';
import { childOf, type JsonPath } from '#core/json/pointer.ts';

/**
 * Which containers are open. A container without a Fold is closed. `levels`: so many levels of containers below that `children` does not
 * name are open too (Infinity for all), so that opening much of a large document costs nothing.
 */
export interface Fold {
  readonly children: ReadonlyMap<string, Fold | undefined>;
  readonly levels: number;
}

const none: ReadonlyMap<string, Fold | undefined> = new Map();

/** Open, with all below it closed. */
export const openFold: Fold = { children: none, levels: 0 };

/** Open, with all below it open. */
export const everythingOpen: Fold = { children: none, levels: Infinity };

/** One fold for each number of levels, since layouts are known by the fold they are for. */
const byLevels: Fold[] = [openFold];

/** Open, with so many levels below it. */
function foldOfLevels(levels: number): Fold {
  if (levels === Infinity) return everythingOpen;
  return (byLevels[levels] ??= { children: none, levels });
}

export function isContainer(node: JsonNode | undefined): boolean {
  return node?.kind === 'object' || node?.kind === 'array';
}

/** The fold of a child; undefined when it is closed or has nothing to open. */
export function childFold(fold: Fold, key: string, child: JsonNode | undefined): Fold | undefined {
  if (!isContainer(child)) return undefined;
  if (fold.children.size > 0 && fold.children.has(key)) return fold.children.get(key);
  return fold.levels > 0 ? foldOfLevels(fold.levels - 1) : undefined;
}

/** The fold at a path; undefined when it, or anything above it, is closed. */
export function foldAt(root: JsonNode, fold: Fold | undefined, path: JsonPath): Fold | undefined {
  let node: JsonNode | undefined = root;
  let found = fold;
  for (const token of path) {
    if (found === undefined || node === undefined) return undefined;
    node = childOf(node, token);
    found = childFold(found, token, node);
  }
  return found;
}

/** Sets the fold at a path and opens everything above it. */
export function withFold(fold: Fold | undefined, path: JsonPath, wanted: Fold | undefined, depth = 0): Fold | undefined {
  const token = path[depth];
  if (token === undefined) return wanted;
  const { children, levels } = fold ?? openFold;
  const inner = children.has(token) ? children.get(token) : levels > 0 ? foldOfLevels(levels - 1) : undefined;
  return { levels, children: new Map(children).set(token, withFold(inner, path, wanted, depth + 1)) };
}

/** Opens so many levels of a node: 1 shows its children, 2 theirs. */
export function foldToDepth(node: JsonNode, levels: number): Fold | undefined {
  return levels <= 0 || !isContainer(node) ? undefined : foldOfLevels(levels - 1);
}
