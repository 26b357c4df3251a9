import { statementText } from '#database/query.ts';
import { connectClient } from '#demo/client.ts';
import { readEvidence, runChecks } from '#features/indexes/check.ts';
import { readIndexes } from '#features/indexes/indexes.ts';
import { describeStatisticsQuery, listForeignKeysQuery, listIndexesQuery, listTablesQuery } from '#features/indexes/queries.ts';
import { listLeftoversQuery } from '#features/indexes/run/queries.ts';
import { type BenchDatabase, type BenchServer, openReader } from './database.ts';
import { freshEnvironment, programPath } from './peers.ts';
import { startPsql } from './search.ts';
import { interleaved, median } from './statistics.ts';
import { against, type Finding, notAvailable, within } from './table.ts';

const tables = 1000;
const rounds = 9;
/** What is measured on. */
export const indexesTitle = '5,000 indexes on 1,000 tables';
const listed = [listIndexesQuery, listTablesQuery, listForeignKeysQuery, describeStatisticsQuery, listLeftoversQuery];

/** The list's one round trip against the same statements in a connected psql, and all checks from nothing. */
export async function benchIndexes(server: BenchServer): Promise<readonly Finding[]> {
  const path = programPath('psql');
  if (path === undefined) return [notAvailable(indexesTitle, 'psql', 'postgresql-client')];
  const database = await server.clone('indexes');
  await makeIndexes(database);
  const reader = await openReader(database);
  const psql = startPsql(path, freshEnvironment(database));
  const [ours = [], peer = [], checks = []] = await interleaved(rounds, [
    () => timed(() => readIndexes(reader)),
    async () => {
      let tookMs = 0;
      for (const query of listed) tookMs += await psql.time(statementText(query).replace(/;\s*$/, ''));
      return tookMs;
    },
    () =>
      timed(async () => {
        const reading = await readIndexes(reader);
        runChecks(reading, await readEvidence(reader, reading));
      }),
  ]);
  psql.end();
  await reader.close();
  return [
    against(`${indexesTitle}: list`, ours, { name: 'psql, the same statements', values: peer }, 1.2),
    within(`${indexesTitle}: list and all checks`, `${median(checks).toFixed(0)} ms`, median(checks), 3000, 'ms'),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** Tables of a tenant's rows with a foreign key, and five indexes each, some of them needless, over a thousand rows in every tenth. */
export async function makeIndexes(database: BenchDatabase): Promise<void> {
  const client = await connectClient(database.settings, 'bench loader');
  for (let place = 0; place < tables; place += 1) {
    const table = `bench_${place}`;
    await client.query(`
      create table ${table} (id int primary key, tenant_id uuid, account_id uuid references accounts (id), name text, email text, metadata jsonb, created_at date);
      create index idx_${table}_tenant on ${table} (tenant_id);
      create index idx_${table}_tenant_email on ${table} (tenant_id, lower(email));
      create index idx_${table}_created on ${table} (created_at desc) where name is not null;
      create index idx_${table}_name on ${table} (name) include (email);`);
    if (place % 10 > 0) continue;
    await client.query(
      `insert into ${table} (id, tenant_id, name, email, created_at) select n, gen_random_uuid(), 'Name ' || n, n || '@bench.example', current_date from generate_series(1, 1000) as n`,
    );
  }
  await client.query('analyze');
  await client.end();
}
