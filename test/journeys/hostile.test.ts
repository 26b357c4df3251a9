import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import type { Program } from '../support/terminal.ts';
import { copied, expectWholeFrame, foundAs, markedRow, openConsole } from './opening.ts';

/** Names that act on a terminal that is handed them as they are. A NUL and lone surrogates are nothing PostgreSQL keeps. */
const hostileNames = [
  'aaa clear \u001b[2J\u001b[H\u001b[31mred',
  'aaa title \u001b]0;owned\u0007 clipboard \u001b]52;c;cm0gLXJm\u0007',
  'aaa open \u001b]8;;https://evil.example\u001b\\link',
  'aaa dcs \u001bP$q"p\u001b\\ reset \u001bc',
  'aaa eight-bit \u009b2J\u009d0;x\u009c',
  'aaa line\nfeed\rreturn\ttab\u0008\u0008back\u0007bell',
  'aaa bidi \u202egnp.exe \u2066isolate\u2069 \u200fmark',
  'aaa invisible \u200b\u200d\ufeff\u00ad soft',
  'aaa alternate \u001b[?1049l\u001b[?25h\u001b[?1003h',
  'aaa wide 東京特許許可局東京特許許可局東京特許許可局東京特許許可局',
  'aaa family 👩‍👩‍👧‍👦👩‍👩‍👧‍👦 flags 🇩🇪🇫🇷 skin 👍🏽 keycap 1️⃣',
  `aaa marks z${'\u0301'.repeat(80)} end`,
  `aaa long ${'x'.repeat(10_000)}`,
  `aaa longwide ${'漢'.repeat(5_000)}`,
];

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
  const client = await connectTo(database.settings);
  await client.query('alter table tenant alter column name type text');
  for (const [index, name] of hostileNames.entries()) {
    await client.query(`insert into tenant (name, slug, status, plan, metadata) values ($1, $2, $3, $4, $5)`, [
      name,
      `hostile-${index}`,
      'active',
      'free',
      JSON.stringify({ [name.slice(0, 200)]: name.slice(0, 500) }),
    ]);
  }
  await client.end();
});

/** The program's own vocabulary: cursor, erasing, colours, modes of its own, and its clipboard sequence. */
const own = [
  /\u001b\[\d*(;\d+)*[ABCDEFGHJK]/,
  /\u001b\[\d*(;\d+)*m/,
  /\u001b\[\?(25|1007|1049|2004|2026)[hl]/,
  /\u001b\]52;c;[A-Za-z0-9+/=]*\u0007/,
];
const anyOfOwn = new RegExp(own.map((pattern) => pattern.source).join('|'), 'g');

/** Everything written that is neither text nor a sequence of the program's own. */
function foreign(program: Program): string[] {
  const rest = program.written().replaceAll(anyOfOwn, '').replaceAll('\r\n', '');
  return rest.match(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\u2028\u2029\ufffd]/gu) ?? [];
}

describe('names that would act on the terminal', () => {
  test.for([
    [80, 24],
    [120, 40],
    [200, 50],
  ] as const)('are shown with what they hold, at %i x %i, in list, card, menus and dialogs', async ([columns, rows]) => {
    const program = await openConsole(database, { columns, rows });
    program.type('/aaa');
    await program.waitFor(`1 of ${hostileNames.length} `);
    await program.waitFor((lines) => markedRow(lines).startsWith('aaa'));
    program.press('enter');
    for (let row = 1; row <= hostileNames.length; row += 1) {
      await program.waitFor(`${row} of ${hostileNames.length} `);
      expectWholeFrame(program);
      program.press('enter');
      await program.waitFor(/^ {2}slug +hostile-/);
      expectWholeFrame(program);
      program.press('esc');
      await program.waitFor(/^ > aaa/);
      program.press('y');
      await program.waitFor('row as JSON');
      expectWholeFrame(program);
      program.press('esc');
      await program.waitFor((lines) => !lines.join('\n').includes('row as JSON'));
      program.press('t');
      await program.waitFor('Pinned aaa');
      expectWholeFrame(program);
      program.press('j');
    }
    program.press('T', '5');
    await program.waitFor('ROWS OF ALL, ABOUT');
    program.press('ctrl+f');
    await program.waitFor('a UUID or its first');
    program.type('aaa ');
    await program.waitFor(/taken as .*name/);
    expectWholeFrame(program);
    expect(foreign(program)).toEqual([]);
    expect(program.screen.isAlternate()).toBe(true);
  });

  test('one that clears the screen reads as what it is', async () => {
    const program = await openConsole(database);
    program.type('/aaa clear');
    await expect(program).toShow(String.raw`aaa clear \x1b[2J\x1b[H`);
    program.press('esc');
    program.type('/aaa line');
    await expect(program).toShow(String.raw`line\nfeed\rreturn\ttab`);
  });

  test('copying one copies it as it is', async () => {
    const program = await openConsole(database);
    program.type('/aaa title');
    await program.waitFor(foundAs('1', 'aaa title'));
    program.press('enter');
    const mark = program.mark();
    program.press('y');
    await program.waitFor('row as JSON');
    program.press('n');
    await program.waitFor('Sent the name');
    expect(copied(program, mark)).toEqual([hostileNames[1]]);
  });
});

const eachScreen = async (program: Program): Promise<void> => {
  program.type('/aaa');
  await program.waitFor(`1 of ${hostileNames.length} `);
  program.press('enter');
  await program.waitFor(/pin tenant/);
  for (const [keys, shown, back] of [
    ['y', 'row as JSON', 'esc'],
    ['s', 'Sort by', 'esc'],
    ['f', 'Show only', 'esc'],
    ['i', 'tenants', 'esc'],
    ['?', 'Everywhere', 'esc'],
    ['\r', /^ {2}slug /, 'esc'],
    ['2', 'There is no folder of migrations', '1'],
    [':', 'reverse', 'esc'],
    ['\u0006', 'a UUID or its', 'esc'],
    ['t', 'Pinned', 'T'],
  ] as const) {
    program.type(keys);
    await program.waitFor(shown);
    program.press(back);
    await program.waitFor((lines) => lines.some((line) => line.startsWith(' > ')) && !/[╭╮]|\+----/.test(lines.join('')));
  }
  program.press('ctrl+f');
  await program.waitFor('a UUID or its');
  program.type('東京 acme-corp');
  await program.waitFor(/taken as/);
  program.press('esc');
  await program.waitFor(/^ > /);
  program.press('q');
  await program.waitForExit();
};

describe('plainer terminals', () => {
  test('--ascii writes ASCII only, whatever the rows hold', async () => {
    const program = await openConsole(database, { args: ['--ascii'] });
    await eachScreen(program);
    expect(program.written().match(/[^\u0000-\u007e]/gu) ?? []).toEqual([]);
    expect(foreign(program)).toEqual([]);
  });

  test.for([
    ['NO_COLOR', { env: { NO_COLOR: '1' } }],
    ['--no-color', { args: ['--no-color'] }],
  ] as const)('%s writes no colour', async ([, options]) => {
    const program = await openConsole(database, options);
    await eachScreen(program);
    const parameters = [...program.written().matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list]) => list!.split(';').map(Number));
    expect(parameters.filter((value) => (value >= 30 && value <= 49) || (value >= 90 && value <= 107))).toEqual([]);
    expect(program.lines().join('')).toBe('');
  });

  test('colour is the terminal’s own sixteen', async () => {
    const program = await openConsole(database);
    await eachScreen(program);
    expect(program.written()).not.toMatch(/\u001b\[[\d;]*[34]8[;:]/);
  });
});
