import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Running, run, start } from '../cli/program.ts';
import { until } from '../database/opening.ts';
import { openYard, temporaryFolder, type Yard } from '../features/migration-running.ts';
import { connectTo } from '../support/cluster.ts';
import { startProxy } from '../support/proxy.ts';
import { startCommitProxy } from './commit-proxy.ts';
import { journal, journalRows, standStillAt, steppedFile, wholeFile } from './migration-stops.ts';

const name = '001_journal.sql';
const look = 'Look with: aisha-console migrations status';

interface Scene {
  readonly yard: Yard;
  /** The words of a command over the folder, on a port of the server or of what stands before it. */
  readonly words: (port: number, ...words: readonly string[]) => string[];
  readonly begin: (port?: number, ...more: readonly string[]) => Running;
}

/** A database with a journal, a folder with migrations, and the built program on both. */
async function openScene(texts: Readonly<Record<string, string>>): Promise<Scene> {
  const yard = await openYard();
  await yard.admin.query(journal);
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
  const words: Scene['words'] = (port, ...rest) => {
    const url = Object.assign(new URL(yard.home.url), { port: String(port) }).href;
    return ['--database-url', url, '--unaudited', 'migrations', ...rest, '--dir', folder];
  };
  return {
    yard,
    words,
    begin: (port = yard.home.settings.port, ...more) => start(words(port, 'apply', ...Object.keys(texts), '--yes', ...more)),
  };
}

/** Interrupts it; gives what it said last. */
async function interrupted(program: Running): Promise<{ code: number | null; stdout: string; last: string }> {
  program.kill('SIGINT');
  const { code, stdout, stderr } = await program.outcome;
  return { code, stdout, last: stderr.trimEnd().split('\n').at(-1) ?? '' };
}

const waitsForLock = ({ yard }: Scene): Promise<unknown> =>
  until(async () => {
    const { rowCount } = await yard.admin.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name = 'aisha-console'`,
    );
    return rowCount! > 0;
  });

async function keeperOf({ yard }: Scene, sql: string): Promise<{ readonly letGo: () => Promise<void> }> {
  const keeper = await connectTo(yard.home.settings);
  onTestFinished(() => keeper.end());
  await keeper.query(sql);
  return { letGo: async () => void (await keeper.query('rollback; select pg_advisory_unlock_all()')) };
}

/** An apply that stands still at a point of its file, and that no server answers any more. */
async function frozenAt(scene: Scene, point: string) {
  const still = await standStillAt(scene.yard.home.settings, point);
  const proxy = await startProxy(scene.yard.home.settings);
  onTestFinished(() => proxy.close());
  const program = scene.begin(proxy.port);
  await still.reached();
  proxy.freeze();
  return { program, proxy, still };
}

async function stateOf({ yard, words }: Scene): Promise<string> {
  const { stdout } = await run(words(yard.home.settings.port, 'status', '--json'));
  return (JSON.parse(stdout) as { migrations: { state: string }[] }).migrations[0]!.state;
}

describe('apply that is interrupted and has to leave says what is known', () => {
  test.for([
    ['while it reads', 'begin; lock table schema_migrations'],
    ['while it waits for another console', 'select pg_advisory_lock(1634300776, 1835624306)'],
  ] as const)('%s: nothing was written', async ([, sql]) => {
    const scene = await openScene({ [name]: wholeFile });
    await keeperOf(scene, sql);
    const program = scene.begin(undefined, '--wait', '60');
    await (sql.startsWith('begin')
      ? waitsForLock(scene)
      : until(() => Promise.resolve(program.written().stderr.includes('waiting'))));
    expect(await interrupted(program)).toMatchObject({ code: 130, last: 'Interrupted before anything was written.' });
  });

  test('while it notes that a file runs', async () => {
    const scene = await openScene({ [name]: wholeFile });
    await keeperOf(scene, 'begin; lock table schema_migrations in share mode');
    const program = scene.begin();
    await waitsForLock(scene);
    expect(await interrupted(program)).toMatchObject({
      code: 130,
      last: `Interrupted before anything of ${name} was run; the history may say that it runs. ${look}`,
    });
    expect(await journalRows(scene.yard.admin)).toEqual([]);
  });

  test('in a file that is one transaction, before COMMIT: it was not applied', async () => {
    const scene = await openScene({ [name]: wholeFile });
    const { program, proxy, still } = await frozenAt(scene, '20');
    expect(await interrupted(program)).toMatchObject({
      code: 130,
      last: `${name} was not applied: interrupted before COMMIT was sent, so that the server takes back what was done of it. ${look}`,
    });
    await proxy.close();
    await still.release();
    await expect(until(async () => (await stateOf(scene)) === 'failed')).resolves.toBe(true);
    expect(await journalRows(scene.yard.admin)).toEqual([]);
  });

  test('in such a file while COMMIT is under way: it may have been applied', async () => {
    const scene = await openScene({ [name]: wholeFile });
    const proxy = await startCommitProxy(scene.yard.home.settings);
    const program = scene.begin(proxy.port);
    await proxy.held;
    expect(await interrupted(program)).toMatchObject({
      code: 130,
      last: `${name} may have been applied: interrupted while COMMIT was under way. ${look}`,
    });
    proxy.deliver();
    await expect(until(async () => (await stateOf(scene)) === 'applied')).resolves.toBe(true);
  });

  test('in a file that runs statement by statement: what is done stays', async () => {
    const scene = await openScene({ [name]: steppedFile });
    const { program, proxy, still } = await frozenAt(scene, 'index');
    expect(await interrupted(program)).toMatchObject({
      code: 130,
      last: `Interrupted during statement 7 of ${name}, which may take effect; the first 6 are done for good, and the next apply looks and goes on. ${look}`,
    });
    await still.release();
    await proxy.close();
    const again = await run(scene.words(scene.yard.home.settings.port, 'apply', name, '--yes', '--wait', '20'));
    expect([again.code, await journalRows(scene.yard.admin)]).toEqual([0, [1, 2, 3, 5, 7]]);
  });

  test('while a failure is written down', async () => {
    const scene = await openScene({ [name]: 'insert into journal values (1);\nselect 1 / 0;\n' });
    const still = await standStillAt(scene.yard.home.settings, '10');
    const program = scene.begin();
    await still.reached();
    await keeperOf(scene, `begin; select from schema_migrations where migration_name = '${name}' for update`);
    await still.release();
    await until(
      async () => (await journalRows(scene.yard.admin)).length === 0 && program.written().stderr.includes('statements'),
    );
    await waitsForLock(scene);
    expect(await interrupted(program)).toMatchObject({
      code: 130,
      last: `${name} failed, and was interrupted before that was on record. ${look}`,
    });
  });

  test('between two files: the first is applied, the second was not run, and there is nothing to add', async () => {
    const scene = await openScene({
      [name]: 'select pg_advisory_unlock_all();\ninsert into journal values (1);\n',
      '002_b.sql': 'select 2;\n',
    });
    const still = await standStillAt(scene.yard.home.settings, '10');
    const program = scene.begin(undefined, '--wait', '60');
    await still.reached();
    await keeperOf(scene, 'select pg_advisory_lock(1634300776, 1835624306)');
    await still.release();
    await until(() => Promise.resolve(program.written().stderr.includes('waiting')));
    const { code, stdout, last } = await interrupted(program);
    expect(code).toBe(130);
    expect(stdout).toMatch(/001_journal\.sql +applied, \d+ ms\nnot run: 002_b\.sql/);
    expect(last).not.toMatch(/Interrupted/);
    expect(await journalRows(scene.yard.admin)).toEqual([1]);
  });
});

test('a history that is put right by hand: it may have been saved', async () => {
  const scene = await openScene({ [name]: wholeFile });
  const proxy = await startCommitProxy(scene.yard.home.settings);
  const program = start(scene.words(proxy.port, 'resolve', name, '--as', 'applied', '--reason', 'by hand', '--yes'));
  await proxy.held;
  expect(await interrupted(program)).toMatchObject({
    code: 130,
    last: `The change of the history of migrations may have been saved: interrupted while COMMIT was under way. ${look}`,
  });
  proxy.deliver();
  await expect(until(async () => (await stateOf(scene)) === 'resolved')).resolves.toBe(true);
});
