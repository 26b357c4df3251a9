import { AdminError } from '#core/errors.ts';
import type { JsonNode } from './node.ts';
import { kindName } from './node.ts';

/** The way from a document's root: keys, and for arrays the index in digits. What a step means depends on the document, as in RFC 6901. */
export type JsonPath = readonly string[];

const longestInMessage = 120;

/**
 * Reads a JSON Pointer (RFC 6901): empty for the whole document, else `/key/0/…` with `~1` for `/` and `~0` for `~`.
 * @throws AdminError (usage) pointer-syntax
 */
export function parsePointer(pointer: string): JsonPath {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) {
    throw badPointer(
      pointer,
      'does not start with "/"',
      `Write it as /key/0/other, or "" for the whole document${pointer.startsWith('#') ? ', without the "#"' : ''}.`,
    );
  }
  const tokens = pointer.slice(1).split('/');
  const wrong = tokens.find((token) => /~(?![01])/.test(token));
  if (wrong !== undefined)
    throw badPointer(pointer, 'has a "~" without 0 or 1 behind it', 'Write "~" in a key as "~0", and "/" as "~1".');
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function badPointer(pointer: string, problem: string, whatToDo: string): AdminError {
  const whatHappened = `The JSON Pointer ${shortened(JSON.stringify(pointer))} ${problem}.`;
  return new AdminError({ kind: 'usage', code: 'pointer-syntax', whatHappened, whatToDo });
}

/** Writes a path as JSON Pointer; the root is the empty string. */
export function formatPointer(path: JsonPath): string {
  return path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A path for a sentence: its pointer, cut at 120 characters, or `the root`. */
export function pointerInWords(path: JsonPath): string {
  return path.length === 0 ? 'the root' : shortened(formatPointer(path));
}

function shortened(text: string): string {
  return text.length > longestInMessage ? `${text.slice(0, longestInMessage).toWellFormed()}…` : text;
}

/** An array index as RFC 6901 writes it: digits without a leading zero. Undefined for anything else, `-` included. */
export function arrayIndex(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,14})$/.test(token) ? Number(token) : undefined;
}

/** The member or element one step below a node; undefined when there is none. */
export function childOf(node: JsonNode, token: string): JsonNode | undefined {
  if (node.kind === 'object') return node.members.get(token);
  return node.kind === 'array' ? node.items[arrayIndex(token) ?? -1] : undefined;
}

/** The node at a path; undefined when the document has none there. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const token of path) {
    if (node === undefined) return undefined;
    node = childOf(node, token);
  }
  return node;
}

/** The path of the outermost array that a path leads into; undefined when it leads through objects alone. */
export function arrayAbove(root: JsonNode, path: JsonPath): JsonPath | undefined {
  let node: JsonNode | undefined = root;
  for (const [depth, token] of path.entries()) {
    if (node?.kind === 'array') return path.slice(0, depth);
    node = node === undefined ? undefined : childOf(node, token);
  }
  return undefined;
}

/**
 * The node at a path that must be there.
 * @throws AdminError (usage) path-not-found, saying how far the document goes and what it has there
 */
export function requireNodeAt(root: JsonNode, path: JsonPath): JsonNode {
  let node = root;
  for (const [depth, token] of path.entries()) {
    const child = childOf(node, token);
    if (child === undefined) throw notFound(path, depth, node);
    node = child;
  }
  return node;
}

function notFound(path: JsonPath, depth: number, deepest: JsonNode): AdminError {
  const there = pointerInWords(path.slice(0, depth));
  const step = shortened(JSON.stringify(path[depth]));
  const reason =
    deepest.kind === 'object'
      ? `${there} has no key ${step}`
      : deepest.kind === 'array'
        ? `${there} is an array of ${deepest.items.length}, and ${step} is not the index of an element`
        : `${there} is ${kindName(deepest)}`;
  return new AdminError({
    kind: 'usage',
    code: 'path-not-found',
    whatHappened: `There is nothing at ${pointerInWords(path)}: ${reason}.`,
    whatToDo: 'Look at the document as it is now, and name a path it has.',
  });
}

/**
 * A path as the manual writes it in SQL: `metadata->'tags'->0->>'name'`, where `->>` gives a scalar at the end as text. Steps into arrays
 * are integers; below what the document does not have, keys are assumed.
 * `column` goes in as it is: quoted by the caller if its name needs it.
 */
export function postgresPath(column: string, path: JsonPath, root: JsonNode): string {
  if (path.length === 0) return isContainer(root) ? column : `${column}#>>'{}'`;
  let sql = column;
  let node: JsonNode | undefined = root;
  for (const [depth, token] of path.entries()) {
    const index: number | undefined = node?.kind === 'array' ? arrayIndex(token) : undefined;
    node = node === undefined ? undefined : childOf(node, token);
    const isText = depth === path.length - 1 && !isContainer(node);
    sql += `${isText ? '->>' : '->'}${index ?? `'${token.replaceAll("'", "''")}'`}`;
  }
  return sql;
}

function isContainer(node: JsonNode | undefined): boolean {
  return node === undefined || node.kind === 'object' || node.kind === 'array';
}
