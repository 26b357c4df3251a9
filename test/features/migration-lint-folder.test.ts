import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { lintFolder } from '#features/migrations/lint-command.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';

let database: Database;
beforeAll(async () => {
  const { settings } = await createDatabase('empty');
  const client = await connectTo(settings);
  await client.query(
    'create table held (id int, tenant_id uuid, n int); create table plain (id int, name text); insert into plain values (1)',
  );
  await client.end();
  database = await open(settings);
});

/** The findings of a folder, as `1:2 rule`: file, line, rule. */
async function findings(files: readonly string[], wanted: RegExp): Promise<readonly string[]> {
  const folder = {
    directory: '',
    files: files.map((sql, index) => migrationFile(`${index + 1}_x.sql`, Buffer.from(sql))),
  };
  const linted = await lintFolder(database, folder, (all) => all);
  return linted.flatMap(({ migration, findings: found }) =>
    found.filter(({ rule }) => wanted.test(rule)).map(({ rule, line }) => `${migration.number}:${line} ${rule}`),
  );
}

const index = 'create index if not exists idx_a_tenant on a (tenant_id);';
const security = 'alter table a enable row level security;';
const table = 'create table if not exists a (id int, tenant_id uuid);';
const keeps =
  "create or replace function keep() returns trigger language plpgsql as 'begin new.updated_at = now(); return new; end';";
const checks = "create or replace function check_email() returns trigger language plpgsql as 'begin return new; end';";
const both = ['1:1 missing-row-security', '1:1 missing-tenant-index'];

describe('a table of tenants', () => {
  test.for<readonly [title: string, files: readonly string[], found: readonly string[]]>([
    ['needs row-level security and an index', [table], both],
    ['gets them from later files', [table, security, index], []],
    ['gets them from the same file', [`${table}${security}${index}`], []],
    [
      'in a DO block too',
      [`do $$ begin if to_regclass('a') is null then\n${table}\n${security} end if; end $$;`],
      ['1:2 missing-tenant-index'],
    ],
    ['written with its schema', [`create table if not exists public.a (tenant_id uuid);`, security, index], []],
    [
      'of another schema has nothing from its namesake',
      [`create schema if not exists app; create table if not exists app.a (tenant_id uuid); ${table}`, security, index],
      both,
    ],
    [
      'with a quoted name',
      [
        'create table if not exists "Odd" (tenant_id uuid);',
        'alter table "Odd" enable row level security; create index if not exists "I" on "Odd" (tenant_id, x);',
      ],
      [],
    ],
    [
      'that a later file renames',
      [`${table}${security}`, 'alter table a rename to b;', 'create index if not exists i on b (tenant_id);'],
      [],
    ],
    [
      'that a later file renames, and nobody indexes',
      [`${table}${security}`, 'alter table a rename to b;'],
      ['1:1 missing-tenant-index'],
    ],
    [
      'that its own file renames',
      ['create table b (tenant_id uuid);\nalter table b rename to a;', security],
      ['1:1 missing-tenant-index'],
    ],
    ['that a later file drops', [table, 'drop table a;'], []],
    ['that loses its index again', [`${table}${security}${index}`, 'drop index idx_a_tenant;'], ['1:1 missing-tenant-index']],
    [
      'that loses its security again',
      [`${table}${security}${index}`, 'alter table a disable row level security;'],
      ['1:1 missing-row-security'],
    ],
    [
      'whose security may be made by SQL made up at run time',
      [
        `${table}${index}`,
        "do $$ declare t text; begin for t in select tablename from pg_tables loop execute format('alter table %I enable row level security', t); end loop; end $$;",
      ],
      [],
    ],
    [
      'whose security is made by name at run time',
      [
        `${table}${index}`,
        "do $$ declare t text; begin foreach t in array array['a', 'b'] loop execute format('alter table %I enable row level security', t); end loop; end $$;",
      ],
      [],
    ],
    [
      'that another table is secured at run time',
      [
        `${table}${index}`,
        "do $$ declare t text; begin foreach t in array array['c', 'b'] loop execute format('alter table %I enable row level security', t); end loop; end $$;",
      ],
      ['1:1 missing-row-security'],
    ],
    [
      'that run-time SQL may drop something of',
      [
        `${table}${security}${index}`,
        "do $$ declare t text := 'a'; begin execute format('alter table %I drop column if exists x', t); end $$;",
      ],
      [],
    ],
    [
      'with a key that begins with tenant_id',
      [`create table if not exists a (id int, tenant_id uuid, primary key (tenant_id, id)); ${security}`],
      [],
    ],
    [
      'like another',
      [`${table}${security}${index}`, 'create table if not exists b (like a including all);'],
      ['2:1 missing-row-security', '2:1 missing-tenant-index'],
    ],
    [
      'made from a query',
      [`${table}${security}${index}`, 'create table b as select tenant_id, 1 as n from a;'],
      ['2:1 missing-row-security', '2:1 missing-tenant-index'],
    ],
    [
      'that gets its column later in the file',
      ['create table if not exists a (id int);\nalter table a add column if not exists tenant_id uuid;'],
      both,
    ],
    [
      'that gets its column in a later file',
      ['create table if not exists a (id int);', '\nalter table a add column if not exists tenant_id uuid;'],
      ['2:2 missing-row-security', '2:2 missing-tenant-index'],
    ],
    [
      'that has the column is no new one',
      ['alter table held add column if not exists tenant_id uuid; create table if not exists held (tenant_id uuid);'],
      ['1:1 missing-row-security', '1:1 missing-tenant-index'],
    ],
    ['of the database that gets the column', ['alter table plain add column tenant_id uuid;'], both],
    [
      'partition',
      [
        'create table if not exists a (id int, tenant_id uuid) partition by range (id); create table if not exists a_1 partition of a default;',
        security,
        index,
      ],
      [],
    ],
    ['temporary', ['create temp table a (tenant_id uuid); create table pg_temp.b (tenant_id uuid);'], []],
    ['tenant itself', ['create table if not exists tenant (id uuid, tenant_id text);'], []],
  ])('%s', async ([, files, found]) => {
    expect(await findings(files, /missing-(row|tenant)/)).toEqual(found);
  });

  test.for<readonly [title: string, files: readonly string[], found: readonly string[]]>([
    [
      'a trigger of another purpose does not',
      [`${checks} create or replace trigger t before insert or update on a for each row execute function check_email();`],
      ['1:1 missing-updated-at-trigger'],
    ],
    [
      'nor does one for each statement',
      [`${keeps} create or replace trigger t before update on a execute function keep();`],
      ['1:1 missing-updated-at-trigger'],
    ],
    [
      'one that sets it does',
      [`${keeps} create or replace trigger t before update on a for each row execute function keep();`],
      [],
    ],
    [
      'as does one whose function nobody shows',
      ['create or replace trigger t before insert or update on a for each row execute function moddatetime(updated_at);'],
      [],
    ],
    [
      'and one made at run time',
      [
        "do $$ declare t text := 'a'; begin execute format('create trigger t before update on %I for each row execute function keep()', t); end $$;",
      ],
      [],
    ],
  ])('updated_at is kept: %s', async ([, files, found]) => {
    expect(
      await findings(
        [`create table if not exists a (tenant_id uuid, updated_at timestamptz); ${security}${index}`, ...files],
        /updated/,
      ),
    ).toEqual(found);
  });
});

describe('names and lines', () => {
  test.for<readonly [sql: string, found: readonly string[]]>([
    ['create table if not exists a (\n  id int,\n  "firstName" text,\n  created_at timestamp\n);', ['1:3 naming', '1:4 naming']],
    ['alter table plain\n  add column if not exists x int,\n  add column if not exists "Y" int;', ['1:3 naming']],
    ['alter table plain rename column name to "Name"; alter table plain rename to "Plain";', ['1:1 naming', '1:1 naming']],
    ['alter table plain rename column name to label; alter table plain rename to plains;', []],
    ['create table if not exists a (a_id uuid primary key);', ['1:1 naming']],
    ['create table if not exists a (a_id uuid, b_id uuid, primary key (a_id, b_id));', []],
    ['create temp table t (n int); create index whatever on t (n); alter table t add column "Z" int;', []],
    ['alter table plain\n  -- a comment: é\n  add constraint odd check (id > 0);', ['1:3 naming']],
    [
      'do $$\nbegin\n  alter table plain\n    add column if not exists a int,\n    add column if not exists "B" int;\nend $$;',
      ['1:5 naming'],
    ],
  ])('%s', async ([sql, found]) => {
    expect(await findings([sql], /naming/)).toEqual(found);
  });
});

test('rows that are written out are told of once for each table', async () => {
  const inserts = Array.from(
    { length: 3000 },
    (_, n) => `insert into plain values (${n}); insert into held (n) values (${n});`,
  ).join('\n');
  expect(await findings([inserts], /guard/)).toEqual(['1:1 no-idempotency-guard', '1:1 no-idempotency-guard']);
});

describe('a rollback is asked for', () => {
  test.for<readonly [sql: string, found: readonly string[]]>([
    ['create temp table t (n int); insert into t values (1); update t set n = 2; delete from t; drop table t;', []],
    ['create table helper (n int); alter table helper add m int; update helper set n = 2; drop table helper;', []],
    ['\nupdate plain set name = 1;', ['1:2 no-rollback-file']],
    ['truncate plain;', ['1:1 no-rollback-file']],
    ['create table if not exists plain (id int);\nalter table plain add column if not exists n int;', ['1:2 no-rollback-file']],
  ])('%s', async ([sql, found]) => {
    expect(await findings([sql], /rollback/)).toEqual(found);
  });
});
