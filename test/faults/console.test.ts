import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { startProxy, type Proxy } from '../support/proxy.ts';
import { type Program, startProgram } from '../support/terminal.ts';
import { expectWholeFrame, foundAs, markedRow, isReady } from '../journeys/opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

/** The console on a database behind a network that can fail. */
async function openBehindProxy(of: TestDatabase, args: readonly string[] = []): Promise<{ program: Program; proxy: Proxy }> {
  const proxy = await startProxy({ host: of.settings.host, port: of.settings.port });
  const url = new URL(of.url);
  url.port = String(proxy.port);
  const program = startProgram({ args: ['--database-url', url.href, ...args] });
  await program.waitFor((lines) => isReady(lines) && lines.join('\n').includes(' of 60'));
  return { program, proxy };
}

const lost = /^── CONNECTION LOST (\d+ ms|\d+\.\d+ s|\d+ s) ago: what you see is from before\. Trying again in/;
const isWell = (lines: readonly string[]): boolean => /^─+$/.test(lines.at(-2) ?? '');

async function rename(of: TestDatabase, from: string, to: string): Promise<void> {
  const client = await connectTo(of.settings);
  await client.query('update tenant set name = $2 where name = $1', [from, to]);
  await client.end();
}

describe('the server goes away while somebody browses', () => {
  test('refused: rows stay, age is told, keys work, and the rows refresh by themselves when it is back', async () => {
    const own = await createDatabase('demo');
    const { program, proxy } = await openBehindProxy(own);
    await proxy.refuse();
    await program.waitFor(lost);
    expectWholeFrame(program);
    expect(markedRow(program.lines())).toMatch(/^Acme Corporation/);
    program.press('j', 'j');
    await program.waitFor('3 of 60');
    program.press('?');
    await program.waitFor('Everywhere');
    program.press('esc');
    await program.waitFor((lines) => !lines.join('\n').includes('Everywhere'));
    program.press('6');
    await program.waitFor('Is the database well');
    await program.waitFor(lost);
    program.press('1');
    await program.waitFor((lines) => markedRow(lines).startsWith('Atelier'));
    await program.waitFor(/CONNECTION LOST [1-9]\d*(\.\d+)? s ago/);
    await rename(own, 'Acme Labs', 'Acme Laboratories');
    await proxy.resume();
    await program.waitFor(isWell);
    await program.waitFor('Acme Laboratories');
    expect(markedRow(program.lines())).toMatch(/^Atelier/);
    expectWholeFrame(program);
    program.press('q');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
    await proxy.close();
  });

  test('cut once: nobody need know, the next read takes another connection', async () => {
    const { program, proxy } = await openBehindProxy(database);
    proxy.cut();
    program.type('/labs');
    await program.waitFor(foundAs('1', 'Acme Labs'));
    expect(program.lines().join('\n')).not.toContain('CONNECTION LOST');
    expectWholeFrame(program);
    await proxy.close();
  });

  test('a frozen network: keys work meanwhile, and it is told', async () => {
    const own = await createDatabase('demo');
    const { program, proxy } = await openBehindProxy(own, ['--statement-timeout', '500']);
    proxy.freeze();
    program.press('j');
    await program.waitFor('2 of 60');
    await program.waitFor(lost, 25_000);
    expect(markedRow(program.lines())).toMatch(/^Acme Labs/);
    program.press('k', '2');
    await program.waitFor('There is no folder of migrations here');
    program.press('1');
    await program.waitFor((lines) => markedRow(lines).startsWith('Acme Corporation'));
    expectWholeFrame(program);
    await rename(own, 'Bluepeak Software', 'Bluepeak Systems');
    await proxy.resume();
    await program.waitFor(isWell, 25_000);
    await program.waitFor('Bluepeak Systems', 25_000);
    await proxy.close();
  }, 90_000);

  test('a search that can not be answered says so in its place, and is answered later', async () => {
    const { program, proxy } = await openBehindProxy(database);
    await proxy.refuse();
    await program.waitFor(lost);
    program.type('/pacme');
    await program.waitFor('search pacme');
    expectWholeFrame(program);
    await proxy.resume();
    await expect(program).toShow(foundAs('1', 'Pacme Ltd'));
    await proxy.close();
  });

  test('Ctrl-R tries at once; quitting works while the server is away', async () => {
    const { program, proxy } = await openBehindProxy(database);
    await proxy.refuse();
    await program.waitFor(/CONNECTION LOST .*Trying again in [3-9]/);
    await proxy.resume();
    program.press('ctrl+r');
    await program.waitFor(isWell, 2500);
    await proxy.refuse();
    await program.waitFor(lost);
    program.press('q');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
    expect(program.screen.isAlternate()).toBe(false);
    await proxy.close();
  });

  test('SIGTERM ends it in time while the network is frozen', async () => {
    const { program, proxy } = await openBehindProxy(database);
    proxy.freeze();
    program.type('/acme');
    await program.waitFor('search acme');
    program.kill('SIGTERM');
    expect(await program.waitForExit(6000)).toEqual({ code: 143, signal: undefined });
    expect(program.screen.isAlternate()).toBe(false);
    await proxy.close();
  });
});

describe('the server is there and does not serve', () => {
  test('a statement that takes too long says so in its place; the rest works, and r tries again', async () => {
    const own = await createDatabase('demo');
    const blocker = await connectTo(own.settings);
    const { program, proxy } = await openBehindProxy(own, ['--statement-timeout', '300']);
    await blocker.query('begin; lock table tenant in access exclusive mode');
    program.type('/acme');
    await program.waitFor(/r tries again\.|CONNECTION|longer|time limit/i);
    expectWholeFrame(program);
    expect(program.lines().join('\n')).not.toMatch(/bug in the console|CONNECTION LOST/);
    program.press('enter');
    program.press('6');
    await program.waitFor('Is the database well');
    program.press('1');
    await blocker.query('rollback');
    program.press('r');
    await program.waitFor('1 of 3 · by name');
    await blocker.end();
    await proxy.close();
  });

  test('backends that are terminated are replaced', async () => {
    const own = await createDatabase('demo');
    const { program, proxy } = await openBehindProxy(own);
    const client = await connectTo(own.settings);
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await client.end();
    program.type('/acme');
    await program.waitFor('1 of 3 · by name');
    await program.waitFor(isWell);
    expect(program.lines().join('\n')).not.toContain('bug in the console');
    expectWholeFrame(program);
    await proxy.close();
  });

  test('a table that is dropped while it is on screen is told, not a crash', async () => {
    const own = await createDatabase('demo');
    const { program, proxy } = await openBehindProxy(own);
    const client = await connectTo(own.settings);
    await client.query('drop table tenant cascade');
    program.press('r');
    await program.waitFor('There is no table public.tenant in this database.');
    expectWholeFrame(program);
    await client.end();
    program.press('q');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
    await proxy.close();
  });
});
