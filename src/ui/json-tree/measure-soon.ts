import { measure } from '#core/json/measure.ts';
import type { JsonNode } from '#core/json/node.ts';
import { isContainer } from './fold.ts';

const sliceMs = 4;

/**
 * Measures a document in the background, from the inside out, so that opening all of a large one later finds every size known and no key
 * press waits for it. Returns the way to stop.
 */
export function measureSoon(root: JsonNode): () => void {
  const walk = containersInsideOut(root);
  let isStopped = false;
  const slice = (): void => {
    const end = performance.now() + sliceMs;
    if (isStopped) return;
    while (performance.now() < end) {
      const next = walk.next();
      if (next.done === true) return;
      measure(next.value);
    }
    setImmediate(slice);
  };
  setImmediate(slice);
  return () => (isStopped = true);
}

/** Enters containers alone: a generator for each of a million scalars would be a million objects to clear away. */
function* containersInsideOut(node: JsonNode): Generator<JsonNode, void> {
  if (node.kind !== 'object' && node.kind !== 'array') return;
  const children = node.kind === 'object' ? node.members.values() : node.items;
  for (const child of children) if (isContainer(child)) yield* containersInsideOut(child);
  yield node;
}
