import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectClient } from '#demo/client.ts';
import type { BenchDatabase } from './database.ts';

const wantedBytes = 5_000_000;
const arrayElements = 20_000;

/** A document in the demo's contacts, of 5 MB or, to compare, a small one. */
export interface LargeDocument {
  readonly title: string;
  readonly id: string;
  /** A record with the same document, for psql to write. */
  readonly twinId: string;
  /** JSON Pointer of a short string in it. */
  readonly path: string;
  /** Keys that lead there from the root of a document that was just opened. */
  readonly keysToValue: string;
  /** A file with the document, for psql. */
  readonly file: string;
}

const person = (n: number): Record<string, unknown> => ({
  name: `Contact ${n}`,
  email: `contact${n}@bench.example`,
  amount: n * 1.25,
  tags: ['vip', `region ${n % 7}`],
  address: { street: `${n} Main Street`, city: ['Oslo', '東京', 'Łódź'][n % 3], postal_code: String(10_000 + n) },
});

/** Objects in objects: so many groups of so many sections of so many people. */
function nestedObjects(groups: number, sections: number, people: number): unknown {
  const object = (keys: number, prefix: string, value: (key: number) => unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: keys }, (_, key) => [`${prefix}_${String(key).padStart(2, '0')}`, value(key)]));
  return object(groups, 'group', (group) =>
    object(sections, 'section', (section) => object(people, 'person', (n) => person((group * sections + section) * people + n))),
  );
}

const wide = (): unknown => ({
  items: Array.from({ length: arrayElements }, (_, n) => ({ ...person(n), note: 'x'.repeat(75) })),
});

const long = (): unknown => ({
  text: 'A sentence of a long text. '.repeat(wantedBytes / 27),
  title: 'Contact 1',
  words: 740_000,
});

const inObjects = { path: '/group_00/section_00/person_00/name', keysToValue: 'jljljlj' };
const peopleOfSection = Math.ceil(wantedBytes / 1600 / JSON.stringify(person(99_999)).length);

const shapes = [
  // What a key takes on a small one tells how much of the others' time is this machine's.
  { title: '2 kB, objects', make: () => nestedObjects(4, 2, 1), ...inObjects },
  { title: '5 MB, objects', make: () => nestedObjects(40, 40, peopleOfSection), ...inObjects },
  { title: '5 MB, array of 20,000', make: wide, path: '/items/0/name', keysToValue: 'jljlj' },
  { title: '5 MB, one long string', make: long, path: '/title', keysToValue: 'jj' },
];

/** Puts a contact with each kind of document into the database. */
export async function addLargeDocuments(database: BenchDatabase): Promise<readonly LargeDocument[]> {
  const client = await connectClient(database.settings, 'bench loader');
  const documents: LargeDocument[] = [];
  for (const { title, make, path, keysToValue } of shapes) {
    const { rows } = await client.query<{ id: string; text: string }>(
      `insert into contacts (tenant_id, first_name, last_name, metadata)
       select 'f47ac10b-58cc-4372-a567-0e02b2c3d479', 'Large', $1, $2::jsonb from generate_series(1, 2)
       returning id::text, metadata::text as text`,
      [title, JSON.stringify(make())],
    );
    const [{ id, text }, { id: twinId }] = rows as [{ id: string; text: string }, { id: string }];
    const file = join(tmpdir(), `aisha-console-bench-${process.pid}-${documents.length}.json`);
    writeFileSync(file, text);
    documents.push({ title, id, twinId, path, keysToValue, file });
  }
  await client.end();
  return documents;
}
