import { expect, test } from 'vitest';
import { planApply } from '#features/migrations/apply.ts';
import { readHistory } from '#features/migrations/history.ts';
import { initHistory } from '#features/migrations/init.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { resolveMigration } from '#features/migrations/resolve.ts';
import { planRollback } from '#features/migrations/rollback.ts';
import { statusFailure, statusJson } from '#features/migrations/status-output.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { open } from '../database/opening.ts';
import { author, failure, writing } from './metadata-saving.ts';
import { openYard, runFiles } from './migration-running.ts';

const unaudited = { author, isUnaudited: true } as const;
const files = [migrationFile('001_a.sql', Buffer.from('create table a (n int);'))];
const folder = { directory: '/nowhere', files };
const withRollback = { ...folder, files: [...files, migrationFile('ROLLBACK_001_a.sql', Buffer.from('drop table a;'))] };
const named = { name: '001_a.sql', as: 'applied', reason: 'x' } as const;

/** A history of others' making: manual 4.5 with one thing changed. */
const shapes = [
  ['alter table schema_migrations alter success drop default, alter success type text', 'success is text, and boolean is needed'],
  ['alter table schema_migrations alter success drop default, alter success type int using 1', 'success is integer'],
  [
    'alter table schema_migrations alter applied_at drop default, alter applied_at type text',
    'applied_at is text, and timestamptz',
  ],
  [
    'alter table schema_migrations alter applied_by type varchar(3)',
    'applied_by is character varying(3), and text of 255 characters',
  ],
  ['alter table schema_migrations alter error_message type varchar(10)', 'error_message is character varying(10)'],
  ['alter table schema_migrations alter error_message set not null', 'does not let error_message be empty'],
  ['alter table schema_migrations alter execution_time_ms type text', 'execution_time_ms is text, and integer'],
  [
    'alter table schema_migrations drop column if exists checksum, add checksum bytea',
    'checksum is bytea, and text of 64 characters',
  ],
  ['alter table schema_migrations drop column if exists checksum, add checksum varchar(32)', 'checksum is character varying(32)'],
  ['alter table schema_migrations add branch text not null', 'does not let branch be empty'],
  ['alter table schema_migrations alter id drop default', 'does not let id be empty'],
  ['alter table schema_migrations drop column error_message', 'has no error_message'],
  [
    'alter table schema_migrations rename to real_one; create view schema_migrations as select * from real_one',
    'no unique constraint',
  ],
] as const;

test.for(shapes)('a history is refused by what is wrong with it: %s', async ([change, words]) => {
  const { admin, database } = await openYard();
  await admin.query(change);
  const said = { kind: 'refused', code: 'history-foreign', message: expect.stringContaining(words) };
  expect(await failure(initHistory(database, unaudited))).toMatchObject(said);
  expect(await failure(resolveMigration(database, folder, named, unaudited))).toMatchObject(said);
  expect(await failure(runFiles(database, { '001_a.sql': 'create table a (n int);' }))).toMatchObject(said);
  expect((await admin.query(`select to_regclass('a') as a`)).rows).toEqual([{ a: null }]);
});

test.for([
  'alter table schema_migrations drop constraint schema_migrations_pkey, drop column id, add primary key (migration_name)',
  'alter table schema_migrations alter migration_name type text, alter applied_at type timestamp, alter execution_time_ms type bigint',
  'alter table schema_migrations add note text, add more int not null default 1, add made int generated always as identity',
])('other columns serve as well: %s', async (change) => {
  const { admin, database } = await openYard();
  await admin.query(change);
  await runFiles(database, { '001_a.sql': 'create table a (n int);' });
  expect((await readStatus(database, folder)).migrations).toMatchObject([{ state: 'applied' }]);
});

test("another program's table, and a history in another schema, are told as what they are", async () => {
  const { admin, database } = await openYard();
  await admin.query('alter table schema_migrations rename to gone; create table schema_migrations (version text primary key)');
  expect(await readHistory(database)).toMatchObject({ isThere: false, hasTable: true });
  expect(await failure(planApply(database, folder, { kind: 'all' }))).toMatchObject({ code: 'history-foreign' });
  await admin.query(
    'drop table schema_migrations; create schema "Other"; alter table gone set schema "Other"; alter table "Other".gone rename to schema_migrations',
  );
  const elsewhere = {
    kind: 'refused',
    code: 'history-elsewhere',
    whatToDo: expect.stringContaining('alter table "Other".schema_migrations set schema public'),
  };
  expect(await failure(planApply(database, folder, { kind: 'all' }))).toMatchObject(elsewhere);
  expect(await failure(initHistory(database, unaudited))).toMatchObject(elsewhere);
  expect((await admin.query(`select to_regclass('public.schema_migrations') as history`)).rows).toEqual([{ history: null }]);
});

test('a role that may not write the history is told which right it lacks, and who has it', async () => {
  const { admin, database, home: yard } = await openYard();
  await admin.query(`drop role if exists history_reader; create role history_reader login password 'x' bypassrls;
    alter table schema_migrations drop column if exists checksum; grant create on schema public to history_reader; grant select, update on schema_migrations to history_reader`);
  await initHistory(database, unaudited);
  await admin.query('alter table schema_migrations drop column checksum');
  const reader = await open({ ...yard.settings, user: 'history_reader', password: () => 'x' }, { access: writing });
  const lacks = { kind: 'refused', code: 'history-forbidden' };
  expect(await failure(resolveMigration(reader, folder, named, unaudited))).toMatchObject({
    ...lacks,
    message: expect.stringMatching(
      /history_reader may not write .*insert on schema_migrations, usage on sequence schema_migrations_id_seq/,
    ),
  });
  expect(await failure(initHistory(reader, unaudited))).toMatchObject({
    code: 'history-owned',
    message: expect.stringContaining('belongs to'),
  });
  expect(await failure(runFiles(reader, { '001_a.sql': 'create table a (n int);' }))).toMatchObject(lacks);
  expect((await admin.query(`select to_regclass('a') as a`)).rows).toEqual([{ a: null }]);
  await admin.query(
    'grant insert on schema_migrations to history_reader; grant usage on sequence schema_migrations_id_seq to history_reader',
  );
  expect(await resolveMigration(reader, folder, named, unaudited)).toMatchObject({ name: '001_a.sql' });
});

test('where row level security keeps rows from a role, what was applied is not called pending, and nothing is run or recorded', async () => {
  const { admin, database, home: yard } = await openYard();
  await runFiles(database, { '001_a.sql': 'create table a (n int);' });
  await admin.query(`drop role if exists history_outsider; create role history_outsider login password 'x';
    alter table schema_migrations enable row level security; grant create on schema public to history_outsider;
    grant select, insert, update on schema_migrations to history_outsider; grant usage on sequence schema_migrations_id_seq to history_outsider`);
  const outsider = await open({ ...yard.settings, user: 'history_outsider', password: () => 'x' }, { access: writing });
  const hidden = {
    kind: 'refused',
    code: 'history-hidden',
    message: expect.stringMatching(
      /history_outsider can not see the whole history: row level security .* public\.schema_migrations/,
    ),
    whatToDo: expect.stringContaining('create policy migrations_console on public.schema_migrations to history_outsider using'),
  };
  const refusedAll = async (): Promise<void> => {
    const status = await readStatus(outsider, folder);
    expect(status.migrations).toMatchObject([{ state: 'unknown' }]);
    expect(statusFailure(status)).toMatchObject(hidden);
    expect(statusJson(status)).toMatchObject({ summary: { sees_whole_history: false, proposed_baseline: null } });
    expect(await failure(planApply(outsider, folder, { kind: 'all' }))).toMatchObject(hidden);
    expect(await failure(planRollback(outsider, withRollback, '001_a.sql', true))).toMatchObject(hidden);
    expect(await failure(resolveMigration(outsider, folder, named, unaudited))).toMatchObject(hidden);
    expect(await failure(runFiles(outsider, { '002_b.sql': 'create table b (n int);' }))).toMatchObject(hidden);
  };
  await refusedAll();
  await admin.query('create policy few on schema_migrations using (id > 1)');
  await refusedAll();
  await admin.query('drop policy few on schema_migrations; create policy others on schema_migrations to pg_monitor using (true)');
  await refusedAll();
  await admin.query('create policy readers on schema_migrations for select to history_outsider using (true)');
  expect((await readStatus(outsider, folder)).migrations).toMatchObject([{ state: 'applied' }]);
  expect(await failure(runFiles(outsider, { '002_b.sql': 'create table b (n int);' }))).toMatchObject({
    code: 'history-forbidden',
    message: expect.stringContaining('a policy for insert on schema_migrations, a policy for update on schema_migrations'),
  });
  await admin.query('create policy less on schema_migrations as restrictive using (id > 1)');
  await refusedAll();
  await admin.query('drop policy less on schema_migrations; drop policy readers on schema_migrations');
  expect((await admin.query(`select to_regclass('b') as b`)).rows).toEqual([{ b: null }]);
  await admin.query((await failure(planApply(outsider, folder, { kind: 'all' }))).whatToDo.replace(/^.* run: /, ''));
  expect((await readStatus(outsider, folder)).migrations).toMatchObject([{ state: 'applied' }]);
  expect((await runFiles(outsider, { '002_b.sql': 'create table b (n int);' })).results).toMatchObject([{ state: 'applied' }]);
});

test("another program's checksum is no sign of an edit", async () => {
  const { admin, database } = await openYard();
  await admin.query(`alter table schema_migrations add if not exists checksum text;
    insert into schema_migrations (migration_name, checksum) values ('001_a.sql', md5('x'))`);
  expect((await readStatus(database, folder)).migrations).toMatchObject([{ state: 'applied', flags: ['unverified'] }]);
  await admin.query(`update schema_migrations set checksum = encode(sha256('x'), 'hex')`);
  expect((await readStatus(database, folder)).migrations).toMatchObject([{ state: 'applied', flags: ['edited'] }]);
});
