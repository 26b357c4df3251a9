import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { loadParser } from '#database/sql-parser.ts';
import { explainLimits, type ExplainedUses, explainUses } from '#features/indexes/explain/explain.ts';
import { namesIn } from '#features/indexes/explain/names.ts';
import { answerText } from '#features/indexes/explain/words.ts';
import { readIndexes } from '#features/indexes/indexes.ts';
import { readStatements, shownText } from '#features/indexes/statements.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { open } from '../database/opening.ts';

let home: TestDatabase;
let admin: Client;
let database: Database;

const stranger = `stranger_${process.pid}`;

beforeAll(async () => {
  home = await createDatabase('empty');
  admin = await connectTo(home.settings);
  await admin.query('create extension pg_stat_statements');
  await admin.query(`
    create table contacts (id int primary key, tenant_id int, email text, created_at timestamptz default now());
    insert into contacts select n, n % 500, n || '@example.org' from generate_series(1, 20000) as n;
    create index idx_contacts_tenant on contacts (tenant_id);
    create index idx_contacts_lower on contacts (lower(email));
    create table events (at int, kind int) partition by range (at);
    create table events_1 partition of events for values from (0) to (1000);
    create table events_2 partition of events for values from (1000) to (2000);
    insert into events select n % 2000, n from generate_series(1, 20000) as n;
    create index idx_events_at on events (at);
    analyze`);
  await admin.query(
    `do $$ begin create role ${stranger} login password 'stranger'; exception when duplicate_object then null; end $$`,
  );
  await admin.query(`grant pg_read_all_stats to ${stranger}; grant create on schema public to ${stranger}`);
  database = await open(home.settings);
});
afterAll(async () => {
  await admin.query(`drop owned by ${stranger}; drop role ${stranger}`);
  await admin.end();
});

/** What the planner says of the statements of an index's table; each has run, with `name` as an alias in it. */
async function usesOf(index: string, on: Database = database): Promise<ExplainedUses> {
  const reading = await readIndexes(on);
  const { statements } = await readStatements(on, reading);
  return explainUses(
    on,
    reading,
    statements,
    reading.indexes.find(({ name }) => name === index)!,
  );
}

const told = ({ statements }: ExplainedUses, alias: string): string => {
  const found = statements.find(({ statement }) => statement.text.includes(`as ${alias}`));
  return found === undefined ? 'not among them' : answerText(found);
};

describe('what the planner says', () => {
  test('it uses the index, or reads the table otherwise, with the node that does so', async () => {
    await admin.query(`select email as by_tenant from contacts where tenant_id = 5`);
    await admin.query(`select count(*) as whole from contacts where created_at > now() - interval '1 day' and email like '%x'`);
    await admin.query(`select id as by_lower from contacts where lower(email) = 'a@example.org'`);
    const tenant = await usesOf('idx_contacts_tenant');
    expect(told(tenant, 'by_tenant')).toMatch(
      /^uses it: Bitmap Index Scan using idx_contacts_tenant on contacts: \(contacts\.tenant_id = \$1\), 40 rows, cost \d+\.\d$/,
    );
    expect(told(tenant, 'by_lower')).toMatch(
      /^does not use it: Index Scan using idx_contacts_lower on contacts: .*, 1 row, cost \d+\.\d$/,
    );
    expect(told(tenant, 'whole')).toMatch(/^does not use it: Seq Scan on contacts: /);
    expect(told(await usesOf('idx_contacts_lower'), 'by_lower')).toMatch(/^uses it: /);
    const [first] = tenant.statements;
    expect([first?.answer.state === 'planned' && first.answer.isUsed, first?.statement.calls]).toEqual([true, 1]);
    expect(first?.statement.share).toBeGreaterThan(0);
  });

  test('a partitioned index is used where one of its parts is, and parts of it are found by statements on the whole', async () => {
    await admin.query(`select kind as of_events from events where at = 5`);
    for (const index of ['idx_events_at', 'events_1_at_idx', 'events_2_at_idx']) {
      expect(told(await usesOf(index), 'of_events')).toMatch(/^uses it: .* using events_\d_at_idx on events_\d: /);
    }
  });

  test('a statement on a view, and on a view of that, uses the indexes of the tables behind it', async () => {
    await admin.query(
      `create view known as select * from contacts where email is not null; create schema apart; create view apart.best as select * from known`,
    );
    await admin.query(`select id as of_view from known where tenant_id = 5`);
    await admin.query(`set search_path = apart; select email as of_best from best where tenant_id = 5; reset search_path`);
    const uses = await usesOf('idx_contacts_tenant');
    expect(told(uses, 'of_view')).toMatch(/^uses it: Bitmap Index Scan using idx_contacts_tenant on contacts: /);
    expect(told(uses, 'of_best')).toMatch(/^uses it: Bitmap Index Scan using idx_contacts_tenant on contacts: /);
    expect(told(await usesOf('idx_events_at'), 'of_view')).toBe('not among them');
  });

  test('an index that only keeps rows unique is used by what looks for conflicts in it', async () => {
    await admin.query(`insert into contacts as upserted (id, email) values (1, 'x') on conflict (id) do nothing`);
    expect(told(await usesOf('contacts_pkey'), 'upserted')).toBe(
      'uses it: Insert on contacts that looks for conflicts in contacts_pkey, 0 rows, cost 0.0',
    );
  });

  test('only so many, those that took most time, and how many were left', async () => {
    const own = await createDatabase('empty');
    const client = await connectTo(own.settings);
    await client.query('create extension pg_stat_statements; create table many (id int primary key)');
    for (let place = 0; place < explainLimits.statements + 5; place += 1)
      await client.query(`select id${', id'.repeat(place)} from many`);
    await client.end();
    const uses = await usesOf('many_pkey', await open(own.settings));
    expect([uses.statements.length, uses.notAsked]).toEqual([explainLimits.statements, 5]);
  });
});

describe('nothing that others wrote is run', () => {
  test('what changes rows is planned and changes none; it is no call of the statement, and nothing stays prepared', async () => {
    await admin.query(`delete from contacts as removed where tenant_id = -1`);
    await admin.query(`with gone as (delete from contacts where tenant_id = -1 returning id) select id as of_gone from gone`);
    const before = await admin.query('select count(*) from contacts');
    const calls = `select sum(calls)::int as calls from pg_stat_statements as seen where dbid = (select oid from pg_database where datname = current_database()) and query ~ 'as removed|as of_gone'`;
    const called = await admin.query(calls);
    const uses = await usesOf('idx_contacts_tenant');
    expect(told(uses, 'removed')).toMatch(/^uses it: .*idx_contacts_tenant/);
    expect(told(uses, 'of_gone')).toMatch(/^uses it: .*idx_contacts_tenant/);
    expect((await admin.query('select count(*) from contacts')).rows).toEqual(before.rows);
    expect((await admin.query(calls)).rows).toEqual(called.rows);
    const plan = { text: 'select count(*) from pg_prepared_statements', parameterCount: 0, searchPath: ['public'] };
    await database.explain(plan);
    await expect(database.explain({ ...plan, text: 'select nothing from nowhere' })).rejects.toMatchObject({ sqlState: '42P01' });
    await expect(database.explain(plan)).resolves.toMatchObject({ 'Node Type': 'Aggregate' });
  });

  test.for([
    'select 1; drop table contacts',
    'select 1; commit; drop table contacts',
    `select '\\'; commit; drop table contacts; --'`,
    'select 1 \0; drop table contacts',
  ])('a second statement is refused by the server, should the parser ever let one through: %s', async (text) => {
    const lenient = await createDatabase('empty');
    const client = await connectTo(lenient.settings);
    await client.query(`create table contacts (id int); alter database "${lenient.name}" set standard_conforming_strings = off`);
    const on = await open(lenient.settings);
    await on.explain({ text, parameterCount: 0, searchPath: ['public'] }).catch(() => undefined);
    expect((await client.query('select from contacts')).rowCount).toBe(0);
    await client.end();
  });

  test('what is no single SELECT, INSERT, UPDATE, DELETE or MERGE is not asked about', async () => {
    const { parse } = await loadParser();
    const whyNot = (text: string): string | undefined => namesIn(parse(text)).whyNot;
    for (const text of [
      'select 1',
      'with a as (select 1) delete from t',
      'merge into t using s on true when matched then delete',
    ]) {
      expect(whyNot(text)).toBeUndefined();
    }
    const one = 'it is not one SELECT, INSERT, UPDATE, DELETE or MERGE';
    for (const text of [
      'select 1; select 2',
      'vacuum t',
      'do $$ begin end $$',
      'copy t to stdout',
      'explain analyze select 1',
      'create table t as select 1',
    ]) {
      expect(whyNot(text)).toBe(one);
    }
    expect(whyNot('select 1 into t')).toBe('it makes a table');
    expect(whyNot('with a as (select 1) select * into t from a')).toBe('it makes a table');
  });

  test("a stranger's function, operator, type or view is not planned, since planning could run it", async () => {
    const client = await connectTo({ ...home.settings, user: stranger, password: () => 'stranger' });
    await admin.query(`grant select on contacts to ${stranger}; create table ran (by_whom text); grant insert on ran to public`);
    await client.query(`
      create function trap() returns int immutable language plpgsql as $$ begin raise exception 'planning ran as %', current_user; end $$;
      create function trap(contacts) returns int immutable language sql as 'select trap()';
      create function equal(int, text) returns bool immutable language sql as 'select trap() = 1';
      create operator === (leftarg = int, rightarg = text, function = equal);
      create domain kind_of_trap as int;
      create view trapped as select trap() as n from contacts`);
    const run = (text: string): Promise<unknown> => client.query(text).catch(() => undefined);
    // While the trap is open the stranger's own statements fail, and are not counted.
    await client.query(`create or replace function trap() returns int immutable language sql as 'select 1'`);
    await run('select id as by_function from contacts where id = trap()');
    await run('select id as by_column from contacts where contacts.trap = 5');
    await run(`select id as by_operator from contacts where id === 'x'`);
    await run('select id::kind_of_trap as by_type from contacts');
    await run('select n as by_view from trapped, contacts limit 1');
    await client.query(
      `create or replace function trap() returns int immutable language plpgsql as $$ begin raise exception 'planning ran as %', current_user; end $$`,
    );
    await client.end();
    const uses = await usesOf('contacts_pkey');
    const named = (what: string): string =>
      `not known: ${what} of ${stranger}, whose code planning could run with the rights of this role`;
    expect(told(uses, 'by_function')).toBe(named('trap can mean the function trap'));
    expect(told(uses, 'by_column')).toBe(named('trap can mean the function trap'));
    expect(told(uses, 'by_operator')).toBe(named('=== can mean the operator ==='));
    expect(told(uses, 'by_type')).toBe(named('kind_of_trap can mean the type kind_of_trap'));
    expect(told(uses, 'by_view')).toBe(named('trapped can mean the relation trapped'));
    // The trap works: without that look it would have run with our rights.
    await expect(
      database.explain({ text: 'select id from contacts where id = trap()', parameterCount: 0, searchPath: ['public'] }),
    ).rejects.toMatchObject({ detail: expect.stringContaining(`planning ran as ${home.settings.user}`) });
  });
});

describe('where the planner is not asked or does not answer, it says why', () => {
  test('parameters without a type, a locked table, no right', async () => {
    await admin.query(`select id as untyped from contacts where id > 1 and 1 + 2 > 0`);
    await admin.query(`select id as extracted from contacts where extract(year from created_at) = 2026`);
    expect(told(await usesOf('contacts_pkey'), 'extracted')).toBe(
      'not known: a constant stood where SQL takes no parameter (syntax error at or near "$1")',
    );
    expect(told(await usesOf('contacts_pkey'), 'untyped')).toBe(
      'not known: the types of its parameters can not be told from it (operator is not unique: unknown + unknown)',
    );
    const own = await open({ ...home.settings, user: stranger, password: () => 'stranger' });
    await admin.query(`select kind as forbidden from events`);
    expect(told(await usesOf('idx_events_at', own), 'forbidden')).toBe(
      'not known: this role may not read all that it reads (permission denied for table events)',
    );
    const holder = await connectTo(home.settings);
    const reading = await readIndexes(database);
    const { statements } = await readStatements(database, reading);
    await holder.query('begin; lock table events');
    const uses = await explainUses(
      database,
      reading,
      statements,
      reading.indexes.find(({ name }) => name === 'idx_events_at')!,
    );
    await holder.end();
    expect(told(uses, 'forbidden')).toMatch(
      /^not known: somebody has locked what it reads \(canceling statement due to lock timeout\)$/,
    );
  });

  test.for([
    [`select 1\n  from contacts where password = 'hunter2-hunter2'`, `select 1 from contacts where password = '••••'`],
    [`alter role app password 'hunter2'`, `alter role app password '••••'`],
    [`select 1 -- one\n, set_config('app.secret', 'hunter2', true)`, `select 1 -- one , set_config('app.secret', '••••', true)`],
    [`select 1 from users where password = crypt('hunter2', salt)`, `select 1 from users where password = crypt('••••', salt)`],
    [`select 1 from users where password = crypt($1, salt)`, `select 1 from users where password = crypt($1, salt)`],
  ] as const)('secrets in a text that kept its constants are masked, and nothing else: %s', ([text, shown]) => {
    expect(shownText({ text })).toBe(shown);
  });

  test('secrets in what the planner says are masked', async () => {
    await admin.query(
      `create view secretive as select id as of_secret from contacts where set_config('app.secret', 'hunter2', false) = email`,
    );
    await admin.query('select of_secret from secretive');
    const answer = (await usesOf('contacts_pkey')).statements.find(({ statement }) => statement.text.includes('secretive'))!;
    expect(answerText(answer)).toContain("set_config('app.secret'::text, '••••'::text, false)");
  });
});

describe.skipIf(pgBouncerPath() === undefined)('through PgBouncer in transaction mode (needs pgbouncer)', () => {
  test('the same, and nothing stays prepared on the connections of the pooler', async () => {
    await admin.query(`select email, id as pooled from contacts where tenant_id = 5`);
    const pooler = (await startPgBouncer({ target: home.settings, poolSize: 1 }))!;
    try {
      const on = await open(pooler.settings);
      expect(on.server.route).toBe('pooled');
      for (let times = 0; times < 3; times += 1) {
        expect(told(await usesOf('idx_contacts_tenant', on), 'pooled')).toMatch(/^uses it: .*idx_contacts_tenant/);
      }
      const client = await connectTo(pooler.settings);
      expect((await client.query(`select name from pg_prepared_statements where name ~ '^aisha'`)).rows).toEqual([]);
      await client.end();
      await on.close();
    } finally {
      await pooler.stop();
    }
  });
});
