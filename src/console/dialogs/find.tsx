import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { ConsoleSession, Dialog } from '#console/session.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';
import type { Match } from '#features/find/find.ts';
import { FindBox } from '#features/find/pane/FindBox.tsx';
import { createFindState } from '#features/find/pane/find-state.ts';
import { findLayer } from '#features/find/pane/keys.ts';

const id = 'find';

/** Opens the find box with `text` typed in. */
export function openFind(session: ConsoleSession, text: string): void {
  const state = createFindState(text);
  const close = (): void => session.closeDialog(id);
  // A match knows its tenant's id; rows elsewhere may name the tenant by its slug, so the whole identity is read before anything follows it;
  // nothing does where the box was closed meanwhile.
  const withTenant = (match: Match, next: (tenant: TenantIdentity | undefined) => void): void => {
    if (match.tenant_id === null) next(undefined);
    else
      resolveTenant(session.database, match.tenant_id).then(({ tenant }) => {
        if (session.dialogs.get().includes(dialog)) next(tenant);
      }, session.fail);
  };
  const dialog: Dialog = {
    id,
    layer: findLayer(state, {
      close,
      isPinned: () => session.tenant.get() !== undefined,
      showTenant: (match) => withTenant(match, (tenant) => session.open({ pane: 'tenants', tenant })),
      showRecord: (match) =>
        withTenant(match, (tenant) => {
          const isPinned = tenant === undefined || tenant.id === session.tenant.get()?.id;
          session.open({ pane: 'metadata', tenant, table: match.table, recordId: match.id });
          // Who asked for a record did not ask for every pane to be narrowed.
          if (!isPinned) session.notify(`Pinned ${tenant.name}; T shows all tenants again.`);
        }),
      // An entry of the audit log is found by the id of the record that it is about.
      showAudit: ({ kind, table, id: recordId }) => session.open({ pane: 'audit', recordId, ...(kind !== 'audit' && { table }) }),
      pinTenant: (match) =>
        withTenant(match, (tenant) => {
          close();
          session.tenant.set(tenant);
          session.notify(`Pinned ${tenant?.name}.`, 'good');
        }),
      copyId: (match) => session.copy(match.id, `id of ${match.table} ${match.label}`.trim()),
    }),
    Content: (area) => <FindBox {...area} state={state} />,
  };
  session.openDialog(dialog);
}
