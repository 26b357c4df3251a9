import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { builtProgram, cleanEnvironment, type Program, startInTerminal, temporaryDirectory } from '../support/terminal.ts';
import { expectWholeFrame, markedRow, openConsole } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

/** Which of a pair of sequences was written last: whether the terminal is left in that mode. */
function modeLeft(program: Program, on: string, off: string): 'on' | 'off' {
  return program.written().lastIndexOf(on) > program.written().lastIndexOf(off) ? 'on' : 'off';
}

const left = { alternateScreen: 'off', cursor: 'on', bracketedPaste: 'off', alternateScroll: 'off', synchronized: 'off' };

function modesOf(program: Program): typeof left {
  return {
    alternateScreen: modeLeft(program, '\u001b[?1049h', '\u001b[?1049l'),
    cursor: modeLeft(program, '\u001b[?25h', '\u001b[?25l'),
    bracketedPaste: modeLeft(program, '\u001b[?2004h', '\u001b[?2004l'),
    alternateScroll: modeLeft(program, '\u001b[?1007h', '\u001b[?1007l'),
    synchronized: modeLeft(program, '\u001b[?2026h', '\u001b[?2026l'),
  };
}

/** A process that is there and no zombie. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500 && isRunning(pid); tries += 1) await pause(10);
  return !isRunning(pid);
}

/** Connections that consoles still hold to the test's database. */
async function connections(): Promise<number> {
  const client = await connectTo(database.settings);
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  await client.end();
  return rows[0]!.count;
}

describe('leaving', () => {
  test('the console holds the terminal while it is open', async () => {
    const program = await openConsole(database);
    // Written after the first frame, without a change on screen.
    await program.waitFor(() => modesOf(program).alternateScroll === 'on');
    // A frame may be half written: it is drawn at once, by the synchronized mode.
    await expect
      .poll(() => modesOf(program))
      .toEqual({
        alternateScreen: 'on',
        cursor: 'off',
        bracketedPaste: 'on',
        alternateScroll: 'on',
        synchronized: 'off',
      });
  });

  test.for([
    ['q', 'q'],
    ['Ctrl-C', '\u0003'],
    [':quit', ':quit\r'],
  ] as const)('%s ends with 0 and gives the terminal back', async ([, keys]) => {
    const program = await openConsole(database);
    program.type(keys);
    expect(await program.waitForExit()).toEqual({ code: 0, signal: undefined });
    expect(modesOf(program)).toEqual(left);
    expect(program.screen.isAlternate()).toBe(false);
    expect(program.lines().join('')).toBe('');
    expect(await connections()).toBe(0);
  });

  test('Ctrl-C in a dialog closes the dialog only', async () => {
    const program = await openConsole(database);
    program.press('ctrl+f');
    await program.waitFor('a UUID or its first characters');
    program.press('ctrl+c');
    await expect(program).toShow((lines: readonly string[]) => !lines.join('\n').includes('a UUID or its first'));
    expectWholeFrame(program);
  });

  test.for([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s gives the terminal back and ends with %i', async ([signal, code]) => {
    const program = await openConsole(database);
    program.press('ctrl+f');
    await program.waitFor('a UUID or its first characters');
    program.kill(signal);
    expect(await program.waitForExit()).toEqual({ code, signal: undefined });
    expect(modesOf(program)).toEqual(left);
    expect(program.screen.isAlternate()).toBe(false);
    expect(await connections()).toBe(0);
  });

  test('a terminal that goes away takes the program along', async () => {
    const program = await openConsole(database);
    program.hangUp();
    expect(await gone(program.pid)).toBe(true);
    expect(await connections()).toBe(0);
  });

  test('a terminal that goes away while keys and answers are on their way, too', async () => {
    const program = await openConsole(database);
    program.type('/acme');
    program.type('jjjjjjjjjj\u001b[6~\u001b[6~');
    program.hangUp();
    expect(await gone(program.pid)).toBe(true);
    expect(await connections()).toBe(0);
  });
});

describe('Ctrl-Z under a shell', () => {
  const prompt = 'ready$ ';

  async function openUnderBash(): Promise<Program> {
    const { file, args } = builtProgram();
    const home = temporaryDirectory();
    const shell = startInTerminal('bash', ['--norc', '--noprofile', '-i'], {
      env: { ...cleanEnvironment(home), PS1: prompt, HISTFILE: '' },
      cwd: home,
    });
    await shell.waitFor(prompt.trim());
    shell.type(`${[file, ...args].join(' ')} --database-url '${database.url}'\r`);
    await shell.waitFor(/^ > Acme Corporation/);
    return shell;
  }

  test('stops, gives the shell back, and fg returns to the whole screen', async () => {
    const shell = await openUnderBash();
    shell.press('j');
    await shell.waitFor('2 of 60');
    const list = (lines: readonly string[]): string[] => lines.slice(4, 30).map((line) => line.split('│')[0]!.trimEnd());
    const before = list(shell.lines());
    for (let round = 0; round < 2; round += 1) {
      shell.press('ctrl+z');
      await shell.waitFor(/\[1\]\+ +Stopped/);
      expect(shell.screen.isAlternate()).toBe(false);
      expect(modesOf(shell)).toMatchObject({ alternateScreen: 'off', cursor: 'on', alternateScroll: 'off' });
      shell.type('echo shell-$((40+2))\r');
      await shell.waitFor(/^shell-42/);
      shell.type('fg\r');
      await shell.waitFor((lines) => lines.some((line) => line.startsWith(' > Acme Labs')) && /help/.test(lines.at(-1) ?? ''));
      expect(shell.screen.isAlternate()).toBe(true);
      expect(modesOf(shell)).toMatchObject({ cursor: 'off', bracketedPaste: 'on', alternateScroll: 'on' });
      expectWholeFrame(shell);
      expect(list(shell.lines())).toEqual(before);
    }
    shell.press('k');
    await shell.waitFor((lines) => markedRow(lines).startsWith('Acme Corporation'));
    shell.press('q');
    // What is typed before the shell has the terminal back goes to the console that is leaving.
    await shell.waitFor((lines) => lines.findLast((line) => line.trim() !== '')?.trim() === prompt.trim());
    shell.type('echo exit-$?\r');
    await expect(shell).toShow(/^exit-0/);
  });

  test('a terminal that was resized meanwhile is drawn at its new size', async () => {
    const shell = await openUnderBash();
    shell.press('ctrl+z');
    await shell.waitFor(/Stopped/);
    shell.resize(90, 30);
    shell.type('fg\r');
    await shell.waitFor((lines) => lines[1]?.includes('bypasses RLS') && /^ > Acme Corporation/m.test(lines.join('\n')));
    await expect(shell).toShow((lines: readonly string[]) => lines.at(-1)?.endsWith(' q quit'));
    expectWholeFrame(shell);
    expect(shell.lines()).toHaveLength(30);
  });
});
