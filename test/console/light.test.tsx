import { render } from 'ink-testing-library';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { SessionProvider } from '#console/public/hooks.ts';
import { createSession } from '#console/session.ts';
import { AccessGate } from '#database/access-gate.ts';
import { ConnectionMonitor } from '#database/connection-monitor.ts';
import type { Database } from '#database/database.ts';
import { createFindState } from '#features/find/pane/find-state.ts';
import { FindBox } from '#features/find/pane/FindBox.tsx';
import { Lines } from '#ui/Lines.tsx';
import { span, words } from '#ui/line.ts';
import { displayText } from '#core/display-text.ts';
import { testFacts } from '../support/console-frame.tsx';
import { insertText } from '#ui/text-field.ts';
import { ThemeProvider } from '#ui/theme.ts';
import { createTheme } from '#ui/tones.ts';

// ink-testing-library has 100 columns and knows no height: enough for one component, not for the screen.
const parts = {
  gate: new AccessGate({ state: 'read-only', mayUnlock: true }),
  monitor: new ConnectionMonitor(async () => undefined),
  catalog: () => new Promise<never>(() => undefined),
};
const session = createSession({
  database: parts as unknown as Database,
  facts: testFacts,
  terminal: { write: () => undefined, suspend: () => undefined, lend: (work) => work(), quit: () => undefined },
  pane: 'tenants',
});

function Around({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <QueryClientProvider client={session.queryClient}>
      <SessionProvider value={session}>{children}</SessionProvider>
    </QueryClientProvider>
  );
}

describe('the find box without an answer', () => {
  test('says what it takes, then that a text is too short, then that it looks', async () => {
    const state = createFindState('');
    const { lastFrame, unmount } = render(
      <Around>
        <FindBox columns={80} rows={10} state={state} />
      </Around>,
    );
    expect(lastFrame()).toContain('a UUID or its first characters');
    state.update((now) => ({ ...now, field: insertText(now.field, 'x') }));
    await vi.waitFor(() => expect(lastFrame()).toContain('go on typing: that is too short'));
    state.update((now) => ({ ...now, field: insertText(now.field, 'yz') }));
    await vi.waitFor(() => expect(lastFrame()).toContain('looking in all tenants …'));
    unmount();
  });

  test('names the pinned tenant it looks in', async () => {
    session.tenant.set({ id: '1', name: 'Acme \u001b[2J', slug: 'acme' });
    const { lastFrame, unmount } = render(
      <Around>
        <FindBox columns={80} rows={10} state={createFindState('jane@acme.example')} />
      </Around>,
    );
    await vi.waitFor(() => expect(lastFrame()).toContain(String.raw`looking in Acme \x1b[2J …`));
    session.tenant.set(undefined);
    unmount();
  });
});

describe('Lines', () => {
  test('draws each line in one row, however wide it is', () => {
    const { lastFrame, unmount } = render(
      <Lines columns={20} lines={[[words('short')], [span(displayText('漢'.repeat(50)))], [], [words('last')]]} />,
    );
    expect(lastFrame()?.split('\n')).toEqual(
      ['short', `${'漢'.repeat(9)}… `.trimEnd(), ' ', 'last'].map((line) => line.trimEnd()),
    );
    unmount();
  });

  test('in ASCII escapes what is not', () => {
    const { lastFrame, unmount } = render(
      <ThemeProvider value={createTheme({ color: false, ascii: true })}>
        <Lines columns={30} lines={[[span(displayText('Maison Lefèvre'))]]} />
      </ThemeProvider>,
    );
    expect(lastFrame()).toBe(String.raw`Maison Lef\xe8vre`);
    unmount();
  });
});
