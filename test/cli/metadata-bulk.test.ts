import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run, start } from './program.ts';

const acmeId = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
let home: TestDatabase;
let admin: Client;
beforeAll(async () => {
  home = await createDatabase('demo');
  admin = await connectTo(home.settings);
  await admin.query(`create table sheet (id int primary key, tenant_id uuid, name text, metadata jsonb);
    insert into sheet select n, '${acmeId}', 'Sheet ' || n, '{"tier": "Gold", "token": "hush-hush", "n": 1.10}' from generate_series(1, 5) as n`);
});
const directory = mkdtempSync(join(tmpdir(), 'aisha-console-patch-'));
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await admin.end();
});

const metadata = (args: readonly string[]): Promise<Outcome> => run(['--database-url', home.url, 'metadata', ...args]);
const bulk = (...args: string[]): Promise<Outcome> => metadata(['bulk', 'sheet', ...args]);
const json = ({ stdout }: Outcome): unknown => JSON.parse(stdout);

interface BulkAnswer {
  readonly bulk_id: string;
  readonly matched: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
  readonly stopped: boolean;
}

describe('metadata search', () => {
  test('--json has exactly the promised keys, masked, and pages by cursor', async () => {
    const first = await metadata(['search', 'sheet', '--contains', '{"tier": "Gold"}', '--limit', '3', '--json']);
    const page = json(first) as { rows: Record<string, unknown>[]; next: string; served_by: string | null };
    expect(Object.keys(page)).toEqual(['rows', 'next', 'served_by']);
    expect(page.rows[0]).toEqual({
      id: '1',
      tenant_id: acmeId,
      label: 'Sheet 1',
      preview: '{"n": 1.10, "tier": "Gold", "token": "••••"}',
    });
    expect(page.served_by).toBeNull();
    expect(first.stderr).toContain('no index serves this search');
    const second = await metadata(['search', 'sheet', '--contains', '{"tier": "Gold"}', '--after', page.next, '--json']);
    expect(json(second) as { rows: { id: string }[]; next: null }).toMatchObject({
      rows: [{ id: '4' }, { id: '5' }],
      next: null,
    });
    const served = await metadata(['search', 'contacts', '--has-key', 'custom_fields', '--tenant', 'acme-corp', '--json']);
    expect((json(served) as { served_by: string }).served_by).toBe('idx_contacts_metadata');
  });

  test.for([
    [['search', 'sheet', '--contains', '{'], 2],
    [['search', 'sheet', '--path', '/a'], 2],
    [['search', 'sheet', '--has-key', 'a', '--contains', '{}'], 2],
    [['search', 'sheet', '--jsonpath', '$.a =='], 2],
    [['search', 'sheet', '--after', 'nonsense'], 2],
    [['search', 'nothing'], 6],
  ] as const)('%j exits with %i', async ([args, code]) => {
    expect((await metadata(args)).code).toBe(code);
  });
});

describe('metadata bulk', () => {
  const all = ['--has-key', 'tier', '--all-tenants'];

  test.for([
    [['--has-key', 'tier', '--set', '/tier="x"', '--yes', '--reason', 'r'], 2],
    [['--tenant', acmeId, ...all, '--set', '/tier="x"', '--yes', '--reason', 'r'], 2],
    [['--all-tenants', '--set', '/tier="x"', '--yes', '--reason', 'r'], 2],
    [[...all, '--yes', '--reason', 'r'], 2],
    [[...all, '--set', '/tier=x', '--yes', '--reason', 'r'], 2],
    [[...all, '--set', '/tier="x"', '--file', 'p.json', '--yes', '--reason', 'r'], 2],
    [[...all, '--set', '/tier="x"', '--yes', '--reason', 'r', '--unaudited'], 2],
    [['--undo', crypto.randomUUID(), '--yes', '--reason', 'r', '--unaudited'], 2],
    [[...all, '--set', '/tier="x"', '--reason', 'r'], 4],
    [[...all, '--set', '/tier="x"', '--yes'], 4],
    [[...all, '--set', '/tier="x"', '--yes', '--reason', 'r', '--read-only'], 4],
    [[...all, '--set', '/tier="x"', '--yes', '--reason', 'r', '--bulk', crypto.randomUUID()], 6],
  ] as const)('%j exits with %i and changes nothing', async ([args, code]) => {
    expect((await bulk(...args)).code).toBe(code);
    const { rows } = await admin.query(`select from sheet where metadata ->> 'tier' <> 'Gold'`);
    expect(rows).toEqual([]);
  });

  test('--dry-run shows how many, whose and samples, with secrets masked', async () => {
    const outcome = await bulk(...all, '--set', '/tier="Silver"', '--unset', '/token', '--dry-run', '--json');
    expect(outcome.code).toBe(0);
    const preview = json(outcome) as { samples: { changes: unknown[] }[] };
    expect(preview).toMatchObject({
      dry_run: true,
      matched: 5,
      capped: false,
      tenants: [{ tenant_id: acmeId, slug: 'acme-corp', name: 'Acme Corporation', rows: 5 }],
    });
    expect(preview.samples).toHaveLength(5);
    expect(preview.samples[0]!.changes).toEqual([
      { path: '/tier', change: 'changed', before: 'Gold', after: 'Silver' },
      { path: '/token', change: 'removed', before: '••••' },
    ]);
    const text = (await bulk(...all, '--set', '/tier="Silver"', '--dry-run')).stdout;
    expect(text).toContain('Would go through 5 records.');
    expect(text).not.toContain('hush-hush');
  });

  test('changes with repeated --set, exits 1 where rows failed, resumes and undoes', async () => {
    await admin.query(`update sheet set metadata = '{"tier": "Gold", "deep": 1}' where id = 3`);
    const set = ['--set', '/tier="Silver"', '--set', '/deep/er=1.10', '--yes', '--reason', 'ticket 1', '--json'];
    const outcome = await bulk(...all, ...set);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/bulk change [0-9a-f-]{36}\n5 records: 4 changed, 0 unchanged, 1 failed; [\d,]+ rows\/s\n/);
    const answer = json(outcome) as BulkAnswer;
    expect(answer).toEqual({
      bulk_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      matched: 5,
      changed: 4,
      unchanged: 0,
      skipped: 0,
      stopped: false,
      failed: [{ id: '3', reason: '/deep is a number, not an object or an array.' }],
    });
    await admin.query(`update sheet set metadata = metadata - 'deep' where id = 3`);
    const again = await bulk(...all, ...set, '--bulk', answer.bulk_id);
    expect(again.code).toBe(0);
    expect(json(again) as BulkAnswer).toMatchObject({ bulk_id: answer.bulk_id, matched: 5, changed: 1, skipped: 4 });
    const { rows } = await admin.query(`select distinct metadata -> 'deep' ->> 'er' as er from sheet`);
    expect(rows).toEqual([{ er: '1.10' }]);

    expect(await metadata(['bulk', '--undo', answer.bulk_id, '--reason', 'back'])).toMatchObject({
      code: 4,
      stderr: expect.not.stringContaining('--dry-run') as string,
    });
    expect(await metadata(['bulk', '--undo', answer.bulk_id, '--reason', 'back', '--dry-run', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Taking a bulk change back has no dry run.') as string,
    });
    const undone = await metadata(['bulk', '--undo', answer.bulk_id, '--reason', 'back', '--yes', '--json']);
    expect(undone.code).toBe(0);
    expect(json(undone) as BulkAnswer).toMatchObject({ matched: 5, changed: 5, failed: [] });
    const back = await admin.query(`select from sheet where metadata ->> 'tier' = 'Gold' and not metadata ? 'deep'`);
    expect(back.rowCount).toBe(5);
  });

  test('takes a JSON Patch from a file', async () => {
    const file = join(directory, 'patch.json');
    writeFileSync(file, '[{"op": "test", "path": "/tier", "value": "Gold"}, {"op": "copy", "from": "/tier", "path": "/was"}]');
    const outcome = await bulk(...all, '--file', file, '--yes', '--reason', 'ticket 2', '--json');
    expect(json(outcome) as BulkAnswer).toMatchObject({ matched: 5, changed: 5 });
  });

  test('an interrupt finishes the row at hand, prints how far it came, and exits 130', async () => {
    await admin.query(`create table long (id int primary key, metadata jsonb);
      insert into long select n, '{"tier": "Gold"}' from generate_series(1, 20000) as n`);
    const args = [
      'bulk',
      'long',
      '--has-key',
      'tier',
      '--all-tenants',
      '--set',
      '/tier="Silver"',
      '--yes',
      '--reason',
      'r',
      '--json',
    ];
    const program = start(['--database-url', home.url, 'metadata', ...args]);
    while ((await admin.query(`select from long where metadata ->> 'tier' = 'Silver' limit 1`)).rowCount === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    program.kill('SIGINT');
    const outcome = await program.outcome;
    expect(outcome.code).toBe(130);
    const answer = json(outcome) as BulkAnswer;
    expect(answer).toMatchObject({ stopped: true, failed: [] });
    expect(outcome.stderr).toContain(`run it again with --bulk ${answer.bulk_id}`);
    const { rows } = await admin.query<{ n: number }>(`select count(*)::int as n from long where metadata ->> 'tier' = 'Silver'`);
    expect(rows[0]!.n).toBe(answer.changed);
    expect(answer.changed).toBeLessThan(20_000);
  });
});
