import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoAssets } from '#demo/schema.ts';
import { createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run, type RunOptions } from './program.ts';

let home: TestDatabase;
let directory: string;
beforeAll(async () => {
  home = await createDatabase('demo');
  directory = await mkdtemp(join(tmpdir(), 'aisha-console-migrations-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const demoFolder = join(demoAssets(), 'migrations');
const on = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  run(['--database-url', home.url, 'migrations', ...args], options);

interface Answer {
  migrations: Record<string, unknown>[];
  summary: Record<string, unknown>;
  findings: { name: string; state: string; what: string }[];
}

describe('migrations status', () => {
  test('--json has exactly the promised keys, and exits 1 because one failed', async () => {
    const { code, stdout, stderr } = await on(['status', '--dir', demoFolder, '--json']);
    const { migrations, summary } = JSON.parse(stdout) as Answer;
    expect(code).toBe(1);
    expect(Object.keys(migrations[0]!)).toEqual([
      'name',
      'number',
      'state',
      'flags',
      'applied_at',
      'applied_by',
      'execution_time_ms',
      'error',
      'evidence',
    ]);
    expect(summary).toMatchObject({
      total: 44,
      states: { applied: 40, failed: 1, pending: 2, 'not-a-migration': 1 },
      has_history: true,
      proposed_baseline: null,
    });
    expect(migrations.find(({ name }) => name === '053_cash_flow_account_index.sql')).toMatchObject({
      number: '053',
      state: 'pending',
      evidence: { present: 0, expected: 2, verdict: 'none', text: '0 of 2' },
    });
    expect(stderr).toContain('051_won_opportunities_need_close_date.sql');
  });

  test('as text tells the failure, and finds the folder by AISHA_MIGRATIONS_DIR', async () => {
    const { code, stdout, stderr } = await on(['status'], { environment: { AISHA_MIGRATIONS_DIR: demoFolder } });
    expect(code).toBe(1);
    expect(stderr).toContain('apply it again, or say what it is with migrations resolve');
    expect(stderr).not.toContain('migrations status');
    expect(stdout).toContain(
      '051_won_opportunities_need_close_date.sql failed: check constraint "opportunities_close_date_check"',
    );
    expect(stdout).toMatch(/^001_init\.sql\s+applied\s+unverified\s+2025-01-15\s+Admin\s+\d+ ms\s+(\d+) of \1 objects present$/m);
  });

  test('without history, it proposes a baseline and records nothing', async () => {
    const empty = await createDatabase('production');
    await writeFile(join(directory, '001_contacts.sql'), 'create table contacts (id uuid primary key);');
    const { code, stdout } = await run(['--database-url', empty.url, 'migrations', 'status', '--dir', directory, '--json']);
    const { migrations, summary } = JSON.parse(stdout) as Answer;
    expect([code, migrations[0]!['state'], summary['has_history'], summary['proposed_baseline']]).toEqual([
      0,
      'unknown',
      false,
      { through: '001_contacts.sql', except: [] },
    ]);
  });

  test('a file of megabytes is parsed in a thread of its own, in the built program too', async () => {
    const large = await mkdtemp(join(directory, 'large-'));
    const text = Array.from({ length: 10_000 }, (_, n) => `insert into contacts values (${n}, '${'ü'.repeat(200)}');`).join('\n');
    await writeFile(join(large, '001_large.sql'), `${text}\ncreate index concurrently idx_a on contacts (email)`);
    await writeFile(join(large, '002_wrong.sql'), `${text}\nselect from from;`);
    const { code, stdout } = await on(['apply', '--all', '--dir', large, '--dry-run', '--json']);
    const { migrations } = JSON.parse(stdout) as { migrations: Record<string, unknown>[] };
    expect(code).toBe(0);
    expect(migrations).toMatchObject([
      { name: '001_large.sql', mode: 'non-transactional', error: null },
      { name: '002_wrong.sql', error: { line: 10_001, column: 13 } },
    ]);
    expect((migrations[0]!['statements'] as unknown[]).length).toBe(10_001);
  });

  test('says which folder is missing, as a mistake of usage', async () => {
    expect(await on(['status', '--dir', 'nowhere'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no folder nowhere.') as string,
    });
    expect(await on(['status'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--dir') as string });
  });
});

test('migrations verify finds what failed and what waits, and passes an empty folder', async () => {
  const { code, stdout } = await on(['verify', '--dir', demoFolder, '--json']);
  const { findings } = JSON.parse(stdout) as Answer;
  expect([code, findings.map(({ name, state }) => [name.slice(0, 3), state])]).toEqual([
    1,
    [
      ['051', 'failed'],
      ['053', 'pending'],
      ['054', 'pending'],
    ],
  ]);
  const allowed = JSON.parse((await on(['verify', '--dir', demoFolder, '--allow-pending', '--json'])).stdout) as Answer;
  expect(allowed.findings).toHaveLength(1);
});

describe('migrations lint', () => {
  test('looks at what is not in force yet, and exits 1 only for what breaks or blocks', async () => {
    const { code, stdout } = await on(['lint', '--dir', demoFolder, '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, { findings: [], checked: 3 }]);
    await writeFile(join(directory, '900_bad.sql'), 'alter table contacts add column kind text not null;');
    const bad = await on(['lint', '900_bad.sql', '--dir', directory, '--json']);
    expect(bad.code).toBe(1);
    expect((JSON.parse(bad.stdout) as Answer).findings[0]).toMatchObject({
      name: '900_bad.sql',
      rule: 'not-null-without-default',
      severity: 'error',
      line: 1,
    });
    expect((await on(['lint', '900_bad.sql', '--dir', directory])).stdout).toMatch(
      /^900_bad\.sql:1: error: kind is not null and has no default/,
    );
  });

  test('knows every applied file with --all, and says which name is not there', async () => {
    const { findings } = JSON.parse((await on(['lint', '--all', '--dir', demoFolder, '--json'])).stdout) as {
      findings: { rule: string }[];
    };
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['no-rollback-file']));
    expect(await on(['lint', '1_no.sql', '--dir', demoFolder])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('1_no.sql') as string,
    });
  });
});
