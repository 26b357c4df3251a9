import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run, start } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-audit-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let home: TestDatabase;
let admin: Client;
beforeAll(async () => {
  home = await createDatabase('demo');
  admin = await connectTo(home.settings);
});
afterAll(() => admin.end());

const on = (...args: string[]): Promise<Outcome> => run(['--database-url', home.url, 'audit', ...args]);

async function addEntry(after: string): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `insert into audit_log (action, table_name, record_id, old_data, new_data, changed_by)
     values ('UPDATE', 'contacts', gen_random_uuid(), '{"status": "old"}', $1, 'jane@acme.example') returning id`,
    [after],
  );
  return rows[0]!.id;
}

describe('audit show', () => {
  test('--json is the entry with its exact documents, secrets masked unless revealed', async () => {
    const id = await addEntry('{"n": 12345678901234567890, "rate": 1.10, "password": "hunter2"}');
    const masked = await on('show', id, '--json');
    expect(masked).toMatchObject({ code: 0, stderr: 'secrets are masked; --reveal prints them\n' });
    expect(masked.stdout).toContain('"after": {"n": 12345678901234567890, "rate": 1.10, "password": "••••"}');
    expect(JSON.parse(masked.stdout)).toMatchObject({ id, action: 'UPDATE', table: 'contacts', changes: null, ip_address: null });
    const revealed = await on('show', id, '--json', '--reveal');
    expect(revealed).toMatchObject({ code: 0, stderr: '' });
    expect(revealed.stdout).toContain('"password": "hunter2"');
  });

  test('of a document that is nested too deeply to be read it shows who and when, and how to get it', async () => {
    const id = await addEntry(`{"a": ${'['.repeat(1200)}${']'.repeat(1200)}}`);
    const { code, stdout } = await on('show', id);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/action +UPDATE[^]*can not be shown: .*--json --reveal/),
    });
    expect((await on('show', id, '--json', '--reveal')).stdout).toContain('[[[[');
  });

  test('as text it is who and when, and old against new by path', async () => {
    const id = await addEntry('{"status": "new\\u001b[2J", "password": "hunter2"}');
    const { code, stdout } = await on('show', id);
    expect(code).toBe(0);
    expect(stdout).toContain('jane@acme.example');
    expect(stdout).toMatch(/changed \/status: "old" -> "new\\/);
    expect(stdout).not.toMatch(/hunter2|\u001b/);
  });

  test('an id as lists show it, cut, finds the entry; where several begin so the whole one is asked for', async () => {
    const id = await addEntry('{"status": "new"}');
    expect((await on('show', id.slice(0, 8))).stdout).toContain(id);
    expect((await on('show', `${id.slice(0, 13)}…`)).stdout).toContain(id);
    expect(await on('show', id.slice(0, 7))).toMatchObject({ code: 6, stderr: expect.stringContaining('has no entry') });
    for (const last of ['1', '2'])
      await admin.query(
        `insert into audit_log (id, action, table_name) values ('99999999-9999-4999-8999-99999999999${last}', 'UPDATE', 'contacts')`,
      );
    expect(await on('show', '99999999')).toMatchObject({ code: 2, stderr: expect.stringContaining('Give the whole id.') });
  });

  test('an id that is none, and one that is not there: 6', async () => {
    for (const id of ['nonsense', '11111111-1111-4111-8111-111111111111']) {
      expect(await on('show', id)).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining(`has no entry ${id}`) });
    }
  });
});

describe('audit export', () => {
  test('writes what the filter lets through, says so, and refuses a file that is there: 5', async () => {
    const id = await addEntry('{"marker": "only-this-one"}');
    const file = join(directory, 'entries.csv');
    const written = await on('export', file, '--text', 'only-this-one', '--since', '1h', '--json');
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(written.stdout)).toEqual({ file, format: 'csv', entries: 1, bytes: expect.any(Number) });
    expect(readFileSync(file, 'utf8').split('\r\n')[1]).toMatch(new RegExp(`^${id},`));
    expect(await on('export', file)).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('--force') });
    expect(await on('export', file, '--force', '--exclude-text', 'only-this-one')).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).not.toContain('only-this-one');
  });

  test('a time without a zone is taken as UTC, and said; one that is none is refused: 2', async () => {
    const file = join(directory, 'since.ndjson');
    const { stderr } = await on('export', file, '--since', '2025-01-15 10:00');
    expect(stderr).toContain('--since names no time zone: taken as UTC, 2025-01-15T10:00:00.000Z');
    expect(await on('export', file, '--until', 'yesterday')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--until holds "yesterday"'),
    });
  });

  test('Ctrl-C ends it with 130, says so, and leaves nothing', async () => {
    const locker = await connectTo(home.settings);
    await locker.query('begin; lock table audit_log in access exclusive mode');
    const before = readdirSync(directory);
    const child = start(['--database-url', home.url, 'audit', 'export', join(directory, 'stopped.ndjson')]);
    await until(async () => readdirSync(directory).length > before.length);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await child.outcome;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^stopped: nothing was written to .*stopped\.ndjson\n$/);
    expect(readdirSync(directory)).toEqual(before);
    await locker.end();
  });

  test('stays within --tenant', async () => {
    const file = join(directory, 'tenant.ndjson');
    const { code } = await run(['--database-url', home.url, '--tenant', 'acme-corp', 'audit', 'export', file]);
    expect(code).toBe(0);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const tenants = lines.map((line) => (JSON.parse(line) as { tenant_id: string }).tenant_id);
    expect(new Set(tenants)).toEqual(new Set(['f47ac10b-58cc-4372-a567-0e02b2c3d479']));
  });
});

describe('audit write-migration', () => {
  test('writes what is missing once, and needs a folder: 2', async () => {
    const folder = mkdtempSync(join(directory, 'migrations-'));
    const first = await on('write-migration', '--dir', folder, '--json');
    expect(first.code).toBe(0);
    const { files } = JSON.parse(first.stdout) as { files: { migration: string; written: boolean }[] };
    expect(files.map(({ migration }) => migration)).toEqual([
      join(folder, '001_audit_log_txid.sql'),
      join(folder, '002_audit_log_txid_index.sql'),
    ]);
    expect(readdirSync(folder)).toHaveLength(4);
    const second = await on('write-migration', '--dir', folder);
    expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('is there already, and is left as it is') });
    expect(readdirSync(folder)).toHaveLength(4);
    expect(await on('write-migration', '--dir', folder, '--only', 'time-index')).toMatchObject({
      code: 0,
      stdout: 'Nothing to write: the audit log has it already.\n',
    });
    expect(await on('write-migration')).toMatchObject({ code: 2, stderr: expect.stringContaining('--dir') });
    expect(await on('write-migration', '--dir', '/no/such/folder')).toMatchObject({ code: 2 });
  });
});

test('a database without an audit log: 6, and what is missing', async () => {
  const empty = await createDatabase('empty');
  expect(await run(['--database-url', empty.url, 'audit', 'export', join(directory, 'none')])).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('no table audit_log'),
  });
});
