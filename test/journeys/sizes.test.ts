import { beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/cluster.ts';
import type { Program } from '../support/terminal.ts';
import { addTenants, expectWholeFrame, markedRow, openConsole } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
  await addTenants(database, 1000);
});

/** What the console drew, without what time alone changes. */
function still(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\d\d:\d\d:\d\d UTC/, 'now').replace(/just now|\d+ (s|min|h|days?) ago/g, 'ago'));
}

/** Both at the start of the list, the program draws what a fresh one does at this size. */
async function drawsLike(program: Program, fresh: Program): Promise<boolean> {
  program.press('g');
  await program.waitFor((lines) => markedRow(lines).startsWith('Acme Corporation') && lines.join('\n').includes('1 of 1,060'));
  // Either may be the last to draw.
  const drawn = (shown: Program): string => still(shown.lines()).join('\n');
  await expect.poll(() => drawn(program) === drawn(fresh), { timeout: 15_000 }).toBe(true);
  return true;
}

describe('resizing while keys are held', () => {
  test('each size gets a frame that fits, with nothing left over from the one before', async () => {
    const program = await openConsole(database, { columns: 80, rows: 24 });
    const sizes = [
      [300, 100],
      [120, 40],
      [60, 12],
      [80, 24],
    ] as const;
    for (const [columns, rows] of sizes) {
      for (let burst = 0; burst < 20; burst += 1) program.type(burst % 2 === 0 ? 'jjjjj' : '\u001b[B\u001b[A');
      program.resize(columns, rows);
      for (let burst = 0; burst < 20; burst += 1) program.type('kkkj\u001b[6~');
      const fresh = await openConsole(database, { columns, rows });
      expect(await drawsLike(program, fresh)).toBe(true);
      expectWholeFrame(program);
      fresh.press('q');
      await fresh.waitForExit();
    }
  });

  test('too small a terminal says so, and growing it brings the console back', async () => {
    const program = await openConsole(database, { columns: 80, rows: 24 });
    program.type('jjjj');
    await program.waitFor('5 of 1,060');
    program.resize(50, 8);
    const lines = await program.waitFor('The terminal is 50x8; the console needs 60x12.');
    expect(lines.slice(1).join('')).toBe('');
    expect(program.screen.wrappedRows()).toEqual([]);
    program.resize(100, 30);
    await program.waitFor('5 of 1,060');
    expectWholeFrame(program);
    program.press('q');
    expect(await program.waitForExit()).toMatchObject({ code: 0 });
  });

  test('many sizes in quick succession end in the last one', async () => {
    const program = await openConsole(database, { columns: 120, rows: 40 });
    for (let step = 0; step < 30; step += 1) program.resize(60 + ((step * 37) % 200), 12 + ((step * 13) % 60));
    program.resize(110, 33);
    await program.waitFor((lines) => lines.at(-1)?.endsWith(' q quit') && markedRow(lines) !== '');
    const fresh = await openConsole(database, { columns: 110, rows: 33 });
    expect(await drawsLike(program, fresh)).toBe(true);
    expectWholeFrame(program);
  });
});

describe('every screen at every size', () => {
  test.for([
    [60, 12],
    [80, 24],
    [109, 30],
    [110, 30],
    [119, 40],
    [120, 40],
    [200, 50],
    [300, 100],
  ] as const)('%i x %i: list, card, panes and dialogs fit', async ([columns, rows]) => {
    const program = await openConsole(database, { columns, rows });
    expectWholeFrame(program);
    const scrolledAtFirst = program.screen.scrolls();
    const screens: [string, string | RegExp, string][] = [
      ['\r', /^ {2}Acme Corporation/, 'esc'],
      ['2', 'There is no folder of migrations', '1'],
      ['5', 'ROWS OF ALL', '1'],
      ['?', 'Everywhere', 'esc'],
      [':', 'commands', 'esc'],
      ['\u0006', 'a UUID or its', 'esc'],
      ['s', 'Sort by', 'esc'],
      ['f', 'Show only', 'esc'],
      ['y', 'row as JSON', 'esc'],
      ['i', /active/, 'esc'],
    ];
    for (const [keys, shown, back] of screens) {
      program.type(keys);
      if (keys === ':') await program.waitFor(/│ :/);
      else if (keys === '?') await program.waitFor((lines) => lines.some((line) => /^ ?\S* ?.*│ Tenants/.test(line)));
      else await program.waitFor(shown);
      expectWholeFrame(program);
      program.press(back);
      await program.waitFor(
        (lines) => markedRow(lines).startsWith('Acme Corporation') && !lines.some((line) => line.includes('╭')),
      );
      expectWholeFrame(program);
    }
    expect(program.screen.scrolls()).toBe(scrolledAtFirst);
  });
});
