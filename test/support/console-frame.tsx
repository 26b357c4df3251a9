import { PassThrough, Writable } from 'node:stream';
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { onTestFinished } from 'vitest';
import { globalLayer } from '#console/global-bindings.ts';
import type { PaneId } from '#console/public/contract.ts';
import { SessionProvider } from '#console/public/hooks.ts';
import { type ConsoleSession, createSession, type SessionFacts } from '#console/session.ts';
import { Shell } from '#console/Shell.tsx';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { accessAtStart } from '#database/access-gate.ts';
import type { Database } from '#database/database.ts';
import { openDatabase } from '#database/open-database.ts';
import { ThemeProvider } from '#ui/theme.ts';
import { createTheme } from '#ui/tones.ts';
import { bytesOfKey, createScreen, createWatch, type Program, type Screen, temporaryDirectory } from './terminal.ts';

/** The console inside the test's own process, drawn on an emulated terminal: for what a built program can not be brought into. */
export interface ConsoleFrame extends Pick<Program, 'lines' | 'type' | 'press' | 'paste' | 'resize' | 'waitFor'> {
  readonly screen: Screen;
  readonly session: ConsoleSession;
  /** What was sent to the terminal beside the frame: the clipboard. */
  readonly sent: readonly string[];
  /** The exit codes asked for. */
  readonly quits: readonly number[];
}

export interface FrameOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly pane?: PaneId;
  readonly facts?: Partial<SessionFacts>;
  readonly openReplicas?: ConsoleSession['openReplicas'];
  /** Instead of the shell. */
  readonly content?: ReactNode;
}

/** A session's facts for a test; without a place to keep anything. */
export const testFacts: SessionFacts = {
  environment: { name: 'TEST', production: false },
  operator: 'tester',
  author: { operator: 'tester', host: 'test', sshClient: undefined, version: '0.0.0' },
  unaudited: false,
  stateDirectory: '',
  migrationsDirectory: undefined,
  psql: undefined,
  version: '0.0.0',
  ascii: false,
  color: true,
};

/** Opens a test's database as the console does; closed when the test is over. */
export async function openTestDatabase(settings: ConnectionSettings, statementTimeoutMs = 5000): Promise<Database> {
  const pool = { max: 20, idleTimeoutMs: 30_000, connectionTimeoutMs: 2000 };
  const database = await openDatabase(settings, pool, {
    statementTimeoutMs,
    access: (server) => accessAtStart('default', server, false),
  });
  onTestFinished(() => database.close());
  return database;
}

/** Draws the console until the test is over. */
export function openFrame(database: Database, options: FrameOptions = {}): ConsoleFrame {
  const { columns = 120, rows = 40, pane = 'tenants' } = options;
  const facts = { ...testFacts, stateDirectory: temporaryDirectory(), ...options.facts };
  const sent: string[] = [];
  const quits: number[] = [];
  const session = createSession({
    database,
    facts,
    ...(options.openReplicas && { openReplicas: options.openReplicas }),
    pane,
    terminal: {
      write: (sequence) => sent.push(sequence),
      suspend: () => undefined,
      lend: (work) => work(),
      quit: (code) => quits.push(code),
    },
  });
  session.router.push(globalLayer(session));

  const screen = createScreen(columns, rows);
  let frame = screen.lines();
  const watch = createWatch(
    screen,
    () => frame,
    () => undefined,
  );
  let isWithinUpdate = false;
  const take = async (bytes: string): Promise<void> => {
    // As a terminal's line discipline does on the way out.
    await screen.write(bytes.replaceAll(/\r?\n/g, '\r\n'));
    if (bytes.includes('\u001b[?2026h')) isWithinUpdate = true;
    if (bytes.includes('\u001b[?2026l')) isWithinUpdate = false;
    if (isWithinUpdate) return;
    frame = screen.lines();
    watch.changed();
  };
  const stdout = Object.assign(
    new Writable({ decodeStrings: false, write: (bytes: string, _encoding, done) => void take(bytes).then(() => done(), done) }),
    { isTTY: true, columns, rows },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const instance = render(
    <QueryClientProvider client={session.queryClient}>
      <ThemeProvider value={createTheme(facts)}>
        <SessionProvider value={session}>{options.content ?? <Shell />}</SessionProvider>
      </ThemeProvider>
    </QueryClientProvider>,
    {
      stdout: stdout as unknown as NodeJS.WriteStream,
      stdin: stdin as unknown as NodeJS.ReadStream,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      maxFps: 60,
      interactive: true,
    },
  );
  onTestFinished(() => {
    instance.unmount();
    session.queryClient.clear();
  });
  const type = (text: string): void => void stdin.write(text);
  return {
    screen,
    session,
    sent,
    quits,
    lines: () => [...frame],
    type,
    press: (...names) => names.forEach((name) => type(bytesOfKey(name))),
    paste: (text) => type(`\u001b[200~${text}\u001b[201~`),
    resize: (newColumns, newRows) => {
      screen.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    waitFor: watch.lines,
  };
}
