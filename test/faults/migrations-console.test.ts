import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Outcome, run, start } from '../cli/program.ts';
import { until } from '../database/opening.ts';
import { history, openYard, temporaryFolder, type Yard } from '../features/migration-running.ts';
import { journal, journalRows, standStillAt, steppedFile, steppedRows, wholeFile, wholeRows } from './migration-stops.ts';

interface Scene {
  readonly yard: Yard;
  readonly migrations: (...args: readonly string[]) => Promise<Outcome>;
  readonly begin: () => ReturnType<typeof start>;
}

const name = '001_journal.sql';

/** A database with a journal, a folder with one migration, and the built program on both. */
async function openScene(text: string): Promise<Scene> {
  const yard = await openYard();
  await yard.admin.query(journal);
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  writeFileSync(join(folder, name), text);
  const args = (...words: readonly string[]) => [
    '--database-url',
    yard.home.url,
    '--unaudited',
    'migrations',
    ...words,
    '--dir',
    folder,
  ];
  return {
    yard,
    migrations: (...words) => run(args(...words)),
    begin: () => start(args('apply', name, '--yes')),
  };
}

/** The state that `migrations status` gives. */
async function stateOf({ migrations }: Scene): Promise<string> {
  const { migrations: found } = JSON.parse((await migrations('status', '--json')).stdout) as { migrations: { state: string }[] };
  return found[0]!.state;
}

const lockHeld = async ({ yard }: Scene): Promise<boolean> =>
  (await yard.admin.query(`select from pg_locks where locktype = 'advisory' and classid = 1634300776`)).rowCount! > 0;

describe.concurrent('kill -9 of a console that runs a migration', () => {
  test.for([
    ['whole', '20', 'failed'],
    ['whole', '11', 'failed'],
    ['stepped', '20', 'failed'],
    ['stepped', '31', 'failed'],
    ['stepped', 'index', 'unknown'],
    ['stepped', '71', 'failed'],
  ] as const)('%s, at %s: running as long as it runs, then %s; the next apply completes', async ([kind, point, state]) => {
    const scene = await openScene(kind === 'whole' ? wholeFile : steppedFile);
    const still = await standStillAt(scene.yard.home.settings, point);
    const console = scene.begin();
    await still.reached();
    expect(await stateOf(scene)).toBe('running');
    console.kill('SIGKILL');
    await console.outcome;
    // The server finds out that nobody listens any more.
    await until(async () => !(await lockHeld(scene)));
    expect(await stateOf(scene)).toBe(state);
    await still.release();
    const { code, stdout } = await scene.migrations('apply', name, '--yes', '--wait', '10');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/applied, \d+ ms/)]);
    expect(await journalRows(scene.yard.admin)).toEqual(kind === 'whole' ? wholeRows : steppedRows);
    expect(await stateOf(scene)).toBe('applied');
  });
});

describe.concurrent('an interrupt', () => {
  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s stops the statement on the server, and that is recorded',
    async (signal) => {
      const scene = await openScene(wholeFile);
      const still = await standStillAt(scene.yard.home.settings, '20');
      const console = scene.begin();
      await still.reached();
      console.kill(signal);
      const { code, stdout } = await console.outcome;
      await still.release();
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(stdout).toContain('stopped by the operator');
      const row = (await history(scene.yard))[name];
      expect([row?.success, row?.error]).toEqual([false, expect.stringMatching(/^statement 2, line 2: stopped by the operator/)]);
      expect([await stateOf(scene), await journalRows(scene.yard.admin)]).toEqual(['failed', []]);
    },
  );
});
