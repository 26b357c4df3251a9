import type { JsonNode } from '#core/json/node.ts';
import { sameDocument } from '#core/json/node.ts';
import { applyPatch, diff } from '#core/json/patch.ts';
import type { JsonPath } from '#core/json/pointer.ts';
import { comparePaths } from '#ui/json-tree/layout.ts';
import { nextMatch, type TreeMatches } from '#ui/json-tree/tree-search.ts';
import { goTo, openTree, type TreeState, withRoot } from '#ui/json-tree/tree-state.ts';
import type { TextField } from '#ui/text-field.ts';
import type { StoredDocument } from '../documents.ts';
import { newDraftFile } from '../drafts.ts';

/** One state of the draft, to come back to. */
interface Version {
  readonly root: JsonNode;
  readonly cursor: JsonPath;
}

/** What the line at the bottom asks for. */
export interface Prompt {
  readonly kind: 'value' | 'new-key' | 'new-value' | 'rename' | 'move' | 'search';
  /** What it is about: the value, or the place of the new one. */
  readonly path: JsonPath;
  readonly field: TextField;
  /** Why the text was not taken. */
  readonly problem: string | undefined;
}

/** A way to a match. `inclusive`: the value under the cursor counts. */
export interface Jump {
  readonly direction: 1 | -1;
  readonly inclusive: boolean;
}

/** An open document: as it was read, the draft on screen, and how it came about. */
export interface DocumentState {
  readonly stored: StoredDocument;
  /** Where the draft is kept: a file of its own, or that of the draft that was gone on with. */
  readonly draftFile: string;
  /** Of the text as it was read, in UTF-8. */
  readonly textBytes: number;
  /** What the draft is compared with and merged from. */
  readonly base: JsonNode;
  /** Its root is the draft. */
  readonly tree: TreeState;
  readonly past: readonly Version[];
  readonly future: readonly Version[];
  readonly prompt: Prompt | undefined;
  readonly matches: TreeMatches | undefined;
  /** Where to go as soon as the search, which still runs, knows. */
  readonly jump: Jump | undefined;
  /** Typed already in a save that did not go through. */
  readonly reason: string;
}

const mostVersions = 500;

/** A document as it was read, or with a draft of it that was kept. */
export function openDocument(
  stored: StoredDocument,
  height: number,
  kept: { readonly file: string; readonly base: JsonNode; readonly mine: JsonNode; readonly reason: string } | undefined,
): DocumentState {
  const base = kept?.base ?? stored.tree;
  const root = kept === undefined ? base : sharing(base, kept.mine);
  return {
    stored,
    draftFile: kept?.file ?? newDraftFile(),
    textBytes: Buffer.byteLength(stored.text),
    base,
    tree: openTree(root, base, height),
    past: [],
    future: [],
    prompt: undefined,
    matches: undefined,
    jump: undefined,
    reason: kept?.reason ?? '',
  };
}

/** The same document, made of the other one's parts wherever they are equal: comparing the two then costs what changed. */
export function sharing(base: JsonNode, document: JsonNode): JsonNode {
  return applyPatch(base, diff(base, document));
}

/** Whether there is something to save. */
export function isChanged({ base, tree }: DocumentState): boolean {
  return tree.root !== base && !sameDocument(base, tree.root);
}

/** Takes a new state of the draft, with the one before to go back to. */
export function edited(state: DocumentState, root: JsonNode, cursor: JsonPath = state.tree.cursor): DocumentState {
  const before = { root: state.tree.root, cursor: state.tree.cursor };
  return {
    ...state,
    tree: withRoot(state.tree, root, cursor),
    past: [...state.past.slice(-mostVersions), before],
    future: [],
    prompt: undefined,
  };
}

/** Goes back to the state before the last edit. */
export function undone(state: DocumentState): DocumentState {
  const version = state.past.at(-1);
  if (version === undefined) return state;
  return {
    ...state,
    tree: withRoot(state.tree, version.root, version.cursor),
    past: state.past.slice(0, -1),
    future: [...state.future, { root: state.tree.root, cursor: state.tree.cursor }],
  };
}

/** Makes the last edit that was undone again. */
export function redone(state: DocumentState): DocumentState {
  const version = state.future.at(-1);
  if (version === undefined) return state;
  return {
    ...state,
    tree: withRoot(state.tree, version.root, version.cursor),
    past: [...state.past, { root: state.tree.root, cursor: state.tree.cursor }],
    future: state.future.slice(0, -1),
  };
}

/** Takes another base and draft: after a save, or when a conflict was settled. Nothing before it can be gone back to. */
export function rebased(state: DocumentState, base: JsonNode, root: JsonNode, reason: string): DocumentState {
  const shared = sharing(base, root);
  return {
    ...state,
    base,
    tree: withRoot({ ...state.tree, base }, shared),
    past: [],
    future: [],
    prompt: undefined,
    matches: undefined,
    jump: undefined,
    reason,
  };
}

/** Goes where the search was to lead, once that is known: a match ahead at once, the way round the end when all were found. */
export function jumped(document: DocumentState): DocumentState {
  const { matches, jump, tree } = document;
  if (matches === undefined || jump === undefined) return document;
  const path = nextMatch(matches, tree.cursor, jump.direction, jump.inclusive);
  if (path === undefined) return matches.isDone ? { ...document, jump: undefined } : document;
  const isAhead = jump.direction === 1 && comparePaths(tree.root, path, tree.cursor) >= 0;
  return matches.isDone || isAhead ? { ...document, tree: goTo(tree, path), jump: undefined } : document;
}
