import { AdminError } from '#core/errors.ts';

/** A JSON text that cannot be taken, with the place: an editor can be opened there. */
export class JsonTextError extends AdminError {
  /** From 1. */
  readonly line: number;
  /** From 1, in code points, as editors count. */
  readonly column: number;

  constructor(text: string, offset: number, problem: TextProblem) {
    const { line, column } = placeOf(text, offset);
    super({
      kind: 'usage',
      code: problem.code,
      whatHappened: `Line ${line}, column ${column}: ${problem.whatIsWrong}.`,
      whatToDo: problem.whatToDo,
    });
    this.line = line;
    this.column = column;
  }
}

interface TextProblem {
  readonly code: string;
  /** Follows the place: no capital, no full stop. */
  readonly whatIsWrong: string;
  readonly whatToDo: string;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = text.startsWith('\uFEFF') ? 1 : 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  let column = 1;
  for (let unit = lineStart; unit < offset; unit += 1) {
    const code = text.charCodeAt(unit);
    if (code < 0xdc00 || code > 0xdfff) column += 1;
  }
  return { line, column };
}

/** What is said wherever a value was typed as a bare word. */
export const stringsNeedQuotes = 'A string needs its own quotes';

/** The words of a syntax error: what was expected, what stands there, and for the usual slips how to mend them. */
export function syntaxError(text: string, offset: number, expected: string): JsonTextError {
  return new JsonTextError(text, offset, {
    code: 'json-syntax',
    whatIsWrong: `expected ${expected}, found ${foundAt(text, offset)}`,
    whatToDo: remedy(text, offset, expected),
  });
}

// Never more than a short word: the text may hold secrets, and errors are logged.
const word = /[a-z]{1,12}(?![\w-])/iy;

function wordAt(text: string, offset: number): string {
  word.lastIndex = offset;
  return word.exec(text)?.[0] ?? '';
}

const named = new Map([
  ['\n', 'the end of the line'],
  ['\r', 'the end of the line'],
  ['\t', 'a tab'],
  ['"', "'\"'"],
]);

function foundAt(text: string, offset: number): string {
  const code = text.codePointAt(offset);
  if (code === undefined) return 'the end of the text';
  const character = String.fromCodePoint(code);
  const name = named.get(character);
  if (name !== undefined) return name;
  return /[\p{C}\p{Z}\p{M}]/u.test(character)
    ? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    : `"${wordAt(text, offset) || character}"`;
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^['‘’“”`]/, 'Put keys and strings in straight double quotes.'],
  [/^[/#]/, 'Take comments out: JSON has none.'],
  [/^(?:true|false|null)$/i, 'Write true, false and null in lower case.'],
  [/^none$/i, 'Write null.'],
  [/^(?:nan|infinity|undefined)$/i, 'Write null or a number: JSON has no such value.'],
  [/^[+.]/, 'Begin numbers with a digit or a minus.'],
  [/^[\n\r\t]/, String.raw`Write line ends and tabs inside a string as \n and \t, and close every string on its line.`],
];

function remedy(text: string, offset: number, expected: string): string {
  const start = wordAt(text, offset) || text.slice(offset, offset + 1);
  if (/^[}\]]/.test(start) && /,[ \t\r\n]*$/.test(text.slice(Math.max(0, offset - 200), offset)))
    return 'Take out the comma before it.';
  const known = remedies.find(([pattern]) => pattern.test(start));
  if (known !== undefined) return known[1];
  if (start === '') return 'Complete the text.';
  return /^a (JSON )?value/.test(expected) && /^\p{L}/u.test(start)
    ? `${stringsNeedQuotes}: "Website".`
    : 'Correct the text there.';
}
