/** The rows of a log that are loaded, by number: a row keeps its number when rows come at the end, leave at the start or are read before it. */
export interface LogExtent {
  readonly first: number;
  /** One more than the last row's number. */
  readonly end: number;
}

/** Where somebody is in a log whose newest row is the last. */
export interface LogView {
  readonly isFollowing: boolean;
  /** Number of the marked row, and of the first on screen. */
  readonly cursor: number;
  readonly top: number;
  /** The extent's end when following was paused: what came later is new. */
  readonly seenEnd: number;
}

export type LogMove = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

export const atTheEnd: LogView = { isFollowing: true, cursor: -1, top: 0, seenEnd: 0 };

/** Takes rows that came and went: following, the view goes to the newest; paused, everything stays where it is as long as it is there. */
export function keepLogPlace(view: LogView, extent: LogExtent, height: number): LogView {
  const lowestTop = Math.max(extent.first, extent.end - Math.max(1, height));
  if (view.isFollowing) {
    const isSame = view.cursor === extent.end - 1 && view.top === lowestTop && view.seenEnd === extent.end;
    return isSame ? view : { isFollowing: true, cursor: extent.end - 1, top: lowestTop, seenEnd: extent.end };
  }
  const cursor = within(view.cursor, extent.first, extent.end - 1);
  const top = within(within(view.top, cursor - Math.max(1, height) + 1, cursor), extent.first, lowestTop);
  return cursor === view.cursor && top === view.top ? view : { ...view, cursor, top };
}

/** Moves the mark. Only `last` goes on following; every other move away from the newest row pauses. */
export function moveLog(view: LogView, move: LogMove, extent: LogExtent, height: number): LogView {
  if (move === 'last') return keepLogPlace({ ...view, isFollowing: true }, extent, height);
  const page = Math.max(1, height - 1);
  const by = { up: -1, down: 1, 'page-up': -page, 'page-down': page, first: -Infinity }[move];
  return placeLogCursor(view, within(view.cursor + by, extent.first, extent.end - 1), extent, height);
}

/** Puts the mark on a row and brings it on screen; a row other than the newest pauses. */
export function placeLogCursor(view: LogView, cursor: number, extent: LogExtent, height: number): LogView {
  if (view.isFollowing && cursor >= extent.end - 1) return view;
  return keepLogPlace({ ...paused(view, extent), cursor }, extent, height);
}

/** The same place, and rows that come do not move it any more. */
export function paused(view: LogView, extent: LogExtent): LogView {
  return view.isFollowing ? { ...view, isFollowing: false, seenEnd: extent.end } : view;
}

/** How many rows came since the view was paused. */
export function newRows({ isFollowing, seenEnd }: LogView, { end }: LogExtent): number {
  return isFollowing ? 0 : Math.max(0, end - seenEnd);
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
