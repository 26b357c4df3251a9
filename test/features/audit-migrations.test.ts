import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeAuditMigrations } from '#features/audit/migrations.ts';
import { type Log, openLog, sourceOf } from './audit-log.ts';

const by = { author: 'tester', date: new Date('2026-11-22T12:00:00Z') };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aisha-console-audit-migrations-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs a file as psql does, statement by statement: sent as one text it would be one transaction. */
async function run({ admin }: Log, file: string): Promise<void> {
  const statements = readFileSync(file, 'utf8')
    .replaceAll(/^--.*$/gm, '')
    .split(/;\s*$/m);
  for (const statement of statements) if (statement.trim() !== '') await admin.query(statement);
}

test.for([
  ['production', 'time-index', ['001_audit_log_created_at_index.sql'], 'floor'],
  ['production', 'txid', ['001_audit_log_txid.sql', '002_audit_log_txid_index.sql'], 'txid'],
  ['production', 'all', ['001_audit_log_created_at_index.sql', '002_audit_log_txid.sql', '003_audit_log_txid_index.sql'], 'txid'],
  ['demo', 'time-index', [], 'floor'],
  ['demo', 'all', ['001_audit_log_txid.sql', '002_audit_log_txid_index.sql'], 'txid'],
] as const)('on %s, %s: %j, which is mode %s; run twice, and taken back', async ([shape, kind, names, mode]) => {
  const log = await openLog(shape);
  onTestFinished(() => log.admin.end());
  const before = log.source;
  const directory = folder();
  const files = await writeAuditMigrations(directory, log.source, kind, by);
  expect(files.map(({ name }) => name)).toEqual(names);
  for (const _ of [1, 2]) for (const { migration } of files) await run(log, migration);
  const after = await sourceOf(log.database);
  expect(after.mode).toBe(mode);
  expect(await writeAuditMigrations(folder(), after, kind, by)).toEqual([]);
  for (const _ of [1, 2]) for (const { rollback } of files.toReversed()) await run(log, rollback);
  expect(await sourceOf(log.database)).toEqual(before);
});

test('a second time nothing is written, and the index still names the column it needs', async () => {
  const log = await openLog('production');
  onTestFinished(() => log.admin.end());
  const directory = folder();
  const first = await writeAuditMigrations(directory, log.source, 'all', by);
  expect(readFileSync(first[2]!.migration, 'utf8')).toContain('-- Dependencies: 002_audit_log_txid.sql\n');
  const second = await writeAuditMigrations(directory, log.source, 'all', by);
  expect(second).toEqual(first.map((file) => ({ ...file, isOld: true })));
});
