import { AdminError } from './errors.ts';
import { type Change, changesBetween } from './json/changes.ts';
import { type JsonNode, type JsonObject, mostJsonDepth } from './json/node.ts';
import { parseJson } from './json/parse.ts';
import type { Patch } from './json/patch.ts';
import { levelsOfEdit, type RecordedEdit, recordedEdit } from './recorded-edit.ts';

/** The documents of an audit entry as the server writes them, `::text`; null where the log has no such column or the entry nothing in it. */
export interface AuditDocuments {
  /** The manual's old_data: the row before, or for a metadata edit its changed paths. */
  readonly before: string | null;
  /** The manual's new_data. */
  readonly after: string | null;
  /** Production's changes: one document, in whatever layout the application wrote. */
  readonly changes: string | null;
}

/** What an audit entry says was changed. */
export interface AuditChange {
  /** Path by path, in the record: old against new, or only the new value (`set`) where the entry does not tell the old one. */
  readonly changes: readonly Change[];
  /** The metadata edit that the entry records, if it is one of ours; then the paths lead into its document. */
  readonly edit: RecordedEdit | undefined;
}

/**
 * Reads an audit entry of either shape. The layouts of `changes`: `{before: {…}, after: {…}}`, `{field: {old, new}}`,
 * `{field: {from, to}}`, and `{field: value}`. Throws an AdminError for a document that is nested deeper than the console reads: an entry like
 * that must not stop the list it stands in.
 */
export function auditChange(entry: AuditDocuments): AuditChange {
  const [before, after, document] = [nodeOf(entry.before), nodeOf(entry.after), nodeOf(entry.changes)];
  const edit = recordedEdit(memberOf(after, 'edit') ?? memberOf(document, 'edit'));
  if (edit !== undefined) return { edit, changes: changesOfPatch(edit.patch) };
  if (before !== undefined || after !== undefined) return { edit, changes: between(before, after) };
  return { edit, changes: document === undefined ? [] : changesOf(document) };
}

/** The same, or why it can not be told: a document that the console does not read leaves who and when to be shown. */
export function readableChange(entry: AuditDocuments): AuditChange & { readonly unreadable: string | undefined } {
  try {
    return { ...auditChange(entry), unreadable: undefined };
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    return { edit: undefined, changes: [], unreadable: error.message };
  }
}

function nodeOf(text: string | null): JsonNode | undefined {
  if (text === null) return undefined;
  const node = parseJson(text, { mostDepth: mostJsonDepth + levelsOfEdit });
  return node.kind === 'null' ? undefined : node;
}

function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.get(name) : undefined;
}

type Members = ReadonlyMap<string, JsonNode>;
type Names = readonly [before: string, after: string];

const objectOf = (members: Members): JsonObject => ({ kind: 'object', members });

/** A row that was not there before, or is not there any more, gains or loses each of its columns. */
function between(before: JsonNode | undefined, after: JsonNode | undefined): readonly Change[] {
  const isObject = (before ?? after)?.kind === 'object';
  if (before === undefined && after !== undefined && !isObject) return [{ path: [], change: 'added', after, typeChanged: false }];
  if (after === undefined && before !== undefined && !isObject)
    return [{ path: [], change: 'removed', before, typeChanged: false }];
  return changesBetween(before ?? objectOf(new Map()), after ?? objectOf(new Map()));
}

const wholeNames: readonly Names[] = [
  ['before', 'after'],
  ['old', 'new'],
];
const fieldNames: readonly Names[] = [
  ['old', 'new'],
  ['from', 'to'],
  ['before', 'after'],
];

function changesOf(document: JsonNode): readonly Change[] {
  if (document.kind !== 'object') return [set([], document)];
  const { members } = document;
  const whole = wholeNames.find((names) => areSides(members, names));
  if (whole === undefined) return fieldChanges(members);
  const [before, after] = whole.map((name) => members.get(name)).map((node) => (node?.kind === 'null' ? undefined : node));
  const others = [...members].filter(([name]) => !whole.includes(name)).map(([name, value]) => set([name], value));
  return [...between(before, after), ...others];
}

/** Whether a document holds the record before and after. One side alone may be a field of that name: then nothing else may stand beside it. */
function areSides(members: Members, names: Names): boolean {
  const sides = names.flatMap((name) => members.get(name) ?? []);
  const areDocuments =
    sides.every(({ kind }) => kind === 'object' || kind === 'null') && sides.some(({ kind }) => kind === 'object');
  return areDocuments && (sides.length === 2 || members.size === 1);
}

/**
 * Field by field. A field may hold `{from, to}` as its value, a period or a mail's addresses: it is read as old and new only where every
 * field of the document is. `{old, new}` is nobody's value. JSON leaves undefined out, so that a pair may have one side only.
 */
function fieldChanges(members: Members): readonly Change[] {
  const throughout = fieldNames.find(
    (names) => [...members.values()].every((value) => isPair(value, names)) && [...members.values()].some(isFull),
  );
  const before = new Map<string, JsonNode>();
  const after = new Map<string, JsonNode>();
  const values: Change[] = [];
  for (const [field, value] of members) {
    const names = throughout ?? fieldNames[0]!;
    if (value.kind === 'object' && isPair(value, names) && (throughout !== undefined || isFull(value))) {
      const [old, fresh] = names.map((name) => value.members.get(name));
      if (old !== undefined) before.set(field, old);
      if (fresh !== undefined) after.set(field, fresh);
    } else values.push(set([field], value));
  }
  return [...changesBetween(objectOf(before), objectOf(after)), ...values];
}

function isPair(value: JsonNode, names: Names): boolean {
  return value.kind === 'object' && value.members.size > 0 && [...value.members.keys()].every((key) => names.includes(key));
}

function isFull(value: JsonNode): boolean {
  return value.kind === 'object' && value.members.size === 2;
}

function set(path: readonly string[], after: JsonNode): Change {
  return { path, change: 'set', after, typeChanged: false };
}

/** The changes that a patch of ours makes: its tests say what was there before. */
function changesOfPatch(patch: Patch): readonly Change[] {
  return patch.flatMap((operation, index): readonly Change[] => {
    const tested = patch[index - 1];
    const before = tested?.op === 'test' ? tested.value : undefined;
    switch (operation.op) {
      case 'add':
        return [{ path: operation.path, change: 'added', after: operation.value, typeChanged: false }];
      case 'replace':
        return [
          {
            path: operation.path,
            change: 'changed',
            before,
            after: operation.value,
            typeChanged: before?.kind !== operation.value.kind,
          },
        ];
      case 'remove':
        return [{ path: operation.path, change: 'removed', before, typeChanged: false }];
      case 'test':
      case 'copy':
      case 'move':
        return [];
    }
  });
}
