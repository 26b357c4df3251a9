import type { Reader, ReadOptions, Statement } from '#database/query.ts';

/** A Reader that notes what it was asked, a name a round trip, and can fail on demand. */
export interface CountingReader extends Reader {
  /** Names of the statements of each round trip so far. */
  readonly trips: string[][];
}

/** Passes everything on to `reader`. */
export function counting(reader: Reader): CountingReader {
  const trips: string[][] = [];
  return {
    trips,
    read<Row>(wanted: Statement<Row>, options?: ReadOptions) {
      trips.push([wanted.query.name]);
      return reader.read(wanted, options);
    },
    readEach<Row>(wanted: readonly Statement<Row>[], options?: ReadOptions) {
      trips.push(wanted.map(({ query }) => query.name));
      return reader.readEach(wanted, options);
    },
  };
}

/** Text that has broken consoles before: quotes, patterns, controls, other alphabets, SQL. */
const hostile = [
  "'; drop table tenant; --",
  "O'Neill",
  '"quoted"',
  '%',
  '_',
  '%%%%',
  '\\',
  '\\\\%',
  '$1',
  ':"table"',
  '${a}',
  '{}',
  '[]',
  '\u0000',
  'a\u0000b',
  'line\nbreak',
  '\u001b[2J\u001b]52;c;aGk=\u0007',
  '\ud800',
  'a\udfffb',
  '東京',
  'شركة',
  '\u202eabc',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  'İ',
  'ß',
  'x'.repeat(100_000),
  '%'.repeat(2000),
  '0000',
  '----',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'a@b',
  "a'b@example.com",
  '%@example.com',
  '+0000000',
  '(((((((7',
  ' ',
  '',
];

/** The same with a printable name for the test's title. */
export const hostileTexts = hostile.map((text) => [JSON.stringify(text).slice(0, 40), text] as const);
