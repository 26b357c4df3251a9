import type { JsonNode } from './node.ts';
import { sameDocument } from './node.ts';
import type { JsonPath } from './pointer.ts';

/** One path at which two documents differ: no `before` where it was added, no `after` where it was removed. Never both missing. */
export interface Difference {
  readonly path: JsonPath;
  readonly before?: JsonNode | undefined;
  readonly after?: JsonNode | undefined;
}

/**
 * All differences, in the order of `from`, what was added last in its object. Objects are compared key by key; anything else, arrays
 * included, is one value. No path is above another, so that each stands for itself.
 */
export function differencesOf(from: JsonNode, to: JsonNode): readonly Difference[] {
  const found: Difference[] = [];
  collect(from, to, [], found);
  return found;
}

/** `trail` is one array for the whole walk: copying it at each step would cost depth times size. */
function collect(from: JsonNode, to: JsonNode, trail: string[], found: Difference[]): void {
  if (from === to) return;
  if (from.kind !== 'object' || to.kind !== 'object') {
    if (!sameDocument(from, to)) found.push({ path: [...trail], before: from, after: to });
    return;
  }
  for (const [key, before] of from.members) {
    const after = to.members.get(key);
    trail.push(key);
    if (after === undefined) found.push({ path: [...trail], before });
    else collect(before, after, trail, found);
    trail.pop();
  }
  for (const [key, after] of to.members) {
    if (!from.members.has(key)) found.push({ path: [...trail, key], after });
  }
}
