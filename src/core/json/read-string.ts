import { JsonTextError, syntaxError } from './text-error.ts';
import { refusals } from './storable.ts';

/** A string out of a JSON text, and the offset (UTF-16 units) behind its closing quote. */
export interface StringToken {
  readonly value: string;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const plainRun = /[^"\\\u0000-\u001f]*/y;
const fourDigits = /[0-9a-f]{4}/iy;

const shortEscapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/**
 * Reads the string whose opening quote is at `start`. Most strings have no escape and no surrogate, and are cut out as they stand.
 * @throws JsonTextError json-syntax, json-nul, json-surrogate
 */
export function readString(text: string, start: number): StringToken {
  for (let offset = start + 1; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === quote) return { value: text.slice(start + 1, offset), end: offset + 1 };
    if (code === backslash || code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) break;
  }
  return readCarefully(text, start);
}

function readCarefully(text: string, start: number): StringToken {
  let value = '';
  let offset = start + 1;
  for (;;) {
    plainRun.lastIndex = offset;
    const run = plainRun.exec(text)?.[0] ?? '';
    value += run;
    offset += run.length;
    if (text.charCodeAt(offset) === quote) break;
    if (text.charCodeAt(offset) !== backslash) throw unclosed(text, offset);
    const escape = readEscape(text, offset);
    value += escape.value;
    offset = escape.end;
  }
  if (!value.isWellFormed()) throw surrogateIn(text, start);
  return { value, end: offset + 1 };
}

function readEscape(text: string, offset: number): StringToken {
  const short = shortEscapes.get(text.charAt(offset + 1));
  if (short !== undefined) return { value: short, end: offset + 2 };
  if (text.charAt(offset + 1) !== 'u') {
    throw syntaxError(text, offset + 1, String.raw`one of " \ / b f n r t u after the backslash`);
  }
  fourDigits.lastIndex = offset + 2;
  const digits = fourDigits.exec(text)?.[0];
  if (digits === undefined) throw syntaxError(text, offset + 2, String.raw`four hexadecimal digits after \u`);
  if (digits === '0000') throw refused(text, offset, 'nul');
  return { value: String.fromCharCode(Number.parseInt(digits, 16)), end: offset + 6 };
}

function unclosed(text: string, offset: number): JsonTextError {
  if (text.charCodeAt(offset) === 0) return refused(text, offset, 'nul');
  return syntaxError(text, offset, 'the closing quote of the string');
}

function refused(text: string, offset: number, which: 'nul' | 'surrogate'): JsonTextError {
  const { code, problem, whatToDo } = refusals[which];
  return new JsonTextError(text, offset, { code, whatIsWrong: `the string holds ${problem}`, whatToDo });
}

/** Only for a string known to hold a lone half: reads it again, now minding where each unit came from. */
function surrogateIn(text: string, start: number): JsonTextError {
  let offset = start + 1;
  let awaited: number | undefined;
  while (offset < text.length) {
    const { value: unit, end } =
      text.charCodeAt(offset) === backslash ? readEscape(text, offset) : { value: text.charAt(offset), end: offset + 1 };
    const isLow = unit >= '\udc00' && unit <= '\udfff';
    if (awaited !== undefined && !isLow) return refused(text, awaited, 'surrogate');
    if (awaited === undefined && isLow) return refused(text, offset, 'surrogate');
    awaited = unit >= '\ud800' && unit < '\udc00' ? offset : undefined;
    offset = end;
  }
  return refused(text, start, 'surrogate');
}
