import type { Key } from 'ink';

/** One key. `burst`: it arrived together with others in one read, as a paste without brackets or a fast script does. */
export interface KeyEvent {
  /** `j`, `G`, `enter`, `esc`, `up`, `ctrl+f`, `shift+tab`. */
  readonly name: string;
  /** What it would type; undefined for keys that type nothing. */
  readonly text: string | undefined;
  readonly burst: boolean;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const named: readonly [keyof Key, string][] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

/**
 * What Ink hands to useInput, as single keys: over SSH several arrive as one string, and Esc followed at once by a letter looks like Alt.
 * Control sequences that are no key of ours (mouse, focus, replies of the terminal) give nothing.
 */
export function keyEvents(input: string, key: Key): readonly KeyEvent[] {
  if (key.eventType === 'release') return [];
  // Esc and Enter in one piece look like Alt-Enter; taken as Enter alone it would confirm what Esc was to leave.
  if (key.meta && (key.return || key.tab || key.ctrl) && input.length <= 1) {
    const after = keyEvents(input, { ...key, meta: false }).map((event) => ({ ...event, burst: true }));
    return [{ name: 'esc', text: undefined, burst: true }, ...after];
  }
  const special = named.find(([flag]) => key[flag]);
  if (special !== undefined) return [{ name: special[1], text: undefined, burst: false }];
  if (key.tab) return [{ name: key.shift ? 'shift+tab' : 'tab', text: undefined, burst: false }];
  if (key.escape) return [{ name: 'esc', text: undefined, burst: false }];
  if (key.ctrl) return input === '' ? [] : [{ name: `ctrl+${input.toLowerCase()}`, text: undefined, burst: false }];
  if (/^\[[<?\dIO]/.test(input) && input.length > 1) return [];
  const typed = [...segmenter.segment(input)].map(({ segment }) => segment);
  const burst = typed.length > 1 || key.meta;
  const events = typed.flatMap((grapheme) => eventOf(grapheme, burst));
  return key.meta ? [{ name: 'esc', text: undefined, burst }, ...events] : events;
}

function eventOf(grapheme: string, burst: boolean): KeyEvent[] {
  const control = controls[grapheme];
  if (control !== undefined) return [{ name: control, text: undefined, burst }];
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20) return [{ name: `ctrl+${String.fromCodePoint(code + 0x60)}`, text: undefined, burst }];
  return [{ name: grapheme === ' ' ? 'space' : grapheme, text: grapheme, burst }];
}
