import { join } from 'node:path';
import type { Client } from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { demoAssets } from '#demo/schema.ts';
import { type Evidence, judge, observe } from '#features/migrations/evidence.ts';
import { type Expected, expectedOf, isMigration } from '#features/migrations/expected.ts';
import { type MigrationFile, migrationFile, readMigrationFolder } from '#features/migrations/folder.ts';
import { type ParsedMigration, parseMigrations } from '#features/migrations/parse.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { oddMigrations } from '../support/odd-migrations.ts';

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end();
});

interface Bench {
  readonly database: Database;
  readonly client: Client;
  readonly files: readonly MigrationFile[];
  readonly parsed: readonly ParsedMigration[];
  readonly expected: Expected;
  /** Runs a file as psql would; whether it ran to its end. */
  run(position: number): Promise<boolean>;
  evidence(): Promise<readonly Evidence[]>;
}

async function benchOf(files: readonly MigrationFile[]): Promise<Bench> {
  const { settings } = await createDatabase('empty');
  const client = await connectTo(settings);
  clients.push(client);
  const database = await open(settings);
  const parsed = await parseMigrations(files);
  const expected = expectedOf(files, parsed);
  return {
    database,
    client,
    files,
    parsed,
    expected,
    async run(position) {
      const { sql } = files[position]!;
      const { mode, statements, error } = parsed[position]!;
      if (error !== undefined) return false;
      try {
        const texts = mode === 'non-transactional' ? statements.map(({ text }) => text) : [sql];
        for (const text of texts) await client.query(text);
        return true;
      } catch {
        await client.query('rollback');
        return false;
      } finally {
        await client.query('reset all');
      }
    },
    evidence: async () => judge(expected, await observe(database, expected)),
  };
}

const isComplete = ({ present, expected }: Evidence): boolean => expected > 0 && present === expected;

/** What a file claims that it should not: after these files ran, and no other. */
function wrongs(bench: Bench, evidence: readonly Evidence[], ran: ReadonlySet<number>, partly: ReadonlySet<number>): string[] {
  return evidence.flatMap((each, position) => {
    const { name } = bench.files[position]!;
    if (partly.has(position)) return isComplete(each) ? [`${name} ran only partly, but is complete`] : [];
    if (ran.has(position) && each.missing.length > 0) return [`${name} ran, but lacks ${each.missing.join(', ')}`];
    return !ran.has(position) && each.present > 0
      ? [`${name} did not run, but ${each.present} of ${each.expected} is there`]
      : [];
  });
}

describe("the demo's folder, file by file on an empty database", () => {
  test('shows of each file that it ran, and of no file before', async () => {
    const { files } = await readMigrationFolder(join(demoAssets(), 'migrations'));
    const bench = await benchOf(files);
    const ran = new Set<number>();
    const nothing: string[] = [];
    const incomplete: string[] = [];
    for (const [position, file] of files.entries()) {
      if (!isMigration(file)) continue;
      expect(await bench.run(position)).toBe(true);
      ran.add(position);
      const evidence = await bench.evidence();
      expect(wrongs(bench, evidence, ran, new Set())).toEqual([]);
      if (evidence[position]!.expected === 0) nothing.push(file.name);
      else if (!isComplete(evidence[position]!)) incomplete.push(file.name);
    }
    expect(incomplete).toEqual([]);
    // One holds rows only, the other only what 006 has made already.
    expect(nothing).toEqual(['002_seed.sql', '050_flatten_tenant_metadata.sql']);
  });

  test('finds the failed and the pending ones of the demo, whatever the history says', async () => {
    const { files } = await readMigrationFolder(join(demoAssets(), 'migrations'));
    const expected = expectedOf(files, await parseMigrations(files));
    const evidence = judge(expected, await observe(await open((await createDatabase('demo')).settings), expected));
    const found = Object.fromEntries(files.map(({ name }, position) => [name, evidence[position]!]));
    expect(found['053_cash_flow_account_index.sql']).toMatchObject({
      present: 0,
      expected: 2,
      missing: ['index idx_cash_flow_account_id', 'index idx_cash_flow_tenant_date'],
    });
    expect(found['054_audit_log_actor_index.sql']).toMatchObject({ present: 0, expected: 1 });
    expect(found['051_won_opportunities_need_close_date.sql']).toMatchObject({ present: 0, expected: 1 });
    const others = Object.entries(found).filter(([name]) => !/^05[134]|^ROLLBACK/.test(name));
    expect(others.filter(([, { missing }]) => missing.length > 0)).toEqual([]);
  });
});

describe('a folder with every oddity of production', () => {
  test(
    'never says of a file that it ran when it did not, nor the reverse, at any point of a replay',
    { timeout: 300_000 },
    async () => {
      const odd = oddMigrations().filter(({ name }) => !name.includes('/'));
      const files = odd.map(({ name, content }) => migrationFile(name, content));
      const bench = await benchOf(files);
      const ran = new Set<number>();
      const partly = new Set<number>();
      const incomplete: string[] = [];
      for (const [position, { outcome, makesNew, name }] of odd.entries()) {
        if (outcome === 'no-migration') continue;
        const isDone = await bench.run(position);
        expect([name, isDone]).toEqual([name, outcome === 'runs']);
        if (isDone) ran.add(position);
        if (outcome === 'partly') partly.add(position);
        const evidence = await bench.evidence();
        expect(wrongs(bench, evidence, ran, partly)).toEqual([]);
        if (makesNew && !isComplete(evidence[position]!)) incomplete.push(name);
      }
      expect(incomplete).toEqual([]);
      const evidence = await bench.evidence();
      const slugs = (isWanted: (position: number) => boolean): string[] => [
        ...new Set(
          odd
            .filter((_, position) => isWanted(position))
            .map(({ name }) => /[a-z][a-z_]{3,}(?=\.sql)/.exec(name)![0].replace(/^[ab]_/, '')),
        ),
      ];
      // What a later file replaced or dropped can no longer tell of the file that made it.
      expect(slugs((position) => odd[position]!.makesNew && !isComplete(evidence[position]!))).toEqual(['function', 'view']);
      const nothing = slugs((position) => odd[position]!.outcome === 'runs' && evidence[position]!.expected === 0);
      expect(nothing).toEqual(['function', 'view', 'only_data', 'only_dynamic', 'once_more', 'empty', 'comment_only']);
    },
  );

  test.for([1, 2, 3, 4, 5, 6])('nor where every few files were left out: %i', { timeout: 60_000 }, async (seed) => {
    const odd = oddMigrations().slice(0, 49);
    const bench = await benchOf(odd.map(({ name, content }) => migrationFile(name, content)));
    const ran = new Set<number>();
    const partly = new Set<number>();
    let random = seed * 7919;
    for (const [position, { outcome }] of odd.entries()) {
      random = (random * 48_271) % 2_147_483_647;
      if (random % 4 === 0) continue;
      if (await bench.run(position)) ran.add(position);
      else if (outcome === 'partly' || bench.parsed[position]!.mode === 'non-transactional') partly.add(position);
    }
    expect(wrongs(bench, await bench.evidence(), ran, partly)).toEqual([]);
    expect(ran.size).toBeGreaterThan(5);
  });

  test('on an empty database, nothing ran', async () => {
    const bench = await benchOf(oddMigrations().map(({ name, content }) => migrationFile(name, content)));
    expect((await bench.evidence()).filter(({ present }) => present > 0)).toEqual([]);
  });
});

describe('what cannot be followed', () => {
  const ofSql = (...texts: string[]): MigrationFile[] =>
    texts.map((text, index) => migrationFile(`${index + 1}_x.sql`, Buffer.from(text)));

  test.for([
    ['a file that only psql can run', '\\set x 1\ncreate table t (id int);'],
    ['SQL made up at run time', "do $$ begin execute format('create table %I (id int)', 't'); end $$"],
    ['a block in another language', "do language plperl 'create table t (id int)'"],
  ] as const)('%s may have made what a later file makes only where it is missing', async ([, hidden]) => {
    const bench = await benchOf(ofSql(hidden, 'create table if not exists t (id int);', 'create table other (id int);'));
    await bench.client.query('create table t (id int)');
    const [first, second, third] = await bench.evidence();
    expect([first!.expected, second!.present, third]).toMatchObject([0, 0, { present: 0, expected: 2 }]);
  });

  test('may have dropped a table with all that it had', async () => {
    const bench = await benchOf(
      ofSql(
        'create table t (id int, n int);',
        "do $$ begin execute format('drop table %I', 't'); end $$",
        'create table other (id int);',
      ),
    );
    await bench.run(0);
    await bench.run(1);
    expect((await bench.evidence()).map(({ missing }) => missing.length)).toEqual([0, 0, 2]);
  });

  test('what is known of one file decides what two could have done', async () => {
    const bench = await benchOf(
      ofSql(
        'create table t (id int); create table f ();',
        'create table if not exists t (id int); create table g ();',
        'drop table f;',
      ),
    );
    const told = async (): Promise<unknown> => (await bench.evidence()).map(({ present, expected }) => [present, expected]);
    // Nothing ran: f is gone, which says nothing of the file that drops it.
    expect(await told()).toEqual([
      [0, 2],
      [0, 1],
      [0, 0],
    ]);
    await bench.run(0);
    // The second file made no g, so t is the first one's.
    expect(await told()).toEqual([
      [3, 3],
      [0, 1],
      [0, 1],
    ]);
    await bench.run(1);
    expect(await told()).toEqual([
      [1, 1],
      [1, 1],
      [0, 1],
    ]);
    await bench.run(2);
    expect(await told()).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
  });

  test('names that nobody wrote are derived as the server derives them', async () => {
    const [a, b, c] = ['a', 'é', 'x'].map((letter) => letter.repeat(40)) as [string, string, string];
    const bench = await benchOf(
      ofSql(
        `create table ${a} (${c} int unique, ${c}y int check (${c}y > 0), z int check (z > ${c}), w serial, unique (${c}, z), primary key (w, z));
         create table "${b}" ("${b}é" int references "${b}" (k), k int primary key, v int generated always as identity, check (k > 0), check (k > 1));
         create table t${c.repeat(2)} (${c} int unique);`,
        `create index on ${a} (lower(z::text), ${c}, (z + 1), (z + 2)); create index on ${a} (${c}) include (z); create index on ${a} (${c}) include (z);
         create index on "${b}" ((coalesce(k, 1))); create index on "${b}" ((k::text)); create index on "${b}" ((case when k > 1 then k else v end));
         create index on "${b}" (greatest(k, v), nullif(k, v)); alter table "${b}" add unique (k, v), add foreign key (k) references "${b}" (k);
         alter table "${b}" add exclude using btree (v with =), add column q int unique references "${b}" (k) check (q > 0);`,
      ),
    );
    expect([await bench.run(0), await bench.run(1)]).toEqual([true, true]);
    const observed = await observe(bench.database, bench.expected);
    const derived = [...bench.expected.timelines]
      .filter(([, { isNameDerived }]) => isNameDerived)
      .map(([key]) => key.split('\u0000').join(' '));
    expect(derived.length).toBeGreaterThan(22);
    const there = new Set([...observed.keys()].map((key) => key.split('\u0000').join(' ')));
    expect(derived.filter((name) => !there.has(name))).toEqual([]);
  });

  test('names of another schema, of the search path and with quotes are told apart', async () => {
    const bench = await benchOf(
      ofSql(
        'create schema "S x"; create table "S x"."T" (id int);',
        'create table "T" (id int);',
        'set search_path = "S x"; create index on "T" (id);',
        'create table t (id int);',
      ),
    );
    expect(await bench.run(0)).toBe(true);
    expect((await bench.evidence()).map(({ present, expected }) => [present, expected])).toEqual([
      [3, 3],
      [0, 2],
      [0, 1],
      [0, 2],
    ]);
    expect(await bench.run(2)).toBe(true);
    expect((await bench.evidence()).map(({ present }) => present)).toEqual([3, 0, 1, 0]);
  });

  test('an index that was built concurrently and did not finish is no evidence', async () => {
    const bench = await benchOf(ofSql('create table t (id int);', 'create unique index concurrently idx_t on t (id);'));
    await bench.run(0);
    await bench.client.query('insert into t values (1), (1)');
    expect(await bench.run(1)).toBe(false);
    expect((await bench.evidence())[1]).toMatchObject({ present: 0, expected: 1, missing: ['index idx_t'] });
  });
});
