import type { Difference } from './difference.ts';
import { differencesOf } from './difference.ts';
import type { JsonNode } from './node.ts';
import { kindName, sameValue } from './node.ts';
import type { JsonPath } from './pointer.ts';

/** One change as a person reads it. Arrays are one value, as in patches and merges. */
export interface Change {
  readonly path: JsonPath;
  /** `set`: what was there before is not known, as in audit entries that keep new values only. */
  readonly change: 'added' | 'removed' | 'changed' | 'set';
  readonly before?: JsonNode | undefined;
  readonly after?: JsonNode | undefined;
  readonly typeChanged: boolean;
  /** What is easily overlooked about it, as a sentence without the values themselves. */
  readonly hint?: string | undefined;
}

// Each array inside an array is compared again: without an end, depth times size.
const hintLevels = 10;

/** Every change from one document to another, at most one for a path; empty when PostgreSQL would store the same. */
export function changesBetween(from: JsonNode, to: JsonNode): readonly Change[] {
  return differencesOf(from, to).map(({ path, before, after }): Change => {
    if (before === undefined) return { path, change: 'added', after, typeChanged: false };
    if (after === undefined) return { path, change: 'removed', before, typeChanged: false };
    return {
      path,
      change: 'changed',
      before,
      after,
      typeChanged: before.kind !== after.kind,
      hint: hintOf({ path, before, after }, hintLevels),
    };
  });
}

function hintOf({ before, after }: Difference, levels: number): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (before.kind !== after.kind) return typeHint(before, after);
  if (before.kind === 'number' && after.kind === 'number') return numberHint(before.text, after.text);
  if (before.kind === 'string' && after.kind === 'string') return stringHint(before.value, after.value);
  if (before.kind === 'array' && after.kind === 'array') return elementHint(before.items, after.items, levels);
  return undefined;
}

/** An array is one change, but "42" that becomes 42 inside it is as easily overlooked. Elements pair up by index. */
function elementHint(before: readonly JsonNode[], after: readonly JsonNode[], levels: number): string | undefined {
  if (levels === 0) return undefined;
  for (const [index, element] of before.entries()) {
    const hint = differencesOf(element, after[index] ?? element)
      .map((difference) => hintOf(difference, levels - 1))
      .find((found) => found !== undefined);
    if (hint !== undefined) return `Inside, at element ${index}: ${hint}`;
  }
  return undefined;
}

/** The text of a scalar without what tells its type; undefined for objects and arrays. */
function bareText(node: JsonNode): string | undefined {
  switch (node.kind) {
    case 'string':
    case 'boolean':
      return String(node.value).trim();
    case 'number':
      return node.text;
    case 'null':
      return 'null';
    case 'object':
    case 'array':
      return undefined;
  }
}

function typeHint(before: JsonNode, after: JsonNode): string {
  const change = `${kindName(before)} becomes ${kindName(after)}`;
  const text = bareText(before);
  const isSameText = text !== undefined && text === bareText(after);
  return isSameText ? `The same text, but ${change}: queries that compare it stop finding it.` : `The type changes: ${change}.`;
}

/** 12345678901234567890 that went through a program with binary numbers comes back as 12345678901234567000. */
function numberHint(before: string, after: string): string | undefined {
  if (sameValue({ kind: 'number', text: before }, { kind: 'number', text: after })) {
    return 'The same value with other digits after the decimal point.';
  }
  return Number(before) === Number(after)
    ? 'Digits changed that most programs cannot tell apart: was the number rounded on its way?'
    : undefined;
}

function stringHint(before: string, after: string): string | undefined {
  if (before.replace(/\s+/g, '') === after.replace(/\s+/g, '')) return 'Only white space changes.';
  if (before.normalize('NFC') === after.normalize('NFC')) return 'Looks the same: only the way accents are encoded changes.';
  return before.toLowerCase() === after.toLowerCase() ? 'Only upper and lower case change.' : undefined;
}
