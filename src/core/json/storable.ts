import { AdminError } from '#core/errors.ts';
import type { JsonNode } from './node.ts';
import { fitsNumeric, numberGrammar } from './number.ts';

const wholeNumber = new RegExp(`^${numberGrammar}$`);

/** Why PostgreSQL refuses something inside a document, as codes and words; the parser adds the place in the text, edits the path. */
export const refusals = {
  nul: {
    code: 'json-nul',
    problem: String.raw`the character U+0000 (\u0000), which PostgreSQL cannot store in text`,
    whatToDo: 'Take the character out, or write it in another way, such as base64.',
  },
  surrogate: {
    code: 'json-surrogate',
    problem: String.raw`half of a surrogate pair (\ud800 to \udfff) without its other half, which PostgreSQL refuses`,
    whatToDo: 'Complete the pair, or take the half out.',
  },
  depth: {
    code: 'json-too-deep',
    problem: 'more levels of objects and arrays inside one another than the console edits (1,000)',
    whatToDo: 'Keep such a document in fewer levels, or edit it in psql.',
  },
  range: {
    code: 'json-number-range',
    problem: 'a number outside what PostgreSQL stores: 131,072 digits before the decimal point and 16,383 after it',
    whatToDo: 'Write a smaller number, or keep it as a string.',
  },
  grammar: {
    code: 'json-number',
    problem: 'a number that is not written as JSON writes numbers',
    whatToDo: 'Write digits with an optional minus, decimal point and exponent: -1.5e3.',
  },
} as const;

type Refusal = (typeof refusals)[keyof typeof refusals];

/** What PostgreSQL has against a string or key; undefined when it stores it. */
function textRefusal(text: string): Refusal | undefined {
  if (text.includes('\u0000')) return refusals.nul;
  return text.isWellFormed() ? undefined : refusals.surrogate;
}

// Levels are counted down rather than measured afterwards, since a value of any depth may be given.
function valueRefusal(node: JsonNode, levels: number): Refusal | undefined {
  switch (node.kind) {
    case 'object': {
      if (levels === 0) return refusals.depth;
      for (const [key, member] of node.members) {
        const refusal = textRefusal(key) ?? valueRefusal(member, levels - 1);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    }
    case 'array': {
      if (levels === 0) return refusals.depth;
      for (const item of node.items) {
        const refusal = valueRefusal(item, levels - 1);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    }
    case 'string':
      return textRefusal(node.value);
    case 'number':
      if (!wholeNumber.test(node.text)) return refusals.grammar;
      return fitsNumeric(node.text) ? undefined : refusals.range;
    case 'boolean':
    case 'null':
      return undefined;
  }
}

function refuse(refusal: Refusal | undefined, what: string): void {
  if (refusal === undefined) return;
  throw new AdminError({
    kind: 'usage',
    code: refusal.code,
    whatHappened: `${what} holds ${refusal.problem}.`,
    whatToDo: refusal.whatToDo,
  });
}

/**
 * Checks a key before it goes into a document.
 * @throws AdminError (usage) json-nul, json-surrogate
 */
export function requireStorableKey(key: string): void {
  refuse(textRefusal(key), 'The key');
}

/**
 * Checks a value before it goes into a document, where `levels` more levels have room.
 * @throws AdminError (usage) json-nul, json-surrogate, json-too-deep, json-number, json-number-range
 */
export function requireStorableValue(node: JsonNode, levels: number): void {
  refuse(valueRefusal(node, levels), 'The value');
}
