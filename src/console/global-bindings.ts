import { createTenantsState, missedSearch } from '#features/tenants/pane/tenants-state.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';
import type { Binding, KeyLayer } from './public/contract.ts';
import { openFind } from './dialogs/find.tsx';
import { openHelp } from './dialogs/help.tsx';
import { openPalette } from './dialogs/palette.tsx';
import { openUnlock } from './dialogs/unlock.tsx';
import { noUnlockReason } from './public/read-only.ts';
import type { ConsoleSession } from './session.ts';
import { tabs } from './tabs.ts';

/** The bindings that hold in every pane. */
export function globalLayer(session: ConsoleSession): KeyLayer {
  return { title: 'Everywhere', bindings: () => globalBindings(session) };
}

function globalBindings(session: ConsoleSession): readonly Binding[] {
  return [...paneBindings(session), ...scopeBindings(session), ...accessBindings(session), ...shellBindings(session)];
}

function paneBindings(session: ConsoleSession): readonly Binding[] {
  const step = (by: number): void => {
    const index = tabs.findIndex(({ id }) => id === session.pane.get());
    session.pane.set(tabs[(index + by + tabs.length) % tabs.length]!.id);
  };
  return [
    ...tabs.map(({ id, title }, index) => ({
      id: `console.${id}`,
      keys: [String(index + 1)],
      label: title,
      help: `Go to ${title}.`,
      command: id,
      run: () => session.pane.set(id),
    })),
    { id: 'console.next-pane', keys: ['tab'], label: 'next pane', help: 'Go to the next pane.', run: () => step(1) },
    {
      id: 'console.previous-pane',
      keys: ['shift+tab'],
      label: 'previous pane',
      help: 'Go to the pane before.',
      run: () => step(-1),
    },
  ];
}

/** What Tenants was searched for in vain: its list says that ctrl-f looks for it everywhere. */
function missed(session: ConsoleSession): string {
  return session.pane.get() === 'tenants' ? missedSearch(session.stateOf('tenants', createTenantsState).get()) : '';
}

function scopeBindings(session: ConsoleSession): readonly Binding[] {
  const pin = (text: string): void => {
    if (text.trim() === '') {
      session.notify('Give a tenant: tenant UUID, slug or name.', 'warning');
      return;
    }
    resolveTenant(session.database, text).then(({ tenant, notice }) => {
      session.tenant.set(tenant);
      session.notify(notice ?? `Pinned ${tenant.name}.`, 'good');
    }, session.fail);
  };
  return [
    {
      id: 'console.find',
      keys: ['ctrl+f'],
      label: 'find',
      help: 'Find a UUID, e-mail, slug, domain, name or telephone number anywhere.',
      command: 'find',
      argument: 'text',
      inFooter: true,
      run: (text) => openFind(session, text || missed(session)),
    },
    {
      id: 'console.pin',
      keys: [],
      label: 'pin tenant',
      help: 'Pin a tenant by UUID, slug or name.',
      command: 'tenant',
      argument: 'tenant',
      run: pin,
    },
    {
      id: 'console.unpin',
      keys: ['T'],
      label: 'all tenants',
      help: 'Unpin the tenant: every pane shows all tenants again.',
      command: 'all-tenants',
      disabledReason: session.tenant.get() === undefined ? 'no tenant is pinned' : undefined,
      run: () => session.tenant.set(undefined),
    },
  ];
}

function accessBindings(session: ConsoleSession): readonly Binding[] {
  const { gate } = session.database;
  const access = gate.access.get();
  return [
    {
      id: 'console.unlock',
      keys: [],
      label: 'unlock',
      help: "Open writing for 15 idle minutes, after typing the database's label.",
      command: 'unlock',
      disabledReason: noUnlockReason(session),
      run: () => openUnlock(session),
    },
    {
      id: 'console.lock',
      keys: [],
      label: 'lock',
      help: 'Close writing again.',
      command: 'lock',
      disabledReason: access.state === 'read-only' ? 'this session is read-only' : undefined,
      run: () => gate.lock(),
    },
  ];
}

function shellBindings(session: ConsoleSession): readonly Binding[] {
  return [
    {
      id: 'console.suspend',
      keys: ['ctrl+z'],
      label: 'suspend',
      help: 'Go back to the shell; fg returns.',
      run: () => session.terminal.suspend(),
    },
    {
      id: 'console.reconnect',
      keys: ['ctrl+r'],
      label: 'reconnect',
      help: 'Try a lost connection again now.',
      command: 'reconnect',
      disabledReason: session.database.monitor.status.get().state === 'connected' ? 'the connection is there' : undefined,
      run: () => session.database.monitor.retryNow(),
    },
    {
      id: 'console.psql',
      keys: [],
      label: 'psql on the demo',
      help: 'Say what opens psql on this demo, and copy it.',
      command: 'psql',
      disabledReason:
        session.facts.psql === undefined ? 'only the demo has it; psql takes the same settings as the console' : undefined,
      run: () => sayPsql(session),
    },
    {
      id: 'console.palette',
      keys: [':'],
      label: 'commands',
      help: 'Type a command.',
      inFooter: true,
      run: () => openPalette(session),
    },
    {
      id: 'console.help',
      keys: ['?'],
      label: 'help',
      help: 'Show all keys of this pane.',
      command: 'help',
      inFooter: true,
      run: () => openHelp(session),
    },
    {
      id: 'console.quit',
      keys: ['q', 'ctrl+c'],
      label: 'quit',
      help: 'Leave the console.',
      command: 'quit',
      inFooter: true,
      run: session.quit,
    },
  ];
}

function sayPsql({ copy, notify, facts: { psql = '' } }: ConsoleSession): void {
  copy(psql, 'path');
  notify(`In another terminal ${psql} opens psql on this demo; its path was sent to the clipboard of your terminal.`, 'good');
}
