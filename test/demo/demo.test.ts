import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { demoAssets, listSql } from '#demo/schema.ts';
import { startTraffic } from '#demo/traffic.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import type { TestDatabase } from '../support/cluster.ts';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createDatabase('demo');
  client = await connectTo(database.settings);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the history', () => {
  test('has every migration once, but for the pending and the rollbacks, in the order of time', async () => {
    const history: { pending: string[]; failed: string } = JSON.parse(readFileSync(join(demoAssets(), 'history.json'), 'utf8'));
    const files = (await listSql(join(demoAssets(), 'migrations'))).filter((name) => !name.startsWith('ROLLBACK_'));
    const { rows } = await client.query<Record<string, unknown>>('select * from schema_migrations order by id');
    expect(rows.map((row) => String(row['migration_name'])).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      files.filter((name) => !history.pending.includes(name)),
    );
    const times = rows.map((row) => Number(row['applied_at']));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(rows.every((row) => Number(row['execution_time_ms']) > 0 && row['applied_by'] !== null)).toBe(true);
    expect(rows.filter((row) => row['success'] !== true)).toEqual([
      expect.objectContaining({
        migration_name: history.failed,
        success: false,
        error_message: expect.stringContaining('violated by some row'),
      }),
    ]);
  });
});

async function audited(): Promise<number> {
  return Number((await client.query('select count(*) as n from audit_log')).rows[0].n);
}

async function terminateTraffic(): Promise<number | null> {
  const { rowCount } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'aisha-crm'`,
  );
  return rowCount;
}

describe('the traffic', () => {
  test('adds audit entries, and every one of its files runs', async () => {
    const before = await audited();
    const traffic = startTraffic(database.settings, { perSecond: 100 });
    await vi.waitFor(async () => expect(await audited()).toBeGreaterThan(before), { timeout: 10_000 });
    await traffic.stop();
    for (const name of await listSql(join(demoAssets(), 'traffic'))) {
      await expect(client.query(readFileSync(join(demoAssets(), 'traffic', name), 'utf8'))).resolves.toBeDefined();
    }
  });

  test('ends without a word when its connection is lost, or its database is not there', async () => {
    // So slow that nothing but the connection itself can notice the loss.
    const traffic = startTraffic(database.settings, { perSecond: 0.001 });
    await vi.waitFor(async () => expect(await terminateTraffic()).toBe(1));
    await vi.waitFor(() => expect(traffic.running).toBe(false));
    await traffic.stop();
    const lost = startTraffic({ ...database.settings, database: 'no_such_database' });
    await vi.waitFor(() => expect(lost.running).toBe(false));
    await lost.stop();
  });
});
