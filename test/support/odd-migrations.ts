import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What becomes of a file when the folder is replayed in order on an empty database. */
export type Outcome = 'runs' | 'fails' | 'partly' | 'refused' | 'no-migration';

/** A file of the generated folder. `makesNew`: it leaves something in the catalog that no other file makes, and that stays. */
export interface OddMigration {
  readonly name: string;
  readonly content: Buffer;
  readonly outcome: Outcome;
  readonly makesNew: boolean;
}

interface Draft {
  readonly slug: string;
  readonly sql: string;
  readonly outcome?: Outcome;
  readonly makesNew?: boolean;
  /** How it is stored where that is odd. */
  readonly as?: 'crlf' | 'bom';
}

const runsNew = (slug: string, sql: string, as?: 'crlf' | 'bom'): Draft => ({ slug, sql, makesNew: true, ...(as && { as }) });
const runs = (slug: string, sql: string): Draft => ({ slug, sql });
const fails = (slug: string, sql: string): Draft => ({ slug, sql, outcome: 'fails' });
const refused = (slug: string, sql: string): Draft => ({ slug, sql, outcome: 'refused' });

const long = 'a_name_so_long_that_the_server_has_to_cut_whatever_it_derives';

/** One round of everything that production folders do, on names of its own. `t` is a prefix. */
function round(t: string): readonly Draft[] {
  const guarded = `select 1 from information_schema.tables where table_name = '${t}_guarded'`;
  return [
    runsNew(
      'table',
      `create table if not exists ${t}_a (id uuid primary key default gen_random_uuid(), tenant_id text, email text unique, n int check (n >= 0), parent uuid references ${t}_a (id));`,
    ),
    runsNew(
      'unnamed_indexes',
      `create index on ${t}_a (lower(email), n desc); create index on ${t}_a (n) where n > 5; create index on ${t}_a (n);`,
    ),
    runsNew(
      'manual_template',
      `BEGIN;\nDO $$\nBEGIN\n  IF NOT EXISTS (${guarded}) THEN\n    CREATE TABLE ${t}_guarded (id serial primary key, tenant_id uuid);\n    CREATE INDEX idx_${t}_guarded_tenant ON ${t}_guarded(tenant_id);\n    ALTER TABLE ${t}_guarded ENABLE ROW LEVEL SECURITY;\n    CREATE POLICY "tenant isolation" ON ${t}_guarded FOR ALL USING (true);\n  END IF;\nEND $$;\nCOMMIT;`,
      'crlf',
    ),
    runsNew(
      'add_columns',
      `alter table ${t}_a add column if not exists amount numeric(15,2), add column kind varchar(20) not null default 'x', add column code text unique;`,
      'bom',
    ),
    runsNew(
      'function',
      `create or replace function ${t}_touch() returns trigger language plpgsql as $f$ begin new.n = 1; -- ;\n return new; end $f$;`,
      'crlf',
    ),
    runsNew('trigger', `create trigger ${t}_touch before insert or update on ${t}_a for each row execute function ${t}_touch();`),
    runsNew(
      'function_again',
      `create or replace function ${t}_touch() returns trigger language plpgsql as $f$ begin new.n = 2; return new; end $f$;`,
    ),
    runsNew('function_setting', `alter function ${t}_touch() set search_path = public, pg_temp;`),
    runsNew(
      'overloads',
      `create function ${t}_f(a int, b varchar(5)[]) returns int language sql as 'select 1'; create function ${t}_f(timestamptz) returns int language sql return 2;`,
    ),
    runsNew(
      'security',
      `alter table ${t}_a enable row level security, force row level security; create policy p_read on ${t}_a for select using (true);`,
    ),
    runsNew(
      'view',
      `create view ${t}_v as select id, n from ${t}_a; create materialized view ${t}_m as select count(*) from ${t}_v;`,
    ),
    runsNew(
      'enum',
      `create type ${t}_mood as enum ('sad'); create domain ${t}_mail as text check (value like '%@%'); create type ${t}_pair as (a int, b int);`,
    ),
    runsNew('enum_value', `alter type ${t}_mood add value if not exists 'happy' after 'sad';`),
    runsNew(
      'schema',
      `create schema ${t}_app; create table ${t}_app.inside (id bigint generated always as identity primary key, mood ${t}_mood);`,
    ),
    runsNew(
      'search_path',
      `set search_path to ${t}_app, public; create table pathed (x int); alter table inside add column note text; create index on inside (note); reset search_path;`,
    ),
    runsNew(
      'quoted',
      `create table "${t} Mixed" ("Id" int primary key, "e mail" text unique); create index "${t} Idx" on "${t} Mixed" ("e mail");`,
    ),
    runsNew(
      'partitions',
      `create table ${t}_log (at date not null, n int) partition by range (at); create table ${t}_log_1 partition of ${t}_log for values from ('2025-01-01') to ('2026-01-01'); create table ${t}_log_2 (at date not null, n int);`,
    ),
    runsNew(
      'attach',
      `alter table ${t}_log attach partition ${t}_log_2 for values from ('2026-01-01') to ('2027-01-01'); create index idx_${t}_log on ${t}_log (n);`,
    ),
    runsNew('concurrently', `create index concurrently if not exists idx_${t}_a_tenant on ${t}_a (tenant_id);\nvacuum ${t}_a;`),
    runs(
      'only_data',
      `insert into ${t}_a (email, n, tenant_id) values ('a;b', 1, 't'), (E'it\\'s', 2, 't'); update ${t}_a set n = 3; delete from ${t}_a where false;`,
    ),
    runs('only_dynamic', `do $$ begin execute format('create table %I (x int)', '${t}_dynamic'); end $$;`),
    runsNew('comment', `comment on table ${t}_a is 'It''s ${t}'; comment on column ${t}_a.n is 'how many';`),
    runsNew('not_valid', `alter table ${t}_a add constraint ${t}_positive check (amount > 0) not valid;`),
    runsNew('validate', `alter table ${t}_a validate constraint ${t}_positive;`),
    runsNew(
      'alter_columns',
      `alter table ${t}_a alter column amount type numeric(20,4), alter column tenant_id set not null, alter column tenant_id set default 'x';`,
    ),
    runsNew(
      'long_names',
      `create table ${t}_${long} (id int primary key, ${long}_column int unique check (${long}_column > 0) references ${t}_guarded (id)); create index on ${t}_${long} (${long}_column);`,
    ),
    runsNew(
      'rename_table',
      `create table ${t}_old (id int primary key, x int references ${t}_guarded (id), y int unique); create index idx_${t}_old on ${t}_old (x); create policy p on ${t}_old using (true);`,
    ),
    runsNew(
      'rename_table_to',
      `alter table ${t}_old rename to ${t}_new; alter table ${t}_new rename column x to z; alter index idx_${t}_old rename to idx_${t}_new;`,
    ),
    runsNew(
      'rename_constraint',
      `alter table ${t}_new rename constraint ${t}_old_y_key to ${t}_new_y_key; alter policy p on ${t}_new rename to q;`,
    ),
    runsNew(
      'make_for_dropping',
      `create table ${t}_brief (id int); create table ${t}_stays (id int, gone int, kept int, check (gone > kept)); create index idx_${t}_gone on ${t}_stays (gone);`,
    ),
    runsNew('drop', `drop table ${t}_brief; alter table ${t}_stays drop column gone; drop index if exists idx_${t}_nothing;`),
    runsNew('cascade', `drop view ${t}_v cascade; create view ${t}_w as select 1 as one;`),
    runsNew(
      'foreign_key',
      `alter table ${t}_a drop constraint ${t}_a_parent_fkey; alter table ${t}_a add constraint ${t}_a_parent_fkey foreign key (parent) references ${t}_a (id) on delete set null;`,
    ),
    runsNew(
      'using_index',
      `create unique index ${t}_n_key on ${t}_stays (kept); alter table ${t}_stays add constraint ${t}_kept_unique unique using index ${t}_n_key;`,
    ),
    runsNew('set_schema', `create table ${t}_moves (id serial primary key); alter table ${t}_moves set schema ${t}_app;`),
    runs(
      'once_more',
      `create table if not exists ${t}_a (id uuid primary key); alter table ${t}_a add column if not exists amount numeric(15,2); create extension if not exists pgcrypto; alter table ${t}_a enable row level security;`,
    ),
    fails('table_is_there', `create table ${t}_half (id int); create table ${t}_a (id int);`),
    fails('no_such_table', `alter table ${t}_missing add column x int; create index idx_${t}_missing on ${t}_missing (x);`),
    fails('fails_on_data', `create table ${t}_undone (id int); insert into ${t}_undone select 1 / 0;`),
    fails('no_such_column', `create index idx_${t}_wrong on ${t}_a (wrong); alter table ${t}_a add column never int;`),
    fails('no_such_function', `create trigger ${t}_none after insert on ${t}_a for each row execute function ${t}_no_such();`),
    fails('not_null', `alter table ${t}_a add column must text not null;`),
    fails('in_block', `do $$ begin create table ${t}_in_block (x int); raise exception 'no'; end $$;`),
    {
      slug: 'stops_half_way',
      sql: `begin; create table ${t}_first (x int); commit; begin; create table ${t}_second (x int); select 1 / 0; commit;`,
      outcome: 'partly',
    },
    refused('psql_include', `\\i other.sql\nselect 1;`),
    refused('psql_variable', `update ${t}_a set n = :limit;`),
    refused('copy', `copy ${t}_a (email) from stdin;\nx\n\\.\n`),
    refused('does_not_parse', `create tabel ${t}_x (id int);`),
    runs('empty', ''),
    runs('comment_only', '-- to be written\n'),
  ];
}

const rounds = 6;

/**
 * A folder with every oddity of production (facts in this order: numbers used several times, four digits, letters, dates, no number; gaps,
 * scripts, guides and folders; CRLF, byte order marks, psql's own, own transactions, CONCURRENTLY), 300 migrations and a dozen other files.
 * Always the same, in the order of the migrations.
 */
export function oddMigrations(): readonly OddMigration[] {
  const files = Array.from({ length: rounds }, (_, index) =>
    round(`r${index + 1}`).map((draft, place) => named(draft, index, place)),
  ).flat();
  const others = [
    'ROLLBACK_010_table.sql',
    'DIAGNOSTIC_rls.sql',
    'FIX_tenants.sql',
    'APPLY_120_to_130.sql',
    'run-120.sh',
    '120_GUIDE.md',
    'checks/one.sql',
    'seeds/two.sql',
  ];
  return [
    ...files,
    ...others.map((name): OddMigration => ({
      name,
      content: Buffer.from('drop table r1_a;'),
      outcome: 'no-migration',
      makesNew: false,
    })),
  ];
}

/** Writes the folder, and gives its files. */
export async function writeOddMigrations(directory: string): Promise<readonly OddMigration[]> {
  const files = oddMigrations();
  for (const { name, content } of files) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return files;
}

function named({ slug, sql, outcome = 'runs', makesNew = false, as }: Draft, index: number, place: number): OddMigration {
  const order = String(place).padStart(2, '0');
  // Five files share a number in the first round, two in the second; from the third on there are gaps.
  const numbers = [
    `${String(10 + Math.floor(place / 5)).padStart(3, '0')}_${order}_`,
    `${String(30 + Math.floor(place / 2)).padStart(4, '0')}_${order}_`,
    `${100 + 2 * place}_`,
    `155${String.fromCodePoint(97 + Math.floor(place / 2))}_${order}_`.replace('155', '255'),
    place % 2 === 0
      ? `2025-12-${String(1 + Math.floor(place / 2)).padStart(2, '0')}_`
      : `202512${String(1 + Math.floor(place / 2)).padStart(2, '0')}_`,
    `add-${order}-`,
  ];
  // Of two files of one day the second sorts behind the first.
  const prefix = index === 4 ? `${numbers[4]}${place % 2 === 0 ? 'a' : 'b'}_` : numbers[index]!;
  const text = as === 'crlf' ? sql.replaceAll('\n', '\r\n') : as === 'bom' ? `\ufeff${sql}` : sql;
  return { name: `${prefix}${slug}.sql`, content: Buffer.from(text), outcome, makesNew };
}
