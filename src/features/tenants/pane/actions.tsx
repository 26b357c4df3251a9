import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { maskDocument } from '#core/mask.ts';
import { readTenantDocument } from '../card.ts';
import type { TenantsActions } from './keys.ts';
import { SummaryContent } from './SummaryContent.tsx';
import { listFacets, type Tenant, type TenantSort } from '../tenants.ts';
import { fromTheStart, type TenantsStore } from './tenants-state.ts';

/** What the pane's keys do, in terms of the console around it. */
export function tenantsActions(session: ConsoleSession, store: TenantsStore): TenantsActions {
  return {
    pin: (tenant) => {
      session.tenant.set({ id: tenant.id, name: tenant.name, slug: tenant.slug });
      session.notify(`Pinned ${tenant.name}: audit, metadata and find follow it. T unpins.`, 'good');
    },
    unpin: () => session.tenant.set(undefined),
    isPinned: (tenant) => session.tenant.get()?.id === tenant.id,
    showAudit: (tenant) => session.open({ pane: 'audit', tenant }),
    showMetadata: (tenant) => session.open({ pane: 'metadata', tenant, table: 'tenant', recordId: tenant.id }),
    copy: (tenant) => copyMenu(session, tenant),
    sort: () => sortMenu(session, store),
    filter: () => session.prepare(async (opening) => filterMenu(opening, store, await listFacets(session.database))),
    summary: () => {
      const id = 'summary';
      session.openDialog({
        id,
        layer: {
          title: 'Summary',
          bindings: () => [
            {
              id: 'summary.close',
              keys: ['esc', 'i', 'q', 'enter'],
              label: 'close',
              help: 'Close.',
              inFooter: true,
              run: () => session.closeDialog(id),
            },
          ],
        },
        Content: SummaryContent,
      });
    },
    refresh: () => {
      session.database.monitor.retryNow();
      session.database.catalog({ refresh: true }).catch(session.fail);
      session.readAgain();
      session.notify('Reading again.');
    },
  };
}

function copyMenu(session: ConsoleSession, tenant: Tenant): void {
  const copyRow = (): void => {
    readTenantDocument(session.database, tenant.id).then(
      (document) => session.copy(JSON.stringify(maskDocument(document), null, 2), 'row as JSON, secrets masked,'),
      session.fail,
    );
  };
  choose(session, {
    title: 'Copy',
    choices: [
      { label: 'id', detail: tenant.id, hotkey: 'i', run: () => session.copy(tenant.id, 'id') },
      ...(tenant.slug === null
        ? []
        : [{ label: 'slug', detail: tenant.slug, hotkey: 's', run: () => session.copy(tenant.slug!, 'slug') }]),
      { label: 'name', detail: tenant.name, hotkey: 'n', run: () => session.copy(tenant.name, 'name') },
      { label: 'row as JSON', hotkey: 'o', run: copyRow },
    ],
  });
}

function sortMenu(session: ConsoleSession, store: TenantsStore): void {
  const by = (sort: TenantSort, descending: boolean) => (): void =>
    store.update((state) => ({ ...state, sort, descending, ...fromTheStart }));
  choose(session, {
    title: 'Sort by',
    choices: [
      { label: 'name', hotkey: 'n', run: by('name', false) },
      { label: 'created, newest first', hotkey: 'c', run: by('created', true) },
      { label: 'updated, newest first', hotkey: 'u', run: by('updated', true) },
    ],
  });
}

function filterMenu(session: ConsoleSession, store: TenantsStore, facets: Awaited<ReturnType<typeof listFacets>>): void {
  const set = (change: { status?: string | undefined; plan?: string | undefined }) => (): void =>
    store.update((state) => ({ ...state, status: state.status, plan: state.plan, ...change, anchor: 'start' }));
  choose(session, {
    title: 'Show only (numbers of all tenants)',
    choices: [
      { label: 'all tenants', hotkey: 'a', run: set({ status: undefined, plan: undefined }) },
      ...facets.status.map(({ value, tenants }) => ({ label: `status ${value} (${tenants})`, run: set({ status: value }) })),
      ...facets.plan.map(({ value, tenants }) => ({ label: `plan ${value} (${tenants})`, run: set({ plan: value }) })),
    ],
  });
}
