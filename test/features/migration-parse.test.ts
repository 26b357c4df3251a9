import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { demoAssets } from '#demo/schema.ts';
import { migrationFile, readMigrationFolder } from '#features/migrations/folder.ts';
import { type ParsedMigration, parseMigration, parseMigrations } from '#features/migrations/parse.ts';

const parse = (sql: string | Buffer): Promise<ParsedMigration> => parseMigration(migrationFile('001_x.sql', Buffer.from(sql)));
const texts = async (sql: string): Promise<string[]> => (await parse(sql)).statements.map(({ text }) => text);

describe('statements', () => {
  test('are cut where PostgreSQL cuts them', async () => {
    const body = 'begin perform 1; -- ;\n perform $q$;$q$; end';
    expect(
      await texts(
        `/* a /* nested; */ b; */ select 'a;b', E'c\\';d', "e;f" ; create function f() returns void language plpgsql as $$ ${body} $$;
         create function g() returns int begin atomic select 1; select 2; end; select U&'d\\0061t' -- end;`,
      ),
    ).toEqual([
      `select 'a;b', E'c\\';d', "e;f"`,
      `create function f() returns void language plpgsql as $$ ${body} $$`,
      'create function g() returns int begin atomic select 1; select 2; end',
      `select U&'d\\0061t' -- end;`,
    ]);
  });

  test('keep their text, byte and line behind other alphabets, a byte order mark and CRLF', async () => {
    const sql = "-- é 東京 👩‍👩‍👧\r\nselect '東京 👩';\r\n\r\n  create table t ();";
    const parsed = await parse(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(sql)]));
    expect(parsed.statements.map(({ text, line, kind }) => [text, line, kind])).toEqual([
      ["select '東京 👩'", 2, 'select'],
      ['create table t ()', 4, 'create table'],
    ]);
    const { startByte } = parsed.statements[1]!;
    expect(Buffer.from(sql).subarray(startByte).toString()).toBe('create table t ();');
  });

  test('none in an empty file or one of comments', async () => {
    for (const sql of ['', ' \n', '-- nothing yet\n/* */']) {
      expect(await parse(sql)).toMatchObject({ statements: [], mode: 'transactional', error: undefined });
    }
  });

  test('ten thousand of them, five megabytes of rows', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `insert into t values (${index}, 'é;');`).join('\n');
    expect((await parse(many)).statements.at(-1)).toMatchObject({ ordinal: 10_000, line: 10_000 });
    const rows = Array.from({ length: 150_000 }, (_, index) => `(${index}, 'some text; and more of it')`).join(',\n');
    expect(rows.length).toBeGreaterThan(5_000_000);
    expect((await parse(`insert into t values ${rows}; select 1`)).statements).toHaveLength(2);
  });
});

describe('how a file is to be run', () => {
  test.for([
    ['create table t ()', 'transactional'],
    ['savepoint a; create table t (); release a', 'transactional'],
    ['analyze t; drop index i; reindex table t; cluster t; alter type e add value $$x$$', 'transactional'],
    ['begin; create table t (); commit', 'own-transaction'],
    ['start transaction; rollback', 'own-transaction'],
    ['create index concurrently i on t (a)', 'non-transactional'],
    ['drop index concurrently if exists i', 'non-transactional'],
    ['reindex index concurrently i', 'non-transactional'],
    ['reindex (concurrently false) index i', 'transactional'],
    ['reindex schema public', 'non-transactional'],
    ['vacuum (analyze) t', 'non-transactional'],
    ['alter system set work_mem = 1', 'non-transactional'],
    ['create database d', 'non-transactional'],
    ['alter table t detach partition p concurrently', 'non-transactional'],
    ['alter table t detach partition p', 'transactional'],
    ['do $$ begin commit; end $$', 'non-transactional'],
    ["do $$ begin raise notice 'commit;'; end $$", 'transactional'],
  ])('%s: %s', async ([sql = '', mode]) => {
    expect((await parse(sql)).mode).toBe(mode);
  });
});

describe('what does not parse', () => {
  test('tells where, in lines and characters', async () => {
    expect((await parse("select '東👩';\nselect 1;\n  select '👩' fromm;\n create tabel x ();")).error).toEqual({
      message: 'syntax error at or near "tabel"',
      line: 4,
      column: 9,
    });
    expect((await parse(Buffer.from([0x73, 0xff]))).error).toMatchObject({ message: 'not encoded in UTF-8' });
    expect((await parse('select 1;\n\0')).error).toMatchObject({ line: 2, column: 1 });
    expect((await parse(`select ${'('.repeat(20_000)}1`)).error).toBeDefined();
    expect((await parse(`select ${'1+'.repeat(100_000)}1`)).error).toMatchObject({ message: 'nested too deeply to be parsed' });
    expect((await parse('select 1')).error).toBeUndefined();
  });

  test.for([
    ['-- a\n\\i other.sql\nselect 1;', 2, 'the psql command \\i'],
    ['select 1;\nselect :limit;', 2, 'the psql variable :limit'],
    ["select\n :'name';", 2, "the psql variable :'name'"],
    ['select 1 \\gset', 1, 'the psql command \\gset'],
    ['copy t (a, b) from stdin;\n1\t2\n\\.\n', 2, 'rows of COPY FROM STDIN'],
    ['select 1;\ncopy t from stdin;', 2, 'rows of COPY FROM STDIN'],
  ] as const)('says what only psql can run: %j', async ([sql, line, what]) => {
    const { psqlOnly, error, statements } = await parse(sql);
    expect(psqlOnly).toEqual({ line, what });
    expect(error).toBeDefined();
    expect(statements).toEqual([]);
  });

  test.for(['select a::text', "copy t from '/tmp/x'", "select '\\i';", 'select a[1:2]', 'create tabel t ()'])(
    'does not blame psql for %j',
    async (sql) => {
      expect((await parse(sql)).psqlOnly).toBeUndefined();
    },
  );
});

describe('a DO block', () => {
  const inner = async (sql: string): Promise<unknown[]> =>
    (await parse(sql)).statements[0]!.block!.statements.map(({ text, isConditional }) => [text, isConditional]);

  test("shows its static SQL; the manual's guard leaves it certain, other conditions do not", async () => {
    expect(
      await inner(`do $x$ declare r record; begin
        if not exists (select 1 from information_schema.tables where table_name = 'a') then create table a (); end if;
        if to_regclass('b') is null then create table b (); else drop table b2; end if;
        if exists (select 1 from c) then create table c (); end if;
        for r in select 1 loop create table d (); end loop;
        begin create type e as enum ('x'); exception when duplicate_object then null; end;
        begin create table f (); exception when others then create table f2 (); end;
        execute 'create table g ()';
      end $x$`),
    ).toEqual([
      ['create table a ()', false],
      ['create table b ()', false],
      ['drop table b2', true],
      ['create table c ()', true],
      ['create table d ()', true],
      ["create type e as enum ('x')", false],
      ['create table f ()', true],
      ['create table f2 ()', true],
      ['create table g ()', false],
    ]);
  });

  test('says that some of it is made up at run time, or cannot be followed', async () => {
    const blockOf = async (sql: string): Promise<unknown> => (await parse(sql)).statements[0]!.block;
    expect(await blockOf(`do $$ begin execute format('drop table %I', 'a'); end $$`)).toMatchObject({ hasDynamicSql: true });
    expect(await blockOf('do $$ begin create tabel a (); end $$')).toMatchObject({
      hasDynamicSql: true,
      failure: expect.stringContaining('tabel') as string,
    });
  });
});

test("the manual's header comment", async () => {
  const file = readFileSync(join(demoAssets(), 'migrations', '023_comprehensive_rls_security.sql'));
  expect((await parse(file)).header).toMatchObject({
    migration: '023_comprehensive_rls_security.sql',
    date: '2025-11-05',
    author: 'Admin',
  });
  expect(
    (
      await parse(
        '-- ====\r\n-- Description: One thing\r\n--   and another\r\n-- Depends on: 001_init.sql\r\n-- Author:\r\n\r\n-- Not: this',
      )
    ).header,
  ).toEqual({ description: 'One thing and another', dependencies: '001_init.sql' });
  expect((await parse('select 1; -- Author: nobody')).header).toEqual({});
});

test("the demo's folder: every file parses, one is non-transactional and one has its own transaction", async () => {
  const { files } = await readMigrationFolder(join(demoAssets(), 'migrations'));
  const parsed = await parseMigrations(files);
  expect(files.length).toBeGreaterThan(40);
  expect(parsed.filter(({ error }) => error !== undefined)).toEqual([]);
  const named = (mode: string): string[] => files.filter((_, index) => parsed[index]!.mode === mode).map(({ name }) => name);
  expect(named('non-transactional')).toEqual(['054_audit_log_actor_index.sql']);
  expect(named('own-transaction')).toEqual(['010_create_workflow.sql']);
});
