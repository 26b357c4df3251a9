import { AdminError } from '#core/errors.ts';
import { addValue, moveValue, renameKey, setValue } from '#core/json/edit.ts';
import { type JsonNode, kindName } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { arrayIndex, formatPointer, type JsonPath, nodeAt, parsePointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { isContainer } from '#ui/json-tree/fold.ts';
import { emptyField, fieldOf, textOf } from '#ui/text-field.ts';
import { type DocumentState, edited, type Prompt } from './document-state.ts';

/** A field holds this much; longer values go to the editor, since a field would cut them. */
export const mostFieldGraphemes = 2000;

/** Opens a line that asks for something about `path`. */
function ask(state: DocumentState, kind: Prompt['kind'], path: JsonPath, text: string): DocumentState {
  return { ...state, prompt: { kind, path, field: text === '' ? emptyField : fieldOf(text), problem: undefined } };
}

/** Asks for another value, starting from the JSON of the one that is there. */
export function askValue(state: DocumentState, path: JsonPath): DocumentState {
  const node = nodeAt(state.tree.root, path);
  return node === undefined ? state : ask(state, 'value', path, writeJson(node));
}

/** Asks for something new: inside the container under the cursor, or beside anything else. In an object its key comes first. */
export function askNew(state: DocumentState): DocumentState {
  const { root, cursor } = state.tree;
  const inside = isContainer(nodeAt(root, cursor));
  const parentPath = inside ? cursor : cursor.slice(0, -1);
  const parent = nodeAt(root, parentPath);
  if (parent?.kind === 'object') return ask(state, 'new-key', parentPath, '');
  if (parent?.kind !== 'array') return state;
  const index = inside ? parent.items.length : (arrayIndex(cursor.at(-1) ?? '') ?? 0) + 1;
  return ask(state, 'new-value', [...parentPath, String(index)], '');
}

export function askKey(state: DocumentState): DocumentState {
  return ask(state, 'rename', state.tree.cursor, state.tree.cursor.at(-1) ?? '');
}

export function askPlace(state: DocumentState): DocumentState {
  return ask(state, 'move', state.tree.cursor, formatPointer(state.tree.cursor));
}

export function askSearch(state: DocumentState): DocumentState {
  return ask({ ...state, matches: undefined }, 'search', state.tree.cursor, '');
}

/** Takes what was typed. What can not be taken stays in the field with the reason; nothing is lost. */
export function acceptPrompt(state: DocumentState): DocumentState {
  const { prompt } = state;
  if (prompt === undefined) return state;
  try {
    return taken(state, prompt, textOf(prompt.field));
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    return { ...state, prompt: { ...prompt, problem: `${error.message} ${error.whatToDo}` } };
  }
}

function taken(state: DocumentState, { kind, path }: Prompt, text: string): DocumentState {
  const { root } = state.tree;
  switch (kind) {
    case 'value': {
      const node = parseJson(text);
      const isSame = writeJson(nodeAt(root, path) ?? node) === writeJson(node);
      return isSame ? { ...state, prompt: undefined } : edited(state, setValue(root, path, node), path);
    }
    case 'new-key': {
      const place = [...path, text];
      // Says now rather than after the value that the key is there already.
      addValue(root, place, { kind: 'null' });
      return ask(state, 'new-value', place, '');
    }
    case 'new-value':
      return edited(state, addValue(root, path, parseJson(text)), path);
    case 'rename':
      return edited(state, renameKey(root, path, text), [...path.slice(0, -1), text]);
    case 'move': {
      const to = parsePointer(text);
      return edited(state, moveValue(root, path, to), landing(root, path, to));
    }
    case 'search':
      return { ...state, prompt: undefined };
  }
}

/** Where a moved value is: the index `-` is the end. */
function landing(root: JsonNode, from: JsonPath, to: JsonPath): JsonPath {
  if (to.at(-1) !== '-') return to;
  const parent = to.slice(0, -1);
  const array = nodeAt(root, parent);
  if (array?.kind !== 'array') return to;
  const leavesIt = formatPointer(from.slice(0, -1)) === formatPointer(parent);
  return [...parent, String(array.items.length - (leavesIt ? 1 : 0))];
}

/** What is to be known about the text as it stands: why it is no JSON yet, or that the type would change. */
export function promptHint(
  state: DocumentState,
  prompt: Prompt,
): { readonly text: string; readonly isProblem: boolean } | undefined {
  if (prompt.problem !== undefined) return { text: prompt.problem, isProblem: true };
  if (prompt.kind !== 'value' && prompt.kind !== 'new-value') return undefined;
  const typed = textOf(prompt.field);
  if (typed.trim() === '') return { text: 'JSON: "text", 42, true, null, {"key": 1}, [1, 2]', isProblem: false };
  try {
    const node = parseJson(typed);
    const before = prompt.kind === 'value' ? nodeAt(state.tree.root, prompt.path) : undefined;
    if (before === undefined || before.kind === node.kind) return { text: kindName(node), isProblem: false };
    return { text: `type changes: ${before.kind} to ${node.kind}`, isProblem: true };
  } catch (error) {
    return error instanceof AdminError
      ? { text: `not JSON yet: ${error.message} ${error.whatToDo}`, isProblem: false }
      : undefined;
  }
}

/** The word before the field. */
export function promptLabel({ kind, path }: Prompt): string {
  switch (kind) {
    case 'value':
      return 'value';
    case 'new-key':
      return 'new key';
    case 'new-value':
      return arrayIndex(path.at(-1) ?? '') === undefined ? 'its value' : 'new element';
    case 'rename':
      return 'rename to';
    case 'move':
      return 'move to';
    case 'search':
      return 'find';
  }
}
