import { measure } from '#core/json/measure.ts';
import type { JsonNode } from '#core/json/node.ts';
import { formatPointer, type JsonPath, nodeAt } from '#core/json/pointer.ts';
import { everythingOpen, type Fold, foldAt, foldToDepth, isContainer, openFold, withFold } from './fold.ts';
import { rowAt, rowCount, rowOf, sibling, type TreeDocument, type TreeRow } from './layout.ts';

/** A tree on screen: the document, what is open, where the cursor is, and the first row shown. */
export interface TreeState extends TreeDocument {
  readonly cursor: JsonPath;
  readonly top: number;
  /** Rows on screen. */
  readonly height: number;
  /** Pointers of the values whose secrets were asked for; all below them is shown too. */
  readonly revealed: ReadonlySet<string>;
  /** Levels that were last opened with deeper and shallower. */
  readonly levels: number;
}

export type TreeMove =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'parent'
  | 'next-sibling'
  | 'previous-sibling';

/** A document with up to this many values is opened as a whole. */
const smallNodes = 60;

/** A tree at its root. Small documents are open, of large ones the first level. */
export function openTree(root: JsonNode, base: JsonNode | undefined, height: number): TreeState {
  const fold = countUpTo(root, smallNodes + 1) <= smallNodes ? everythingOpen : openFold;
  return { root, base, fold: isContainer(root) ? fold : undefined, cursor: [], top: 0, height, revealed: new Set(), levels: 1 };
}

/** Values at and below a node, counted no further than `most`: measuring a large document is for later. */
function countUpTo(node: JsonNode, most: number): number {
  let count = 1;
  const children = node.kind === 'object' ? node.members.values() : node.kind === 'array' ? node.items : [];
  for (const child of children) {
    if (count >= most) break;
    count += countUpTo(child, most - count);
  }
  return count;
}

/** The row under the cursor. */
export function cursorRow(state: TreeState): TreeRow {
  const row = rowAt(state, rowOf(state, state.cursor) ?? 0);
  return row ?? { path: [], node: state.root, base: state.base, isOpen: false, isElement: false };
}

/** Moves the cursor, and the window with it. */
export function moveTree(state: TreeState, move: TreeMove): TreeState {
  const row = rowOf(state, state.cursor) ?? 0;
  const page = Math.max(1, state.height - 1);
  switch (move) {
    case 'up':
      return atRow(state, row - 1);
    case 'down':
      return atRow(state, row + 1);
    case 'page-up':
      return atRow(state, row - page);
    case 'page-down':
      return atRow(state, row + page);
    case 'first':
      return atRow(state, 0);
    case 'last':
      return atRow(state, Number.MAX_SAFE_INTEGER);
    case 'parent':
      return at(state, state.cursor.slice(0, -1));
    case 'next-sibling':
      return at(state, sibling(state, state.cursor, 1) ?? state.cursor);
    case 'previous-sibling':
      return at(state, sibling(state, state.cursor, -1) ?? state.cursor);
  }
}

/** Puts the cursor on a path, opening what is above it. A path that has no row becomes the nearest one above that has. */
export function goTo(state: TreeState, path: JsonPath): TreeState {
  let { fold } = state;
  for (let depth = 0; depth < path.length; depth += 1) {
    const above = path.slice(0, depth);
    if (!isContainer(nodeAt(state.root, above))) break;
    if (foldAt(state.root, fold, above) === undefined) fold = withFold(fold, above, openFold);
  }
  return at({ ...state, fold }, path);
}

/** Opens the container under the cursor; an open one is entered, as in other trees. */
export function openCursor(state: TreeState): TreeState {
  const row = cursorRow(state);
  if (!isContainer(row.node)) return state;
  if (row.isOpen) return moveTree(state, 'down');
  return at({ ...state, fold: withFold(state.fold, state.cursor, openFold) }, state.cursor);
}

/** Closes the container under the cursor; from anything else, goes to what it is in. */
export function closeCursor(state: TreeState): TreeState {
  if (!cursorRow(state).isOpen) return moveTree(state, 'parent');
  return at({ ...state, fold: withFold(state.fold, state.cursor, undefined) }, state.cursor);
}

export function toggleCursor(state: TreeState): TreeState {
  const row = cursorRow(state);
  return setFold(state, state.cursor, row.isOpen || !isContainer(row.node) ? undefined : openFold);
}

/** Opens the container under the cursor with everything below it. */
export function openBelow(state: TreeState): TreeState {
  return isContainer(cursorRow(state).node) ? setFold(state, state.cursor, everythingOpen) : state;
}

/** Opens all containers beside the cursor, or closes them when they are open. */
export function toggleSiblings(state: TreeState): TreeState {
  const parent = state.cursor.slice(0, -1);
  const node = nodeAt(state.root, parent);
  const around = foldAt(state.root, state.fold, parent);
  if (node === undefined || around === undefined) return state;
  const isOpen = cursorRow(state).isOpen;
  const fold: Fold | undefined = isOpen ? openFold : foldToDepth(node, 2);
  return setFold(state, parent, fold);
}

/** Opens the whole document one level deeper or less deep than last time. */
export function changeLevels(state: TreeState, by: number): TreeState {
  const levels = Math.max(1, Math.min(state.levels + by, measure(state.root).depth));
  return clamped({ ...state, levels, fold: foldToDepth(state.root, levels) });
}

/** Shows the secrets at and below the cursor, or hides them again. */
export function toggleSecrets(state: TreeState): TreeState {
  const pointer = formatPointer(state.cursor);
  const revealed = new Set(state.revealed);
  if (!revealed.delete(pointer)) revealed.add(pointer);
  return { ...state, revealed };
}

/** Whether a path's secrets were asked for. */
export function isRevealed(state: Pick<TreeState, 'revealed'>, path: JsonPath): boolean {
  if (state.revealed.size === 0) return false;
  return (
    path.some((_, depth) => state.revealed.has(formatPointer(path.slice(0, depth)))) || state.revealed.has(formatPointer(path))
  );
}

/** Takes another state of the document; the cursor stays or goes to `cursor`. */
export function withRoot(state: TreeState, root: JsonNode, cursor: JsonPath = state.cursor): TreeState {
  const fold = isContainer(root) ? (state.fold ?? openFold) : undefined;
  return goTo({ ...state, root, fold }, cursor);
}

/** Takes another height of the screen. */
export function withHeight(state: TreeState, height: number): TreeState {
  return state.height === height ? state : clamped({ ...state, height });
}

function setFold(state: TreeState, path: JsonPath, fold: Fold | undefined): TreeState {
  return clamped({ ...state, fold: withFold(state.fold, path, fold) });
}

/** After folding, the cursor may be inside something closed: it goes to what is still on screen. */
function clamped(state: TreeState): TreeState {
  let { cursor } = state;
  while (cursor.length > 0 && rowOf(state, cursor) === undefined) cursor = cursor.slice(0, -1);
  return at(state, cursor);
}

function at(state: TreeState, cursor: JsonPath): TreeState {
  const row = rowOf(state, cursor);
  return row === undefined ? clamped(state) : atRow(state, row);
}

function atRow(state: TreeState, wanted: number): TreeState {
  const count = rowCount(state);
  const row = Math.max(0, Math.min(count - 1, wanted));
  const window = Math.max(1, state.height);
  const lowest = Math.max(0, count - window);
  const top = Math.max(0, Math.min(lowest, Math.min(row, Math.max(state.top, row - window + 1))));
  return { ...state, cursor: rowAt(state, row)?.path ?? [], top };
}
