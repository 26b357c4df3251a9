import * as fc from 'fast-check';
import type { AdminError } from '#core/errors.ts';
import type { JsonNode } from '#core/json/node.ts';

/** Keys that plain objects, pointers, SQL or terminals trip over; few, so that documents made apart share some. */
const awkwardKeys = [
  '',
  '__proto__',
  'constructor',
  '0',
  '1',
  '10',
  '-',
  'a/b',
  '~',
  '~1',
  'a.b',
  '"',
  "'",
  '\\',
  'é',
  '\u0001',
  '😀',
  'a',
];

const storable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('42', '1.10', 'true', '')).filter(storable);
const anyKey = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...awkwardKeys) }, { weight: 1, arbitrary: anyText });

const anyNumber = fc.oneof(
  fc.constantFrom('0', '-0', '-0.0', '1.10', '1.1', '11e-1', '1e400', '1E+2', '100', '1e-400', '12345678901234567890', '0.00'),
  fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,3})?$/),
);

const scalars = (text: fc.Arbitrary<string>): fc.Arbitrary<JsonNode>[] => [
  text.map((value) => ({ kind: 'string', value })),
  anyNumber.map((digits) => ({ kind: 'number', text: digits })),
  fc.boolean().map((value) => ({ kind: 'boolean', value })),
  fc.constant({ kind: 'null' }),
];

const objectOf = (members: readonly (readonly [string, JsonNode])[]): JsonNode => ({ kind: 'object', members: new Map(members) });

/** Any document PostgreSQL can store, scalars at the root included. */
export const anyDocument: fc.Arbitrary<JsonNode> = fc.letrec<{ node: JsonNode; object: JsonNode; array: JsonNode }>((tie) => ({
  node: fc.oneof({ maxDepth: 5 }, ...scalars(anyText), tie('object'), tie('array')),
  object: fc.array(fc.tuple(anyKey, tie('node')), { maxLength: 6 }).map(objectOf),
  array: fc.array(tie('node'), { maxLength: 4 }).map((items): JsonNode => ({ kind: 'array', items })),
})).node;

/** Small objects over few keys and values: two or three of them agree, differ and collide in all ways. */
export const crowdedDocument: fc.Arbitrary<JsonNode> = fc.letrec<{ node: JsonNode; object: JsonNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('1', '2', '1.0').map((text): JsonNode => ({ kind: 'number', text })),
    fc.constantFrom('1', 'x').map((value): JsonNode => ({ kind: 'string', value })),
    fc.constantFrom('1', '2').map((text): JsonNode => ({ kind: 'array', items: [{ kind: 'number', text }] })),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom('a', 'b', '__proto__'), tie('node')), { maxLength: 3 })
    .map((members) => objectOf(members)),
})).object;

const longText = 'a text that takes more room than the names of what is done to it '.repeat(2);

/** An array of elements long enough to be told one by one, and what some edits make of it; now and then in another array. */
export const longArrays: fc.Arbitrary<readonly [JsonNode, JsonNode]> = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 12 }),
    fc.constantFrom('change', 'insert', 'remove', 'mix', 'shuffle'),
    fc.nat(),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom('plain', 'in an object', 'in an array'),
    crowdedDocument,
  )
  .map(([values, edit, place, count, around, inside]) => {
    const element = (value: number): JsonNode =>
      objectOf([
        ['text', { kind: 'string', value: `${longText}${value}` }],
        ['list', { kind: 'array', items: [{ kind: 'number', text: String(value) }] }],
      ]);
    const edited = (value: number): JsonNode =>
      objectOf([
        ['text', { kind: 'string', value: `${longText}${value}` }],
        ['list', inside],
      ]);
    const at = place % values.length;
    const items = values.map(element);
    const more = Array.from({ length: count }, (_, index) => element((at + index) % 10));
    const after = {
      change: items.with(at, edited(values[at]!)),
      insert: items.toSpliced(at, 0, ...more),
      remove: items.toSpliced(at, count),
      mix: items.toSpliced(at, 1, ...more).with(0, inside),
      shuffle: items.toReversed(),
    }[edit];
    const placed = (list: readonly JsonNode[]): JsonNode => {
      const array: JsonNode = { kind: 'array', items: list };
      if (around === 'plain') return array;
      return objectOf([['a', around === 'in an object' ? array : { kind: 'array', items: [{ kind: 'null' }, array] }]]);
    };
    return [placed(items), placed(after)] as const;
  });

/** Objects and arrays in turn, `levels` of them, around a value. */
export function nested(levels: number, innermost = '1'): string {
  let text = innermost;
  const openings: string[] = [];
  for (let level = 0; level < levels; level += 1) openings.push(level % 2 === 0 ? '{"a": ' : '[');
  text = openings.join('') + text;
  return (
    text +
    openings
      .toReversed()
      .map((opening) => (opening === '[' ? ']' : '}'))
      .join('')
  );
}

/** Runs something that must fail as expected, and gives the error. */
export function failureOf(action: () => unknown): AdminError {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && error.name === 'AdminError') return error as AdminError;
    throw error;
  }
  throw new Error('Nothing was thrown');
}
