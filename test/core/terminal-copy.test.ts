import xterm from '@xterm/headless';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { copySequence } from '#ui/terminal-copy.ts';

const sequenceOf = (text: string, environment: Parameters<typeof copySequence>[1]): string => {
  const result = copySequence(text, environment);
  if (!('sequence' in result)) throw new Error(`too long: ${result.tooLong}`);
  return result.sequence;
};

/** What a terminal would put on its clipboard, as text. */
async function clipboardAfter(sequence: string): Promise<string[]> {
  const terminal = new xterm.Terminal({ allowProposedApi: true });
  const copied: string[] = [];
  terminal.parser.registerOscHandler(52, (data) => {
    const [selection, base64 = ''] = data.split(';');
    copied.push(`${selection}:${Buffer.from(base64, 'base64').toString('utf8')}`);
    return true;
  });
  await new Promise<void>((resolve) => {
    terminal.write(sequence, resolve);
  });
  const { cursorX, cursorY } = terminal.buffer.active;
  terminal.dispose();
  expect({ cursorX, cursorY }).toEqual({ cursorX: 0, cursorY: 0 });
  return copied;
}

// What tmux and screen pass on to the terminal around them.
const unwrapTmux = (sequence: string): string =>
  (/\u001bPtmux;([^]*)\u001b\\$/.exec(sequence)?.[1] ?? '').replaceAll('\u001b\u001b', '\u001b');
const screenChunks = (sequence: string): string[] => sequence.match(/\u001bP[^]*?\u001b\\/g) ?? [];

test('plain terminals get one OSC 52 with the text as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      expect(await clipboardAfter(sequenceOf(text, { TERM: 'xterm-256color' }))).toEqual([`c:${text}`]);
    }),
    { numRuns: 50 },
  );
});

test.each([
  { TMUX: '/tmp/tmux-1/default,1,0', TERM: 'screen-256color' },
  { TERM: 'tmux-256color' },
  { TMUX: 'x', STY: 'y', TERM: 'tmux' },
])('tmux gets the plain and the wrapped sequence: %j', async (environment) => {
  const sequence = sequenceOf('f47ac10b — Müller', environment);
  const plain = sequenceOf('f47ac10b — Müller', {});
  expect(sequence.startsWith(plain)).toBe(true);
  expect(await clipboardAfter(unwrapTmux(sequence.slice(plain.length)))).toEqual(['c:f47ac10b — Müller']);
  expect(sequence.slice(plain.length)).toMatch(/^\u001bPtmux;\u001b\u001b\]52;c;[\w+/=]+\u0007\u001b\\$/);
});

test.each([
  { STY: '123.pts-0', TERM: 'screen.xterm-256color' },
  { STY: '1', TMUX: '2', TERM: 'screen' },
])('screen gets chunks of at most 768 bytes that add up: %j', async (environment) => {
  const text = 'Ünïcödé '.repeat(1_000);
  const sequence = sequenceOf(text, environment);
  const chunks = screenChunks(sequence);
  expect(chunks.join('')).toBe(sequence);
  expect(Math.max(...chunks.map((chunk) => Buffer.byteLength(chunk)))).toBe(768);
  expect(await clipboardAfter(chunks.map((chunk) => chunk.slice(2, -2)).join(''))).toEqual([`c:${text}`]);
});

test('an unknown multiplexer that calls itself screen gets one chunk or nothing', () => {
  const environment = { TERM: 'screen-256color' };
  expect(screenChunks(sequenceOf('x'.repeat(567), environment))).toHaveLength(1);
  expect(copySequence('x'.repeat(568), environment)).toEqual({ tooLong: 568, limit: 567 });
});

test('the limit is the longest sequence that hterm takes, counted in bytes', () => {
  expect(sequenceOf('x'.repeat(74_994), {})).toHaveLength(100_000);
  expect(copySequence('x'.repeat(74_995), {})).toEqual({ tooLong: 74_995, limit: 74_994 });
  expect(copySequence('漢'.repeat(24_999), {})).toEqual({ tooLong: 74_997, limit: 74_994 });
});

test('an escape inside the text stays inside the base64', async () => {
  expect(await clipboardAfter(sequenceOf('\u0007\u001b\\\u001b[2J', {}))).toEqual(['c:\u0007\u001b\\\u001b[2J']);
});
