import type { Client } from 'pg';
import { connectClient } from '#demo/client.ts';
import type { BenchDatabase, BenchServer } from './database.ts';

const tenantRows = 100_000;

/** A table to fill: how many rows, and its columns beside tenant_id for row `n`. Two million rows in all. */
interface Filling {
  readonly table: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
}

const created = `now() - (n % 500000) * interval '1 minute'`;

const fillings: readonly Filling[] = [
  {
    table: 'contacts',
    rows: 500_000,
    columns: {
      first_name: `(array['Olivia','James','Amelia','Marcus','Priya'])[1 + n % 5]`,
      last_name: `'Contact ' || n`,
      email: `'contact' || n || '@bench.example'`,
      created_at: created,
      updated_at: created,
    },
  },
  { table: 'activities', rows: 500_000, columns: { subject: `'Call ' || n`, created_at: created, updated_at: created } },
  { table: 'leads', rows: 400_000, columns: { last_name: `'Lead ' || n`, email: `'lead' || n || '@bench.example'` } },
  { table: 'notes', rows: 300_000, columns: { content: `'Note ' || n` } },
  { table: 'opportunities', rows: 200_000, columns: { name: `'Deal ' || n`, created_at: created } },
  { table: 'employees', rows: 100_000, columns: { email: `'employee' || n || '@bench.example'`, last_name: `'Employee ' || n` } },
];

export interface BigDatabase extends BenchDatabase {
  readonly seconds: number;
  readonly rows: number;
}

/**
 * Clones the demo and fills it: triggers and foreign keys off, several tables at once, each one's indexes made anew behind its rows. A tenth
 * of the rows belongs to the first hundred tenants, so that some are large.
 */
export async function makeBigDatabase(server: BenchServer): Promise<BigDatabase> {
  const startedMs = performance.now();
  const database = await server.clone('big');
  await withLoader(database, fillTenants);
  await Promise.all(fillings.map((filling) => withLoader(database, (client) => fill(client, filling))));
  const rows = fillings.reduce((sum, filling) => sum + filling.rows, 0);
  return { ...database, rows, seconds: (performance.now() - startedMs) / 1000 };
}

async function withLoader(database: BenchDatabase, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connectClient(database.settings, 'bench loader');
  try {
    await client.query('set session_replication_role = replica');
    await work(client);
  } finally {
    await client.end();
  }
}

const tenantId = (n: string): string => `overlay(md5('bench' || ${n}) placing '4' from 13)::uuid`;

async function fillTenants(client: Client): Promise<void> {
  await client.query(`
    insert into tenant (id, name, slug, status, plan, created_at, updated_at)
    select
      ${tenantId('n')},
      (array['Northwind','Bluepeak','Harborline','Ironwood','Süßwasser','Mediterráneo','富士','Восток'])[1 + n % 8] || ' '
        || (array['Logistics','Health','Software','Foods','Energy'])[1 + n / 8 % 5] || ' ' || lpad(n::text, 6, '0'),
      'bench-' || n,
      (array['active','active','active','trial','suspended'])[1 + n % 5],
      (array['free','pro','enterprise'])[1 + n % 3],
      ${created},
      ${created}
    from generate_series(1, ${tenantRows}) as n`);
  await client.query('analyze tenant');
}

async function fill(client: Client, { table, rows, columns }: Filling): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index as i
     where i.indrelid = $1::regclass and not exists (select from pg_constraint as c where c.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query(`
    insert into ${table} (tenant_id, ${Object.keys(columns).join(', ')})
    select ${tenantId(`case when n % 10 = 0 then 1 + n / 10 % 100 else 1 + n % ${tenantRows} end`)}, ${Object.values(columns).join(', ')}
    from generate_series(1, ${rows}) as n`);
  for (const { definition } of indexes) await client.query(definition);
  await client.query(`analyze ${table}`);
}
