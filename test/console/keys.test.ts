import type { Key } from 'ink';
import { describe, expect, test, vi } from 'vitest';
import { keyEvents } from '#console/key-events.ts';
import { createKeyReader } from '#console/key-reader.ts';

const flags =
  'upArrow downArrow leftArrow rightArrow pageUp pageDown home end return escape ctrl shift tab backspace delete meta';
const noKey = Object.fromEntries(flags.split(' ').map((flag) => [flag, false])) as unknown as Key;
const key = (...set: (keyof Key)[]): Key => ({ ...noKey, ...Object.fromEntries(set.map((flag) => [flag, true])) });
const namesOf = (input: string, of: Key = noKey): string[] => keyEvents(input, of).map(({ name }) => name);

describe('keyEvents', () => {
  test.for([
    ['a letter', 'j', noKey, ['j']],
    ['a capital', 'G', key('shift'), ['G']],
    ['a space', ' ', noKey, ['space']],
    ['letters that came together', 'jjj', noKey, ['j', 'j', 'j']],
    ['text and Enter that came together', 'yes\r', noKey, ['y', 'e', 's', 'enter']],
    ['a search in one piece', '/ab\r\n', noKey, ['/', 'a', 'b', 'enter']],
    ['line feed', '\n', noKey, ['enter']],
    ['tab within text', 'a\tb', noKey, ['a', 'tab', 'b']],
    ['control characters within text', 'a\u0006b', noKey, ['a', 'ctrl+f', 'b']],
    ['an emoji of several code points', '👩‍👩‍👧x', noKey, ['👩‍👩‍👧', 'x']],
    ['a letter with its mark', 'e\u0301', noKey, ['e\u0301']],
    ['CJK', '東京', noKey, ['東', '京']],
    ['Ctrl and a letter', 'f', key('ctrl'), ['ctrl+f']],
    ['arrow', '', key('upArrow'), ['up']],
    ['page key', '', key('pageDown'), ['pagedown']],
    ['Enter', '\r', key('return'), ['enter']],
    ['Tab', '', key('tab'), ['tab']],
    ['Shift-Tab', '', key('tab', 'shift'), ['shift+tab']],
    ['Esc', '', key('escape'), ['esc']],
    ['Esc and j in one piece', 'j', key('meta'), ['esc', 'j']],
    ['Esc and Enter in one piece', '\r', key('meta', 'return'), ['esc', 'enter']],
    ['Esc and Tab in one piece', '', key('meta', 'tab'), ['esc', 'tab']],
    ['Esc and Ctrl-F in one piece', 'f', key('meta', 'ctrl'), ['esc', 'ctrl+f']],
    ['a key without a name', '', noKey, []],
    ['what is left of a mouse report', '[<0;10;5M', noKey, []],
    ['what is left of focus in', '[I', noKey, []],
    ['what is left of a device report', '[?62;4c', noKey, []],
    ['a bracket that somebody types', '[', noKey, ['[']],
  ] as const)('%s', ([, input, of, names]) => {
    expect(namesOf(input, of)).toEqual(names);
  });

  test('a key that is let go is none', () => {
    expect(keyEvents('j', { ...noKey, eventType: 'release' })).toEqual([]);
  });

  test('keys that came together are marked as a burst, one alone is not', () => {
    expect(keyEvents('y', noKey)).toEqual([{ name: 'y', text: 'y', burst: false }]);
    expect(keyEvents('y\r', noKey).map(({ burst }) => burst)).toEqual([true, true]);
    expect(keyEvents('\r', key('meta', 'return')).map(({ burst }) => burst)).toEqual([true, true]);
    expect(keyEvents('\r', key('return')).map(({ burst }) => burst)).toEqual([false]);
  });

  test('only what types something has text', () => {
    expect(keyEvents(' ', noKey)[0]).toMatchObject({ name: 'space', text: ' ' });
    expect(keyEvents('a\u0001\r\t\u007f', noKey).map(({ text }) => text)).toEqual([
      'a',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('createKeyReader', () => {
  function read(...events: (string | [string, Key])[]): string[] {
    vi.useFakeTimers();
    const names: string[] = [];
    const reader = createKeyReader(({ name }) => names.push(name));
    for (const event of events) {
      if (typeof event === 'string') reader.read(event, noKey);
      else reader.read(...event);
    }
    vi.advanceTimersByTime(1000);
    reader.read('.', noKey);
    vi.useRealTimers();
    return names;
  }
  const alt = (letter: string): [string, Key] => [letter, key('meta')];

  test.for([
    ['an OSC reply ended by ST', [alt(']'), '11;rgb:1e1e/1e1e/2e2e', alt('\\')], ['.']],
    ['an OSC reply ended by BEL', [alt(']'), '11;rgb:1e1e/1e1e/2e2e\u0007'], ['.']],
    ['an OSC reply and a key behind it', [alt(']'), '11;rgb:0/0/0\u0007j'], ['j', '.']],
    ['an OSC reply in pieces', [alt(']'), '52;c;cXF0', 'Lw==', alt('\\'), 'k'], ['k', '.']],
    ['a DCS reply', [alt('P'), '>|xterm(388)', alt('\\')], ['.']],
    ['a reply that never ends', [alt(']'), '11;rgb:'], ['.']],
    ['Esc and ] with nothing behind', [alt(']')], ['esc', ']', '.']],
    ['Esc and P, then another key', [alt('P'), 'j'], ['esc', 'P', 'j', '.']],
    ['Esc and P twice', [alt('P'), alt('P')], ['esc', 'P', 'esc', 'P', '.']],
    ['Esc and j', [alt('j')], ['esc', 'j', '.']],
  ] as const)('%s', ([, events, names]) => {
    expect(read(...(events as unknown as (string | [string, Key])[]))).toEqual(names);
  });
});
