import { randomUUID } from 'node:crypto';
import { connectTo, type TestDatabase } from '../../support/cluster.ts';

export const acme = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';

interface Written {
  readonly id?: string;
  readonly action?: string;
  readonly table?: string;
  readonly record?: string;
  readonly actor?: string;
  readonly before?: object | null;
  readonly after?: object | null;
}

/** Writes an entry as the manual's trigger does. */
export async function write(database: TestDatabase, entry: Written): Promise<void> {
  const client = await connectTo(database.settings);
  await client.query(
    `insert into audit_log (id, action, table_name, record_id, changed_by, old_data, new_data, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())`,
    [
      entry.id ?? randomUUID(),
      entry.action ?? 'UPDATE',
      entry.table ?? 'contacts',
      entry.record ?? randomUUID(),
      entry.actor ?? 'tester@acme.example',
      entry.before === undefined ? { tenant_id: acme, status: 'old' } : entry.before,
      entry.after === undefined ? { tenant_id: acme, status: 'new' } : entry.after,
    ],
  );
  await client.end();
}

/** The line of the list that is marked. */
export const marked = (lines: readonly string[]): string => lines.find((line) => /^ >[ ┌│└]\S/.test(line)) ?? '';
