import { setImmediate as nextTurn } from 'node:timers/promises';

/** A key that is pressed meanwhile waits no longer than this and the longest step. */
const sliceMs = 6;

/** Runs a generator to its end in slices, so that keys and frames are served between its steps. Throws what it throws. */
export async function inSlices<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  for (;;) {
    const endMs = performance.now() + sliceMs;
    while (performance.now() < endMs) {
      const next = steps.next();
      if (next.done === true) return next.value;
    }
    await nextTurn();
  }
}

/** The same at once, for whoever waits for nothing else. */
export function atOnce<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** So few are over before anybody notices. */
const fewItems = 200;

/** What `of` makes of each item; of many items in slices. Throws what it throws. */
export async function mapInSlices<Item, Result>(items: readonly Item[], of: (item: Item) => Result): Promise<readonly Result[]> {
  if (items.length <= fewItems) return items.map((item) => of(item));
  return inSlices(
    (function* () {
      const results: Result[] = [];
      for (const item of items) {
        results.push(of(item));
        yield;
      }
      return results;
    })(),
  );
}
