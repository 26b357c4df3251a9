import { AdminError } from '#core/errors.ts';
import type { JsonNode } from './node.ts';
import { kindName, mostJsonDepth } from './node.ts';
import { parseJson } from './parse.ts';
import type { Patch, PatchOperation } from './patch.ts';
import type { JsonPath } from './pointer.ts';
import { formatPointer, parsePointer } from './pointer.ts';
import { writeJson } from './write.ts';

// A value stands two levels down in a patch: in an operation in the list.
const patchLevels = 2;

/** A patch as the JSON of RFC 6902, on one line. */
export function writePatch(patch: Patch): string {
  return writeJson({ kind: 'array', items: patch.map(operationNode) });
}

function operationNode(operation: PatchOperation): JsonNode {
  const members = new Map<string, JsonNode>([['op', { kind: 'string', value: operation.op }]]);
  if ('from' in operation) members.set('from', { kind: 'string', value: formatPointer(operation.from) });
  members.set('path', { kind: 'string', value: formatPointer(operation.path) });
  if ('value' in operation) members.set('value', operation.value);
  return { kind: 'object', members };
}

/**
 * Reads a patch from the JSON of RFC 6902. Members that the RFC does not know are ignored, as it says.
 * @throws JsonTextError as parseJson does; AdminError (usage) patch-invalid, naming the operation by number from 1
 */
export function parsePatch(text: string): Patch {
  const list = parseJson(text, { mostDepth: mostJsonDepth + patchLevels });
  if (list.kind !== 'array') throw invalid(`A patch is an array of operations, not ${kindName(list)}.`);
  return list.items.map((node, index) => operationOf(node, `Operation ${index + 1} of ${list.items.length}`));
}

function operationOf(node: JsonNode, which: string): PatchOperation {
  if (node.kind !== 'object') throw invalid(`${which} is ${kindName(node)}, not an object.`);
  const member = (key: string): JsonNode => {
    const found = node.members.get(key);
    if (found === undefined) throw invalid(`${which} has no "${key}".`);
    return found;
  };
  const op = textOf(member('op'), which, 'op');
  switch (op) {
    case 'add':
    case 'replace':
    case 'test':
      return { op, path: pathOf(member('path'), which, 'path'), value: member('value') };
    case 'remove':
      return { op, path: pathOf(member('path'), which, 'path') };
    case 'move':
    case 'copy':
      return { op, from: pathOf(member('from'), which, 'from'), path: pathOf(member('path'), which, 'path') };
    default:
      throw invalid(`${which} has the unknown "op" ${JSON.stringify(op.slice(0, 40))}.`);
  }
}

function textOf(node: JsonNode, which: string, key: string): string {
  if (node.kind === 'string') return node.value;
  throw invalid(`The "${key}" of ${which.toLowerCase()} is ${kindName(node)}, not a string.`);
}

function pathOf(node: JsonNode, which: string, key: string): JsonPath {
  const pointer = textOf(node, which, key);
  try {
    return parsePointer(pointer);
  } catch (error) {
    throw error instanceof AdminError ? invalid(`The "${key}" of ${which.toLowerCase()}: ${error.message}`, error) : error;
  }
}

function invalid(whatHappened: string, cause?: AdminError): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'patch-invalid',
    whatHappened,
    whatToDo:
      cause?.whatToDo ?? 'Write each operation as {"op": "add|remove|replace|move|copy|test", "path": "/…", …}, as in RFC 6902.',
    cause,
  });
}
