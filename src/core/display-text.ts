import { lazy } from './lazy.ts';

declare const displayBrand: unique symbol;

/** Text that may be written to a terminal as it is: one line, and nothing in it acts, hides, reorders or joins what stands beside it. */
export type DisplayText = string & { readonly [displayBrand]: true };

/** Brands text made only of displayable text and spaces. For core's own cutting and joining; everybody else wants displayText or label. */
export function trusted(text: string): DisplayText {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a brand has no value to check; this is its only door.
  return text as DisplayText;
}

/** How displayText treats its input. */
export interface DisplayOptions {
  /** Columns the caller can show. Only a prefix of `value` that fills at least that many is looked at; `...` marks what was left out. */
  readonly maxWidth?: number | undefined;
  /**
   * Escape everything but printable ASCII: for `--ascii`, and for terminals that are not UTF-8, where the second byte of `Û` is CSI. Never the
   * letter that is nearest: names are compared, typed and acted on, and Müller and Muller may both be tenants.
   */
  readonly ascii?: boolean | undefined;
}

/** More combining marks than this on one base are drawn over neighbouring rows; Hebrew, Thai, Vietnamese and Tibetan need up to four. */
const mostMarks = 4;

/** UTF-16 units that one column can take at most: an emoji of four joined elements with four marks is 31 units in two columns. */
const unitsAColumn = 16;
const prefixSlack = 64;

// Controls, format characters, surrogates, private use, unassigned (\p{C}), line separators, whatever is invisible by definition, and
// BRAILLE PATTERN BLANK, which no property covers. It takes in visible but rare signs such as U+0600, whose width no two terminals share.
const unsafe = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]`;
const mark = String.raw`[\p{M}--\p{Default_Ignorable_Code_Point}]`;

// One cluster to string-width, one glyph each to terminals: unbounded runs would make a row far wider than it measures.
// A skin tone at the start would also join the cell before.
const crowding = [
  String.raw`(?<=[\u{1100}-\u{115E}\u{A960}-\u{A97C}])[\u{1100}-\u{115E}\u{A960}-\u{A97C}]`,
  String.raw`(?<=[\u{1161}-\u{11FF}\u{D7B0}-\u{D7FB}]{4})[\u{1161}-\u{11FF}\u{D7B0}-\u{D7FB}]`,
  String.raw`(?<=^|\p{Emoji_Modifier})\p{Emoji_Modifier}`,
  String.raw`(?<=[\u{16D63}-\u{16D6A}])[\u{16D63}-\u{16D6A}]`,
].join('|');

// Emoji sequences as in UTS #51, at most four elements as in every recommended one. Tag characters only in the three flags that exist:
// any other tag sequence is invisible text.
const picture = String.raw`[\p{Extended_Pictographic}--\p{C}]`;
const element = String.raw`${picture}\u{FE0F}?\p{Emoji_Modifier}?`;
const emoji = [
  String.raw`\p{RGI_Emoji_Tag_Sequence}`,
  String.raw`${picture}\u{FE0E}`,
  String.raw`${element}(?:\u{200D}${element}){0,3}`,
  String.raw`[0-9#*]\u{FE0F}\u{20E3}`,
].join('|');

// Variants of Han and Mongolian letters, directly after their letter.
const variant = String.raw`(?<=\p{Script=Han})[\u{FE00}-\u{FE02}\u{E0100}-\u{E01EF}]|(?<=[\p{Script=Mongolian}&&\p{L}])[\u{180B}-\u{180D}\u{180F}]`;

// Joiners that change spelling (after UAX #31, A1, A2 and B): between letters of cursive scripts, ZWNJ between Indic letters too, ZWJ
// after a virama, even closing a word (the older Malayalam chillu), and in Bengali ra-ya. Never twice in one conjunct, nor before a long
// one: string-width counts nothing after a ZWJ.
const cursive = ['Arab', 'Syrc', 'Nkoo', 'Mong', 'Phag', 'Adlm', 'Rohg'];
const indic = ['Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr', 'Tibt'];
const inScripts = (scripts: readonly string[]): string => `[${scripts.map((script) => String.raw`\p{scx=${script}}`).join('')}]`;
const afterLetterOf = (scripts: readonly string[]): string => String.raw`(?<=[${inScripts(scripts)}&&[\p{L}\p{M}]])`;
const beforeLetterOf = (scripts: readonly string[]): string => String.raw`(?=[${inScripts(scripts)}&&\p{L}])`;
const virama = String.raw`[\u{94D}\u{9CD}\u{A4D}\u{ACD}\u{B4D}\u{BCD}\u{C4D}\u{CCD}\u{D4D}\u{DCA}]`;
const joiner = [
  String.raw`${afterLetterOf([...cursive, ...indic])}\u{200C}${beforeLetterOf([...cursive, ...indic])}`,
  String.raw`${afterLetterOf(cursive)}\u{200D}${beforeLetterOf(cursive)}`,
  String.raw`(?<=\p{L}${virama})(?<!\u{200D}\p{L}${virama})\u{200D}(?!${mark}|(?:\p{L}${virama}){2})`,
  String.raw`(?<=\u{9B0})\u{200D}(?=\u{9CD}\u{9AF}(?!\u{9CD}))`,
].join('|');

const plain = /[^ -~\u00a0-\u00ac\u00ae-\u024f]/;
const plainAscii = /[^ -~]/;

// Reading these takes milliseconds, and most of what is shown is plain: each is made for the first text that needs it.
const suspect = lazy(() => new RegExp(`${unsafe}|^${mark}|${mark}{${mostMarks + 1}}|${crowding}`, 'v'));
const startsUnsafe = lazy(() => new RegExp(`^${unsafe}`, 'v'));
const token = lazy(() => new RegExp(`(${emoji}|${variant}|${joiner})|(${mark}+)|${crowding}|${unsafe}`, 'gv'));

const shortEscapes = new Map([
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
]);

function escape(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

const escapeAll = (characters: string): string => Array.from(characters, escape).join('');

/** A mark needs a base of its own: at the start of the text it would sit on the cell before, after an escape on a letter of the escape. */
function escapeWithContext(text: string): string {
  let endOfEscape = 0;
  return text.replace(token(), (match: string, kept: string | undefined, marks: string | undefined, offset: number) => {
    const lostItsLetter = kept !== undefined && offset === endOfEscape && startsUnsafe().test(kept);
    if (kept !== undefined && !lostItsLetter) return match;
    if (marks === undefined) {
      endOfEscape = offset + match.length;
      return escape(match);
    }
    const characters = Array.from(marks);
    const allowed = offset === endOfEscape ? 0 : mostMarks;
    if (characters.length <= allowed) return match;
    endOfEscape = offset + match.length;
    return characters.slice(0, allowed).join('') + escapeAll(characters.slice(allowed).join(''));
  });
}

function prefixFilling(value: string, columns: number): string {
  const units = Math.max(0, Math.ceil(columns)) * unitsAColumn + prefixSlack;
  if (!(value.length > units)) return value;
  const high = value.charCodeAt(units - 1);
  return value.slice(0, high >= 0xd800 && high <= 0xdbff ? units - 1 : units);
}

/**
 * Makes text from outside (rows, error messages, file names, environment) displayable; the one place that does.
 *
 * What would act, hide, reorder or leave its cell is shown as an escape: `\n` `\r` `\t`, `\x1b` below U+0100, `\u202e`, `\u{e0041}`.
 * A literal backslash stays as it is, so `\n` may be either: doubling would falsify every path, pattern and JSON text on screen, and what
 * is shown is never read back (copy and export use the value itself; the JSON tree shows strings quoted, where the two differ).
 * Other spaces (U+00A0, U+3000…) and right-to-left letters stay. Throws nothing, lone surrogates included.
 *
 * With `maxWidth` the cost is bound by it, not by the value; the result may still be wider: cutToWidth makes it exact.
 */
export function displayText(value: string, options: DisplayOptions = {}): DisplayText {
  const seen = options.maxWidth === undefined ? value : prefixFilling(value, options.maxWidth);
  const text = options.ascii ? asciiOf(seen) : plain.test(seen) && suspect().test(seen) ? escapeWithContext(seen) : seen;
  return trusted(seen.length < value.length ? `${text}...` : text);
}

function asciiOf(text: string): string {
  return plainAscii.test(text) ? text.replace(/[^ -~]/gu, escape) : text;
}

/** Escapes what is not ASCII in text that is displayable already; for `--ascii` output. */
export function asciiText(text: DisplayText): DisplayText {
  return trusted(asciiOf(text));
}

/**
 * Marks constant text of ours as displayable. Never for values.
 * Outside production throws an Error when the text is not clean, so that a misuse is found by the first test that renders it.
 */
export function label(text: string): DisplayText {
  if (process.env['NODE_ENV'] !== 'production' && displayText(text) !== text) {
    throw new Error(`label() is for clean constant text, not ${JSON.stringify(text)}`);
  }
  return trusted(text);
}

/** Joins displayable parts; clean text stays clean when put together, since no part starts with a mark or ends in an open sequence. */
export function joinText(parts: readonly DisplayText[], separator: DisplayText = trusted('')): DisplayText {
  return trusted(parts.join(separator));
}
