import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { planApply } from '#features/migrations/apply.ts';
import { recordBaseline } from '#features/migrations/baseline.ts';
import { migrationFile, type MigrationFolder } from '#features/migrations/folder.ts';
import { importLog, planImport, readLog } from '#features/migrations/import-log.ts';
import { initHistory, planInit } from '#features/migrations/init.ts';
import { newMigration } from '#features/migrations/new-migration.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { planRollback } from '#features/migrations/rollback.ts';
import { resolveMigration } from '#features/migrations/resolve.ts';
import { runMigrations } from '#features/migrations/run/run.ts';
import { open } from '../database/opening.ts';
import { createDatabase } from '../support/cluster.ts';
import { author, failure, writing } from './metadata-saving.ts';
import { history, openYard, runFiles, temporaryFolder, type Yard } from './migration-running.ts';

const audited = { author, isUnaudited: false } as const;
const unaudited = { author, isUnaudited: true } as const;

function folderOf(files: Readonly<Record<string, string>>): MigrationFolder {
  return { directory: '/nowhere', files: Object.entries(files).map(([name, text]) => migrationFile(name, Buffer.from(text))) };
}

const folder = folderOf({
  '001_a.sql': 'create table a (n int);',
  '002_b.sql': 'create table b (n int);',
  '003_c.sql': 'alter table a add column m int;',
  '004_d.sql': 'create table d (n int);',
  'ROLLBACK_001_a.sql': 'drop table a;',
  'ROLLBACK_004_d.sql': 'drop table d;',
  'README.md': '',
});

const deeds = async ({ admin }: Yard): Promise<readonly unknown[]> =>
  (
    await admin.query<Record<string, unknown>>(
      `select action, new_data -> 'migration' ->> 'name' as name, old_data ->> 'state' as before, new_data ->> 'state' as after,
         new_data -> 'migration' ->> 'reason' as reason
       from audit_log where action like 'MIGRATION%' order by changed_at, new_data -> 'migration' ->> 'name'`,
    )
  ).rows;

describe('init', () => {
  test('creates the history of the manual with a checksum, once, on record; nothing before it is asked for', async () => {
    const home = await createDatabase('production');
    const database = await open(home.settings, { access: writing });
    const plan = (): Promise<string> => planInit((wanted) => database.read(wanted));
    expect(await plan()).toBe('create');
    expect(await initHistory(database, audited)).toBe('create');
    expect([await plan(), await initHistory(database, audited)]).toEqual(['nothing', 'nothing']);
  });

  test('adds the checksum to a history that lacks it, and keeps its rows', async () => {
    const home = await createDatabase('demo');
    const database = await open(home.settings, { access: writing });
    expect(await initHistory(database, audited)).toBe('add-checksum');
    const names = await planApply(database, folderOf({ '001_init.sql': '' }), { kind: 'all' });
    expect(names.files).toEqual([]);
  });

  test.for([
    ['production', 'drop table audit_log', 'no-audit-log', writing],
    ['production', 'create table schema_migrations (version text)', 'history-foreign', writing],
    ['production', 'select 1', 'read-only', { state: 'read-only', mayUnlock: true }],
  ] as const)('on %s after "%s" it is refused: %s', async ([shape, change, code, access]) => {
    const yard = await openYard(shape);
    await yard.admin.query(`drop table schema_migrations`);
    await yard.admin.query(change);
    const database = await open(yard.home.settings, { access });
    expect(await failure(initHistory(database, audited))).toMatchObject({ kind: 'refused', code });
    if (code !== 'history-foreign') return;
    expect(await failure(planInit((wanted) => database.read(wanted)))).toMatchObject({ kind: 'refused', code });
  });
});

describe('by hand', () => {
  let yard: Yard;
  let database: Database;
  beforeAll(async () => {
    yard = await openYard('demo');
    await yard.admin.query('truncate schema_migrations; drop table if exists notes cascade');
    ({ database } = yard);
  });

  test('apply --all asks for a baseline first where the history is empty and the database is not; named ones only warn', async () => {
    expect(await failure(planApply(database, folder, { kind: 'all' }))).toMatchObject({ code: 'no-baseline' });
    expect(await failure(planApply(database, folder, { kind: 'to', name: '002_b.sql' }))).toMatchObject({ code: 'no-baseline' });
    const named = await planApply(database, folder, { kind: 'named', names: ['003_c.sql', '002_b.sql'] });
    expect(named.files.map(({ name }) => name)).toEqual(['002_b.sql', '003_c.sql']);
    expect(named.warnings).toEqual(['warning: 1 earlier migration is not applied: 001_a.sql']);
    const empty = await openYard();
    expect((await planApply(empty.database, folder, { kind: 'all' })).files).toHaveLength(4);
  });

  test.for([
    ['005_x.sql', 'not-found'],
    ['ROLLBACK_001_a.sql', 'usage'],
    ['README.md', 'usage'],
  ] as const)('%s is no name to apply', async ([name, kind]) => {
    expect(await failure(planApply(database, folder, { kind: 'named', names: [name] }))).toMatchObject({ kind });
  });

  test('a baseline runs nothing, records each file with its text, and is put on record', async () => {
    const changed = await recordBaseline(database, folder, { through: '002_b.sql', except: [], reason: 'seen by hand' }, audited);
    expect(changed.map(({ name, before, after }) => [name, before, after])).toEqual([
      ['001_a.sql', 'pending', 'baseline'],
      ['002_b.sql', 'pending', 'baseline'],
    ]);
    expect((await yard.admin.query(`select to_regclass('a') as it`)).rows).toEqual([{ it: null }]);
    expect((await history(yard))['001_a.sql']).toMatchObject({
      success: true,
      error: 'baseline: seen by hand',
      checksum: folder.files[0]!.checksum,
      by: 'olga',
    });
    expect(await recordBaseline(database, folder, { through: '002_b.sql', except: [], reason: 'again' }, audited)).toEqual([]);
    expect(await deeds(yard)).toEqual([
      { action: 'MIGRATION_BASELINE', name: '001_a.sql', before: 'pending', after: 'baseline', reason: 'seen by hand' },
      { action: 'MIGRATION_BASELINE', name: '002_b.sql', before: 'pending', after: 'baseline', reason: 'seen by hand' },
    ]);
    expect((await planApply(database, folder, { kind: 'all' })).files.map(({ name }) => name)).toEqual([
      '003_c.sql',
      '004_d.sql',
    ]);
  });

  test('a baseline does not paper over a failure; resolving does, with a reason', async () => {
    await runFiles(database, { '003_c.sql': 'select no' });
    const over = recordBaseline(database, folder, { through: '004_d.sql', except: [], reason: 'x' }, audited);
    expect(await failure(over)).toMatchObject({ code: 'baseline-over-failure' });
    expect(await history(yard)).not.toHaveProperty('004_d.sql');
    const resolve = (as: 'applied' | 'reverted', reason = 'it is there') =>
      resolveMigration(database, folder, { name: '003_c.sql', as, reason }, audited);
    expect(await failure(resolve('applied', ' '))).toMatchObject({ code: 'reason-missing' });
    expect(await resolve('applied')).toMatchObject({ before: 'failed', after: 'resolved as applied' });
    expect((await history(yard))['003_c.sql']).toMatchObject({ success: true, error: 'resolved as applied: it is there' });
    await resolve('reverted');
    expect((await planApply(database, folder, { kind: 'all' })).files.map(({ name }) => name)).toEqual([
      '003_c.sql',
      '004_d.sql',
    ]);
    const unknown = resolveMigration(database, folder, { name: '9_no.sql', as: 'applied', reason: 'x' }, audited);
    expect(await failure(unknown)).toMatchObject({ kind: 'not-found' });
  });

  test('while migrations are run, nothing is recorded by hand', async () => {
    await yard.admin.query('select pg_advisory_lock(1634300776, 1835624306)');
    const busy = resolveMigration(database, folder, { name: '004_d.sql', as: 'applied', reason: 'x' }, audited);
    expect(await failure(busy)).toMatchObject({ kind: 'conflict', code: 'migrations-locked' });
    await yard.admin.query('select pg_advisory_unlock_all()');
  });
});

describe('a log kept in markdown', () => {
  const log = `# Log\r
\r
| # | File | Date Applied | Applied By | Notes |\r
|---|:-----|:------------:|------------|-------|\r
| 001 | \`001_a.sql\` | 2025-01-15 | Admin | Initial \\| schema |\r
| 900 | 900_gone.sql | 2025-02-01 10:30 | jane@example.com | |\r
\r
| Other | Table |
|---|---|
| a | b |
`;

  test('is read, and imported with its dates and people; what is known stays', async () => {
    const yard = await openYard();
    const entries = readLog(log);
    expect(entries.map(({ name, appliedAt, appliedBy, notes, line }) => [name, appliedAt, appliedBy, notes, line])).toEqual([
      ['001_a.sql', '2025-01-15', 'Admin', 'Initial | schema', 5],
      ['900_gone.sql', '2025-02-01 10:30', 'jane@example.com', '', 6],
    ]);
    const plan = (rows: Parameters<typeof planImport>[2]['rows']) =>
      planImport(entries, folder, { rows }).map(({ isInFolder, isKnown }) => [isInFolder, isKnown]);
    expect(plan([])).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(await importLog(yard.database, entries, unaudited)).toHaveLength(2);
    expect((await history(yard))['001_a.sql']).toMatchObject({
      success: true,
      by: 'Admin',
      error: 'imported: Initial | schema',
      checksum: null,
    });
    const { rows } = await yard.admin.query(`select applied_at::date::text as day from schema_migrations order by id`);
    expect(rows).toEqual([{ day: '2025-01-15' }, { day: '2025-02-01' }]);
    expect(await importLog(yard.database, entries, unaudited)).toEqual([]);
  });

  test.for([
    ['no table at all', 'no table with the columns'],
    ['| File | Date |\n|---|---|\n| 1.sql | yesterday |', 'Line 3 .*"yesterday" is no date'],
    ['| File | Date |\n|---|---|\n| 1.sql | 2025-02-30 |', 'Line 3 .*is no date'],
    ['| File | Date |\n|---|---|\n| 1.sql | 2025-02-03 25:00 |', 'Line 3 .*is no date'],
    ['| File | Date |\n|---|---|\n| | 2025-02-03 |', 'Line 3 .*file is missing'],
    ['| File | Date |\n|---|---|\n| 1.sql | 2025-02-03 |\n| 1.sql | 2025-02-04 |', 'Line 4 .*already, on line 3'],
  ] as const)('%s is refused in its place', ([text, message]) => {
    expect(() => readLog(text)).toThrow(new RegExp(message));
  });
});

describe('rollback', () => {
  test('runs the script, records both, and makes the migration pending; later ones that touch the same objects forbid it', async () => {
    const yard = await openYard();
    const { database } = yard;
    expect(await failure(planRollback(database, folder, '004_d.sql', false))).toMatchObject({ code: 'not-applied' });
    for (const { name, sql } of folder.files.slice(0, 4)) await runFiles(database, { [name]: sql });
    expect(await failure(planRollback(database, folder, '002_b.sql', false))).toMatchObject({ code: 'no-rollback' });
    expect(await failure(planRollback(database, folder, '001_a.sql', false))).toMatchObject({
      code: 'touched-later',
      message: expect.stringContaining('003_c.sql (a)'),
    });
    expect((await planRollback(database, folder, '001_a.sql', true)).warnings).toHaveLength(1);
    const plan = await planRollback(database, folder, 'ROLLBACK_004_d.sql', false);
    expect([plan.file.name, plan.undoes, plan.warnings]).toEqual(['ROLLBACK_004_d.sql', '004_d.sql', []]);
    const limits = { statementTimeoutMs: 0, lockTimeoutMs: 0, waitMs: 0 };
    const run = runMigrations(database, { files: [plan], account: unaudited, limits });
    for (let next = await run.next(); ; next = await run.next()) {
      if (!next.done) continue;
      expect(next.value.results).toMatchObject([{ name: 'ROLLBACK_004_d.sql', state: 'applied' }]);
      break;
    }
    const rows = await history(yard);
    expect([rows['004_d.sql'], rows['ROLLBACK_004_d.sql']]).toMatchObject([
      { success: false, error: 'rolled back by ROLLBACK_004_d.sql' },
      { success: true, error: null },
    ]);
    expect((await planApply(database, folder, { kind: 'all' })).files.map(({ name }) => name)).toEqual(['004_d.sql']);
    const stateOfScript = async (): Promise<string | undefined> =>
      (await readStatus(database, folder)).migrations.find(({ name }) => name === 'ROLLBACK_004_d.sql')?.state;
    expect(await stateOfScript()).toBe('applied');
    expect((await runFiles(database, { '004_d.sql': folder.files[3]!.sql })).results[0]?.state).toBe('applied');
    expect(await stateOfScript()).toBe('not-a-migration');
    // Its own script, which ran once, does not stand in the way of taking it back again.
    expect(await planRollback(database, folder, '004_d.sql', false)).toMatchObject({ warnings: [] });
  });

  // The rows of 001, of 003, which touches the same table, and whether 003 stands in the way.
  test.for([
    ['2025-03-01 10:00Z', '', '2025-03-01 10:00:01Z', '', true],
    ['2025-03-01 10:00Z', '', '2024-03-01 10:00Z', '', false],
    ['2025-03-01 10:00Z', '', '2025-03-01 10:00Z', '', 'order'],
    [null, '', '2024-03-01 10:00Z', '', 'order'],
    ['2025-03-01 10:00Z', 'baseline: all', '2025-03-01 10:00:01Z', 'baseline: all', 'order'],
    ['2025-03-01 10:00Z', 'baseline: all', '2024-03-01 10:00Z', '', 'order'],
    ['2025-03-01 10:00Z', 'baseline: all', '2025-03-02 10:00Z', '', true],
    ['2025-03-01 10:00Z', '', '2025-02-01 10:00Z', 'baseline: all', false],
    ['2025-03-01 10:00Z', '', '2025-03-01 12:00Z', 'imported: by hand', 'order'],
    ['2025-03-01 10:00Z', '', '2025-03-02 12:00Z', 'imported: by hand', true],
  ] as const)('at %s %s and at %s %s: later by time, else by order (%s)', async ([at, note, otherAt, otherNote, isLater]) => {
    const { admin, database } = await openYard();
    await admin.query(
      `insert into schema_migrations (migration_name, applied_at, error_message)
       values ('001_a.sql', $1, nullif($2, '')), ('003_c.sql', $3, nullif($4, ''))`,
      [at, note, otherAt, otherNote],
    );
    const { warnings } = await planRollback(database, folder, '001_a.sql', true);
    const [said = 'nothing'] = warnings;
    expect(said).toMatch(
      { true: /003_c\.sql \(a\)/, order: /003_c\.sql \(a; .*order does\)/, false: /nothing/ }[String(isLater)]!,
    );
  });

  test('an earlier number that was applied later stands in the way', async () => {
    const { database } = await openYard();
    for (const index of [3, 0, 2]) await runFiles(database, { [folder.files[index]!.name]: folder.files[index]!.sql });
    const numbered = folderOf({
      '000_z.sql': 'alter table d add column m int;',
      ...Object.fromEntries(folder.files.map(({ name, sql }) => [name, sql])),
    });
    await runFiles(database, { '000_z.sql': 'alter table d add column m int;' });
    expect(await failure(planRollback(database, numbered, '004_d.sql', false))).toMatchObject({
      message: 'Migrations applied after 004_d.sql touch the same objects: 000_z.sql (d).',
    });
  });
});

describe('new', () => {
  test('writes the next number and its twin from the template, today and by the operator; it refuses to run until it is written', async () => {
    const directory = join(temporaryFolder(), 'migrations');
    mkdirSync(directory);
    writeFileSync(join(directory, '041_x.sql'), '');
    const asked = { name: 'Add invoices', description: 'Invoices', author, now: new Date('2026-11-22T12:00:00Z') };
    const written = await newMigration(directory, asked);
    expect(readdirSync(directory).toSorted()).toEqual(['041_x.sql', '042_add_invoices.sql', 'ROLLBACK_042_add_invoices.sql']);
    const text = readFileSync(written.migration, 'utf8');
    expect(text).toMatch(
      /^-- Migration: 042_add_invoices\.sql\n-- Description: Invoices\n-- Date: 2026-11-22\n-- Author: olga$/m,
    );
    expect(await failure(newMigration(directory, asked))).toMatchObject({ kind: 'conflict', code: 'migration-exists' });
    const yard = await openYard('demo');
    const { results } = await runFiles(yard.database, { [written.name]: text });
    expect(results[0]).toMatchObject({ state: 'failed', failure: { message: expect.stringContaining('is not written yet') } });
    const finished = text.replace(/^ +RAISE EXCEPTION.*\n/m, '');
    expect((await runFiles(yard.database, { [written.name]: finished })).results[0]).toMatchObject({ state: 'applied' });
  });
});
