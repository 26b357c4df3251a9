import { expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { type MigrationFile, migrationFile } from '#features/migrations/folder.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { proposeBaseline } from '#features/migrations/summary.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';

/** Folders that do odd things to names. Each is run file by file, and what the catalog shows must never speak against what ran. */
const folders: Readonly<Record<string, readonly string[]>> = {
  'made, dropped, made again otherwise': ['create table a (x int);', 'drop table a;', 'create table a (y text);'],
  'renamed in a chain': [
    'create table a (x int);',
    'alter table a rename to b;',
    'alter table b rename to c;',
    'alter table c rename column x to y;',
    'alter table c rename column y to z;',
  ],
  'two tables that change places': [
    'create table a (x int); create table b (y int);',
    'alter table a rename to tmp; alter table b rename to a; alter table tmp rename to b;',
  ],
  'quoted and mixed case': [
    'create table "Odd Name" ("Col A" int, "sElect" text);',
    'create index "My Index" on "Odd Name" ("Col A");',
    'alter table "Odd Name" rename column "Col A" to cola;',
    'create table CamelCase (Id int);',
  ],
  'other schemas': [
    'create schema app; create table app.a (x int); create table a (y int);',
    'create index i on app.a (x); create index i on a (y);',
    'drop table app.a;',
    'alter table a set schema app;',
  ],
  'functions with overloads': [
    "create function f(a int) returns int language sql as 'select 1';",
    "create function f(a text, b int default 1) returns int language sql as 'select 2';",
    'drop function f(int);',
    "create or replace function f(a text, b int default 1) returns int language sql as 'select 3';",
    'alter function f(text, int) rename to g;',
  ],
  'functions of odd types': [
    "create function f(a varchar(10), b numeric(10,2)[], variadic c text[]) returns setof int language sql as 'select 1';",
    "create function h(in a int, out b int, inout c timestamptz) language sql as 'select 1, now()';",
    "create type t as enum ('a'); create function k(t, t[]) returns table (x int) language sql as 'select 1';",
    "create procedure pr(a int4, b bool) language sql as 'select 1';",
    'drop function h(int, timestamptz); drop procedure pr(int, boolean);',
  ],
  'functions of quoted types': [
    'create schema app; create type app."My Type" as (a int); create function f(a app."My Type", b "char", c bit varying(3), d interval(3), e time(3)) returns int language sql as $$ select 1 $$;',
    'create table t1 (a app."My Type", b interval(3), c time(3) with time zone, d bit(3), e char, f "char", g float(10), h dec(5), i national character varying(3));',
  ],
  'policies of one name': [
    'create table a (x int); create table b (x int);',
    'create policy p on a using (true);',
    'create policy p on b using (true);',
    'drop policy p on a;',
    'alter policy p on b rename to q;',
  ],
  triggers: [
    "create function t() returns trigger language plpgsql as 'begin return new; end'; create table a (x int, y int);",
    'create trigger tr before update of x on a for each row execute function t();',
    'create trigger tr2 after insert or delete or truncate on a execute function t();',
    'drop trigger tr on a;',
    'create constraint trigger tr3 after insert on a deferrable for each row execute function t();',
    'alter trigger tr3 on a rename to tr4;',
    'create or replace trigger tr2 before insert on a for each row execute function t();',
  ],
  extensions: [
    'create extension if not exists citext;',
    'create table a (x citext, y citext[]);',
    'drop extension citext cascade;',
  ],
  partitions: [
    'create table p (id int, at date) partition by range (at);',
    "create table p1 partition of p for values from ('2025-01-01') to ('2026-01-01');",
    "create table p2 (id int, at date); alter table p attach partition p2 for values from ('2026-01-01') to ('2027-01-01');",
    'alter table p detach partition p2;',
    'create index on p (id);',
    'alter table p add column n int;',
    'drop table p;',
  ],
  'made from queries': [
    'create table a as select 1 as x, 2::bigint as y;',
    'create table b as table a;',
    'select x into c from a;',
    'create materialized view m as select x from a; create view v as select * from m;',
    'create unique index on m (x);',
    'drop table a cascade;',
  ],
  'nothing but comments': ['-- nothing\n/* at /* all */ */', '', ';;;', 'select 1;'],
  'DO blocks': [
    "do $$ begin if not exists (select 1 from information_schema.tables where table_name = 'a') then create table a (x int); end if; end $$;",
    "do $$ declare t text; begin foreach t in array array['b', 'c'] loop execute format('create table %I (x int)', t); end loop; end $$;",
    'create table if not exists b (x int); create index if not exists i on b (x);',
    "do $$ begin execute 'create table d (x int)'; exception when duplicate_table then null; end $$;",
    'do $$ begin if false then drop table a; end if; end $$;',
  ],
  'guarded duplicates': [
    'create table if not exists a (x int);',
    'create table if not exists a (x int, y int);',
    'alter table a add column if not exists y int; alter table a add column if not exists x text;',
    'create index if not exists i on a (x);',
    'create index if not exists i on a (y);',
    'drop table if exists zzz; drop index if exists zzz; alter table if exists zzz add column q int; alter table a drop column if exists zzz;',
  ],
  constraints: [
    'create table a (x int primary key, y int unique, z int check (z > 0), w int references a);',
    'alter table a drop constraint a_y_key;',
    'alter table a add unique (y); alter table a add unique (y, z);',
    'alter table a rename constraint a_z_check to zz;',
    'alter table a add constraint e exclude using btree (x with =);',
    'alter table a drop constraint a_pkey cascade;',
    'create unique index ux on a (x); alter table a add constraint pk primary key using index ux;',
    'alter table a add constraint nv check (x > 0) not valid;',
    'alter table a validate constraint nv;',
    'alter index a_y_key rename to other;',
  ],
  'columns that change': [
    'create table a (x int, y varchar(10) default 1);',
    'alter table a alter x type bigint, alter y drop default;',
    'alter table a alter y type text, alter x set not null;',
    'alter table a alter x drop not null, alter y set default 2;',
    'alter table a add column i int generated always as identity; alter table a add column s serial; alter table a add g int generated always as (1) stored;',
    'alter table a drop column s, drop column g;',
    'alter table a alter i drop identity;',
  ],
  'one statement, many things': [
    'create table a (x int); create table b (x int); create view va as select 1 as one;',
    'drop table a, b; drop view va;',
  ],
  'types and domains': [
    "create type e as enum ('a', 'b'); create domain d as int check (value > 0); create type c as (a int); create type r as range (subtype = int4);",
    "alter type e add value 'c' before 'a';",
    "alter type e rename value 'a' to 'z';",
    'alter type e rename to ee;',
    'alter domain d rename to dd; alter type c rename attribute a to b;',
    'drop type ee; drop domain dd;',
  ],
  'row security': [
    'create table a (x int); alter table a enable row level security; alter table a force row level security;',
    'alter table a no force row level security;',
    'alter table a disable row level security;',
    'alter table a enable row level security;',
  ],
  'search path': [
    'create schema app; set search_path to app, public; create table a (x int); create function f() returns int language sql return 1;',
    'create table a (y int);',
    'set local search_path = app; alter table a add column n int; create index on a (n);',
    "select set_config('search_path', 'app', false); drop table a;",
  ],
  'long names': [
    `create table ${'t'.repeat(70)} (${'c'.repeat(70)} int unique, ${'é'.repeat(40)} int);`,
    `create index on ${'t'.repeat(63)} (${'c'.repeat(63)}); create index ${'i'.repeat(80)} on ${'t'.repeat(63)} (${'c'.repeat(63)});`,
  ],
  'sequences and views': [
    'create sequence s; create view v as select 1 as a; create recursive view rv (n) as values (1);',
    'alter sequence s rename to s2; alter view v rename to v2; create or replace view v2 as select 1 as a, 2 as b;',
    'alter view v2 rename column a to c;',
    'drop view v2, rv; drop sequence s2;',
  ],
  'comments on things': [
    "create table a (x int); comment on table a is 'one'; comment on column a.x is 'x';",
    "comment on table a is 'two';",
    'comment on table a is null;',
    'alter table a rename to b;',
  ],
  'schemas that move': [
    'create schema one; create table one.a (x int primary key); create index i on one.a (x);',
    'alter schema one rename to two;',
    'drop schema two cascade;',
    'create schema three create table b (x int) create index bi on b (x);',
  ],
  'like and inherits': [
    'create table a (x int primary key, y int default 1 check (y > 0)); create index i on a (y);',
    'create table b (like a including all);',
    'create table c (z int) inherits (a);',
    'alter table a add column n int;',
    'alter table c no inherit a;',
    'drop table a cascade;',
  ],
  'parts that go before the whole': [
    'create table a (x int, y int check (y > 0), z int);',
    'alter table a drop column x;',
    'alter table a drop constraint a_y_check;',
    'alter table a alter z set not null;',
    'alter table a rename to b;',
    'alter table b drop column z;',
    'drop table b;',
  ],
  temporary: [
    'create temp table a (x int); create index i on a (x); create table pg_temp.b (y int); drop table a;',
    'create table a (x int);',
  ],
};

type Ran = (position: number) => boolean;

/** What the evidence says against what happened. */
async function contradictions(
  database: Database,
  files: readonly MigrationFile[],
  ran: Ran,
  when: string,
): Promise<readonly string[]> {
  const { migrations } = await readStatus(database, { directory: '', files });
  return migrations.flatMap(({ name, evidence, parsed }, index) => {
    expect(parsed?.error).toBeUndefined();
    const { present = 0, expected = 0, missing = [] } = evidence ?? {};
    if (ran(index)) return missing.length > 0 ? [`${when}: ${name} ran, and is missing ${missing.join('; ')}`] : [];
    return present > 0 ? [`${when}: ${name} did not run, and shows ${present} of ${expected}`] : [];
  });
}

async function yardOf(texts: readonly string[]): Promise<{
  readonly files: readonly MigrationFile[];
  readonly database: Database;
  readonly run: (sql: string) => Promise<boolean>;
}> {
  const { settings } = await createDatabase('empty');
  const files = texts.map((sql, index) => migrationFile(`${String(index + 1).padStart(3, '0')}_x.sql`, Buffer.from(sql)));
  const run = async (sql: string): Promise<boolean> => {
    const client = await connectTo(settings);
    try {
      await client.query(sql);
      return true;
    } catch {
      return false;
    } finally {
      await client.end();
    }
  };
  return { files, database: await open(settings, { pool: { max: 2, idleTimeoutMs: 10 } }), run };
}

test.for(Object.entries(folders))('evidence follows a folder that is run file by file: %s', async ([, texts]) => {
  const { files, database, run } = await yardOf(texts);
  const wrong: string[] = [...(await contradictions(database, files, () => false, 'before'))];
  for (const [position, { sql }] of files.entries()) {
    expect(await run(sql)).toBe(true);
    wrong.push(...(await contradictions(database, files, (index) => index <= position, `after ${position + 1}`)));
  }
  expect(wrong).toEqual([]);
});

/** What no evidence can follow: files that need another's work, although nobody says so. */
const entangled = ['functions with overloads', 'partitions', 'like and inherits'];
const separable = Object.entries(folders).filter(([title]) => !entangled.includes(title));

test.for(separable)('and one of which a file was left out: %s', async ([, texts]) => {
  const wrong: string[] = [];
  for (const left of texts.keys()) {
    const { files, database, run } = await yardOf(texts);
    const ran = new Set<number>();
    for (const [position, { sql }] of files.entries()) if (position !== left && (await run(sql))) ran.add(position);
    wrong.push(...(await contradictions(database, files, (index) => ran.has(index), `without ${left + 1}`)));
  }
  expect(wrong).toEqual([]);
});

test('a baseline is proposed only where the history lacks what it would record', async () => {
  const { files, database, run } = await yardOf(['create table a (x int);', 'create table b (x int);']);
  await run(`${files[0]!.sql} create table schema_migrations (migration_name text primary key)`);
  const proposed = async (): Promise<unknown> =>
    proposeBaseline((await readStatus(database, { directory: '', files })).migrations);
  expect(await proposed()).toEqual({ through: '001_x.sql', except: [] });
  await run(`insert into schema_migrations values ('001_x.sql')`);
  expect(await proposed()).toBeUndefined();
});
