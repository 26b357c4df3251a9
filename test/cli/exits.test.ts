import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsFor } from '#cli/commands.ts';
import { freePort } from '#demo/launch.ts';
import { until } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { run, start } from './program.ts';

let home: TestDatabase;
let admin: Client;
beforeAll(async () => {
  home = await createDatabase('demo');
  admin = await connectTo(home.settings);
});
afterAll(() => admin.end());

/** Words about a failure go to stderr alone, and are never a stack trace or a bug report. */
async function failure(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<{ code: number | null; words: string }> {
  const { code, stdout, stderr } = await run(args, environment && { environment });
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|this is a bug/);
  return { code, words: stderr };
}
const on = (...args: string[]) => failure(['--database-url', home.url, ...args]);

describe('2: asked wrongly', () => {
  test.for([
    [['--frobnicate'], /unknown option '--frobnicate'/],
    [['tenants', 'frobnicate'], /frobnicate|too many arguments/],
    [['frobnicate'], /frobnicate|too many arguments/],
    [['tenants', 'lst'], /lst|Did you mean list|too many arguments/],
    [['tenants', 'list', '--sort', 'age'], /--sort.*age.*name, created, updated/s],
    [['tenants', 'list', '--limit', 'many'], /--limit holds "many".*1 to 1000/s],
    [['tenants', 'list', '--limit', '0'], /--limit holds "0"/],
    [['tenants', 'list', '--limit', '1001'], /--limit holds "1001"/],
    [['tenants', 'list', '--limit', '1e2'], /--limit holds "1e2"/],
    [['tenants', 'list', '--after', 'nonsense'], /--after holds "nonsense", which is no cursor.*"next"/s],
    [['tenants', 'show'], /missing required argument 'tenant'/],
    [['tennants', 'list'], /no such command: tennants list\.\nThere is: tenants, migrations, .*find/],
    [['find', ''], /too short/],
    [['--read-only', '--write', 'tenants', 'list'], /--read-only and --write exclude each other/],
    [['--statement-timeout', 'soon', 'tenants', 'list'], /--statement-timeout holds "soon"/],
  ] as const)('%j', async ([args, words]) => {
    const { code, words: said } = await on(...args);
    expect(said).toMatch(words);
    expect(code).toBe(2);
  });

  test('a connection string that is none, without showing its password', async () => {
    const { code, words } = await failure(['--database-url', 'mysql://root:hunter2@db/crm', 'tenants', 'list']);
    expect(code).toBe(2);
    expect(words).toContain('--database-url');
    expect(words).not.toContain('hunter2');
  });

  test('no database, and no terminal to ask on', async () => {
    const { code, words } = await failure(['tenants', 'list']);
    expect([code, words]).toEqual([2, expect.stringMatching(/No database is configured.*--database-url.*--demo/s)]);
    expect(await failure([])).toMatchObject({ code: 2 });
  });
});

describe('3: no connection', () => {
  test('a port where nobody listens', async () => {
    const { code, words } = await failure([
      '--database-url',
      `postgresql://u:hunter2@127.0.0.1:${await freePort()}/crm`,
      'tenants',
      'list',
    ]);
    expect([code, words]).toEqual([3, expect.stringMatching(/refused the connection.*\n.*running/)]);
    expect(words).not.toContain('hunter2');
  });

  test('a wrong password', async () => {
    const url = new URL(home.url);
    url.password = 'hunter2';
    const { code, words } = await failure(['tenants', 'list'], { DATABASE_URL: url.href });
    expect([code, words]).toEqual([3, expect.stringMatching(/does not accept the password.*DATABASE_URL/s)]);
    expect(words).not.toContain('hunter2');
  });
});

test('4: an ambiguous tenant, with the candidates', async () => {
  const { code, words } = await on('tenants', 'show', 'acme');
  expect(code).toBe(4);
  expect(words).toMatch(/"acme" may mean 3 tenants.*\n.*acme-corp.*\n.*acme-labs.*\n.*pacme.*\n.*UUID/);
  expect(await on('--tenant', 'acme', 'find', 'x1')).toMatchObject({ code: 4 });
});

test('6: not found', async () => {
  expect(await on('tenants', 'show', 'nobody')).toEqual({
    code: 6,
    words: expect.stringContaining('No tenant has the id, slug or name "nobody"'),
  });
  expect(await on('find', 'zzzzzzzz')).toMatchObject({
    code: 6,
    words: expect.stringContaining('Nothing was found for "zzzzzzzz"'),
  });
});

test('1: the server stops a statement at its time limit', async () => {
  const locker = await connectTo(home.settings);
  await locker.query('begin; lock table tenant in access exclusive mode');
  const { code, words } = await on('--statement-timeout', '200', 'tenants', 'list');
  expect([code, words]).toEqual([1, expect.stringContaining('--statement-timeout')]);
  await locker.end();
});

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s during a slow statement: %i, and the statement ends on the server', async ([signal, code]) => {
  const locker = await connectTo(home.settings);
  await locker.query('begin; lock table tenant in access exclusive mode');
  const waiting = async (): Promise<boolean> => {
    const { rows } = await admin.query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'aisha-console' and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  };
  const child = start(['--database-url', home.url, '--statement-timeout', '60000', 'tenants', 'list']);
  await until(waiting);
  child.kill(signal);
  const outcome = await child.outcome;
  expect(outcome).toMatchObject({ code, stdout: '' });
  await expect(until(async () => !(await waiting()))).resolves.toBe(true);
  await locker.end();
});

test('a reader that goes away (| head -1) is no failure', async () => {
  await admin.query(`insert into tenant (name) select repeat('wide ', 50) || n from generate_series(1, 1000) n`);
  const child = start(['--database-url', home.url, 'tenants', 'list', '--limit', '1000', '--json']);
  child.closeOutput();
  expect(await child.outcome).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/EPIPE|bug/) });
});

test('a failure keeps its exit code while the demo is being stopped', async () => {
  const runs = await Promise.all(
    [0, 1, 2].map(() => run(['--demo', 'metadata', 'undo', '11111111-1111-4111-8111-111111111111', '--yes', '--reason', 'r'])),
  );
  expect(runs.map(({ code }) => code)).toEqual([6, 6, 6]);
});

describe('the program itself', () => {
  test('--help lists every command and how it exits', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('130 interrupted');
    for (const { path } of await commandsFor(['--help'])) expect(stdout).toMatch(new RegExp(`^  ${path.join(' ')}( |$)`, 'm'));
    const { stdout: list } = await run(['tenants', 'list', '--help']);
    const { stdout: bulk } = await run(['metadata', 'bulk', '--help']);
    for (const text of [stdout, list, bulk]) expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const option of ['--search', '--status', '--plan', '--sort', '--limit', '--after']) expect(list).toContain(option);
  });

  test('--version prints the version of the package', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  const system = '/usr/bin/node';
  const version = existsSync(system) ? execFileSync(system, ['--version'], { encoding: 'utf8' }).trim() : 'none';
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const isOld = version !== 'none' && (major < 22 || (major === 22 && minor < 12));
  test.skipIf(!isOld)(`on an older Node says what is needed (needs ${system} below 22.12; it is ${version})`, async () => {
    const { code, stdout, stderr } = await run(['--help'], { node: system });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`aisha-console needs Node 22.12 or newer; this is Node ${version.slice(1)}`);
  });

  // React asks for its symbols when it is evaluated, and nothing else does: a bundled file has no other trace of that.
  const probe = `data:text/javascript,${encodeURIComponent(
    `const ask = Symbol.for; let seen = false; Symbol.for = (key) => { seen ||= key.startsWith('react.'); return ask(key); };
     process.on('exit', () => process.stderr.write('React: ' + seen))`,
  )}`;
  test('a headless run does not evaluate React', async () => {
    const { code, stderr } = await run(['--database-url', home.url, 'tenants', 'list', '--limit', '1', '--json'], {
      nodeArguments: ['--import', probe],
    });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/React: false$/)]);
    // Seen to tell the difference.
    const react = spawnSync(process.execPath, [
      '--import',
      probe,
      '--input-type=module',
      '-e',
      `import ${JSON.stringify(import.meta.resolve('react'))}`,
    ]);
    expect(String(react.stderr)).toMatch(/React: true$/);
  });
});
