import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-indexes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The rest of what psql is asked is asked of the engine as well. */
const hasPsql = spawnSync('psql', ['--version']).status === 0;

let home: TestDatabase;
beforeAll(async () => {
  home = await createDatabase('demo');
});

const on = (...args: string[]): Promise<Outcome> => run(['--database-url', home.url, 'indexes', ...args]);

interface Told {
  readonly findings: readonly {
    check: string;
    severity: string;
    table: string;
    index: string | null;
    sql: string;
    rollback_sql: string;
  }[];
  readonly considered: readonly unknown[];
  readonly observed_since: string;
}
const toldBy = ({ stdout }: Outcome): Told => JSON.parse(stdout) as Told;

describe('indexes list', () => {
  test('--json is every index in raw numbers, and since when they count', async () => {
    const { code, stdout, stderr } = await on('list', '--json', '--table', 'contacts');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^counters count since \d{4}-\d\d-\d\d \(.*: a verdict needs 30 days/),
    ]);
    const { indexes, observed_since: since } = JSON.parse(stdout) as {
      indexes: Record<string, unknown>[];
      observed_since: string;
    };
    expect(Date.parse(since)).toBeLessThanOrEqual(Date.now());
    const gin = indexes.find(({ index }) => index === 'idx_contacts_metadata')!;
    expect(gin).toMatchObject({
      schema: 'public',
      table: 'contacts',
      method: 'gin',
      columns: ['metadata'],
      is_valid: true,
      scans_per_day: null,
    });
    expect(gin['index_bytes']).toBeGreaterThan(100_000);
    expect(new Set(indexes.map(({ table }) => table))).toEqual(new Set(['contacts']));
  });

  test('a table that is not there is not found, and a method that nothing has told: it is more likely mistyped', async () => {
    for (const flags of [[], ['--json']]) {
      expect(await on('list', '--table', 'contcts', ...flags)).toMatchObject({
        code: 6,
        stdout: '',
        stderr: expect.stringContaining('There is no table contcts'),
      });
    }
    expect((await on('list', '--table', 'public.contacts')).code).toBe(0);
    expect((await on('list', '--method', 'gan')).stderr).toContain('methods here: btree, gin');
  });

  test('as text it is a table; a method narrows it', async () => {
    const { stdout } = await on('list', '--method', 'gin');
    expect(stdout).toMatch(
      /^TABLE +INDEX +METHOD +COLUMNS +SIZE +SCANS +PER DAY +KIND\ncontacts +idx_contacts_metadata +gin +metadata +\d+ kB/,
    );
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });
});

describe('indexes show', () => {
  test('what rests on an index, what stands beside it, and what the planner says of statements on its table', async () => {
    const own = await createDatabase('demo');
    const admin = await connectTo(own.settings);
    await admin.query(`select first_name from contacts where tenant_id = gen_random_uuid() and email = 'nobody@example.org'`);
    await admin.end();
    const show = (...args: string[]): Promise<Outcome> => run(['--database-url', own.url, 'indexes', 'show', ...args]);
    const { code, stdout } = await show('idx_contacts_tenant', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      index: { index: 'idx_contacts_tenant', table: 'contacts' },
      losses: expect.any(Array),
      statements: expect.arrayContaining([
        {
          text: expect.stringContaining('from contacts where tenant_id = gen_random_uuid() and email = $1'),
          calls: 1,
          mean_ms: expect.any(Number),
          total_ms: expect.any(Number),
          share: expect.any(Number),
          uses_index: expect.any(Boolean),
          plan: expect.stringMatching(/ on contacts.* rows?, cost /),
          unknown_because: null,
        },
      ]),
      statements_not_asked: expect.any(Number),
      statements_not_known: [],
    });
    const text = await show('public.idx_contacts_tenant');
    expect(text.stdout).toMatch(
      /^idx_contacts_tenant\nbtree; tenant_id[^]*\nLost by dropping it\n {2}[^]*\nBeside it\n[^]*\nStatements on its table\n {2}(does not use|uses) it: /,
    );
    expect(await show('idx_contacts_tennant')).toMatchObject({ code: 6, stderr: expect.stringContaining('There is no index') });
  });

  test('without pg_stat_statements it says so, and how to get it', async () => {
    const bare = await createDatabase('empty');
    const admin = await connectTo(bare.settings);
    await admin.query('create table contacts (id int primary key)');
    await admin.end();
    const { code, stdout, stderr } = await run(['--database-url', bare.url, 'indexes', 'show', 'contacts_pkey']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Statements on its table\n  none is known')]);
    expect(stderr).toContain('CREATE EXTENSION pg_stat_statements adds it');
  });
});

describe('indexes check', () => {
  test('a finding of severity warning exits 1 and says what to do; notices alone exit 0', async () => {
    const all = await on('check', '--json');
    expect([all.code, all.stderr]).toEqual([
      1,
      expect.stringMatching(/\d findings of severity warning or higher\.\nLook at each/),
    ]);
    expect(toldBy(all).findings).toContainEqual(
      expect.objectContaining({
        check: 'missing-foreign-key',
        severity: 'warning',
        table: 'cash_flow',
        index: null,
        sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_cash_flow_account_id ON public.cash_flow (account_id);',
        rollback_sql: 'DROP INDEX CONCURRENTLY IF EXISTS public.idx_cash_flow_account_id;',
      }),
    );
    const some = await on('check', '--only', 'duplicate,naming', '--json');
    expect([some.code, new Set(toldBy(some).findings.map(({ check }) => check))]).toEqual([0, new Set(['duplicate', 'naming'])]);
    expect(toldBy(some).considered).toEqual([]);
  });

  test('what is not raised is told with its reason when asked for', async () => {
    const { code, stdout } = await on('check', '--only', 'unused', '--considered');
    expect(code).toBe(0);
    expect(stdout).toMatch(/unused +contacts +idx_contacts_owner_id +it is the only index under the foreign key/);
  });

  test('an empty database has nothing to do; a check that can not look says why', async () => {
    const empty = await createDatabase('empty');
    const { code, stdout, stderr } = await run(['--database-url', empty.url, 'indexes', 'check']);
    expect([code, stdout]).toEqual([0, 'Nothing to do.\n']);
    expect(stderr).toContain('missing-composite, missing-gin: the extension pg_stat_statements is not installed');
  });

  test('a check that is none: 2, and which there are', async () => {
    expect(await on('check', '--only', 'nonsense')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing-foreign-key'),
    });
  });

  test('findings become migrations with their rollbacks, once; run, nothing is found any more, and back again', async () => {
    const folder = mkdtempSync(join(directory, 'migrations-'));
    const checks = 'missing-foreign-key,missing-tenant,duplicate,redundant-prefix,naming';
    const before = toldBy(await on('check', '--only', checks, '--json', '--write-migration', folder)).findings;
    const files = readdirSync(folder).filter((name) => !name.startsWith('ROLLBACK_'));
    expect(files).toHaveLength(before.length);
    expect(readdirSync(folder)).toHaveLength(2 * before.length);
    expect(files[0]).toMatch(/^001_create_idx_\w+\.sql$/);
    const again = await on('check', '--only', checks, '--write-migration', folder);
    expect(again.stderr).toContain('is there already');
    expect(readdirSync(folder)).toHaveLength(2 * before.length);
    const admin = await connectTo(home.settings);
    const runAll = async (names: readonly string[]): Promise<void> => {
      for (const name of names) await admin.query(readFileSync(join(folder, name), 'utf8'));
    };
    await runAll(files);
    expect(await on('check', '--only', checks)).toMatchObject({ code: 0, stdout: 'Nothing to do.\n' });
    await runAll(files.map((name) => `ROLLBACK_${name}`).toReversed());
    await admin.end();
    const after = toldBy(await on('check', '--only', checks, '--json')).findings;
    expect(new Set(after.map(({ sql }) => sql))).toEqual(new Set(before.map(({ sql }) => sql)));
  });

  test('--one-file: findings of all kinds in one migration, that the engine and psql run, and take back', async () => {
    const own = await createDatabase('demo');
    const admin = await connectTo(own.settings);
    await admin.query(`
      create table stock (id int primary key, code text, place int, shelf int, unique (code));
      alter table stock add constraint stock_code_again unique (code);
      create index idx_stock_code on stock (code);
      create index misnamed on stock (shelf);
      create table moves (at int, stock_id int references stock (id)) partition by range (at);
      create table stock_part (of_id int references stock (id));
      create table stock_part_of (id int references stock (id));
      create table moves_1 partition of moves for values from (0) to (10);
      insert into stock select n, n, 1 from generate_series(1, 30) as n`);
    const failBuilding = async (): Promise<void> => {
      await admin.query('update stock set place = 1');
      await admin.query('create unique index concurrently idx_stock_place_again on stock (place)').catch(() => undefined);
      await admin.query('update stock set place = id');
    };
    await failBuilding();
    const folder = mkdtempSync(join(directory, 'one-'));
    const checks = 'invalid,missing-foreign-key,duplicate,redundant-prefix,naming';
    const program = (...args: string[]): Promise<Outcome> => run(['--database-url', own.url, ...args]);
    const check = (...args: string[]): Promise<Outcome> => program('indexes', 'check', '--only', checks, ...args);
    expect(await check('--one-file')).toMatchObject({ code: 2, stderr: expect.stringContaining('--write-migration') });
    const before = toldBy(await check('--json', '--write-migration', folder, '--one-file')).findings;
    expect(new Set(before.map((finding) => finding.check))).toEqual(new Set(checks.split(',')));
    const files = readdirSync(folder);
    expect(files).toEqual([expect.stringMatching(/^001_\w+_and_\d+_more\.sql$/), `ROLLBACK_${files[0]}`]);
    expect((await check('--write-migration', folder, '--one-file')).stderr).toContain(
      `is there already: ${join(folder, files[0]!)}`,
    );
    const fewer = await program('indexes', 'check', '--only', 'naming,duplicate', '--write-migration', folder, '--one-file');
    expect(fewer.stderr).toContain('written: ');
    const left = async (): Promise<ReadonlySet<string>> => new Set(toldBy(await check('--json')).findings.map(({ sql }) => sql));
    // What was left over is gone for good.
    const again = new Set(before.filter((finding) => finding.check !== 'invalid').map(({ sql }) => sql));
    const migrate = (...args: string[]): Promise<Outcome> => program('migrations', ...args, '--dir', folder, '--yes');
    await migrate('init');
    expect(await migrate('apply', files[0]!)).toMatchObject({ code: 0 });
    expect(await left()).toEqual(new Set());
    expect(await migrate('rollback', files[0]!)).toMatchObject({ code: 0 });
    expect(await left()).toEqual(again);
    await failBuilding();
    const psql = (name: string): string =>
      execFileSync('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-f', join(folder, name), own.url], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    if (!hasPsql) return;
    psql(files[0]!);
    expect(await left()).toEqual(new Set());
    psql(files[1]!);
    expect(await left()).toEqual(again);
    await admin.end();
  });
});
