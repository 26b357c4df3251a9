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

const rows = 20_000;
const tables = `
  create table acct (id int primary key);
  create table small (id int primary key, acct_id int);
  create domain posint as int check (value > 0);
  create domain plain as text;
  create schema app;
  create table big (id int primary key, n int, nn int, email varchar(50), price numeric(10,2), t text, ts timestamp, tz timestamptz(3),
    ch char(10), va varchar(10)[], acct_id int, ip cidr, bt bit varying(5), checked int, ec varchar(50) check (length(ec) > 0), fl real, tm time(3), iv interval(3),
    both_checked int, either_checked int,
    constraint big_checked_nn check (checked is not null), constraint big_both check (both_checked is not null and n > 0),
    constraint big_either check (either_checked is not null or n > 0));
  insert into big select n, n, n, 'e', '1.00', 't', now(), now(), 'c', '{a}', 1 + n % 1000, '10.0.0.0/8', '101', 1, 'x', 1, '10:00', '1 day', 1, 1
    from generate_series(1, ${rows}) as n;
  insert into acct select n from generate_series(1, 1000) as n;
  create index big_email on big (email);
  create unique index big_n on big (n);
  create unique index big_id2 on big (id);
  create table "Odd Name" (id int, "Mixed" int);
  insert into "Odd Name" select n, n from generate_series(1, ${rows}) as n;
  create table app.far (id int primary key, n int);
  insert into app.far select n, n from generate_series(1, ${rows}) as n;
  create index far_n on app.far (n);
  create table parted (id int, at date) partition by range (at);
  create table parted_1 partition of parted for values from ('2025-01-01') to ('2025-06-01');
  insert into parted select n, '2025-01-02' from generate_series(1, ${rows}) as n;
  create table child (id int, at date);
  insert into child select n, '2025-07-02' from generate_series(1, ${rows}) as n;
  create table child_ok (id int, at date check (at is not null and at >= '2025-10-01' and at < '2025-11-01'));
  insert into child_ok select n, '2025-10-02' from generate_series(1, ${rows}) as n;
  create unlogged table ul as select n from generate_series(1, ${rows}) as n;
  create function vol() returns int language plpgsql as 'begin return 1; end';
  create function imm() returns int language sql immutable as 'select 1';
  create materialized view mv as select n from generate_series(1, ${rows}) as n;
  create table used (a int, b int, c int, d int, tenant_id uuid, g int generated always as (a + 1) stored, id int primary key);
  create table of_used (used_id int references used (id));
  create view v_used as select b from used;
  create view v_v as select b from v_used;
  create policy p_used on used using (tenant_id is not null);
  create function touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger tr_used before update of c on used for each row execute function touch();
  create type mood as enum ('a');
  create table of_mood (m mood);
  create sequence counter;
  create table of_counter (n int default nextval('counter'));
  create table empty (id int);
  analyze`;

/** Statements that read or write a whole big table, or build an index of it, under a lock that stops others at least from writing. */
const long = [
  'alter table big alter column email type varchar(20)',
  'alter table big alter column t type varchar(100)',
  'alter table big alter column n type bigint',
  'alter table public.big alter n type bigint',
  'alter table big alter column price type numeric(12,3)',
  'alter table big alter column tz type timestamptz(2)',
  'alter table big alter column ch type char(20)',
  'alter table big alter column iv type interval(1)',
  'alter table big alter column ch type text',
  'alter table big alter column va type text[]',
  'alter table big alter column va type varchar(20)[]',
  'alter table big alter column email type text using trim(email)',
  'alter table big alter column email type text using n::text',
  'alter table big alter column n type posint',
  'alter table big alter column ec type varchar(100)',
  'alter table big alter column n type integer',
  'alter table big alter column fl type double precision',
  "set local timezone = 'Asia/Tokyo'; alter table big alter column t type int using 1",
  'alter table big add column x uuid default gen_random_uuid()',
  'alter table big add column x int default vol()',
  'alter table big add column x int default (vol() + 1)',
  'alter table big add column x int generated always as (n + 1) stored',
  'alter table big add column x int generated by default as identity',
  'alter table big add column x serial',
  'alter table big add x bigserial',
  'alter table big add column x posint',
  'alter table big add column x posint default 5',
  'alter table big add column x int check (x > 0)',
  'alter table big add column x int default 5 check (x > 0)',
  'alter table big add column x int default 5 references acct (id)',
  'alter table big add column x int unique',
  'alter table big alter column n set not null',
  'alter table big alter column either_checked set not null',
  'alter table big add constraint c check (n > 0)',
  'alter table big add check (n > 0)',
  'alter table big add constraint c unique (nn)',
  'alter table big add constraint c exclude using btree (nn with =)',
  'alter table big add constraint c foreign key (acct_id) references acct (id)',
  'alter table big add constraint c foreign key (acct_id) references acct (id) not valid; alter table big validate constraint c',
  'alter table big add constraint c check (n > 0) not valid; alter table big validate constraint c',
  'alter table big drop constraint big_checked_nn; alter table big alter column checked set not null',
  'alter table big drop constraint big_pkey; alter table big add primary key using index big_n',
  'create index i on big (n)',
  'create index if not exists i on public.big (n)',
  'create unique index i on only big (nn)',
  'create index i on "Odd Name" ("Mixed")',
  'alter table "Odd Name" alter column "Mixed" type bigint',
  'create index i on app.far (n)',
  'set local search_path = app, public; create index i on far (n)',
  'set local search_path = app; alter table far alter column n type bigint',
  'create index i on parted (id)',
  'create index i on parted_1 (id)',
  'alter table parted_1 alter column id set not null',
  'alter table parted alter column id type bigint',
  'alter table parted add constraint c check (id > 0)',
  "alter table parted attach partition child for values from ('2025-07-01') to ('2025-08-01')",
  'alter table ul set logged',
  'alter table big set unlogged',
  'reindex index big_email',
  'reindex table big',
  'reindex index app.far_n',
  'refresh materialized view mv',
  'cluster big using big_email',
  'create table if not exists big (id int); create index i on big (n)',
  'alter table big rename to large; create index i on large (n)',
  'alter table big rename to large; create table big (id int); alter table large alter column n set not null',
  'do $$ begin if true then create index i on big (n); end if; end $$',
  "do $$ begin execute 'alter table big alter column n type bigint'; end $$",
  'create function own() returns int language plpgsql as $$ begin return 1; end $$; alter table big add column x int default own()',
] as const;

/** Statements that look like those and are done at once. */
const short = [
  'alter table big alter column email type varchar(100)',
  'alter table big alter column email type text',
  'alter table big alter column email type varchar',
  'alter table big alter column t type varchar',
  'alter table big alter column price type numeric(12,2)',
  'alter table big alter column price type numeric',
  'alter table big alter column price type decimal(12,2)',
  'alter table big alter column ts type timestamptz',
  'alter table big alter column tz type timestamptz',
  'alter table big alter column tz type timestamptz(6)',
  'alter table big alter column tm type time',
  'alter table big alter column iv type interval',
  'alter table big alter column ip type inet',
  'alter table big alter column bt type varbit(10)',
  'alter table big alter column bt type varbit',
  'alter table big alter column email type text using email::text',
  'alter table big alter column email type varchar(60) using email::varchar(60)',
  'alter table big alter column t type plain',
  'alter table big alter column nn type integer',
  'alter table big alter column nn type int4',
  'alter table big add column x int',
  'alter table big add column x int default 5',
  "alter table big add column x text not null default 'a'",
  'alter table big add column x timestamptz default now()',
  'alter table big add column x int default imm()',
  'alter table big add column x plain',
  'alter table big add column x int references acct (id)',
  'alter table big add column if not exists n bigint default vol()',
  'alter table big alter column checked set not null',
  'alter table big alter column both_checked set not null',
  'alter table big alter column id set not null',
  'alter table big alter column n drop not null',
  'alter table big alter column n set default 5',
  'alter table big add constraint c check (n > 0) not valid',
  'alter table big add constraint c unique using index big_n',
  'alter table big drop constraint big_pkey; alter table big add primary key using index big_id2',
  'alter table big add constraint c foreign key (acct_id) references acct (id) not valid',
  'alter table big validate constraint big_checked_nn',
  'alter table small add constraint c foreign key (acct_id) references big (id) not valid',
  'create index if not exists big_email on big (email)',
  'create index i on small (acct_id)',
  'create index i on only parted (id)',
  "alter table parted attach partition child_ok for values from ('2025-10-01') to ('2025-11-01')",
  'alter table parted detach partition parted_1',
  'alter table parted add constraint c check (id > 0) not valid',
  'alter table big set logged',
  'alter table ul set unlogged',
  'alter table big set access method heap',
  'alter table big set (fillfactor = 70)',
  'alter table big rename column n to m',
  'alter table big enable row level security',
  'create table fresh (id int, n int); insert into fresh values (1, 1); create index i on fresh (n); alter table fresh alter column n type bigint',
  'create temp table big (id int); create index i on big (id)',
  'create table made as select 1 as n; create index i on made (n); alter table made alter column n set not null',
  'alter table big rename to large; create table big (id int); create index i on big (id)',
  'create schema s; set local search_path = s, public; create table big (id int); create index i on big (id)',
] as const;

/** Statements that the server refuses, with a word of what must be said. */
const refused = [
  ['alter table used alter column b type bigint', 'view v_used'],
  ['alter table used alter column tenant_id type text', 'policy p_used of used'],
  ['alter table used alter column c type bigint', 'trigger tr_used of used'],
  ['alter table used alter column a type bigint', 'column g of used'],
  ['alter table used drop column tenant_id', 'policy p_used of used'],
  ['alter table used drop column c', 'trigger tr_used of used'],
  ['alter table used drop column b', 'view v_used'],
  ['alter table used drop column id', 'foreign key of_used_used_id_fkey of of_used'],
  ['alter table used drop constraint used_pkey', 'foreign key of_used_used_id_fkey of of_used'],
  ['drop table used', 'view v_used'],
  ['drop table if exists public.used', 'foreign key of_used_used_id_fkey of of_used'],
  ['drop view v_used', 'view v_v'],
  ['drop function touch()', 'trigger tr_used of used'],
  ['drop function touch', 'trigger tr_used of used'],
  ['drop type mood', 'column m of of_mood'],
  ['drop sequence counter', 'column n of of_counter'],
  ['drop index used_pkey', 'constraint used_pkey'],
  ['drop index big_pkey', 'constraint big_pkey'],
  ['drop view v_used, v_v; drop table used', 'foreign key of_used_used_id_fkey of of_used'],
  ['create index concurrently i on parted (id)', 'partitioned'],
  ['create index concurrently i on big (n)', 'transaction'],
  ['reindex index concurrently big_email', 'transaction'],
  ['vacuum big', 'transaction'],
  ["do $$ begin execute 'create index concurrently i on big (n)'; end $$", 'DO block'],
  ['create unique index pi on only parted (id, at); alter table parted add constraint c unique using index pi', 'partitioned'],
  ['alter table big add column x int not null', 'x is not null'],
  ['alter table big add column x int not null default null', 'x is not null'],
] as const;

/** Statements that look like those and are let through, because of what was done before. */
const letThrough = [
  'drop table of_used; drop view v_v; drop view v_used; drop table used',
  'drop view v_used, v_v; drop table used, of_used',
  'drop view v_used, v_v; alter table of_used drop constraint of_used_used_id_fkey; drop table used',
  'drop policy p_used on used; alter table used alter column tenant_id type text',
  'drop trigger tr_used on public.used; alter table public.used alter column c type bigint; drop function touch()',
  'alter table used drop column g; alter table used alter column a type bigint',
  'alter table used alter column d type bigint',
  'drop table of_mood; drop type mood',
  'alter table of_counter alter column n drop default; drop sequence counter',
  'create function touch(int) returns int language sql return 1; drop function touch(int)',
  'drop table empty',
  'create table used_2 (id int primary key); drop table used_2',
] as const;

let client: Client;
let database: Database;
beforeAll(async () => {
  const { settings } = await createDatabase('empty');
  client = await connectTo(settings);
  await client.query(tables);
  await client.query("set timezone = 'UTC'");
  database = await open(settings);
});
afterAll(() => client.end());

async function findings(sql: string): Promise<readonly LintFinding[]> {
  const files = [migrationFile('1_x.sql', Buffer.from(sql))];
  const status = await readStatus(database, { directory: '', files });
  const facts = await readLintFacts(database, { ...status, searchPath: status.history.searchPath });
  return lint(files[0]!, status.migrations[0]!.parsed!, { ...facts, hasRollback: true });
}

/** What the server tells of a statement in a transaction that is rolled back: the work it does, and why it refuses. */
async function told(
  sql: string,
): Promise<{ readonly work: readonly string[]; readonly error: string | undefined; readonly locks: string }> {
  const notices: string[] = [];
  const listen = ({ message }: { message?: string | undefined }): void => void notices.push(message ?? '');
  client.on('notice', listen);
  await client.query('begin; set local client_min_messages = debug1');
  let error: string | undefined;
  let locks = '';
  try {
    await client.query(sql);
    const { rows: held } = await client.query<{ mode: string }>(
      `select distinct mode from pg_locks as l join pg_class as c on c.oid = l.relation and c.relkind in ('r', 'p', 'm') and c.relnamespace <> 'pg_catalog'::regnamespace
       where l.pid = pg_backend_pid()`,
    );
    locks = held.map(({ mode }) => mode).join(' ');
  } catch (caught) {
    error = caught instanceof Error ? caught.message : String(caught);
  }
  await client.query('rollback');
  client.off('notice', listen);
  const isWork = /^(rewriting|verifying) table "(?!pg_)|^validating foreign key|^building index "(?!pg_)/;
  const ofSmall = /on table "(fresh|made|empty|small|pg_\w+|large_empty)"|"(fresh|made)"/;
  return { work: notices.filter((notice) => isWork.test(notice) && !ofSmall.test(notice)), error, locks };
}

const isLong = ({ rule, severity }: LintFinding): boolean =>
  severity === 'warning' && ['table-rewrite', 'blocking-lock', 'missing-concurrently'].includes(rule);
const isRefused = ({ rule, severity }: LintFinding): boolean =>
  severity === 'error' && ['will-be-refused', 'drop-in-use', 'not-null-without-default'].includes(rule);

describe('what takes long under a lock', () => {
  test.for(long)('%s', async (sql) => {
    const server = await told(sql);
    expect(server.error).toBeUndefined();
    // What fills a materialized view is not told.
    expect(server.work.length > 0 || sql.includes('materialized')).toBe(true);
    const found = (await findings(sql)).filter(isLong);
    expect(found).toHaveLength(1);
    const { rule, what } = found[0]!;
    expect(rule === 'table-rewrite').toBe(server.work.some((work) => work.startsWith('rewriting')) || sql.startsWith('cluster'));
    expect(what).toMatch(/about [12]\d,\d{3} rows/);
    const [lock] = /(SHARE ROW EXCLUSIVE|ACCESS EXCLUSIVE|SHARE) lock/.exec(what)!;
    const mode = {
      'SHARE ROW EXCLUSIVE lock': 'ShareRowExclusiveLock',
      'ACCESS EXCLUSIVE lock': 'AccessExclusiveLock',
      'SHARE lock': 'ShareLock',
    };
    expect(server.locks).toContain(mode[lock as keyof typeof mode]);
    // What is to be written instead parses, and takes no such lock.
    expect((await findings(found[0]!.whatToWrite)).filter((better) => isLong(better) || better.rule === 'unparseable')).toEqual(
      [],
    );
  });
});

describe('what is done at once', () => {
  test.for(short)('%s', async (sql) => {
    const server = await told(sql);
    expect(server.error).toBeUndefined();
    expect(
      server.work.filter((work) => !/building index "i" on table "(big|small|made|fresh|parted)".*serially/.test(work)),
    ).toEqual([]);
    expect((await findings(sql)).filter(isLong)).toEqual([]);
  });
});

describe('what is refused', () => {
  test.for(refused)('%s: %s', async ([sql, word]) => {
    expect((await told(sql)).error).toBeDefined();
    const inTransaction = word === 'transaction' ? `begin;\n${sql};\ncommit;` : sql;
    const found = (await findings(inTransaction)).filter(isRefused);
    expect(found).toHaveLength(1);
    expect(found[0]!.what).toContain(word);
    expect(found[0]!.line).toBe(word === 'transaction' ? 2 : 1);
  });
});

test('a foreign key of a partitioned table may be not valid from PostgreSQL 18 on', async () => {
  const sql = 'alter table parted add constraint c foreign key (id) references acct (id) not valid';
  expect((await findings(sql)).filter(isRefused)).toHaveLength((await told(sql)).error === undefined ? 0 : 1);
});

describe('what is let through', () => {
  test.for(letThrough)('%s', async (sql) => {
    const { error } = await told(sql);
    expect(error).toBeUndefined();
    expect((await findings(sql)).filter(isRefused)).toEqual([]);
  });
});
