import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalog } from '#database/catalog.ts';
import { demoAssets } from '#demo/schema.ts';
import { migrationFile, readMigrationFolder } from '#features/migrations/folder.ts';
import { expectedOf } from '#features/migrations/expected.ts';
import { lint } from '#features/migrations/lint.ts';
import type { LintFacts, TableFacts } from '#features/migrations/lint/facts.ts';
import type { LintFinding } from '#features/migrations/lint/finding.ts';
import { readLintFacts } from '#features/migrations/lint-facts.ts';
import { endState } from '#features/migrations/lint-end-state.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { parseMigration, parseMigrations } from '#features/migrations/parse.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';

const column = (name: string, typeText: string, isNotNull = false): TableFacts['columns'][number] => ({
  name,
  typeText,
  isNotNull,
});

function tableOf(name: string, estimatedRows: number, more: Partial<TableFacts> = {}): TableFacts {
  return {
    schema: 'public',
    name,
    title: name,
    estimatedRows,
    columns: [
      column('id', 'uuid', true),
      column('email', 'character varying(100)'),
      column('n', 'integer'),
      column('price', 'numeric(10,2)'),
    ],
    kind: 'table',
    isPartition: false,
    isUnlogged: false,
    constraints: [],
    indexes: [],
    ...more,
  };
}

const view = { text: 'view v', kind: 'view', schema: 'public', name: 'v', part: '' };
const tables = new Map(
  [tableOf('big', 2_000_000), tableOf('little', 40), tableOf('used', 40), tableOf('bare', 0)].map((table) => [table.name, table]),
);

/** The findings on one file over a big table, a little one, one that a view uses and one without rows. */
async function findings(sql: string, hasRollback = true): Promise<readonly LintFinding[]> {
  const file = migrationFile('100_x.sql', Buffer.from(sql));
  const parsed = await parseMigration(file);
  const facts: LintFacts = {
    table: (schema, name) => (schema === 'public' ? tables.get(name) : undefined),
    dependents: (_kind, _schema, name, of) => (name === 'used' && (of ?? 'n') === 'n' ? [view] : []),
    isVolatile: () => false,
    domain: () => undefined,
    serverVersion: 150_000,
    timeZone: 'UTC',
    tableOfIndex: (_schema, name) =>
      name === 'idx_big_n' ? tables.get('big') : name === 'idx_little_n' ? tables.get('little') : undefined,
    end: endState(expectedOf([file], [parsed]), new Map()),
    searchPath: ['public'],
    hasRollback,
  };
  return lint(file, parsed, facts);
}

/** Every `whatToWrite` so far, to see that it is SQL. */
async function parses(found: readonly LintFinding[]): Promise<string[]> {
  const files = found.map(({ whatToWrite }) => migrationFile('1_x.sql', Buffer.from(whatToWrite)));
  const parsed = await parseMigrations(files);
  return found.map(({ whatToWrite }) => whatToWrite).filter((_, index) => parsed[index]!.error !== undefined);
}

type Example = readonly [rule: string, wrong: string, right: string];

const examples: readonly Example[] = [
  [
    'missing-concurrently',
    'create index if not exists idx_big_n on big (n);',
    'create index concurrently if not exists idx_big_n on big (n);',
  ],
  [
    'missing-concurrently',
    'CREATE UNIQUE INDEX IF NOT EXISTS idx_big_email ON public.big (email);',
    'CREATE UNIQUE INDEX IF NOT EXISTS idx_little_email ON little (email);',
  ],
  ['missing-concurrently', 'drop index if exists idx_big_n;', 'drop index if exists idx_little_n;'],
  ['missing-concurrently', 'reindex index idx_big_n;', 'reindex index concurrently idx_big_n;'],
  ['missing-concurrently', 'reindex table public.big;', 'reindex table little;'],
  [
    'blocking-lock',
    'alter table big drop constraint if exists big_n_check; alter table big add constraint big_n_check check (n > 0);',
    'alter table big drop constraint if exists big_n_check; alter table big add constraint big_n_check check (n > 0) not valid;',
  ],
  [
    'blocking-lock',
    'alter table big drop constraint if exists f; alter table big add constraint f foreign key (id) references little (id) on delete cascade;',
    'alter table little drop constraint if exists f; alter table little add constraint f foreign key (id) references big (id);',
  ],
  [
    'blocking-lock',
    'alter table big drop constraint if exists big_n_unique; alter table big add constraint big_n_unique unique (n);',
    'alter table big drop constraint if exists big_n_unique; alter table big add constraint big_n_unique unique using index idx_big_n;',
  ],
  [
    'blocking-lock',
    'alter table big alter column n set not null;',
    'alter table big alter column id set not null; alter table little alter column n set not null;',
  ],
  ['blocking-lock', 'lock table big in share mode;', 'lock table big in row exclusive mode; lock table little;'],
  [
    'table-rewrite',
    'alter table big alter column n type bigint;',
    'alter table big alter column email type varchar(200); alter table big alter column email type text; alter table big alter column price type numeric(12,2);',
  ],
  ['table-rewrite', 'alter table big alter column email type varchar(50);', 'alter table little alter column n type bigint;'],
  [
    'table-rewrite',
    'alter table big add column if not exists token uuid default gen_random_uuid();',
    'alter table big add column if not exists at timestamptz not null default now();',
  ],
  [
    'table-rewrite',
    'alter table big add column if not exists seq bigserial;',
    'alter table big add column if not exists kind text default lower($$X$$);',
  ],
  [
    'table-rewrite',
    'alter table big add column if not exists seq int generated always as identity;',
    'alter table big add column if not exists seq int;',
  ],
  ['table-rewrite', 'vacuum full big;', 'vacuum (analyze) big;'],
  ['table-rewrite', 'cluster big using idx_big_n;', 'cluster little using idx_little_n;'],
  [
    'not-null-without-default',
    'alter table little add column if not exists kind varchar(20) not null;',
    "alter table little add column if not exists kind varchar(20) not null default 'x';",
  ],
  [
    'not-null-without-default',
    'alter table little add column if not exists "Kind" text not null;',
    'alter table bare add column if not exists kind text not null; alter table little add column if not exists n int not null;',
  ],
  [
    'not-written',
    "do $$ begin raise exception 'x is not written yet: replace this line'; end $$;",
    "do $$ begin if exists (select from little) then raise exception 'not now'; end if; raise notice 'done'; end $$;",
  ],
  [
    'not-written',
    "do $$ begin raise 'no'; exception when raise_exception then raise; end; $$; do $$ begin raise sqlstate '22012'; end $$;",
    "do $$ begin if exists (select from little) then return; end if; raise exception 'it must be there'; end $$;",
  ],
  ['drop-in-use', 'delete from little;', 'delete from little where n = 1; delete from bare;'],
  ['drop-in-use', 'truncate little;', 'truncate bare;'],
  [
    'drop-in-use',
    'create table if not exists part as select * from little where n = 1; delete from public.little;',
    'create table if not exists every as table little; delete from public.little;',
  ],
  [
    'drop-in-use',
    'create table if not exists shape as table little with no data; delete from public.little;',
    'create table if not exists shape as table little with data; delete from public.little;',
  ],
  ['drop-in-use', 'drop table if exists little;', 'drop table if exists bare;'],
  [
    'drop-in-use',
    'drop table if exists used cascade;',
    'create table if not exists little_2 (id int); drop table if exists little_2;',
  ],
  ['drop-in-use', 'alter table used drop column if exists n;', 'alter table used drop column if exists nowhere;'],
  [
    'missing-row-security',
    'create table if not exists a (tenant_id uuid); create index if not exists idx_a_tenant on a (tenant_id);',
    'create table if not exists a (tenant_id uuid); create index if not exists idx_a_tenant on a (tenant_id); alter table a enable row level security;',
  ],
  [
    'missing-tenant-index',
    'create table if not exists a (tenant_id uuid, n int); alter table a enable row level security; create index if not exists idx_a_n on a (n, tenant_id);',
    'create table if not exists a (tenant_id uuid, n int, unique (tenant_id, n)); alter table a enable row level security;',
  ],
  [
    'missing-tenant-index',
    'create table if not exists a (tenant_id uuid, n int); create index if not exists idx_a_tenant on a (tenant_id) where n > 1;',
    'create table if not exists tenant (tenant_id text); create temp table a (tenant_id uuid);',
  ],
  [
    'missing-updated-at-trigger',
    'create table if not exists a (tenant_id uuid, updated_at timestamptz); create or replace trigger t after update on a for each row execute function f();',
    'create table if not exists a (tenant_id uuid, updated_at timestamptz); create or replace trigger t before update on a for each row execute function f();',
  ],
  ['naming', 'create table if not exists "CamelCase" (id int);', 'create table if not exists accounts (id int, _x int);'],
  [
    'naming',
    'alter table little add column if not exists "firstName" text;',
    'alter table little add column if not exists first_name text;',
  ],
  [
    'naming',
    'create table if not exists a (created_at timestamp);',
    'create table if not exists a (created_at timestamptz, updated_at timestamp with time zone);',
  ],
  [
    'naming',
    'create index if not exists little_by_n on little (n);',
    'create index if not exists idx_little_n on little (n); create unique index if not exists little_n_active on little (n);',
  ],
  [
    'naming',
    'alter table little drop constraint if exists positive; alter table little add constraint positive check (n > 0);',
    'alter table little drop constraint if exists little_n_check; alter table little add constraint little_n_check check (n > 0);',
  ],
  [
    'naming',
    'create table if not exists a (n int, constraint one_n unique (n));',
    'create table if not exists a (n int, constraint a_n_key unique (n), constraint a_pk primary key (n));',
  ],
  ['no-idempotency-guard', 'create table a (id int);', 'drop table if exists a; create table a (id int);'],
  [
    'no-idempotency-guard',
    'create table if not exists a (id int); create index idx_a on a (id);',
    "do $$ begin if not exists (select 1 from pg_class where relname = 'a') then create table a (id int); create index idx_a on a (id); end if; end $$;",
  ],
  [
    'no-idempotency-guard',
    'create unique index concurrently idx_big_n on big (n);',
    'create unique index concurrently if not exists idx_big_n on big (n);',
  ],
  ['no-idempotency-guard', 'create index on little (n);', 'drop index if exists idx_a; create index idx_a on little (n);'],
  [
    'no-idempotency-guard',
    'create policy "p p" on little using (true);',
    'drop policy if exists "p p" on little; create policy "p p" on little using (true);',
  ],
  [
    'no-idempotency-guard',
    'create policy p on little using (true); drop policy if exists p on little;',
    'create or replace trigger t before update on little for each row execute function f();',
  ],
  [
    'no-idempotency-guard',
    'create trigger t before update on little for each row execute function f();',
    'drop trigger if exists t on little; create trigger t before update on little for each row execute function f();',
  ],
  [
    'no-idempotency-guard',
    "create function f() returns int language sql as 'select 1';",
    "create or replace function f() returns int language sql as 'select 1';",
  ],
  ['no-idempotency-guard', 'create view v as select 1;', 'create or replace view v as select 1;'],
  [
    'no-idempotency-guard',
    "create type e as enum ('a');",
    "do $$ begin create type e as enum ('a'); exception when duplicate_object then null; end $$;",
  ],
  [
    'no-idempotency-guard',
    'create extension pgcrypto; create schema s; create sequence q;',
    'create extension if not exists pgcrypto; create schema if not exists s; create sequence if not exists q;',
  ],
  ['no-idempotency-guard', "alter type e add value 'x';", "alter type e add value if not exists 'x';"],
  ['no-idempotency-guard', 'drop view v; drop index i;', 'drop view if exists v; drop index if exists i;'],
  ['no-idempotency-guard', 'alter table little add column kind text;', 'alter table little add column if not exists kind text;'],
  [
    'no-idempotency-guard',
    'alter table little add kind text;',
    'drop table if exists a; create table a (id int); alter table a add kind text;',
  ],
  [
    'no-idempotency-guard',
    'alter table little drop column kind; alter table little drop constraint c;',
    'alter table little drop column if exists kind; alter table little drop constraint if exists c;',
  ],
  [
    'no-idempotency-guard',
    'alter table little add constraint little_n_check check (n > 0);',
    'alter table little drop constraint if exists little_n_check, add constraint little_n_check check (n > 0);',
  ],
];

describe('rules', () => {
  test.for(examples)('%s: %s', async ([rule, wrong, right]) => {
    const found = (await findings(wrong)).filter((finding) => finding.rule === rule);
    expect(found.length).toBeGreaterThan(0);
    expect((await findings(right)).filter((finding) => finding.rule === rule)).toEqual([]);
    expect(await parses(found)).toEqual([]);
    // What is to be written instead is no longer found.
    const better = await findings(found.map(({ whatToWrite }) => whatToWrite).join('\n'));
    expect(better.filter((finding) => finding.rule === rule && !/without a name/.test(finding.what))).toEqual([]);
  });

  test('no-rollback-file: only for changes of what is there', async () => {
    const rules = async (sql: string, hasRollback: boolean): Promise<boolean> =>
      (await findings(sql, hasRollback)).some(({ rule }) => rule === 'no-rollback-file');
    for (const sql of [
      'alter table little add column if not exists x int;',
      'update little set n = 1;',
      'drop table if exists bare;',
      'alter table little rename to less;',
    ]) {
      expect([sql, await rules(sql, false), await rules(sql, true)]).toEqual([sql, true, false]);
    }
    expect(
      await rules(
        'create table if not exists a (id int); alter table a add column x int; create index if not exists idx_a on little (n);',
        false,
      ),
    ).toBe(false);
    const [finding] = await findings('select 1;\nalter table little add column if not exists x int;', false);
    expect(finding).toMatchObject({ line: 2, whatToWrite: '-- ROLLBACK_100_x.sql\nalter table little drop column if exists x;' });
    expect(await parses([finding!])).toEqual([]);
  });

  test('unparseable, and psql only', async () => {
    expect(await findings('select 1;\ncreate tabel x ();')).toMatchObject([{ rule: 'unparseable', severity: 'error', line: 2 }]);
    expect(await findings('\\i a.sql')).toMatchObject([{ rule: 'unparseable', what: 'only psql can run the psql command \\i' }]);
    expect(await findings('select 1')).toEqual([]);
  });
});

test('a finding says which lock, how many rows, and the line inside a DO block too', async () => {
  const [finding] = await findings(
    '-- one\ndo $$\nbegin\n  if true then\n    create index idx_big_n on big (n);\n  end if;\nend $$;',
  );
  expect(finding).toEqual({
    rule: 'missing-concurrently',
    severity: 'warning',
    line: 5,
    what: 'create index takes a SHARE lock: nobody can write to big, about 2,000,000 rows, until it is built',
    whatToWrite: '-- in a file of its own\ncreate index concurrently if not exists idx_big_n on big (n);',
  });
});

describe('on a server', () => {
  test("the demo's folder is found clean but for missing rollbacks", async () => {
    const database = await open((await createDatabase('demo')).settings);
    const folder = await readMigrationFolder(join(demoAssets(), 'migrations'));
    const status = await readStatus(database, folder);
    const facts = await readLintFacts(database, { ...status, searchPath: ['public'] });
    const found = status.migrations.flatMap(({ file, parsed }) =>
      file === undefined || parsed === undefined
        ? []
        : lint(file, parsed, { ...facts, hasRollback: file.name.startsWith('050') }).map(({ rule }) => `${file.name} ${rule}`),
    );
    expect(found.filter((text) => !text.endsWith('no-rollback-file') && !text.startsWith('ROLLBACK_'))).toEqual([]);
  });

  test('rows, dependents and indexes come from the catalog', async () => {
    const { settings } = await createDatabase('empty');
    const client = await connectTo(settings);
    await client.query(
      `create table a (id int primary key, x int, y int); create table b (a_id int references a (id)); create view v as select x from a;
       create index idx_a_y on a (y); insert into a select n, n, n from generate_series(1, 20000) as n; analyze a;`,
    );
    await client.end();
    const database = await open(settings);
    const files = [
      migrationFile(
        '1_x.sql',
        Buffer.from(
          'drop index idx_a_y;\nalter table a drop column y;\nalter table a drop column x;\ndrop table a cascade;\ndrop table b;',
        ),
      ),
    ];
    const status = await readStatus(database, { directory: '', files });
    const facts = await readLintFacts(database, { ...status, searchPath: ['public'] });
    expect((await readCatalog(database)).tables).toHaveLength(2);
    const found = lint(files[0]!, status.migrations[0]!.parsed!, { ...facts, hasRollback: true }).filter(
      ({ rule }) => rule !== 'no-idempotency-guard',
    );
    expect(found.map(({ rule, severity, line, what }) => [rule, severity, line, what])).toEqual([
      [
        'missing-concurrently',
        'warning',
        1,
        'drop index waits for everybody in a and takes an ACCESS EXCLUSIVE lock: nobody can read or write meanwhile, about 20,000 rows',
      ],
      ['drop-in-use', 'warning', 2, 'a.y holds data of about 20,000 rows'],
      ['drop-in-use', 'error', 3, 'a.x holds data of about 20,000 rows; dropping it is refused because of view v'],
      [
        'drop-in-use',
        'warning',
        4,
        'a holds data of about 20,000 rows; dropping it takes along foreign key b_a_id_fkey of b, view v',
      ],
    ]);
  });
});
