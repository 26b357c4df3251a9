import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { SessionFacts } from '#console/session.ts';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Desk } from '../features/metadata-saving.ts';
import type { ConsoleFrame } from '../support/console-frame.tsx';
import { openPane } from './metadata-frame.ts';

export const acme: Record<'demo' | 'production', TenantIdentity> = {
  demo: { id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', name: 'Acme Corporation', slug: 'acme-corp' },
  production: { id: 'a0000000-0000-4000-8000-000000000001', name: 'Acme Corporation', slug: 'acme-corp' },
};

/** The table of these tests, the first of the list: rows 1 to n, odd ones of Acme, even ones of somebody else. */
export async function makeSheets({ admin }: Desk): Promise<void> {
  await admin.query('create table a_sheet (id int primary key, tenant_id text, name text, metadata jsonb)');
}

export async function fillSheets({ admin }: Desk, rows: number, document = '{"tier": "Gold", "n": 1.10}'): Promise<void> {
  await admin.query(`truncate a_sheet; delete from audit_log where action = 'METADATA_EDIT'`);
  await admin.query(
    `insert into a_sheet select n, case when n % 2 = 1 then 'acme-corp' else 'other' end, 'Sheet ' || n, $2::jsonb
     from generate_series(1, $1::int) as n`,
    [rows, document],
  );
}

/** How many rows hold which tier, as JSON text. */
export async function tiers({ admin }: Desk): Promise<Record<string, number>> {
  const { rows } = await admin.query<{ tier: string; n: number }>(
    `select coalesce((metadata -> 'tier')::text, 'none') as tier, count(*)::int as n from a_sheet group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map(({ tier, n }) => [tier, n]));
}

/** The Metadata pane on the records of the table. */
export async function openSheets(
  settings: ConnectionSettings,
  options: { facts?: Partial<SessionFacts>; tenant?: TenantIdentity; columns?: number; rows?: number } = {},
): Promise<ConsoleFrame> {
  const frame = await openPane(settings, options.facts, options);
  frame.session.tenant.set(options.tenant);
  await frame.waitFor(/^ > a_sheet /);
  frame.press('enter');
  await frame.waitFor(/Sheet 1 /);
  return frame;
}

/** Opens the dialog, types the change, and goes on to what the dry run found. */
export async function dryRun(frame: ConsoleFrame, lines: readonly string[], forAll = false): Promise<void> {
  frame.press('B');
  await frame.waitFor('What to change');
  frame.press('ctrl+u');
  lines.forEach((line, index) => {
    if (index > 0) frame.press('down');
    frame.type(line);
  });
  if (forAll) frame.press('ctrl+g');
  await frame.waitFor(lines.at(-1)!);
  frame.press('enter');
  await frame.waitFor(/samples .*change/);
}

/** Gives the reason for what is shown. */
export async function giveReason(frame: ConsoleFrame, reason: string): Promise<void> {
  frame.type(reason);
  await frame.waitFor(`reason ${reason}`);
}
