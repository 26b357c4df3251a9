import * as fc from 'fast-check';

const codes = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));

/** Every character that must never reach a terminal from a row. */
export const c0 = [...codes(0x00, 0x1f), '\u007f'];
export const c1 = codes(0x80, 0x9f);
export const bidi = ['\u061c', '\u200e', '\u200f', ...codes(0x202a, 0x202e), ...codes(0x2066, 0x2069)];
const invisible = [
  '\u200b',
  '\u200c',
  '\u200d',
  ...codes(0x2060, 0x2064),
  '\ufeff',
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u3164',
  '\u2800',
];
const separators = ['\u2028', '\u2029'];
const detached = [...codes(0xfe00, 0xfe0f), ...codes(0xe0000, 0xe007f), '\u{e0100}', '\u{e01ef}', '\u180b'];
const unassigned = ['\ufffe', '\uffff', '\u{1fffe}', '\u{10ffff}', '\ue000', '\u{f0000}', '\u0378'];
const surrogates = ['\ud800', '\udbff', '\udc00', '\udfff'];
export const forbidden = [...c0, ...c1, ...bidi, ...invisible, ...separators, ...detached, ...unassigned, ...surrogates];

/** Sequences that act on real terminals, in 7-bit and 8-bit form. */
export const sequences: readonly (readonly [string, string])[] = [
  ['SGR', '\u001b[31;1mred\u001b[0m'],
  ['clear screen', '\u001b[2J\u001b[H'],
  ['8-bit CSI', '\u009b31mred\u009b2J'],
  ['alternate screen', '\u001b[?1049h'],
  ['mouse on', '\u001b[?1003h\u001b[?1006h'],
  ['title', '\u001b]0;owned\u0007'],
  ['title, 8-bit', '\u009d2;owned\u009c'],
  ['OSC 8 link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\'],
  ['OSC 52 clipboard', '\u001b]52;c;cm0gLXJmIC8=\u0007'],
  ['OSC 52, unterminated', '\u001b]52;c;cm0gLXJmIC8='],
  ['DCS', '\u001bP$q"p\u001b\\'],
  ['DCS, 8-bit', '\u0090+q544e\u009c'],
  ['APC', '\u001b_Gf=100;AAAA\u001b\\'],
  ['APC, 8-bit', '\u009fGf=100;AAAA\u009c'],
  ['PM', '\u001b^private\u001b\\'],
  ['SOS', '\u001bXstring\u001b\\'],
  ['PM and SOS, 8-bit', '\u009ea\u009c\u0098b\u009c'],
  ['device status', '\u001b[6n\u001b[c\u0005'],
  ['reset', '\u001bc'],
  ['carriage return overwrite', 'safe\rEVIL'],
  ['backspace overwrite', 'safe\b\b\b\bEVIL'],
  ['tab, line feed, vertical tab, form feed', 'a\tb\nc\vd\fe'],
  ['shift out', '\u000elqk\u000f'],
  ['bell', '\u0007\u0007'],
  ['bidi override', 'user\u202etxt.exe'],
  ['tag characters', 'ok\u{e0069}\u{e0067}\u{e006e}'],
];

const pieces = [
  ...forbidden,
  ...'a Z 9 # \\ é ß … 漢 葛 한 \u1100 \u1161 \u11a8 م ی क ष \u094d ന \u0d4d র \u09cd য \u0301 \u20e3 \u0903'.split(' '),
  ...'👍 🏽 👩 ❤ 🏴 🇩 🇪 © \u{16d63} \u{16d67} ไ \u0e33 \u0600'.split(' '),
  ' ',
];

/** Strings made of the worst characters there are, and of whole sequences. */
export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...sequences.map(([, text]) => text)), { maxLength: 4 }).map((parts) => parts.join('x')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
