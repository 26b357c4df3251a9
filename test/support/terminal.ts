import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import stringWidth from 'string-width';
import { expect, onTestFinished } from 'vitest';
import { packageRoot } from '#core/package-root.ts';

/** What a cell of the screen looks like, as far as tests care. */
export interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
  /** The palette's number; undefined for the terminal's own colour. */
  readonly foreground: number | undefined;
  readonly background: number | undefined;
}

/** An emulated terminal: bytes in, lines of text out. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Every row of the screen, top to bottom, without the blanks at its end. */
  lines(): string[];
  /** The style of the first character of `text` in the first line that contains it; throws when none does. */
  styleOf(text: string): Style;
  cursor(): { readonly column: number; readonly row: number };
  isAlternate(): boolean;
  /** Rows that continue the one above: something was written past the right edge. */
  wrappedRows(): number[];
  /** How often the screen has scrolled, the change to the alternate screen counted: a frame that fits never does. */
  scrolls(): number;
  /** Resolves when the terminal has taken it in. */
  write(bytes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** What the terminal itself answers to queries. */
  onReply(listener: (bytes: string) => void): void;
}

/** Wide characters and emoji as string-width has them: the emulator's own table is of Unicode 6 and takes emoji for one column. */
const modernWidths = {
  version: 'string-width',
  wcwidth: (code: number): 0 | 1 | 2 => columnsOf(code),
  /** Bits as the emulator packs them: state (1 after a zero-width joiner, 2 after half a flag), width, whether it joins the cell before. */
  charProperties(code: number, preceding: number): number {
    const width = columnsOf(code);
    const state = preceding >> 3;
    const widthBefore = (preceding >> 1) & 3;
    const isHalfFlag = code >= 0x1f1e6 && code <= 0x1f1ff;
    const isSkinTone = code >= 0x1f3fb && code <= 0x1f3ff;
    const joins = preceding !== 0 && widthBefore > 0 && (width === 0 || state === 1 || isSkinTone || (isHalfFlag && state === 2));
    const total = joins ? (code === 0xfe0f || (isHalfFlag && state === 2) ? 2 : widthBefore) : isHalfFlag ? 1 : width;
    const next = code === 0x200d ? 1 : isHalfFlag && !joins ? 2 : 0;
    return (next << 3) | (total << 1) | (joins ? 1 : 0);
  },
};

function columnsOf(code: number): 0 | 1 | 2 {
  if (code >= 0x20 && code < 0x7f) return 1;
  return Math.min(2, stringWidth(String.fromCodePoint(code))) as 0 | 1 | 2;
}

export function createScreen(columns: number, rows: number): Screen {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 200, allowProposedApi: true });
  terminal.unicode.register(modernWidths);
  terminal.unicode.activeVersion = modernWidths.version;
  let scrolls = 0;
  terminal.onScroll(() => (scrolls += 1));
  const row = (index: number) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + index);
  const lines = (): string[] =>
    Array.from({ length: terminal.rows }, (_, index) => row(index)?.translateToString(true).trimEnd() ?? '');
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    lines,
    styleOf(text) {
      const shown = lines();
      const index = shown.findIndex((line) => line.includes(text));
      if (index === -1) throw new Error(`Nowhere on the screen: ${text}\n${shown.join('\n')}`);
      const column = stringWidth(shown[index]!.slice(0, shown[index]!.indexOf(text)));
      const cell = row(index)!.getCell(column)!;
      return {
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
        inverse: cell.isInverse() !== 0,
        underline: cell.isUnderline() !== 0,
        foreground: cell.isFgDefault() ? undefined : cell.getFgColor(),
        background: cell.isBgDefault() ? undefined : cell.getBgColor(),
      };
    },
    cursor: () => ({ column: terminal.buffer.active.cursorX, row: terminal.buffer.active.cursorY }),
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    wrappedRows: () => Array.from({ length: terminal.rows }, (_, index) => index).filter((index) => row(index)?.isWrapped),
    scrolls: () => scrolls,
    write: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    onReply: (listener) => void terminal.onData(listener),
  };
}

/** What a test waits for: a text or pattern somewhere on the screen, or anything that can be told from its lines. */
export type Wanted = string | RegExp | ((lines: readonly string[]) => unknown);

/** How a program ended; `signal` is the name of the one that killed it. */
export interface Ending {
  readonly code: number;
  readonly signal: string | undefined;
}

/** A program in a pseudo-terminal, and the screen it draws on. */
export interface Program {
  readonly pid: number;
  readonly screen: Screen;
  /** The last whole frame. */
  lines(): string[];
  /** Sends the text as keys, in one write. */
  type(text: string): void;
  /** Sends one key by its name: `enter`, `esc`, `pagedown`, `shift+tab`, `ctrl+f`, or a single character. */
  press(...names: readonly string[]): void;
  /** As a terminal does with bracketed paste. */
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the screen's lines as soon as they hold what is wanted. Rejects with the screen when the time is over or the program ended. */
  waitFor(wanted: Wanted, timeoutMs?: number): Promise<string[]>;
  waitForExit(timeoutMs?: number): Promise<Ending>;
  /** Everything written so far, or since a mark. */
  written(since?: number): string;
  /** How much has been written so far: a place to look from. */
  mark(): number;
  kill(signal: NodeJS.Signals): void;
  /** The terminal goes away: its window was closed, or the line dropped. */
  hangUp(): void;
}

const keys: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  'shift+tab': '\u001b[Z',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  delete: '\u001b[3~',
  backspace: '\u007f',
  space: ' ',
};

/** The bytes a terminal sends for a key. */
export function bytesOfKey(name: string): string {
  const control = /^ctrl\+([a-z])$/.exec(name)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 0x60);
  const bytes = keys[name] ?? (name.length === 1 ? name : undefined);
  if (bytes === undefined) throw new Error(`No such key: ${name}`);
  return bytes;
}

const patienceMs = 15_000;

/** Runs a program in a pseudo-terminal until the test is over. */
export function startInTerminal(
  file: string,
  args: readonly string[],
  options: { readonly env: Record<string, string>; readonly cwd: string; readonly columns?: number; readonly rows?: number },
): Program {
  const { columns = 120, rows = 40 } = options;
  const screen = createScreen(columns, rows);
  const child = pty.spawn(file, [...args], { name: 'xterm-256color', cols: columns, rows, cwd: options.cwd, env: options.env });
  let bytes = '';
  let parsed = 0;
  let frame: readonly string[] = screen.lines();
  let ending: Ending | undefined;
  let isClosed = false;
  const watch = createWatch(
    screen,
    () => frame,
    () => ending && `The program ended (${ending.signal ?? ending.code})`,
  );
  /** Half of a synchronized update is nothing that a terminal would show. */
  const isWithinUpdate = (): boolean =>
    bytes.lastIndexOf('\u001b[?2026h', parsed - 8) > bytes.lastIndexOf('\u001b[?2026l', parsed - 8);
  child.onData((piece) => {
    bytes += piece;
    void screen.write(piece).then(() => {
      parsed += piece.length;
      if (isWithinUpdate()) return;
      frame = screen.lines();
      watch.changed();
    });
  });
  child.onExit(({ exitCode, signal }) => {
    const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
    // The last bytes may still be on their way through the emulator.
    void screen.write('').then(() => {
      ending = { code: exitCode, signal: name };
      frame = screen.lines();
      watch.changed();
    });
  });
  const send = (text: string): void => void (isClosed || ending || child.write(text));
  screen.onReply(send);

  const program: Program = {
    pid: child.pid,
    screen,
    lines: () => [...frame],
    type: send,
    press: (...names) => names.forEach((name) => send(bytesOfKey(name))),
    paste: (text) => send(`\u001b[200~${text}\u001b[201~`),
    resize: (newColumns, newRows) => {
      screen.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
      frame = screen.lines();
    },
    waitFor: watch.lines,
    waitForExit: (timeoutMs) => watch.value(() => ending, 'its end', timeoutMs),
    written: (since = 0) => bytes.slice(since),
    mark: () => bytes.length,
    kill: (signal) => process.kill(child.pid, signal),
    hangUp: () => {
      isClosed = true;
      (child as unknown as { destroy(): void }).destroy();
    },
  };
  onTestFinished(async () => {
    if (ending === undefined && !isClosed) {
      child.kill('SIGKILL');
      await program.waitForExit();
    }
  });
  return program;
}

/** Waits on a screen without polling: `changed` is called after each whole frame. */
export interface Watch {
  readonly changed: () => void;
  readonly lines: (wanted: Wanted, timeoutMs?: number) => Promise<string[]>;
  /** Resolves with the first defined answer. */
  readonly value: <Value>(ask: () => Value | undefined, what: string, timeoutMs?: number) => Promise<Value>;
}

/** `over` says why nothing will change any more, once that is so. */
export function createWatch(screen: Screen, frame: () => readonly string[], over: () => string | undefined): Watch {
  const watchers = new Set<() => void>();
  const value: Watch['value'] = (ask, what, timeoutMs = patienceMs) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        watchers.delete(look);
        clearTimeout(timer);
      };
      const fail = (why: string): void => {
        stop();
        const shown = frame().map((line) => `| ${line}`);
        reject(
          new Error(`${why} while waiting for ${what}. The screen (${screen.columns}x${screen.rows}):\n${shown.join('\n')}`),
        );
      };
      const look = (): void => {
        const answer = ask();
        const why = over();
        if (answer !== undefined) {
          stop();
          resolve(answer);
        } else if (why !== undefined) fail(why);
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms went by`), timeoutMs);
      watchers.add(look);
      look();
    });
  return {
    changed: () => watchers.forEach((look) => look()),
    value,
    lines: (wanted, timeoutMs) =>
      value(
        () => (holds(frame(), wanted) ? [...frame()] : undefined),
        typeof wanted === 'function' ? wanted.toString() : String(wanted),
        timeoutMs,
      ),
  };
}

function holds(lines: readonly string[], wanted: Wanted): boolean {
  if (typeof wanted === 'function') return Boolean(wanted(lines));
  return lines.some((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)));
}

declare module 'vitest' {
  // Name and parameters are Vitest's own.
  // oxlint-disable-next-line no-unused-vars
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** That the screen of a Program or ConsoleFrame shows something, now or soon. */
    toShow(wanted: Wanted): Promise<void>;
  }
}

expect.extend({
  toShow: async (program: Pick<Program, 'waitFor'>, wanted: Wanted) => {
    const failure = await program.waitFor(wanted).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return { pass: failure === undefined, message: () => failure ?? `The screen shows ${String(wanted)}.` };
  },
});

export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Over a clean environment: nothing of ours, above all no database. */
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** Starts the built console as its users do. */
export function startProgram({ args = [], env = {}, columns, rows }: ProgramOptions = {}): Program {
  const { file, args: first } = builtProgram();
  const home = temporaryDirectory();
  return startInTerminal(file, [...first, ...args], {
    env: { ...cleanEnvironment(home), ...env },
    cwd: home,
    ...(columns !== undefined && { columns }),
    ...(rows !== undefined && { rows }),
  });
}

/** What to run: our Node and the program's file. Throws when the build is missing or older than its sources. */
export function builtProgram(): { readonly file: string; readonly args: readonly string[] } {
  const root = packageRoot();
  const built = join(root, 'dist', 'main.js');
  if (!existsSync(built)) throw new Error('dist/main.js is missing: run "npm run build" first, or "npm test", which does.');
  const newest = newestBelow(join(root, 'src'));
  if (newest.timeMs > statSync(built).mtimeMs)
    throw new Error(`dist/main.js is older than ${newest.path}: run "npm run build" first, or "npm test", which does.`);
  const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');
  return { file: existsSync(ownNode) ? ownNode : process.execPath, args: [join(root, 'bin', 'aisha-console.js')] };
}

function newestBelow(directory: string): { path: string; timeMs: number } {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, timeMs: statSync(path).mtimeMs }))
    .reduce((newest, file) => (file.timeMs > newest.timeMs ? file : newest), { path: '', timeMs: 0 });
}

/** A directory of the test's own, that others may pass through as through /tmp. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'aisha-journey-'));
  chmodSync(path, 0o711);
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return path;
}

/** An environment in which nothing speaks of a database, a multiplexer or this machine's user. */
export function cleanEnvironment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8', USER: 'tester' };
}
