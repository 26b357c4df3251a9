import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { lint } from '#features/migrations/lint.ts';
import type { LintFinding } from '#features/migrations/lint/finding.ts';
import { readLintFacts } from '#features/migrations/lint-facts.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';

const tables = `
  create schema app;
  create table little (id int primary key, n int, name text);
  create table parent (id int, at date) partition by range (at);
  create view v_old as select 1 as n;
  create function f() returns trigger language plpgsql as 'begin return new; end';
  create type mood as enum ('a');
  create sequence counter`;

/** Files whose second run fails, or does something once more. */
const unsafe = [
  'create table t (id int)',
  'create unlogged table t (id int)',
  'create table t as select 1 as n',
  'create materialized view m as select 1 as n',
  'create table if not exists t (id int); alter table t add n int',
  'create table if not exists t (id int); alter table t add constraint t_n_check check (id > 0)',
  'create table if not exists t (id int); create index idx_t on t (id)',
  'create table if not exists t (id int); create policy p on t using (true)',
  'create index on little (n)',
  'alter table little add column a int, add column b int',
  'alter table little add  column a int',
  'alter table little\n  add\n  a int',
  'alter table little add check (n > 0)',
  'alter table little add constraint  c check (n > 0)',
  'alter table little drop column n',
  'alter table little drop column n cascade',
  'alter table little drop constraint little_pkey',
  'alter table little rename to less',
  'alter table little rename column n to m',
  'alter view v_old rename to v_new',
  'alter sequence counter rename to other',
  'insert into little values (1, 1)',
  'insert into little (id) values (1), (2)',
  'create view v as select 1 as n',
  'create function g() returns int language sql return 1',
  'create procedure pr() language sql as $$ select 1 $$',
  'create domain d as int',
  'create type pair as (a int)',
  'create trigger tr before update on little for each row execute function f()',
  'create constraint trigger tr after update on little for each row execute function f()',
  "alter type mood add value 'b'",
  'drop view v_old',
  'drop sequence counter',
  'drop type mood',
  'drop function f()',
  'create policy p on little using (true)',
  'drop policy if exists p on parent; create policy p on little using (true)',
  'create table app.t (id int)',
  'drop table if exists app.t; create table t (id int)',
  'set local search_path = app; create table t (id int)',
] as const;

/** Files that may be run again. */
const safe = [
  'create temp table if not exists t (id int)',
  'drop table if exists t; create table t (id int); alter table t add n int; create index i on t (n); create policy p on t using (true); insert into t values (1)',
  'drop table if exists public.t; create table t (id int); create index i on t (id)',
  'drop table if exists t; create table t as select 1 as n',
  'drop materialized view if exists m; create materialized view m as select 1 as n',
  'drop view if exists v; create view v as select 1 as n',
  'drop function if exists g(); create function g() returns int language sql return 1',
  'drop procedure if exists pr(); create procedure pr() language sql as $$ select 1 $$',
  'drop type if exists pair; create type pair as (a int)',
  'drop domain if exists d; create domain d as int',
  'drop sequence if exists s; create sequence s',
  'drop policy if exists p on public.little; create policy p on little using (true)',
  'drop policy if exists p on little; create policy p on public.little using (true)',
  'drop trigger if exists tr on public.little; create trigger tr before update on little for each row execute function f()',
  'drop index if exists public.i; create index i on little (n)',
  'alter table little add if not exists a int',
  'alter table little drop constraint if exists c; alter table public.little add constraint c check (n > 0)',
  'create table helper (id int); insert into helper values (1); drop table helper',
  'delete from little; insert into little values (1)',
  'truncate public.little; insert into little values (1)',
  'insert into little values (1) on conflict do nothing',
  'insert into little select 1 where not exists (select from little where id = 1)',
  'update little set n = 1 where id = 1',
  'alter table little enable row level security; alter table little alter column n set default 1; alter table little alter column n type bigint',
  "do $$ begin if to_regclass('t') is null then create table t (id int); insert into t values (1); end if; end $$",
  'do $$ begin alter table little rename column n to m; exception when undefined_column then null; end $$',
  "do $$ begin if exists (select from information_schema.columns where table_name = 'little' and column_name = 'n') then alter table little rename column n to m; end if; end $$",
  'set local search_path = app; drop table if exists t; create table t (id int); create index i on app.t (id)',
] as const;

let client: Client;
let database: Database;
beforeAll(async () => {
  const { settings } = await createDatabase('empty');
  client = await connectTo(settings);
  await client.query(tables);
  database = await open(settings);
});
afterAll(() => client.end());

async function guards(sql: string): Promise<readonly LintFinding[]> {
  const files = [migrationFile('1_x.sql', Buffer.from(sql))];
  const status = await readStatus(database, { directory: '', files });
  const { parsed } = status.migrations[0]!;
  expect(parsed!.error).toBeUndefined();
  const facts = await readLintFacts(database, { ...status, searchPath: status.history.searchPath });
  return lint(files[0]!, parsed!, { ...facts, hasRollback: true }).filter(({ rule }) => rule === 'no-idempotency-guard');
}

/** Whether a second run of a file leaves what the first one left. */
async function runsAgain(sql: string): Promise<boolean> {
  const count = async (): Promise<string> => {
    const found = await client.query(
      `select (select count(*) from pg_class) as classes, (select count(*) from pg_constraint) as constraints,
         (select count(*) from public.little) as rows`,
    );
    return JSON.stringify(found.rows);
  };
  await client.query('begin');
  try {
    await client.query(sql);
    const before = await count();
    await client.query('reset search_path');
    await client.query(sql);
    return (await count()) === before;
  } catch {
    return false;
  } finally {
    await client.query('rollback');
  }
}

describe('what cannot be run again', () => {
  test.for(unsafe)('%s', async (sql) => {
    expect(await runsAgain(sql)).toBe(false);
    const found = await guards(sql);
    expect(found).not.toEqual([]);
    // What is written instead is SQL, and once it is all that is run, it runs again.
    const better = found.map(({ whatToWrite }) => whatToWrite).filter((text) => !text.startsWith('--'));
    for (const text of better) expect(await guards(text)).toEqual([]);
  });
});

describe('what can be run again', () => {
  test.for(safe)('%s', async (sql) => {
    expect(await runsAgain(sql)).toBe(true);
    expect(await guards(sql)).toEqual([]);
  });
});
