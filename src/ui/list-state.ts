/** Where a list stands: the row under the cursor and the first row on screen. `key` finds the row again when rows come and go above it. */
export interface ListState {
  readonly cursor: number;
  readonly offset: number;
  readonly key: string | undefined;
  /** What the rows were searched and filtered by, and read from, when they were taken last. */
  readonly narrowing?: string | undefined;
}

export type ListMove = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

export const listAtStart: ListState = { cursor: 0, offset: 0, key: undefined };

/** Moves the cursor over the rows with these keys in a window of `height` rows, and the window with it. */
export function moveList(state: ListState, move: ListMove, keys: readonly string[], height: number): ListState {
  const page = Math.max(1, height - 1);
  const target = {
    up: state.cursor - 1,
    down: state.cursor + 1,
    'page-up': state.cursor - page,
    'page-down': state.cursor + page,
    first: 0,
    last: keys.length - 1,
  }[move];
  return placeCursor(state, target, keys, height);
}

/**
 * Takes new rows: the cursor stays on its row where that still exists, and on the same line of the screen. `narrowing` is what the rows are
 * searched and filtered by, and which end they are read from: where it is another than before, the cursor goes to the first row if its own is not
 * shown, and the rows around it fill the window; where nothing is shown, the row is remembered for when it is.
 */
export function keepPlace(state: ListState, keys: readonly string[], height: number, narrowing?: string): ListState {
  const taken: ListState = narrowing === undefined ? state : { ...state, narrowing };
  if (keys.length === 0 && narrowing !== undefined) return { ...taken, cursor: 0, offset: 0 };
  return state.narrowing === undefined || state.narrowing === narrowing
    ? stayed(taken, keys, height)
    : placeAnew(taken, keys, height);
}

function stayed(state: ListState, keys: readonly string[], height: number): ListState {
  const found = state.key === undefined ? -1 : keys.indexOf(state.key);
  if (found === -1) return placeCursor(state, state.cursor, keys, height);
  return placeCursor({ ...state, offset: state.offset + found - state.cursor }, found, keys, height);
}

/** The cursor on its row where that is shown, else on the first; the rows around it fill the window. */
export function placeAnew(state: ListState, keys: readonly string[], height: number): ListState {
  const cursor = Math.max(0, state.key === undefined ? 0 : keys.indexOf(state.key));
  const offset = cursor < height ? 0 : cursor - Math.floor(height / 2);
  return placeCursor({ ...state, offset }, cursor, keys, height);
}

function placeCursor(state: ListState, target: number, keys: readonly string[], height: number): ListState {
  const cursor = Math.max(0, Math.min(keys.length - 1, target));
  const window = Math.max(1, height);
  const lowest = Math.max(0, keys.length - window);
  const offset = Math.max(0, Math.min(lowest, Math.min(cursor, Math.max(state.offset, cursor - window + 1))));
  return { ...state, cursor, offset, key: keys[cursor] };
}
