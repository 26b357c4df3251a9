import type { Key } from 'ink';
import { type KeyEvent, keyEvents } from './key-events.ts';

/** How the strings begin that a terminal answers to somebody's query: OSC, DCS, SOS, PM, APC, as Ink hands them out (Alt with a sign). */
const introducers: Readonly<Record<string, RegExp>> = {
  ']': /^(\d+;|[lLI])/,
  P: /^[\d>$!+|=?;]/,
  X: /^./s,
  '^': /^./s,
  _: /^./s,
};
/** Ends a string, with ST in its 8-bit form; its 7-bit form arrives as Alt-\\. */
const terminator = /[\u0007\u009c]/;
/** An introducer that stays alone for so long was two keys, and a string without an end is over by then. */
const alonePatienceMs = 30;
const stringPatienceMs = 200;

/** Gives what Ink reads to `dispatch`, key by key. `read` is to be called with each event of useInput. */
export function createKeyReader(dispatch: (event: KeyEvent) => void): { readonly read: (input: string, key: Key) => void } {
  let held: { readonly input: string; readonly key: Key } | undefined;
  let isInside = false;
  let timer: NodeJS.Timeout | undefined;

  const pass = (input: string, key: Key): void => {
    for (const event of keyEvents(input, key)) dispatch(event);
  };
  const after = (milliseconds: number, action: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds).unref();
  };
  const release = (): void => {
    clearTimeout(timer);
    const keys = held;
    held = undefined;
    if (keys !== undefined) pass(keys.input, keys.key);
  };
  const leave = (): void => {
    clearTimeout(timer);
    isInside = false;
  };
  const swallow = (input: string, key: Key): void => {
    if (key.meta && input === '\\') {
      leave();
      return;
    }
    const end = key.meta ? -1 : input.search(terminator);
    if (end === -1) return;
    leave();
    if (input.length > end + 1) pass(input.slice(end + 1), key);
  };

  return {
    read: (input, key) => {
      if (isInside) {
        swallow(input, key);
        return;
      }
      if (held !== undefined && !key.meta && introducers[held.input]!.test(input)) {
        held = undefined;
        isInside = true;
        after(stringPatienceMs, leave);
        swallow(input, key);
        return;
      }
      release();
      if (key.meta && Object.hasOwn(introducers, input)) {
        held = { input, key };
        after(alonePatienceMs, release);
      } else pass(input, key);
    },
  };
}
