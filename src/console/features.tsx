import { AuditPane } from '#features/audit/pane/AuditPane.tsx';
import { IndexesPane } from '#features/indexes/pane/IndexesPane.tsx';
import { MetadataPane } from '#features/metadata/pane/MetadataPane.tsx';
import { MigrationsPane } from '#features/migrations/pane/MigrationsPane.tsx';
import { TenantsPane } from '#features/tenants/pane/TenantsPane.tsx';
import type { ComponentType } from 'react';
import type { Area, PaneId } from './public/contract.ts';
import { plannedPane } from './planned-pane.tsx';

/** What each tab shows. */
export const panes: Readonly<Record<PaneId, ComponentType<Area>>> = {
  tenants: TenantsPane,
  migrations: MigrationsPane,
  indexes: IndexesPane,
  audit: AuditPane,
  metadata: MetadataPane,
  health: plannedPane('Is the database well, and is this connection what you think it is', [
    'Connections, long transactions, locks, cache, replication, row-level security, and what this database lacks of the manual.',
  ]),
};
