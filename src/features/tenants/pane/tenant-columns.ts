import { displayText, label } from '#core/display-text.ts';
import { formatDate } from '#core/format.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { DataColumn } from '#ui/data-table.ts';
import type { Tone } from '#ui/theme.ts';
import type { Tenant } from '../tenants.ts';

const statusTones: Readonly<Record<string, Tone>> = { active: 'good', trial: 'accent', suspended: 'danger', cancelled: 'muted' };

/** From this width on the card stands beside the list. */
export const besideColumns = 110;

/** How many of the pane's columns the list takes. */
export function listWidth(columns: number): number {
  return columns >= besideColumns ? Math.min(columns - 46, Math.max(64, Math.floor(columns * 0.58))) : columns;
}

/** The columns of the list. The pinned tenant carries a mark. */
export function tenantColumns(pinned: TenantIdentity | undefined): readonly DataColumn<Tenant>[] {
  const text = (value: string | null): ReturnType<typeof displayText> => displayText(value ?? '', { maxWidth: 60 });
  return [
    {
      title: 'NAME',
      text: (tenant) => displayText(tenant.id === pinned?.id ? `* ${tenant.name}` : tenant.name, { maxWidth: 60 }),
      least: 20,
      most: 44,
      priority: 1,
    },
    { title: 'SLUG', text: (tenant) => text(tenant.slug), tone: () => 'muted', least: 14, most: 30, priority: 2 },
    {
      title: 'STATUS',
      text: (tenant) => text(tenant.status),
      tone: (tenant) => statusTones[tenant.status ?? ''] ?? 'plain',
      least: 9,
      most: 12,
      priority: 3,
    },
    { title: 'PLAN', text: (tenant) => text(tenant.plan), least: 8, most: 12, priority: 4 },
    {
      title: 'CREATED',
      text: (tenant) => (tenant.created_at === null ? label('') : formatDate(tenant.created_at)),
      least: 10,
      most: 10,
      priority: 5,
    },
    {
      title: 'UPDATED',
      text: (tenant) => (tenant.updated_at === null ? label('') : formatDate(tenant.updated_at)),
      least: 10,
      most: 10,
      priority: 6,
    },
  ];
}
