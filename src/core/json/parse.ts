import type { JsonNode } from './node.ts';
import { mostJsonDepth } from './node.ts';
import { fitsNumeric, numberGrammar } from './number.ts';
import { formatPointer } from './pointer.ts';
import { readString } from './read-string.ts';
import { refusals } from './storable.ts';
import { JsonTextError, syntaxError } from './text-error.ts';

/** How a text is read. */
export interface ParseOptions {
  /** Levels allowed; 1,000 unless told, and at most 2,000, which the stack surely bears. */
  readonly mostDepth?: number | undefined;
}

const deepestReadable = 2000;

const code = { comma: 0x2c, colon: 0x3a, quote: 0x22, openBrace: 0x7b, closeBrace: 0x7d, openBracket: 0x5b, closeBracket: 0x5d };
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

const number = new RegExp(numberGrammar, 'y');
const literal = /(?:true|false|null)(?![\w-])/y;
const continuesNumber = /[\w.+-]/y;

// Shorter numbers without an exponent are always within numeric's range.
const longNumber = 16_000;

const literals = new Map<string, JsonNode>([
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
  ['null', { kind: 'null' }],
]);

/** One pass over one text; the trail names the place of what is being read, for errors about meaning rather than syntax. */
class Reader {
  readonly #text: string;
  readonly #mostDepth: number;
  readonly #trail: (string | number)[] = [];
  #offset: number;

  constructor(text: string, mostDepth: number) {
    this.#text = text;
    this.#mostDepth = mostDepth;
    this.#offset = text.startsWith('\uFEFF') ? 1 : 0;
  }

  document(): JsonNode {
    const root = this.#value('a JSON value');
    if (!Number.isNaN(this.#next())) throw this.#unexpected('the end of the text');
    return root;
  }

  /** The unit at the next place that is not white space; NaN at the end. */
  #next(): number {
    let unit = this.#text.charCodeAt(this.#offset);
    while (isSpace(unit)) {
      this.#offset += 1;
      unit = this.#text.charCodeAt(this.#offset);
    }
    return unit;
  }

  #value(expected: string): JsonNode {
    const unit = this.#next();
    if (unit === code.quote) return { kind: 'string', value: this.#string() };
    if (unit === code.openBrace) return this.#object();
    if (unit === code.openBracket) return this.#array();
    if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) return this.#number();
    literal.lastIndex = this.#offset;
    const word = literal.exec(this.#text)?.[0] ?? '';
    const node = literals.get(word);
    if (node === undefined) throw this.#unexpected(expected);
    this.#offset += word.length;
    return node;
  }

  #string(): string {
    const { value, end } = readString(this.#text, this.#offset);
    this.#offset = end;
    return value;
  }

  #number(): JsonNode {
    const start = this.#offset;
    number.lastIndex = start;
    const match = number.exec(this.#text);
    const text = match?.[0] ?? '';
    this.#offset += text.length;
    continuesNumber.lastIndex = this.#offset;
    if (text === '' || continuesNumber.test(this.#text)) this.#refuse(start, 'grammar', 'this is');
    if ((match?.[1] !== undefined || text.length > longNumber) && !fitsNumeric(text)) this.#refuse(start, 'range', 'this is');
    return { kind: 'number', text };
  }

  #object(): JsonNode {
    this.#enter();
    const members = new Map<string, JsonNode>();
    let unit = this.#next();
    if (unit === code.closeBrace) return this.#leave({ kind: 'object', members });
    for (;;) {
      if (unit !== code.quote)
        throw this.#unexpected(members.size === 0 ? 'a key in double quotes or "}"' : 'a key in double quotes');
      const start = this.#offset;
      const key = this.#string();
      this.#trail[this.#trail.length - 1] = key;
      if (members.has(key)) throw this.#duplicate(start);
      if (this.#next() !== code.colon) throw this.#unexpected('":" after the key');
      this.#offset += 1;
      members.set(key, this.#value('a value'));
      unit = this.#next();
      if (unit === code.closeBrace) return this.#leave({ kind: 'object', members });
      if (unit !== code.comma) throw this.#unexpected('"," or "}"');
      this.#offset += 1;
      unit = this.#next();
    }
  }

  #array(): JsonNode {
    this.#enter();
    const items: JsonNode[] = [];
    if (this.#next() === code.closeBracket) return this.#leave({ kind: 'array', items });
    for (;;) {
      this.#trail[this.#trail.length - 1] = items.length;
      items.push(this.#value(items.length === 0 ? 'a value or "]"' : 'a value'));
      const unit = this.#next();
      if (unit === code.closeBracket) return this.#leave({ kind: 'array', items });
      if (unit !== code.comma) throw this.#unexpected('"," or "]"');
      this.#offset += 1;
    }
  }

  #enter(): void {
    if (this.#trail.length === this.#mostDepth) this.#refuse(this.#offset, 'depth', 'here begin');
    this.#trail.push('');
    this.#offset += 1;
  }

  #leave(node: JsonNode): JsonNode {
    this.#trail.pop();
    this.#offset += 1;
    return node;
  }

  #unexpected(expected: string): JsonTextError {
    return syntaxError(this.#text, this.#offset, expected);
  }

  #duplicate(offset: number): JsonTextError {
    const pointer = formatPointer(this.#trail.map(String));
    return new JsonTextError(this.#text, offset, {
      code: 'json-duplicate-key',
      whatIsWrong: `the key ${pointer} is there twice, and PostgreSQL would silently keep the last`,
      whatToDo: 'Keep one of the two.',
    });
  }

  #refuse(offset: number, which: keyof typeof refusals, lead: string): never {
    const { problem, whatToDo, code: errorCode } = refusals[which];
    throw new JsonTextError(this.#text, offset, { code: errorCode, whatIsWrong: `${lead} ${problem}`, whatToDo });
  }
}

/**
 * Parses JSON (RFC 8259) exactly: every digit, key and their order are kept. Refuses what PostgreSQL refuses or silently changes; a byte
 * order mark at the start is skipped.
 * @throws JsonTextError (an AdminError, usage) with line and column: json-syntax, json-number, json-duplicate-key, json-too-deep, json-nul,
 * json-surrogate, json-number-range
 */
export function parseJson(text: string, options: ParseOptions = {}): JsonNode {
  const { mostDepth = mostJsonDepth } = options;
  if (mostDepth > deepestReadable) throw new RangeError(`mostDepth is at most ${deepestReadable}, not ${mostDepth}`);
  return new Reader(text, mostDepth).document();
}
