import { AdminError } from '#core/errors.ts';
import { Draft } from '#core/json/draft.ts';
import { isMaskedText } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { stringsNeedQuotes } from '#core/json/text-error.ts';
import { applyPatch, type Patch } from '#core/json/patch.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { formatPointer, type JsonPath, parsePointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';

/** What a bulk change does to each document: a patch of RFC 6902, or paths that are given a value and paths that go. */
export type BulkChange =
  | { readonly kind: 'patch'; readonly patch: Patch }
  | { readonly kind: 'paths'; readonly set: readonly Assignment[]; readonly unset: readonly JsonPath[] };

export interface Assignment {
  readonly path: JsonPath;
  readonly value: JsonNode;
}

/**
 * The document as the change wants it. Objects on the way to a value that is set are made where they are missing; what is to go and is not
 * there is well. A patch does what RFC 6902 says, its tests included. Throws an AdminError: conflict for a test that fails, else usage.
 */
export function changed(document: JsonNode, change: BulkChange): JsonNode {
  if (change.kind === 'patch') return applyPatch(document, change.patch);
  const draft = new Draft(document);
  for (const { path, value } of change.set) assign(draft, path, value);
  for (const path of change.unset) if (draft.peek(path) !== undefined) draft.remove(path);
  return draft.document;
}

/** The change as text, the same for the same change: numbers keep their digits. */
export function changeText(change: BulkChange): string {
  if (change.kind === 'patch') return writePatch(change.patch);
  const set = change.set.map(({ path, value }) => `${formatPointer(path)}=${writeJson(value)}`);
  return [...set, ...change.unset.map((path) => `unset ${formatPointer(path)}`)].join('\n');
}

function assign(draft: Draft, path: JsonPath, value: JsonNode): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const above = path.slice(0, depth);
    if (draft.peek(above) === undefined) draft.add(above, { kind: 'object', members: new Map() }, 'refuse');
  }
  if (draft.peek(path) === undefined) draft.add(path, value, 'refuse');
  else draft.replace(path, value);
}

/** Reads `POINTER=JSON`. Throws an AdminError (usage): without an equals sign, with a pointer or value that is none, or a masked value. */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  if (equals === -1) throw notUnderstood(text, 'has no equals sign');
  return assignmentOf(text.slice(0, equals), text.slice(equals + 1));
}

/** Reads a change as it is typed line by line, `/path = JSON` or `unset /path`; empty lines say nothing. Throws as parseChangeLine does. */
export function changeFromLines(lines: readonly string[]): BulkChange {
  const read = lines.filter((line) => line.trim() !== '').map(parseChangeLine);
  return {
    kind: 'paths',
    set: read.flatMap((line) => (line.value === undefined ? [] : [{ path: line.path, value: line.value }])),
    unset: read.flatMap((line) => (line.value === undefined ? [line.path] : [])),
  };
}

/** One line of such a change: a path that is given a value, or without one a path that goes. Throws an AdminError (usage). */
export function parseChangeLine(line: string): { readonly path: JsonPath; readonly value: JsonNode | undefined } {
  const text = line.trim();
  const unset = /^unset\b\s*(.*)$/s.exec(text);
  if (unset !== null) {
    if (unset[1] === '') throw notUnderstood(text, 'names no path');
    return { path: parsePointer(unset[1]!), value: undefined };
  }
  const [pointer = '', value] = text.split(/\s*=\s*(.*)/s);
  if (value === undefined || pointer === '')
    throw notUnderstood(text, value === undefined ? 'has no equals sign' : 'names no path');
  return assignmentOf(pointer, value);
}

function notUnderstood(text: string, why: string): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'bad-option',
    whatHappened: `"${text.slice(0, 60)}" ${why}.`,
    whatToDo: 'Write a path and its value, /custom_fields/lead_source="Website".',
  });
}

function assignmentOf(pointer: string, value: string): Assignment {
  const path = parsePointer(pointer);
  if (isMaskedText(value)) {
    throw new AdminError({
      kind: 'usage',
      code: 'masked-value',
      whatHappened: `The value for ${pointer} has •••• in it, which stands for a secret in what the console prints.`,
      whatToDo: 'Give the value itself, or leave it out: what is not changed stays.',
    });
  }
  try {
    return { path, value: parseJson(value) };
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    throw new AdminError({
      kind: 'usage',
      code: error.code,
      whatHappened: `The value of ${pointer} is no JSON: ${error.message}`,
      whatToDo: `${stringsNeedQuotes}: ${pointer}="Website".`,
      cause: error,
    });
  }
}
