import type { JsonNode } from '#core/json/node.ts';
import { mostJsonDepth } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { arrayIndex, type JsonPath, parsePointer } from '#core/json/pointer.ts';
import { requireStorableKey, requireStorableValue } from '#core/json/storable.ts';
import { writeJson } from '#core/json/write.ts';
import type { DocumentColumn } from './documents.ts';

export type SearchKind = 'all' | 'contains' | 'key' | 'path-equals' | 'jsonpath';

/** What a document is asked for, as somebody typed it. */
export interface SearchCondition {
  readonly kind: SearchKind;
  /** JSON for contains and path-equals, a key of the top level, or an SQL/JSON path; nothing for all. */
  readonly text: string;
  /** JSON Pointer of path-equals. */
  readonly path?: string | undefined;
}

/** A condition as the statements take it: null where it is of another kind. */
export interface ConditionValues {
  readonly contains: string | null;
  readonly hasKey: string | null;
  readonly path: string[] | null;
  readonly pathValue: string | null;
  readonly jsonPath: string | null;
}

/** A condition that was checked, and the name of the index that serves it; undefined where rows have to be read through. */
export interface CheckedCondition {
  readonly values: ConditionValues;
  readonly servedBy: string | undefined;
}

const none: ConditionValues = { contains: null, hasKey: null, path: null, pathValue: null, jsonPath: null };

type OperatorClass = 'jsonb_ops' | 'jsonb_path_ops';

/** Checks a condition before anything is sent. Throws an AdminError (usage) that names the place of the mistake in JSON or pointer. */
export function checkCondition({ kind, text, path: pointer = '' }: SearchCondition, place: DocumentColumn): CheckedCondition {
  switch (kind) {
    case 'all':
      return { values: none, servedBy: place.table.indexes.find(({ isPrimary }) => isPrimary)?.name };
    case 'contains': {
      const node = parseJson(text);
      return {
        values: { ...none, contains: writeJson(node) },
        servedBy: ginIndex(place, (operators) => hasEntry(node, operators)),
      };
    }
    case 'key':
      requireStorableKey(text);
      return { values: { ...none, hasKey: text }, servedBy: ginIndex(place, (operators) => operators === 'jsonb_ops') };
    case 'path-equals':
      return pathCondition(parsePointer(pointer), parseJson(text), place);
    case 'jsonpath':
      requireStorableKey(text);
      return { values: { ...none, jsonPath: text }, servedBy: ginIndex(place, () => isLookUp(text)) };
  }
}

/**
 * A value at a path of keys is also contained in the document, and that a GIN index can look up. Where a step may be the index of an
 * element (`#>` takes negative ones too) nothing follows.
 */
function pathCondition(path: JsonPath, value: JsonNode, place: DocumentColumn): CheckedCondition {
  for (const step of path) requireStorableKey(step);
  const values = { ...none, path: [...path], pathValue: writeJson(value) };
  if (path.some((step) => arrayIndex(step.replace(/^-/, '')) !== undefined)) return { values, servedBy: undefined };
  let contained = value;
  for (const step of path.toReversed()) contained = { kind: 'object', members: new Map([[step, contained]]) };
  requireStorableValue(contained, mostJsonDepth);
  return {
    values: { ...values, contains: writeJson(contained) },
    servedBy: ginIndex(place, (operators) => hasEntry(contained, operators)),
  };
}

function ginIndex({ table, column }: DocumentColumn, serves: (operators: OperatorClass) => boolean): string | undefined {
  return table.indexes.find(
    ({ accessMethod, isPartial, keyColumns, firstOperatorClass }) =>
      accessMethod === 'gin' &&
      !isPartial &&
      keyColumns[0] === column.name &&
      (firstOperatorClass === 'jsonb_ops' || firstOperatorClass === 'jsonb_path_ops') &&
      serves(firstOperatorClass),
  )?.name;
}

/** Whether an index keeps anything that such a document could be looked up by: `{}` is in every document, and finds none of them. */
function hasEntry(node: JsonNode, operators: OperatorClass): boolean {
  switch (node.kind) {
    case 'object':
      return operators === 'jsonb_ops'
        ? node.members.size > 0
        : [...node.members.values()].some((member) => hasEntry(member, operators));
    case 'array':
      return node.items.some((item) => hasEntry(item, operators));
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return true;
  }
}

/** A GIN index looks up what a path compares for equality; behind `||` and `!` that is not enough. Judged from the text, on the side of no. */
function isLookUp(jsonPath: string): boolean {
  const withoutStrings = jsonPath.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  return withoutStrings.includes('==') && !/\|\||!|\bis\b/.test(withoutStrings);
}
