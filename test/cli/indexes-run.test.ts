import { beforeAll, describe, expect, test } from 'vitest';
import { invalidIndexes, openWorkshop, type Workshop } from '../features/index-maintenance.ts';
import { heldTable } from '../faults/reindex-stops.ts';
import { type Outcome, run } from './program.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop(`${heldTable}; insert into held values (3)`, 'demo');
  // Named and invalid as a REINDEX that ended early leaves it.
  const making = shop.admin.query('create unique index concurrently held_n_ccnew on held (n)');
  const isMade = await making.then(
    () => true,
    () => false,
  );
  if (isMade) throw new Error('an index that should have failed was made');
});

const on = (...args: readonly string[]): Promise<Outcome> => run(['--database-url', shop.home.url, 'indexes', ...args]);

describe('indexes reindex', () => {
  test('--dry-run shows statement, sizes and locks, also in a read-only session, and runs nothing', async () => {
    const { rows } = await shop.admin.query(`select 'held_n'::regclass::oid as oid`);
    const { code, stdout } = await on('reindex', 'held_n', '--dry-run', '--read-only');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.trim())).toEqual([
      'reindex index concurrently "public"."held_n";',
      'held 8 kB, indexes 16 kB',
      'SHARE UPDATE EXCLUSIVE on held: reads and writes go on; VACUUM, ANALYZE, index builds and ALTER TABLE wait',
      'it waits for transactions that were open before each of its steps, and needs the room of the new index beside the old one',
      '',
    ]);
    expect((await shop.admin.query(`select 'held_n'::regclass::oid as oid`)).rows).toEqual(rows);
  });

  test('--yes does it, with progress on stderr and on record', async () => {
    const { code, stdout, stderr } = await on('reindex', 'held_n', '--yes', '--reason', 'bloat');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^rebuild index held_n: done, [^;]+; indexes 16 kB, now 16 kB\n$/)]);
    expect(stderr).toContain('reindex index concurrently "public"."held_n"');
    const { rows } = await shop.admin.query(`select changed_by, new_data -> 'maintenance' ->> 'reason' as reason from audit_log
      where action = 'INDEX_REINDEX'`);
    expect(rows).toEqual([{ changed_by: 'tester', reason: 'bloat' }]);
  });

  test('--json has exactly the promised keys', async () => {
    const { code, stdout } = await on('reindex', '--table', 'held', '--yes', '--json', '--unaudited');
    const { jobs, ...rest } = JSON.parse(stdout) as { jobs: Record<string, unknown>[] };
    expect([code, rest]).toEqual([0, { not_run: [], stopped: false }]);
    expect(Object.keys(jobs[0]!)).toEqual([
      'action',
      'target',
      'table',
      'statement',
      'state',
      'elapsed_ms',
      'before',
      'after',
      'indexes',
      'skipped',
      'warnings',
      'left_over',
      'may_retry',
      'on_record',
      'error',
    ]);
    expect(jobs[0]).toMatchObject({
      indexes: [{ index: 'held_n', rebuilt: true }],
      skipped: [{ index: 'held_n_ccnew', why: 'left-over' }],
      error: null,
    });
  });

  test.for([
    [['reindex', 'held_n'], 4, 'is a write, and it was not confirmed'],
    [['reindex', 'held_n', '--yes', '--read-only'], 4, 'read-only'],
    [['reindex', 'nothing', '--yes'], 6, 'There is no index nothing.'],
    [['reindex', 'held', '--yes'], 6, 'held is a table.'],
    [['reindex', 'held_n_ccnew', '--yes'], 4, 'indexes clean'],
    [['reindex', '--yes'], 2, 'names'],
    [['reindex', 'held_n', '--lock-timeout', 'soon'], 2, '--lock-timeout holds "soon"'],
  ] as const)('%j exits with %i', async ([args, code, words]) => {
    const outcome = await on(...args);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toContain(words);
  });

  test('out of patience, exits 1 and says who was in the way', async () => {
    const keeper = await shop.connect();
    await keeper.query('begin; lock table held in share mode');
    const { code, stdout, stderr } = await on('reindex', 'held_n', '--yes', '--lock-timeout', '700');
    await keeper.query('rollback');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^rebuild index held_n: FAILED, .*\n {2}it waited 700 ms for somebody else\n {2}in the way: process \d+ \(test, /,
    );
    expect(stderr).toMatch(
      /waiting for a lock; waits for process \d+ \(test, \w+, idle in transaction\), its transaction began .*: begin; lock/,
    );
    expect(stderr).toContain('To rebuild index held_n failed.');
  });
});

test('indexes vacuum and analyze', async () => {
  const vacuum = await on('vacuum', 'held', 'contacts', '--analyze', '--yes');
  expect(vacuum.code).toBe(0);
  expect(vacuum.stdout).toMatch(
    /^vacuum and analyze held: done, .*; table 8 kB, now \d+ kB; indexes .*; dead rows 0, now 0\nvacuum and /,
  );
  const analyze = await on('analyze', 'held', '--yes', '--json');
  expect(JSON.parse(analyze.stdout)).toMatchObject({ jobs: [{ action: 'analyze', state: 'done', on_record: true }] });
});

test('indexes clean shows what is left over, drops it, and then finds nothing', async () => {
  const shown = await on('clean', '--dry-run', '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    dry_run: true,
    jobs: [
      {
        target: 'held_n_ccnew',
        table: 'held',
        statement: 'drop index concurrently if exists "public"."held_n_ccnew"',
        index_bytes: 0,
      },
    ],
  });
  expect(await on('clean')).toMatchObject({ code: 4 });
  expect(await on('clean', 'held_n', '--yes')).toMatchObject({ code: 6 });
  const { code, stdout } = await on('clean', '--yes');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^drop the left-over index held_n_ccnew: done, .*; 0 B\n$/)]);
  expect(await invalidIndexes(shop.admin)).toEqual([]);
  expect(await on('clean', '--yes')).toMatchObject({ code: 0, stdout: 'Nothing is left over.\n' });
});
