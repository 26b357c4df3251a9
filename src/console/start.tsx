import { QueryClientProvider } from '@tanstack/react-query';
import { render, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Database } from '#database/database.ts';
import { ThemeProvider } from '#ui/theme.ts';
import { createTheme } from '#ui/tones.ts';
import type { FirstFrame } from './first-frame.ts';
import { globalLayer } from './global-bindings.ts';
import { seedFirstPage } from '#features/tenants/pane/first-page.ts';
import { createTenantsState } from '#features/tenants/pane/tenants-state.ts';
import type { PaneId } from './public/contract.ts';
import { SessionProvider } from './public/hooks.ts';
import { Shell } from './Shell.tsx';
import { createSession, type ConsoleSession, type SessionFacts } from './session.ts';
import { handOverToShell } from './suspend.ts';
import { leanTerminal } from './terminal-output.ts';

/** What the composition root hands to the console. */
export interface ConsoleStart {
  readonly database: Database;
  readonly openReplicas: ConsoleSession['openReplicas'];
  readonly facts: SessionFacts;
  readonly pane: PaneId;
  readonly tenant: TenantIdentity | undefined;
  /** What is painted already, where something is. */
  readonly firstFrame: FirstFrame | undefined;
  /** Said as soon as the console is open: a slug that was resolved, a warning of the configuration. */
  readonly greeting: string | undefined;
  /** Registers what must be undone before the process ends. */
  readonly atEnd: (undo: () => void) => void;
}

/**
 * A change that follows another one within a frame waits for one to two frames' time, as Ink's throttle counts: at 60 a second a key pressed while
 * an answer arrives would be shown 34 ms later. Stores change far more seldom than this, so hardly more is drawn.
 */
const framesPerSecond = 250;
/** Alternate scroll: the wheel sends arrow keys without the mouse being captured, so that selecting text still works (DECSET 1007). */
const wheelOn = '\u001b[?1007h';
const wheelOff = '\u001b[?1007l';

/** Opens the console on the terminal and stays until the operator leaves. Gives the exit code. */
export async function runConsole(start: ConsoleStart): Promise<number> {
  let exitCode = 0;
  let lend: Lend | undefined;
  const session = createSession({
    database: start.database,
    openReplicas: start.openReplicas,
    facts: start.facts,
    pane: start.pane,
    terminal: {
      write: (sequence) => process.stdout.write(sequence),
      suspend: () => void lend?.(handOverToShell).catch(() => undefined),
      lend: (work) => (lend === undefined ? Promise.reject(new Error('The terminal is not ours yet')) : lend(work)),
      quit: (code) => {
        exitCode = code;
        instance.unmount();
      },
    },
  });
  session.router.push(globalLayer(session));
  session.tenant.set(start.tenant);
  if (start.greeting !== undefined) session.notify(start.greeting, 'plain', { isGeneral: true });
  // Idle data must be read again when the server is back, whichever pane is open then.
  start.database.monitor.status.subscribe(() => {
    if (start.database.monitor.status.get().state === 'connected') session.readAgain();
  });
  process.on('unhandledRejection', session.fail);

  if (start.firstFrame !== undefined) {
    seedFirstPage(session.queryClient, session.stateOf('tenants', createTenantsState), start.firstFrame);
  }

  const isScreenReader = process.env['INK_SCREEN_READER'] === 'true';
  const instance = render(
    <Providers session={session}>
      <TerminalControl onReady={(ready) => (lend = ready)} />
      <Shell />
    </Providers>,
    {
      stdout: leanTerminal(process.stdout, start.firstFrame !== undefined),
      alternateScreen: !isScreenReader,
      incrementalRendering: !isScreenReader,
      exitOnCtrlC: false,
      maxFps: framesPerSecond,
      interactive: true,
    },
  );
  process.stdout.write(wheelOn);
  start.atEnd(() => {
    process.stdout.write(wheelOff);
    instance.unmount();
  });
  await instance.waitUntilExit();
  process.stdout.write(wheelOff);
  return exitCode;
}

function Providers({ session, children }: { readonly session: ConsoleSession; readonly children: ReactNode }): ReactNode {
  return (
    <QueryClientProvider client={session.queryClient}>
      <ThemeProvider value={createTheme(session.facts)}>
        <SessionProvider value={session}>{children}</SessionProvider>
      </ThemeProvider>
    </QueryClientProvider>
  );
}

/** Runs work with the terminal in the hands of another program. */
type Lend = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Lends Ink's hold on the terminal to key handlers, which live outside React. */
function TerminalControl({ onReady }: { readonly onReady: (lend: Lend) => void }): ReactNode {
  const { suspendTerminal } = useApp();
  useEffect(() => {
    onReady(async (work) => {
      // Ink gives back nothing of what the work gave.
      const given: Awaited<ReturnType<typeof work>>[] = [];
      await suspendTerminal(async () => {
        process.stdout.write(wheelOff);
        try {
          given.push(await work());
        } finally {
          process.stdout.write(wheelOn);
        }
      });
      return given[0]!;
    });
  }, [suspendTerminal, onReady]);
  return null;
}
