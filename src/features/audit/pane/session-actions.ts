import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { tenantOf } from '#console/public/tenant.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type AuditEntry, readDetailOf } from '../entries.ts';
import { entryJson } from '../entry-output.ts';
import type { AuditActions } from './actions.ts';
import type { AuditStore } from './audit-state.ts';
import { extentOf } from './entry-log.ts';
import { createExporter } from './exporting.ts';
import type { AuditFeed } from './feed.ts';
import { filterMenu, likeThisMenu, type MenuResults, windowMenu } from './menus.ts';
import { offerMigration, writeOffered } from './migration-offer.ts';
import { tableNamed } from '../record-table.ts';

const screensAhead = 3;

/** What the pane's keys do, in terms of the console around it. */
export function auditActions(session: ConsoleSession, store: AuditStore, feed: AuditFeed): AuditActions {
  const isPinned = ({ tenantId }: AuditEntry): boolean => {
    const pinned = session.tenant.get();
    return tenantId !== null && pinned !== undefined && (pinned.id === tenantId || pinned.slug === tenantId);
  };
  /** The tenant that an entry names; says so where it is not there any more. */
  const withTenant = (entry: AuditEntry, next: (tenant: TenantIdentity) => void): void => {
    if (entry.tenantId === null) return;
    tenantOf(session, entry.tenantId).then((tenant) => {
      if (tenant === undefined) session.notify(`There is no tenant ${entry.tenantId} any more.`, 'warning');
      else next(tenant);
    }, session.fail);
  };
  const pin = (entry: AuditEntry): void => {
    if (isPinned(entry)) {
      session.tenant.set(undefined);
      return;
    }
    withTenant(entry, (tenant) => {
      session.tenant.set(tenant);
      session.notify(`Pinned ${tenant.name}: the list shows only its entries. T unpins.`, 'good');
    });
  };
  const exporter = createExporter(session, store);
  const results: MenuResults = { filtered: feed.restart, pin };
  return {
    moved: () => {
      const { view, log, height } = store.get();
      const { first, end } = extentOf(log);
      if (view.top - first < screensAhead * height) feed.more('older');
      if (end - view.cursor < screensAhead * height) feed.more('newer');
    },
    toNewest: feed.toNewest,
    filter: () => filterMenu(session, store, results),
    likeThis: (entry, isExcluded) => likeThisMenu(session, store, results, entry, isExcluded),
    filtered: feed.restart,
    window: () => windowMenu(session, store, results),
    goTo: (momentMs) => {
      const { window } = store.get();
      if (window !== undefined && momentMs < window.fromMs) {
        store.update((now) => ({ ...now, window: undefined }));
        feed.restart();
      }
      feed.goTo(momentMs);
    },
    showRecord: ({ recordId, table }) => {
      if (recordId !== null && table !== null) showRecord(store, feed, table, recordId);
    },
    showMetadata: (entry) => {
      openInMetadata(session, entry).catch(session.fail);
    },
    pin,
    isPinned,
    copy: (entry) => copyMenu(session, store, entry),
    askExport: () => (store.get().exporting === undefined ? exporter.ask() : exporter.stop()),
    export: exporter.start,
    askMigration: () => {
      const { source } = store.get();
      if (source.state === 'there') offerMigration(session, store, source.source);
    },
    writeMigration: (directory, kind) => {
      writeOffered(session, store, directory, kind).catch(session.fail);
    },
    refresh: () => {
      session.database.monitor.retryNow();
      session.database.catalog({ refresh: true }).catch(session.fail);
      feed.restart();
      session.notify('Reading again.');
    },
    say: (text) => session.notify(text, 'warning'),
  };
}

/** Everything on one record, whenever it was. */
export function showRecord(store: AuditStore, feed: AuditFeed, table: string | undefined, recordId: string): void {
  store.update((now) => ({
    ...now,
    window: undefined,
    search: '',
    field: undefined,
    conditions: [
      ...(table === undefined ? [] : [{ field: 'tables' as const, value: table, isExcluded: false }]),
      { field: 'records', value: recordId, isExcluded: false },
    ],
  }));
  feed.restart();
}

async function openInMetadata(session: ConsoleSession, { table, recordId }: AuditEntry): Promise<void> {
  if (table === null || recordId === null) return;
  const found = tableNamed(await session.database.catalog(), table);
  if (found === undefined) {
    session.notify(`No table of this database is called "${table}".`, 'warning');
    return;
  }
  session.open({ pane: 'metadata', table: found.title, recordId });
}

function copyMenu(session: ConsoleSession, store: AuditStore, entry: AuditEntry): void {
  const { id, recordId, actor, tenantId } = entry;
  const of = (label: string, value: string | null, hotkey: string): Parameters<typeof choose>[1]['choices'] =>
    value === null ? [] : [{ label, detail: value, hotkey, run: () => session.copy(value, label) }];
  choose(session, {
    title: 'Copy',
    choices: [
      { label: 'entry as JSON', hotkey: 'e', run: () => void copyEntry(session, store, entry).catch(session.fail) },
      ...of('record id', recordId, 'r'),
      ...of('entry id', id, 'i'),
      ...of('actor', actor, 'u'),
      ...of('tenant', tenantId, 'n'),
    ],
  });
}

/** The entry as `audit show --json` prints it; its secrets only where they are shown. */
async function copyEntry(session: ConsoleSession, store: AuditStore, entry: AuditEntry): Promise<void> {
  const { source, revealed } = store.get();
  if (source.state !== 'there') return;
  const detail = await readDetailOf(session.database, source.source, entry);
  if (detail === undefined) {
    session.notify('The entry is not in the audit log any more.', 'warning');
    return;
  }
  let isMasked = false;
  const text = entryJson(detail, { reveals: revealed === entry.id, onMasked: () => void (isMasked = true) }, detail.more);
  session.copy(text, isMasked ? 'entry as JSON, secrets masked,' : 'entry as JSON');
}
