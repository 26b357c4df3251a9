import type { JsonNode } from './node.ts';

/** How big a node is with all below it. */
export interface Measure {
  /** Values of any kind, the node itself included. */
  readonly nodes: number;
  /** Levels of objects and arrays; a scalar has none. */
  readonly depth: number;
  /** UTF-8 bytes of its compact text, as writeJson gives it. */
  readonly bytes: number;
}

// Trees are immutable and edits share what they did not touch: after an edit only the containers above it are measured anew.
const known = new WeakMap<JsonNode, Measure>();

/** Measures a node. The first time costs a walk over all below it, later about nothing. */
export function measure(node: JsonNode): Measure {
  if (node.kind !== 'object' && node.kind !== 'array') return { nodes: 1, depth: 0, bytes: scalarBytes(node) };
  const cached = known.get(node);
  if (cached !== undefined) return cached;
  let nodes = 1;
  let depth = 0;
  // Two brackets, and ", " between each two children.
  let bytes = 2 + Math.max(0, 2 * (childCount(node) - 1));
  const add = (child: JsonNode): void => {
    const inner = measure(child);
    nodes += inner.nodes;
    depth = Math.max(depth, inner.depth);
    bytes += inner.bytes;
  };
  if (node.kind === 'array') node.items.forEach(add);
  else {
    for (const [key, member] of node.members) {
      bytes += stringBytes(key) + ': '.length;
      add(member);
    }
  }
  const measured = { nodes, depth: depth + 1, bytes };
  known.set(node, measured);
  return measured;
}

/** Members of an object, elements of an array; a scalar has none. */
export function childCount(node: JsonNode): number {
  if (node.kind === 'object') return node.members.size;
  return node.kind === 'array' ? node.items.length : 0;
}

function scalarBytes(node: Exclude<JsonNode, { kind: 'object' | 'array' }>): number {
  switch (node.kind) {
    case 'string':
      return stringBytes(node.value);
    case 'number':
      return node.text.length;
    case 'boolean':
      return node.value ? 'true'.length : 'false'.length;
    case 'null':
      return 'null'.length;
  }
}

const plain = /^[ !#-[\]-~]*$/;

function stringBytes(text: string): number {
  if (plain.test(text)) return text.length + 2;
  const written = JSON.stringify(text);
  let bytes = written.length;
  for (let offset = 0; offset < written.length; offset += 1) {
    const unit = written.charCodeAt(offset);
    // A surrogate pair is two units and four bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
