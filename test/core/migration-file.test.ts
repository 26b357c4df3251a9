import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type MigrationContent, migrationPair, migrationSlug, nextMigrationNumber } from '#core/migration-file.ts';
import { writeMigration } from '#core/write-migration.ts';

const content: MigrationContent = {
  slug: 'audit_log txid',
  description: 'Which transaction wrote an entry\nDROP TABLE tenant;',
  up: 'ALTER TABLE audit_log ADD COLUMN txid xid8;',
  down: 'ALTER TABLE audit_log DROP COLUMN txid;',
  author: 'Jörg\r\nDROP TABLE tenant;',
  date: new Date('2026-11-22T23:59:59Z'),
};

test.for([
  [[], '001'],
  [['001_init.sql', '002_seed.sql'], '003'],
  [['001_init.sql', '003_create_apikey.sql', '054_last.sql', '999_enable_rls_policies.sql'], '055'],
  [['010_a.sql', '010_b.sql', '155a_c.sql', 'ROLLBACK_156_d.sql'], '157'],
  [['2025-12-17_dated.sql', '20260424_dated.sql', 'add-ai-summary.sql', 'run-120.sh', '121_GUIDE.md', 'checks'], '001'],
  [['0001_a.sql', '0002_b.sql', '003_c.sql'], '0004'],
  [['0001_a.sql', '040_b.sql', '041_c.sql'], '042'],
  [['998_a.sql', '999_b.sql'], '1000'],
] as const)('after %j comes %s', ([names, next]) => {
  expect(nextMigrationNumber(names)).toBe(next);
});

test('a file name is made of small letters, digits and underscores', () => {
  expect(migrationSlug('Idx "Ünïcode"; ../../etc')).toBe('idx_unicode_etc');
  expect(migrationSlug('東京')).toBe('migration');
  expect(migrationSlug('x'.repeat(200))).toHaveLength(80);
});

test('a migration and its twin follow the manual’s template, and no header line becomes SQL', () => {
  const { migration, rollback } = migrationPair(['054_last.sql'], { ...content, dependencies: ['054_last.sql'] });
  expect(migration).toEqual({
    name: '055_audit_log_txid.sql',
    text: `-- ============================================
-- Migration: 055_audit_log_txid.sql
-- Description: Which transaction wrote an entry DROP TABLE tenant;
-- Dependencies: 054_last.sql
-- Date: 2026-11-22
-- Author: Jörg DROP TABLE tenant;
-- ============================================

-- Enable transaction (if safe)
BEGIN;

ALTER TABLE audit_log ADD COLUMN txid xid8;

COMMIT;
`,
  });
  expect(rollback.name).toBe('ROLLBACK_055_audit_log_txid.sql');
  expect(rollback.text).toContain('-- Description: Takes 055_audit_log_txid.sql back\n');
  expect(rollback.text).toContain('\nBEGIN;\n\nALTER TABLE audit_log DROP COLUMN txid;\n\nCOMMIT;\n');
});

test('what can not run in a transaction stands alone, without one', () => {
  const up = '-- A comment; with a semicolon.\nCREATE INDEX CONCURRENTLY i ON t (a);';
  const { migration } = migrationPair([], { ...content, up });
  expect(migration.text).not.toMatch(/BEGIN|COMMIT/);
  expect(migration.text.endsWith(`${up}\n`)).toBe(true);
  expect(() => migrationPair([], { ...content, up: `${up} ANALYZE t;` })).toThrow(RangeError);
});

test('several steps: what stands alone by itself, the rest each in a transaction of its own', () => {
  const alone = { description: 'first:\nDROP TABLE tenant;', sql: 'CREATE INDEX CONCURRENTLY i ON t (a);' };
  const locked = { description: 'second', sql: `SET LOCAL lock_timeout = '5s';\nALTER TABLE t DROP CONSTRAINT c;` };
  const { migration, rollback } = migrationPair([], {
    ...content,
    up: [alone, locked],
    down: [{ description: 'second', sql: '-- Nothing to take back.' }],
  });
  expect(migration.text.split('-- ====\n').at(-1)).toContain(`
-- Not one transaction: step by step, on a direct connection (not through the pooler); in psql without --single-transaction.

-- 1 of 2: first: DROP TABLE tenant;
CREATE INDEX CONCURRENTLY i ON t (a);

-- 2 of 2: second
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE t DROP CONSTRAINT c;
COMMIT;
`);
  expect(rollback.text.endsWith('\n-- 1 of 1: second\n-- Nothing to take back.\n')).toBe(true);
  expect(() => migrationPair([], { ...content, up: [{ ...alone, sql: `${alone.sql} ANALYZE t;` }] })).toThrow(RangeError);
});

function folder(...names: string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'aisha-console-migrations-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of names) writeFileSync(join(directory, name), 'theirs');
  return directory;
}

test('migrations are written beside what is there, once, and never over it', async () => {
  const directory = folder('053_a.sql', '054_b.sql', 'ROLLBACK_055_c.sql');
  const written = await writeMigration(directory, content);
  expect(written).toEqual({
    name: '056_audit_log_txid.sql',
    migration: join(directory, '056_audit_log_txid.sql'),
    rollback: join(directory, 'ROLLBACK_056_audit_log_txid.sql'),
    isOld: false,
  });
  expect(readFileSync(written.migration, 'utf8')).toContain('-- Migration: 056_audit_log_txid.sql\n');
  expect(await writeMigration(directory, content)).toEqual({ ...written, isOld: true });
  expect(await writeMigration(directory, { ...content, slug: 'other' })).toMatchObject({ name: '057_other.sql', isOld: false });
  expect(readdirSync(directory)).toHaveLength(7);
  for (const name of ['053_a.sql', '054_b.sql', 'ROLLBACK_055_c.sql']) {
    expect(readFileSync(join(directory, name), 'utf8')).toBe('theirs');
  }
});

test('several that are written at once each come out whole, as a pair', async () => {
  const directory = folder();
  const slugs = Array.from({ length: 10 }, (_, index) => `change_${index}`);
  await Promise.all(slugs.map((slug) => writeMigration(directory, { ...content, slug })));
  const names = readdirSync(directory).filter((name) => !name.startsWith('ROLLBACK_'));
  expect(names.map((name) => name.slice(4, -4)).toSorted()).toEqual(slugs);
  for (const name of names) expect(readdirSync(directory)).toContain(`ROLLBACK_${name}`);
});

test('a folder that is not there is said', async () => {
  await expect(writeMigration('/no/such/folder', content)).rejects.toMatchObject({
    kind: 'configuration',
    code: 'migration-not-written',
  });
});
