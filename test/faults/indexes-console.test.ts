import { describe, expect, test } from 'vitest';
import { type Outcome, run, start } from '../cli/program.ts';
import { until } from '../database/opening.ts';
import { invalidIndexes, openWorkshop, type Workshop } from '../features/index-maintenance.ts';
import { heldTable, type Point, standStillAt } from './reindex-stops.ts';

const on = ({ home }: Workshop, ...args: readonly string[]): readonly string[] => [
  '--database-url',
  home.url,
  '--unaudited',
  'indexes',
  ...args,
];
const indexes = (shop: Workshop, ...args: readonly string[]): Promise<Outcome> => run(on(shop, ...args));

/** Waits until the server has found out that nobody listens any more. */
const overOnServer = ({ admin }: Workshop): Promise<true | undefined> =>
  until(async () => {
    const { rowCount } = await admin.query(
      `select from pg_stat_activity where datname = current_database() and state = 'active' and query ~ '^(reindex|drop index)'`,
    );
    return rowCount === 0 || undefined;
  });

describe.concurrent('kill -9 of a console that rebuilds an index', () => {
  test.for([
    ['a writer is open', 'held_n_ccnew'],
    ['building', 'held_n_ccnew'],
    ['a REPEATABLE READ transaction is open', 'held_n_ccnew'],
    ['a reader is open', 'held_n_ccold'],
  ] as const)(
    'while %s: what is left is shown, and cleaned',
    async ([point, leftover]: readonly [Point, string], { onTestFinished }) => {
      const shop = await openWorkshop(heldTable);
      onTestFinished(shop.close);
      const still = await standStillAt(shop, point);
      const console = start(on(shop, 'reindex', 'held_n', '--yes'));
      await still.reached();
      console.kill('SIGKILL');
      await console.outcome;
      await overOnServer(shop);
      await still.release();
      expect(await invalidIndexes(shop.admin)).toEqual([`public.${leftover}`]);
      const listed = JSON.parse((await indexes(shop, 'list', '--json')).stdout) as {
        indexes: { index: string; is_valid: boolean }[];
      };
      expect(listed.indexes.filter((index) => !index.is_valid).map(({ index }) => index)).toEqual([leftover]);
      expect((await indexes(shop, 'clean', '--dry-run')).stdout).toContain(
        `drop index concurrently if exists "public"."${leftover}";`,
      );
      expect(await indexes(shop, 'clean', '--yes')).toMatchObject({ code: 0 });
      expect(await invalidIndexes(shop.admin)).toEqual([]);
    },
  );
});

test('kill -9 while the indexes of a table are rebuilt: all that is left is cleaned, of its TOAST table too', async ({
  onTestFinished,
}) => {
  const shop = await openWorkshop(`${heldTable}; alter table held add column long text`);
  onTestFinished(shop.close);
  const still = await standStillAt(shop, 'building');
  const console = start(on(shop, 'reindex', '--table', 'held', '--yes'));
  await still.reached();
  console.kill('SIGKILL');
  await console.outcome;
  await overOnServer(shop);
  await still.release();
  const left = await invalidIndexes(shop.admin);
  expect(left).toEqual([expect.stringMatching(/^pg_toast\.pg_toast_\d+_index_ccnew$/), 'public.held_n_ccnew']);
  const { jobs } = JSON.parse((await indexes(shop, 'clean', '--dry-run', '--json')).stdout) as { jobs: Record<string, string>[] };
  expect(jobs.map(({ target, table }) => [target, table])).toEqual([
    [left[0], 'held'],
    ['held_n_ccnew', 'held'],
  ]);
  expect(await indexes(shop, 'clean', '--yes')).toMatchObject({ code: 0 });
  expect(await invalidIndexes(shop.admin)).toEqual([]);
});

describe.concurrent('an interrupt', () => {
  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s stops the REINDEX on the server and drops what it left',
    async (signal, { onTestFinished }) => {
      const shop = await openWorkshop(heldTable);
      onTestFinished(shop.close);
      const still = await standStillAt(shop, 'building');
      const console = start(on(shop, 'reindex', 'held_n', '--yes'));
      await still.reached();
      console.kill(signal);
      const { code, stdout } = await console.outcome;
      await still.release();
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(stdout).toContain('stopped by the operator');
      expect(stdout).toContain('held_n_ccnew: the unfinished new index was left behind and is dropped');
      expect(await invalidIndexes(shop.admin)).toEqual([]);
    },
  );

  test('while what it left can not be dropped: names it with its statement, and leaves', async ({ onTestFinished }) => {
    const shop = await openWorkshop(heldTable);
    onTestFinished(shop.close);
    const still = await standStillAt(shop, 'a writer is open');
    const console = start(on(shop, 'reindex', 'held_n', '--yes'));
    await still.reached();
    console.kill('SIGINT');
    const { code, stderr } = await console.outcome;
    expect(code).toBe(130);
    expect(stderr).toContain('left behind: held_n_ccnew. drop index concurrently if exists "public"."held_n_ccnew"');
    expect(stderr).toMatch(/Interrupted before held_n_ccnew, left behind, was dropped\. To drop it: drop index concurrently/);
    await overOnServer(shop);
    await still.release();
    expect(await indexes(shop, 'clean', '--yes')).toMatchObject({ code: 0 });
    expect(await invalidIndexes(shop.admin)).toEqual([]);
  });
});
