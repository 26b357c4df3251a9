import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const waitMs = 20_000;
const leavingMs = 3000;
const spawnedPids = new Set<number>();

process.once('exit', () => {
  for (const pid of spawnedPids) process.kill(pid, 'SIGKILL');
});

export interface PtyOptions {
  readonly columns: number;
  readonly rows: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** A program on a pseudo-terminal that answers as a terminal does, with the screen it has drawn so far. */
export interface Session {
  readonly pid: number;
  /** Bytes that the program has written. */
  bytes(): number;
  /** Lines of the screen, without their trailing blanks. */
  lines(): readonly string[];
  write(keys: string): void;
  /** Milliseconds from the start until what was written holds one of the texts; the program's escapes are part of it. */
  untilWritten(texts: readonly string[]): Promise<number>;
  /** The moment (performance.now) at which the bytes arrived that made the screen so. Undefined when it took longer than `limitMs`. */
  untilScreen(isSo: (lines: readonly string[]) => boolean, limitMs?: number): Promise<number | undefined>;
  /** Waits until nothing has been written for so long. */
  untilQuiet(quietMs: number): Promise<void>;
  kill(): Promise<void>;
  /** Leaves by the program's own key, as an operator does; what it keeps for its next start is written then. Kills it when it stays. */
  leave(keys: string): Promise<void>;
}

/** Starts a program. Whatever still runs is killed when the bench exits. */
export function startSession(program: string, args: readonly string[], options: PtyOptions): Session {
  const { columns, rows, environment } = options;
  const startedMs = performance.now();
  const child = spawn(program, [...args], { cols: columns, rows, env: { ...environment, TERM: 'xterm-256color' } });
  spawnedPids.add(child.pid);
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  const listeners = new Set<(arrivedMs: number) => void>();
  let written = '';
  let bytes = 0;
  let lastMs = startedMs;
  const gone = new Promise<void>((resolve) => {
    child.onExit(() => {
      spawnedPids.delete(child.pid);
      resolve();
    });
  });
  terminal.onData((reply) => child.write(reply));
  child.onData((data) => {
    const arrivedMs = performance.now();
    lastMs = arrivedMs;
    bytes += Buffer.byteLength(data);
    written = (written + data).slice(-100_000);
    terminal.write(data, () => listeners.forEach((listener) => listener(arrivedMs)));
  });
  const lines = (): string[] =>
    Array.from({ length: rows }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '');
  const until = (isSo: () => boolean, limitMs: number): Promise<number | undefined> => {
    if (isSo()) return Promise.resolve(lastMs);
    return new Promise((resolve) => {
      const end = (at: number | undefined): void => {
        clearTimeout(timer);
        listeners.delete(listener);
        resolve(at);
      };
      const listener = (arrivedMs: number): void => {
        if (isSo()) end(arrivedMs);
      };
      const timer = setTimeout(() => end(undefined), limitMs);
      listeners.add(listener);
    });
  };
  return {
    pid: child.pid,
    bytes: () => bytes,
    lines,
    write: (keys) => child.write(keys),
    async untilWritten(texts) {
      const at = await until(() => texts.some((text) => written.includes(text)), waitMs);
      if (at === undefined) throw new Error(`${program} did not write ${texts.join(' or ')}:\n${lines().join('\n')}`);
      return at - startedMs;
    },
    untilScreen: (isSo, limitMs = waitMs) => until(() => isSo(lines()), limitMs),
    async untilQuiet(quietMs) {
      while (performance.now() - lastMs < quietMs) {
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, quietMs - (performance.now() - lastMs))));
      }
    },
    async leave(keys) {
      child.write(keys);
      const timer = setTimeout(() => child.kill('SIGKILL'), leavingMs);
      await gone;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
