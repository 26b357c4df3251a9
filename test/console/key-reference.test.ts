import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { goTo } from '#ui/json-tree/tree-state.ts';
import { globalLayer } from '#console/global-bindings.ts';
import { keyTitle } from '#console/footer-line.ts';
import type { KeyLayer } from '#console/public/contract.ts';
import { createSession } from '#console/session.ts';
import type { Database } from '#database/database.ts';
import { AccessGate } from '#database/access-gate.ts';
import { ConnectionMonitor } from '#database/connection-monitor.ts';
import { createAuditState } from '#features/audit/pane/audit-state.ts';
import { auditLayer } from '#features/audit/pane/keys.ts';
import { auditActions } from '#features/audit/pane/session-actions.ts';
import { createFindState } from '#features/find/pane/find-state.ts';
import { findLayer } from '#features/find/pane/keys.ts';
import { createIndexesState } from '#features/indexes/pane/indexes-state.ts';
import { indexesLayer } from '#features/indexes/pane/keys.ts';
import { indexesActions } from '#features/indexes/pane/session-actions.ts';
import { openDocument } from '#features/metadata/pane/document-state.ts';
import { metadataLayer } from '#features/metadata/pane/keys.ts';
import { createMetadataState, type MetadataState, type MetadataStore } from '#features/metadata/pane/metadata-state.ts';
import { metadataActions } from '#features/metadata/pane/session-actions.ts';
import type { StoredDocument } from '#features/metadata/documents.ts';
import { migrationsLayer } from '#features/migrations/pane/keys.ts';
import { createMigrationsState } from '#features/migrations/pane/migrations-state.ts';
import { migrationsActions } from '#features/migrations/pane/session-actions.ts';
import { tenantsActions } from '#features/tenants/pane/actions.tsx';
import { tenantsLayer } from '#features/tenants/pane/keys.ts';
import { createTenantsState } from '#features/tenants/pane/tenants-state.ts';

/** Bindings read a session's stores and gates; none of them asks the server before a key is pressed. */
function sessionWithoutServer(): ReturnType<typeof createSession> {
  const parts = {
    server: { route: 'direct', isStandby: false },
    gate: new AccessGate({ state: 'read-only', mayUnlock: true }),
    monitor: new ConnectionMonitor(async () => undefined),
  };
  return createSession({
    database: parts as unknown as Database,
    facts: {
      environment: { name: 'TEST', production: false },
      operator: 'tester',
      author: { operator: 'tester', host: 'test', sshClient: undefined, version: '0.0.0' },
      unaudited: false,
      stateDirectory: '/nowhere',
      migrationsDirectory: undefined,
      psql: undefined,
      version: '0.0.0',
      ascii: false,
      color: true,
    },
    terminal: { write: () => undefined, suspend: () => undefined, lend: (work) => work(), quit: () => undefined },
    pane: 'tenants',
  });
}

function section(layer: KeyLayer): string {
  const rows = layer.bindings().map((binding) => {
    const keys = binding.keys.map((key) => `\`${keyTitle(key)}\``).join(' ');
    const command =
      binding.command === undefined
        ? ''
        : `\`:${binding.command}${binding.argument === undefined ? '' : ` ${binding.argument.toUpperCase()}`}\``;
    return `| ${keys} | ${command} | ${binding.help} |`;
  });
  return [`## ${layer.title}`, '', '| keys | command | what it does |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The views of the Metadata pane, each with keys of its own. */
function metadataStates(): Readonly<Record<string, MetadataStore>> {
  const at = (state: Partial<MetadataState>): MetadataStore => {
    const store = createMetadataState();
    store.update((now) => ({ ...now, ...state }));
    return store;
  };
  const tree = parseJson('{"key": "value"}');
  const place = { table: { title: 'contacts' }, column: { name: 'metadata' }, id: '1' } as StoredDocument['place'];
  const stored = { place, text: '', tree, storedBytes: 0, tenantId: null, updatedAt: null, label: '' };
  const document = openDocument(stored, 10, undefined);
  const onValue = { ...document, tree: goTo(document.tree, ['key']) };
  return { tables: at({}), records: at({ view: 'records' }), 'a document': at({ view: 'document', document: onValue }) };
}

test('docs/keys.md is what the bindings say; npm run keys writes it', async () => {
  const session = sessionWithoutServer();
  const nothing = (): void => undefined;
  const tenants = createTenantsState();
  const metadata = metadataStates();
  const audit = createAuditState();
  const migrations = createMigrationsState(undefined);
  const indexes = createIndexesState();
  const layers = [
    globalLayer(session),
    tenantsLayer(tenants, tenantsActions(session, tenants)),
    migrationsLayer(migrations, migrationsActions(session, migrations)),
    indexesLayer(indexes, indexesActions(session, indexes)),
    ...Object.entries(metadata).map(([title, store]) => ({
      ...metadataLayer(store, metadataActions(session, store)),
      title: `Metadata: ${title}`,
    })),
    auditLayer(audit, auditActions(session, audit, { restart: nothing, more: nothing, toNewest: nothing, goTo: nothing })),
    findLayer(createFindState(''), {
      isPinned: () => true,
      close: nothing,
      showTenant: nothing,
      showRecord: nothing,
      showAudit: nothing,
      pinTenant: nothing,
      copyId: nothing,
    }),
  ];
  const text = [
    '# Keys',
    '',
    'Generated from the bindings by `npm run keys`; a test fails when it is out of date.',
    '',
    ...layers.map(section),
  ].join('\n');
  expect(session.queryClient).toBeInstanceOf(QueryClient);
  await expect(text).toMatchFileSnapshot('../../docs/keys.md');
});
