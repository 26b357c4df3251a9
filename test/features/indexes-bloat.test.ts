import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { runChecks } from '#features/indexes/check.ts';
import { type Bloat, estimateBloat, measureBloat } from '#features/indexes/bloat.ts';
import { readIndexes } from '#features/indexes/indexes.ts';
import type { IndexReading } from '#features/indexes/model.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { open } from '../database/opening.ts';

/** A table `t` of 40,000 rows, its index, and what happens to it. */
interface Shape {
  readonly columns: string;
  readonly values: string;
  readonly index: string;
  readonly indexFirst?: boolean;
  readonly afterwards?: readonly string[];
}

const random = `('x' || substr(md5(n::text), 1, 15))::bit(60)::bigint`;
const uuid = { columns: 'a uuid', values: `md5(n::text)::uuid` };

const shapes: Readonly<Record<string, Shape>> = {
  'uuid, just built': { ...uuid, index: '(a)' },
  'uuid, grown at random': { ...uuid, index: '(a)', indexFirst: true },
  'uuid, nine of ten rows gone': { ...uuid, index: '(a)', afterwards: [`delete from t where n % 10 > 0`] },
  'number, the older half gone': {
    columns: 'a bigint',
    values: 'n',
    index: '(a)',
    afterwards: ['delete from t where n < 20000'],
  },
  'number, every row changed five times': {
    columns: 'a bigint',
    values: random,
    index: '(a)',
    afterwards: Array.from({ length: 5 }, () => 'update t set a = a + 1'),
  },
  'text of many lengths': { columns: 'a text', values: `repeat(md5(n::text), 1 + n % 3) || repeat('y', n % 20)`, index: '(a)' },
  'ten values': { columns: 'a int', values: 'n % 10', index: '(a)' },
  'ten values, three of four rows gone': {
    columns: 'a int',
    values: '(n / 7) % 10',
    index: '(a)',
    afterwards: ['delete from t where n % 4 > 0'],
  },
  'tenant and time': {
    columns: 'a uuid, b timestamptz',
    values: `md5((n % 50)::text)::uuid, '2026-01-01'::timestamptz + n * interval '1 minute'`,
    index: '(a, b desc)',
  },
  'nearly always null': { columns: 'a uuid', values: `case when n % 20 = 0 then md5(n::text)::uuid end`, index: '(a)' },
  'an expression': { columns: 'a text', values: `'Somebody ' || n || '@EXAMPLE.com'`, index: '(lower(a))' },
  'included columns': { columns: 'a bigint, b text', values: `${random}, md5(n::text)`, index: '(a) include (b)' },
  'half empty on purpose': { columns: 'a bigint', values: 'n', index: '(a) with (fillfactor = 50)' },
  'numeric, of which equal ones are not stored once': { columns: 'a numeric', values: '(n % 10)::numeric', index: '(a)' },
  'unique for some rows': { ...uuid, index: '(a) where n % 2 = 0' },
};

const notEstimated: Readonly<Record<string, Shape & { readonly because: string; readonly analyses?: false }>> = {
  gin: { columns: 'a jsonb', values: `jsonb_build_object('n', n)`, index: 'using gin (a)', because: 'only btree' },
  hash: { columns: 'a int', values: 'n', index: 'using hash (a)', because: 'only btree' },
  'never analysed': { ...uuid, index: '(a)', analyses: false, because: 'never analysed' },
  'changed since it was analysed': {
    ...uuid,
    index: '(a)',
    afterwards: ['select pg_stat_force_next_flush()', 'analyze t', 'delete from t where n % 2 = 0'],
    analyses: false,
    because: 'changed much',
  },
  'some rows of few values': { columns: 'a int', values: 'n % 10000', index: '(a) where n % 2 = 0', because: 'different keys' },
  'two columns that may or may not go together': {
    columns: 'a int, b int',
    values: '(n % 200), (n % 200)',
    index: '(a, b)',
    because: 'different keys',
  },
};

let admin: Client;
let database: Database;
let reading: IndexReading;
let bloats: ReadonlyMap<string, Bloat>;
const all = Object.entries({ ...shapes, ...notEstimated });

beforeAll(async () => {
  const home = await createDatabase('empty');
  admin = await connectTo(home.settings);
  database = await open(home.settings);
  await admin.query('create extension pgstattuple');
  for (const [place, [, shape]] of all.entries()) {
    const make = `create index i on t ${shape.index}`;
    const fill = `insert into t select n, ${shape.values} from generate_series(1, 40000) as n`;
    await admin.query(`create schema s${place}; set search_path = s${place}, public; create table t (n int, ${shape.columns})`);
    for (const statement of shape.indexFirst ? [make, fill] : [fill, make]) await admin.query(statement);
    for (const statement of shape.afterwards ?? []) await admin.query(statement);
    // What is counted late would be counted as a change after the ANALYZE.
    await admin.query('select pg_stat_force_next_flush()');
    if (!('analyses' in shape)) await admin.query('vacuum analyze t');
  }
  await admin.query('select pg_stat_force_next_flush()');
  reading = await readIndexes(database);
  bloats = await estimateBloat(database, reading, reading.indexes);
}, 120_000);
afterAll(() => admin.end());

const indexOf = (title: string) =>
  reading.indexes.find(({ schema }) => schema === `s${all.findIndex(([name]) => name === title)}`)!;

test('without pgstattuple it says what installs it, where the server has it', async () => {
  const index = indexOf('gin');
  const measured = (tuplesAreAvailable: boolean) =>
    measureBloat(database, { ...reading, tuplesSchema: null, tuplesAreAvailable }, index);
  expect(reading.tuplesAreAvailable).toBe(true);
  expect(await measured(true)).toMatchObject({ state: 'n/a', because: expect.stringContaining('CREATE EXTENSION pgstattuple') });
  expect(await measured(false)).toMatchObject({ state: 'n/a', because: expect.stringContaining('this server does not have it') });
});

describe('an estimate is within 15 points of what pgstatindex measures', () => {
  test.for(Object.keys(shapes))('%s', async (title) => {
    const index = indexOf(title);
    const measured = await measureBloat(database, reading, index);
    const estimate = bloats.get(index.oid)!;
    expect([estimate.state, measured.state]).toEqual(['estimated', 'measured']);
    if (estimate.state === 'n/a' || measured.state === 'n/a') return;
    expect(Math.abs(estimate.percent - measured.percent)).toBeLessThan(15);
  });
});

test.for(Object.entries(notEstimated))('n/a with its reason: %s', ([title, { because }]) => {
  expect(bloats.get(indexOf(title).oid)).toEqual({ state: 'n/a', because: expect.stringContaining(because) });
});

test('what is measured is what a REINDEX gives back', async () => {
  const index = indexOf('uuid, nine of ten rows gone');
  const measured = await measureBloat(database, reading, index);
  await admin.query(`reindex index ${index.schema}.${index.name}`);
  const after = (await readIndexes(database)).indexes.find(({ oid }) => oid === index.oid)!;
  const gaveBack = 100 * (1 - after.indexBytes! / index.indexBytes!);
  expect(measured.state === 'measured' && Math.abs(measured.percent - gaveBack) < 3).toBe(true);
});

test('a finding is made of what wastes megabytes and more than random growth leaves free; the rest is told', () => {
  const { findings, considered } = runChecks(reading, { bloats, statements: { statements: [], blind: [] } }, ['bloat']);
  const churned = indexOf('number, every row changed five times');
  expect(findings.map(({ schema }) => schema)).toEqual([indexOf('uuid, nine of ten rows gone').schema, churned.schema]);
  expect(findings[1]).toMatchObject({
    severity: 'notice',
    reason: expect.stringMatching(/^estimated bloat 87 %, 6(\.\d+)? MB of 6\.\d+ MB would come back with a REINDEX$/),
    sql: `REINDEX INDEX CONCURRENTLY ${churned.schema}.i;`,
  });
  const reasonOf = (title: string) => considered.find(({ schema }) => schema === indexOf(title).schema)?.notRaisedBecause;
  expect(reasonOf('uuid, grown at random')).toMatch(/^estimated bloat 2\d %/);
  expect(reasonOf('gin')).toBe('n/a: only btree can be estimated, not gin');
});
