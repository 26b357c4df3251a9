import { describe, expect, test } from 'vitest';
import type { Evidence } from '#features/migrations/evidence.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { type History, type HistoryRow, readHistory } from '#features/migrations/history.ts';
import { readNote } from '#features/migrations/history-note.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { parseMigrations } from '#features/migrations/parse.ts';
import { type MigrationStatus, statusOf } from '#features/migrations/status.ts';
import { evidenceText, proposeBaseline, summaryOf } from '#features/migrations/summary.ts';
import { verify } from '#features/migrations/verify.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { oddMigrations } from '../support/odd-migrations.ts';

const hash = (sql: string): string => migrationFile('x.sql', Buffer.from(sql)).checksum;
const nothing: Evidence = { present: 0, expected: 0, missing: [], undecided: 0 };
const all: Evidence = { present: 2, expected: 2, missing: [], undecided: 0 };
const some: Evidence = { present: 1, expected: 2, missing: ['index i'], undecided: 0 };
const none: Evidence = { present: 0, expected: 1, missing: ['t'], undecided: 0 };

function row(name: string, more: Partial<HistoryRow> = {}): HistoryRow {
  const { success = true, errorMessage = null } = more;
  const plain = { name, appliedAt: '2025-01-01 00:00:00+00', appliedBy: 'jane', executionTimeMs: 5, checksum: null };
  return { ...plain, success, errorMessage, ...more, note: readNote(success, errorMessage) };
}

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly rows?: readonly HistoryRow[];
  readonly evidence?: readonly Evidence[];
  readonly lockHolders?: readonly number[];
}

async function statuses({ files, rows, evidence = [], lockHolders = [] }: Case): Promise<readonly MigrationStatus[]> {
  const read = Object.entries(files).map(([name, sql]) => migrationFile(name, Buffer.from(sql)));
  const place = { hasChecksums: true, hasTable: rows !== undefined, otherSchemas: [], searchPath: ['public'], hidden: undefined };
  const history: History = { ...place, isThere: rows !== undefined, rows: rows ?? [] };
  return statusOf({
    files: read,
    parsed: await parseMigrations(read),
    history,
    evidence: read.map((_, at) => evidence[at] ?? nothing),
    lockHolders,
  });
}
const states = async (input: Case): Promise<Record<string, string>> =>
  Object.fromEntries((await statuses(input)).map(({ name, state }) => [name, state]));
const flags = async (input: Case): Promise<Record<string, readonly string[]>> =>
  Object.fromEntries((await statuses(input)).map(({ name, flags: found }) => [name, found]));

describe('the state of a file', () => {
  test.for([
    ['applied', {}],
    ['failed', { success: false, errorMessage: 'no such table' }],
    ['failed', { success: false, errorMessage: 'running since 2025-01-01T00:00:00Z as server process 7' }],
    ['running', { success: false, errorMessage: 'running since 2025-01-01T00:00:00Z as server process 42' }],
    [
      'unknown',
      { success: false, errorMessage: 'running since 2025-01-01T00:00:00Z as server process 7, statement 2 under way' },
    ],
    ['unknown', { success: null }],
    ['baseline', { errorMessage: 'baseline: it was all there' }],
    ['applied', { errorMessage: 'imported: log.md' }],
    ['resolved', { errorMessage: 'resolved as applied: by hand' }],
    ['pending', { success: false, errorMessage: 'resolved as reverted: by hand' }],
    ['pending', { success: false, errorMessage: 'rolled back by jane' }],
  ] as const)('is %s by a row of %j', async ([state, more]) => {
    expect(await states({ files: { '001_a.sql': 'select 1' }, rows: [row('001_a.sql', more)], lockHolders: [42] })).toEqual({
      '001_a.sql': state,
    });
  });

  test('without a row is pending where a history is kept, whatever the catalog shows', async () => {
    const files = { '001_a.sql': '', '002_b.sql': '', '003_c.sql': '' };
    expect(await states({ files, rows: [row('001_a.sql')], evidence: [all, all, some] })).toEqual({
      '001_a.sql': 'applied',
      '002_b.sql': 'pending',
      '003_c.sql': 'pending',
    });
  });

  test('without any history is what the catalog can prove: pending, or unknown', async () => {
    const files = { '001_a.sql': '', '002_b.sql': '', '003_c.sql': '', '004_d.sql': '' };
    for (const rows of [undefined, []]) {
      expect(Object.values(await states({ files, ...(rows && { rows }), evidence: [all, some, none, nothing] }))).toEqual([
        'unknown',
        'unknown',
        'pending',
        'unknown',
      ]);
      expect(new Set(Object.values(await states({ files, ...(rows && { rows }), evidence: [none, nothing] })))).toEqual(
        new Set(['pending']),
      );
    }
  });

  test('of a rollback is applied as long as what it took back is not applied again', async () => {
    const files = { '010_a.sql': '', 'ROLLBACK_010_A.sql': '' };
    const at = (day: number): { appliedAt: string } => ({ appliedAt: `2026-01-0${day} 00:00:00+00` });
    const taken = { success: false, errorMessage: 'rolled back by ROLLBACK_010_A.sql' };
    for (const [forward, state] of [
      [{ ...at(2), ...taken }, 'applied'],
      [at(3), 'not-a-migration'],
      [{ ...at(3), errorMessage: 'resolved as applied: by hand' }, 'not-a-migration'],
      // A log that was imported may tell of both: the later one holds.
      [at(1), 'applied'],
    ] as const) {
      const found = await states({ files, rows: [row('010_a.sql', forward), row('ROLLBACK_010_A.sql', at(2))] });
      expect(found['ROLLBACK_010_A.sql']).toBe(state);
    }
    const counted = async (day: number): Promise<unknown> =>
      summaryOf(await statuses({ files, rows: [row('010_a.sql', { ...at(day), ...taken }), row('ROLLBACK_010_A.sql', at(2))] }));
    expect(await counted(2)).toMatchObject({ total: 2, states: { pending: 1 }, rollbacks: 1 });
    expect(await counted(2)).not.toHaveProperty('states.applied');
  });

  test('goes by full names: a number says nothing, and a row without its file is told last', async () => {
    expect(
      await states({
        files: { '010_a.sql': '', '010_b.sql': '', 'run.sh': '', 'checks/': '', 'ROLLBACK_010_a.sql': '' },
        rows: [row('010_a.sql'), row('009_gone.sql')],
      }),
    ).toEqual({
      '010_a.sql': 'applied',
      '010_b.sql': 'pending',
      'run.sh': 'not-a-migration',
      'checks/': 'not-a-migration',
      'ROLLBACK_010_a.sql': 'not-a-migration',
      '009_gone.sql': 'missing-file',
    });
  });
});

describe('flags', () => {
  test('of names and numbers', async () => {
    expect(
      await flags({
        files: {
          '001_a.sql': 's',
          '0001_b.sql': 's',
          '003_c.sql': 's',
          '003a_d.sql': 's',
          '2025-12-17_e.sql': 's',
          'add-f.sql': 's',
          'ROLLBACK_003_c.sql': 's',
        },
      }),
    ).toEqual({
      '001_a.sql': ['duplicate-number', 'unparseable'],
      '0001_b.sql': ['duplicate-number', 'unparseable'],
      '003_c.sql': ['gap', 'has-rollback', 'unparseable'],
      '003a_d.sql': ['gap', 'unparseable'],
      '2025-12-17_e.sql': ['date-prefixed', 'unparseable'],
      'add-f.sql': ['non-numbered', 'unparseable'],
      'ROLLBACK_003_c.sql': ['rollback-script', 'unparseable'],
    });
  });

  test('of what is in the file', async () => {
    expect(
      await flags({
        files: {
          '1_a.sql': '-- x',
          '2_b.sql': '\\i a',
          '3_c.sql': 'begin;\r\ncommit;',
          '4_d.sql': 'vacuum',
          '5_e.sql': 'select 1',
        },
      }),
    ).toEqual({
      '1_a.sql': ['empty'],
      '2_b.sql': ['psql-only'],
      '3_c.sql': ['own-transaction', 'crlf'],
      '4_d.sql': ['non-transactional'],
      '5_e.sql': [],
    });
  });

  test('of what is on record: edited, unverified, neither', async () => {
    const files = { '1_a.sql': 'select 1;\r\n', '2_b.sql': 'select 1;', '3_c.sql': 'select 1;', '4_d.sql': 'select 1;' };
    const rows = [
      row('1_a.sql', { checksum: hash('select 1;\n') }),
      row('2_b.sql', { checksum: hash('select 2;') }),
      row('3_c.sql'),
      row('4_d.sql', { checksum: hash('select 2;'), success: false, errorMessage: 'no' }),
    ];
    expect(await flags({ files, rows })).toEqual({
      '1_a.sql': ['crlf'],
      '2_b.sql': ['edited'],
      '3_c.sql': ['unverified'],
      '4_d.sql': [],
    });
  });

  test('of order: applied after a later one, or still to be', async () => {
    const at = (name: string, day: number): HistoryRow =>
      row(name, { appliedAt: `2025-01-0${day} 00:00:00+00`, checksum: hash('select 1') });
    const files = Object.fromEntries(['1_a.sql', '2_b.sql', '3_c.sql', '4_d.sql', '5_e.sql'].map((name) => [name, 'select 1']));
    expect(await flags({ files, rows: [at('1_a.sql', 1), at('2_b.sql', 4), at('4_d.sql', 3)] })).toEqual({
      '1_a.sql': [],
      '2_b.sql': ['out-of-order'],
      '3_c.sql': ['out-of-order'],
      '4_d.sql': [],
      '5_e.sql': [],
    });
  });

  test('a rollback that ran puts nothing out of order', async () => {
    const files = { '1_a.sql': '', '2_b.sql': '', 'ROLLBACK_1_a.sql': '' };
    const taken = { success: false, errorMessage: 'rolled back by ROLLBACK_1_a.sql' };
    const rows = [row('1_a.sql', taken), row('ROLLBACK_1_a.sql', { appliedAt: '2025-01-02 00:00:00+00' })];
    expect((await flags({ files, rows }))['2_b.sql']).not.toContain('out-of-order');
    expect((await flags({ files, rows }))['ROLLBACK_1_a.sql']).not.toContain('out-of-order');
  });
});

test("the manual's key migrations are recognised", async () => {
  const [first, second] = await statuses({ files: { '006_tenant_table.sql': '', '007_x.sql': '' } });
  expect(first!.key).toEqual({ description: 'Multi-tenancy', impact: 'Adds tenant isolation' });
  expect(second!.key).toBeUndefined();
});

test('evidence in words', () => {
  expect([all, some, none, nothing].map((evidence) => evidenceText(evidence))).toEqual([
    '2 of 2 objects present',
    '1 of 2: missing index i',
    '0 of 1',
    'nothing to look for',
  ]);
  const many = { present: 1, expected: 4, missing: ['a', 'b', 'c'], undecided: 0 };
  expect(evidenceText(many, 2)).toBe('1 of 4: missing a, b and 1 more');
});

test('a baseline is proposed through the last complete file, and names what is lacking before it', async () => {
  const files = { '1_a.sql': '', '2_b.sql': '', '3_c.sql': '', '4_d.sql': '', '5_e.sql': '' };
  expect(proposeBaseline(await statuses({ files, evidence: [all, some, nothing, all, none] }))).toEqual({
    through: '4_d.sql',
    except: ['2_b.sql'],
  });
  expect(proposeBaseline(await statuses({ files, evidence: [none, some] }))).toBeUndefined();
});

test('verify finds what is not exactly as the folder says', async () => {
  const files = { '1_a.sql': 'select 1', '2_b.sql': '', '3_c.sql': '', '4_d.sql': '', '5_e.sql': '', '6_f.sql': '' };
  const rows = [
    row('1_a.sql', { checksum: hash('select 2') }),
    row('2_b.sql'),
    row('3_c.sql'),
    row('4_d.sql', { success: false, errorMessage: 'no' }),
    row('0.sql'),
  ];
  const found = await statuses({ files, rows, evidence: [nothing, some, all, none, all, none] });
  const told = (allowsPending: boolean): string[] =>
    verify(found, allowsPending).map(({ migration, what }) => `${migration.name} ${what}`);
  const always = [
    '1_a.sql edited after it was applied',
    '2_b.sql recorded, but 1 of 2: missing index i',
    '4_d.sql failed: no',
    '5_e.sql not recorded, but 2 of 2 objects present',
  ];
  expect(told(false)).toEqual([...always, '6_f.sql pending', '0.sql recorded, but its file is missing']);
  expect(told(true)).toEqual([...always, '0.sql recorded, but its file is missing']);
  expect(summaryOf(found)).toMatchObject({ total: 7, edited: 1, unverified: 2, differing: 2 });
});

describe('on a server', () => {
  const files = oddMigrations().map(({ name, content }) => migrationFile(name, content));

  test('an empty database has nothing but pending files, and no history', async () => {
    const { migrations, history } = await readStatus(await open((await createDatabase('empty')).settings), {
      directory: '',
      files,
    });
    expect(history).toMatchObject({ isThere: false, rows: [] });
    expect(new Set(migrations.map(({ state }) => state))).toEqual(new Set(['pending', 'not-a-migration']));
  });

  test('a history without checksums, columns or the name of a migration', async () => {
    const { settings } = await createDatabase('empty');
    const client = await connectTo(settings);
    const database = await open(settings);
    const read = async (): Promise<unknown> =>
      (await readStatus(database, { directory: '', files: files.slice(0, 2) })).migrations.map(({ state, flags: found }) => [
        state,
        found.includes('unverified'),
      ]);
    try {
      await client.query('create table schema_migrations (version text)');
      expect(await read()).toEqual([
        ['pending', false],
        ['pending', false],
      ]);
      await client.query('alter table schema_migrations rename version to migration_name');
      await client.query('insert into schema_migrations values ($1)', [files[0]!.name]);
      expect(await read()).toEqual([
        ['applied', true],
        ['pending', false],
      ]);
      // Another tool's clock, in nanoseconds.
      await client.query('alter table schema_migrations add execution_time_ms bigint');
      for (const [written, told] of [
        [null, null],
        [12, 12],
        [99_999_999_999, 2_147_483_647],
      ] as const) {
        await client.query('update schema_migrations set execution_time_ms = $1', [written]);
        expect((await readHistory(database)).rows.map(({ executionTimeMs }) => executionTimeMs)).toEqual([told]);
      }
      await client.query('alter table schema_migrations add checksum text');
      await client.query('update schema_migrations set checksum = $1', [files[0]!.checksum]);
      expect(await read()).toEqual([
        ['applied', false],
        ['pending', false],
      ]);
    } finally {
      await client.end();
    }
  });

  test("a database of production's shape without history", async () => {
    const { migrations } = await readStatus(await open((await createDatabase('production')).settings), { directory: '', files });
    expect(migrations.filter(({ state }) => state === 'applied' || state === 'failed')).toEqual([]);
  });
});
