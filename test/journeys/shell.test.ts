import { beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Program, startProgram } from '../support/terminal.ts';
import { asRemote, confirm, expectWholeFrame, markedRow, openConsole } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

/** That nothing changed can be told only after a key that does change something. */
async function untouched(program: Program): Promise<boolean> {
  program.press('?');
  const help = await program.waitFor('Everywhere');
  expect(help.join('\n')).toContain('Go to the next pane.');
  program.press('esc');
  await expect(program).toShow((lines) => !lines.some((line) => line.includes('Everywhere')));
  await program.waitFor(/^ search {2,}1 of 60 · by name \^/);
  expect(markedRow(program.lines())).toMatch(/^Acme Corporation/);
  expectWholeFrame(program);
  return true;
}

describe('panes', () => {
  test('have numbers, and Tab goes round', async () => {
    const program = await openConsole(database);
    const titles = [
      ['2', 'There is no folder of migrations'],
      ['3', 'counters count since'],
      ['4', /^ live · /],
      ['5', 'ROWS OF ALL, ABOUT'],
      ['6', 'Is the database well'],
    ] as const;
    for (const [key, title] of titles) {
      program.press(key);
      await expect(program).toShow(title);
      expectWholeFrame(program);
    }
    program.press('tab');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Corporation'));
    program.press('shift+tab');
    await expect(program).toShow('Is the database well');
    program.press('1');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Corporation'));
  });

  test('one can be opened from the command line', async () => {
    const program = startProgram({ args: ['--database-url', database.url, 'health'] });
    await expect(program).toShow('Is the database well');
  });
});

describe('help and commands', () => {
  test('? lists the keys of this pane and of every other; Esc closes', async () => {
    const program = await openConsole(database, { columns: 80, rows: 24 });
    program.press('?');
    const help = await program.waitFor('Pin the tenant: audit, metadata and find follow it.');
    expect(help.join('\n')).toMatch(/enter right l +Show everything about the tenant/);
    expectWholeFrame(program);
    program.press('pagedown', 'pagedown', 'pagedown', 'pagedown');
    await expect(program).toShow('Leave the console.');
    program.press('esc');
    await expect(program).toShow((lines) => !lines.join('\n').includes('Leave the console.'));
  });

  test('the palette narrows as one types and runs what is marked', async () => {
    const program = await openConsole(database);
    program.press(':');
    await expect(program).toShow('Go to Tenants.');
    program.type('hea');
    await expect(program).toShow(/> health .*Go to Health/);
    expectWholeFrame(program);
    program.press('enter');
    await expect(program).toShow('Is the database well');
  });

  test('a command that does not exist is named and does nothing', async () => {
    const program = await openConsole(database);
    program.type(':frobnicate now');
    await expect(program).toShow(':frobnicate now');
    program.press('enter');
    await expect(program).toShow('There is no command "frobnicate now". Press ? for what there is.');
    expect(await untouched(program)).toBe(true);
  });

  test('a command that can not be used now says why', async () => {
    const program = await openConsole(database);
    program.type(':all-tenants\r');
    await expect(program).toShow('no tenant is pinned');
    program.type(':reconnect\r');
    await expect(program).toShow('the connection is there');
  });

  test('the footer names no key that an open field would type', async () => {
    const program = await openConsole(database);
    program.press('/');
    const lines = await program.waitFor('enter to the list');
    expect(lines.at(-1)).not.toMatch(/q quit|\? help|: commands/);
    program.type('q?');
    await expect(program).toShow('search q?');
  });
});

describe('input as terminals deliver it', () => {
  test('Esc followed at once by j is Esc, then j', async () => {
    const program = await openConsole(database);
    program.type('/a');
    await expect(program).toShow('search a');
    program.type('\u001bj');
    const lines = await program.waitFor('2 of 60');
    expect(lines.find((line) => line.startsWith(' search'))).toMatch(/^ search {2,}/);
  });

  test('Esc and Enter in one piece leave the dialog and choose nothing', async () => {
    const program = await openConsole(database);
    program.press('s');
    await program.waitFor('Sort by');
    program.press('down');
    await program.waitFor(/> c +created/);
    program.type('\u001b\r');
    await expect(program).toShow((lines: readonly string[]) => !lines.some((line) => line.includes('Sort by')));
    expect(program.lines().join('\n')).not.toContain('by created');
  });

  test('a lone Esc does not wait for what follows', async () => {
    const program = await openConsole(database);
    program.type('/a');
    await expect(program).toShow('search a');
    program.press('esc');
    await expect(program).toShow(/^ search {5,}/);
  });

  test.for([
    ['a mouse press and release (SGR)', '\u001b[<0;10;5M\u001b[<0;10;5m'],
    ['the wheel (SGR)', '\u001b[<64;10;5M\u001b[<65;10;5M'],
    ['focus in and out', '\u001b[I\u001b[O'],
    ['a cursor position report', '\u001b[12;40R'],
    ['device attributes', '\u001b[?62;4;22c\u001b[>41;354;0c'],
    ['a colour reply (OSC 11)', '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\'],
    ['a colour reply ended by BEL', '\u001b]11;rgb:1e1e/1e1e/2e2e\u0007'],
    ['a clipboard reply (OSC 52)', '\u001b]52;c;cXF0Lw==\u0007'],
    ['a terminal name (DCS)', '\u001bP>|xterm(388)\u001b\\'],
    ['mode reports', '\u001b[?2026;2$y\u001b[?1004;1$y'],
    ['a kitty keyboard reply', '\u001b[?0u'],
  ] as const)('%s does nothing', async ([, bytes]) => {
    const program = await openConsole(database);
    program.type(bytes);
    expect(await untouched(program)).toBe(true);
  });

  test('keys that arrive with the arrows of a menu find the mark where they left it', async () => {
    const program = await openConsole(database);
    program.press('s');
    await expect(program).toShow('Sort by');
    program.type('\u001b[B\u001b[B\r');
    await expect(program).toShow('by updated v');
  });
});

describe('pasting', () => {
  test('outside a field runs nothing and says so', async () => {
    const program = await openConsole(database);
    program.paste('q\n:quit\r\njjj\u0003');
    await expect(program).toShow('Pasted text was ignored: no field is open.');
    expect(await untouched(program)).toBe(true);
  });

  test('into the search goes in as one line', async () => {
    const program = await openConsole(database);
    program.press('/');
    await expect(program).toShow('enter to the list');
    program.paste('acme\r\ncorporation\n');
    const lines = await program.waitFor(/search acme corporation/);
    expect(lines.at(-1)).toContain('enter to the list');
    await expect(program).toShow('1 of 1 · by name');
  });

  test('a paste that holds the end mark of pasting is still no key', async () => {
    const program = await openConsole(database);
    program.paste('one\u001b[?1049l two');
    await expect(program).toShow('Pasted text was ignored');
    expect(await untouched(program)).toBe(true);
  });
});

describe('unlocking a remote database', () => {
  const readOnly = (lines: readonly string[]): boolean => lines.slice(0, 2).some((line) => line.includes('READ-ONLY'));

  test('it opens read-only, and :unlock wants its label typed', async () => {
    const program = await openConsole(asRemote(database));
    expect(program.lines()[0]).toMatch(/^ {2}REMOTE .*NO TLS .*READ-ONLY/);
    program.type(':unlock\r');
    await expect(program).toShow('Type the label of this database');
    await expect(program).toShow(new RegExp(`REMOTE .* ${database.name}|${database.name}`));
    program.type('wrong');
    await expect(program).toShow('label wrong');
    const refusal = '"wrong" is not the label of this database; nothing was opened.';
    await confirm(program, (lines) => lines.join('\n').includes(refusal));
    expect(readOnly(program.lines())).toBe(true);
    program.press('ctrl+u');
    await expect(program).toShow(/label {2,}│|label +│/);
    program.type(database.name);
    await expect(program).toShow(`label ${database.name}`);
    expect(readOnly(program.lines())).toBe(true);
    await confirm(program, (lines) => lines.join('\n').includes('Writing is open for 15 idle minutes'));
    await expect(program).toShow(/WRITING, locks in 15 min/);
    program.type(':lock\r');
    await expect(program).toShow(/READ-ONLY/);
  });

  test.for([
    ['label and Enter', (label: string) => `${label}\r`],
    ['with a correction in it', (label: string) => `${label}x\u007f\r`],
    ['with an arrow in it', (label: string) => `${label}\u001b[C\r`],
    ['Enter twice', (label: string) => `${label}\r\r`],
  ] as const)('one write does not unlock: %s', async ([, bytes]) => {
    const program = await openConsole(asRemote(database));
    program.type(':unlock\r');
    await expect(program).toShow('Type the label of this database');
    program.type(bytes(database.name));
    await expect(program).toShow('unlock: press the key again, by itself');
    await expect(program).toShow(`label ${database.name}`);
    program.type('\u001b\r');
    await expect(program).toShow((lines: readonly string[]) => !lines.join('\n').includes('Type the label'));
    expect(readOnly(program.lines())).toBe(true);
  });

  test('a pasted label does not count', async () => {
    const program = await openConsole(asRemote(database));
    program.type(':unlock\r');
    await expect(program).toShow('Type the label of this database');
    program.paste(database.name);
    await expect(program).toShow('Type the label; pasting does not count.');
    expect(program.lines().join('\n')).not.toContain(`label ${database.name}`);
    expect(readOnly(program.lines())).toBe(true);
  });

  test('--read-only can not be unlocked, whatever the database', async () => {
    const program = await openConsole(database, { args: ['--read-only'] });
    expect(program.lines()[0]).toContain('READ-ONLY');
    program.type(':unlock\r');
    await expect(program).toShow('unlock: this session was started with --read-only: start again without it');
    expect(readOnly(program.lines())).toBe(true);
  });
});
