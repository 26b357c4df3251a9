import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { type Program, startProgram, temporaryDirectory } from '../support/terminal.ts';
import { expectWholeFrame, openConsole, isReady } from './opening.ts';

const serverDirectories = (temporary: string): string[] =>
  readdirSync(temporary).filter((name) => name.startsWith('aisha-console-demo-'));

/** Processes that hold something below the directory: the demo's server and its children. */
function processesIn(temporary: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(temporary);
      } catch {
        return false;
      }
    });
}

async function cleared(temporary: string): Promise<{ directories: string[]; processes: number[] }> {
  const left = () => ({ directories: serverDirectories(temporary), processes: processesIn(temporary) });
  for (let tries = 0; tries < 500 && left().directories.length + left().processes.length > 0; tries += 1) await pause(10);
  return left();
}

async function openDemo(temporary: string): Promise<Program> {
  const program = startProgram({ args: ['--demo'], env: { TMPDIR: temporary } });
  await program.waitFor(isReady);
  return program;
}

describe('--demo', () => {
  const nothing = { directories: [], processes: [] };

  test('opens with its own server, which is gone after q', async () => {
    const temporary = temporaryDirectory();
    const program = await openDemo(temporary);
    expectWholeFrame(program);
    expect(program.lines()[0]).toMatch(/^ {2}DEMO +local socket\/postgres +postgres, bypasses RLS +socket +direct +WRITING/);
    expect(serverDirectories(temporary)).toHaveLength(1);
    expect(processesIn(temporary).length).toBeGreaterThan(0);
    program.press('q');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
    expect(await cleared(temporary)).toEqual(nothing);
  });

  test('is gone after SIGHUP', async () => {
    const temporary = temporaryDirectory();
    const program = await openDemo(temporary);
    program.kill('SIGHUP');
    expect(await program.waitForExit()).toMatchObject({ code: 129 });
    expect(await cleared(temporary)).toEqual(nothing);
  });

  test('is gone after the terminal was closed', async () => {
    const temporary = temporaryDirectory();
    const program = await openDemo(temporary);
    program.hangUp();
    expect(await cleared(temporary)).toEqual(nothing);
  });

  test('after SIGKILL the next start clears what it left', async () => {
    const temporary = temporaryDirectory();
    const killed = await openDemo(temporary);
    const [leftover] = serverDirectories(temporary);
    killed.kill('SIGKILL');
    expect(await killed.waitForExit()).toMatchObject({ signal: 'SIGKILL' });
    const next = await openDemo(temporary);
    expect(existsSync(join(temporary, leftover!))).toBe(false);
    expect(serverDirectories(temporary)).toHaveLength(1);
    next.press('q');
    await next.waitForExit();
    expect(await cleared(temporary)).toEqual(nothing);
  });
});

describe('no database configured', () => {
  test('says how to give one; q leaves', async () => {
    const program = startProgram();
    await program.waitFor('No database is configured.');
    await program.waitFor('d, c or q?');
    program.type('what\r');
    await program.waitFor((lines) => lines.filter((line) => line.startsWith('d, c or q?')).length === 2);
    program.type('q\r');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
  });

  test('c takes a connection string without showing it', async () => {
    const database = await createDatabase('demo');
    const program = startProgram();
    await program.waitFor('d, c or q?');
    program.type('c\r');
    await program.waitFor('Connection string (not shown');
    program.type(`${database.url}\r`);
    await program.waitFor(isReady);
    expectWholeFrame(program);
    expect(program.written()).not.toContain(database.url);
    program.press('q');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
  });

  test('d opens the demo', async () => {
    const temporary = temporaryDirectory();
    const program = startProgram({ env: { TMPDIR: temporary } });
    await program.waitFor('d, c or q?');
    program.type('d\r');
    await program.waitFor(isReady);
    expect(program.lines()[0]).toMatch(/^ {2}DEMO /);
    program.press('q');
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
    expect(await cleared(temporary)).toEqual({ directories: [], processes: [] });
  });

  test('Ctrl-C at the question ends with 130', async () => {
    const program = startProgram();
    await program.waitFor('d, c or q?');
    program.press('ctrl+c');
    expect(await program.waitForExit()).toMatchObject({ code: 130 });
  });
});

describe('other databases', () => {
  test('a role that row-level security holds back is told so in the header, always', async () => {
    const database = await createDatabase('demo');
    const client = await connectTo(database.settings);
    const role = `held_back_${process.pid}`;
    await client.query(`create role ${role} login password 'secret' nobypassrls`);
    await client.query(`grant usage on schema public to ${role}; grant select on all tables in schema public to ${role}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = 'secret';
    const program = startProgram({ args: ['--database-url', url.href], columns: 80, rows: 24 });
    await program.waitFor(`${role}, RLS HIDES ROWS`);
    await program.waitFor((lines) => isReady(lines) || lines.join('\n').includes('There are no tenants'));
    expectWholeFrame(program);
    program.press('6');
    await program.waitFor('Is the database well');
    expectWholeFrame(program);
    expect(program.lines()[1]).toContain('RLS HIDES ROWS');
    expect(program.screen.styleOf(role)).toMatchObject({ bold: true });
    program.press('q');
    await program.waitForExit();
    await client.query(`drop owned by ${role}; drop role ${role}`);
    await client.end();
  });

  test('a database without the Aisha schema opens, says what is missing and what works', async () => {
    const database = await createDatabase('empty');
    const client = await connectTo(database.settings);
    await client.query(`create table people (id uuid primary key, name text);
      insert into people values ('11111111-2222-4333-8444-555555555555', 'Grace Hopper')`);
    await client.end();
    const program = startProgram({ args: ['--database-url', database.url], columns: 80, rows: 24 });
    await program.waitFor('There is no table public.tenant in this database.');
    await program.waitFor('What works: ctrl-f finds');
    expectWholeFrame(program);
    program.press('t');
    await program.waitFor('no tenant is marked');
    program.press('ctrl+f');
    await program.waitFor('a UUID or its first');
    program.type('grace hop');
    await program.waitFor(/> people .*Grace Hopper/);
    expectWholeFrame(program);
    program.press('enter');
    await expect(program).toShow('this row belongs to no tenant');
    program.press('esc');
    await program.waitFor('There is no table public.tenant');
    program.press('6');
    await expect(program).toShow('Is the database well');
  });

  test('--tenant pins from the start, and says nothing about a slug that the list shows', async () => {
    const database = await createDatabase('demo');
    const program = await openConsole(database, { args: ['--tenant', 'acme-corp'] });
    expect(program.lines()[0]).toContain('tenant: acme-corp');
    await expect(program).toShow('* Acme Corporation');
    expect(program.lines().join('\n')).not.toContain(' is a');
  });
});
