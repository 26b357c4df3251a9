import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { openDatabase } from '#database/open-database.ts';
import type { Query, Statement } from '#database/query.ts';
import { createDatabase, connectTo } from '../support/cluster.ts';
import { startProxy } from '../support/proxy.ts';

type Clone = Awaited<ReturnType<typeof createDatabase>>;

const pool = { max: 4, idleTimeoutMs: 30_000, connectionTimeoutMs: 2000 };

/** The statement under test is no file of queries/: only the transaction around it matters here. */
function showTenant(id: string): Statement {
  const query: Query = {
    name: 'tenants/show-tenant',
    mode: 'read',
    parameters: { id: z.string() },
    row: z.unknown(),
    identifiers: [],
  };
  return { query, parameters: { id }, identifiers: undefined };
}

describe('a write transaction', () => {
  let clone: Clone;
  let database: Database;
  const acme = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';

  beforeAll(async () => {
    clone = await createDatabase('demo');
    database = await openDatabase(clone.settings, pool, {
      statementTimeoutMs: 5000,
      access: () => ({ state: 'writing', lockedAtMs: undefined }),
    });
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });

  test('gives the result of its work', async () => {
    const rows = await database.write((transaction) => transaction.run(showTenant(acme)));
    expect(rows).toHaveLength(1);
  });

  test('is refused while the session is read-only, before anything is sent', async () => {
    const locked = await openDatabase(clone.settings, pool, {
      statementTimeoutMs: 5000,
      access: () => ({ state: 'read-only', mayUnlock: true }),
    });
    let ran = false;
    const refused = await locked.write(async () => (ran = true)).catch((error: unknown) => error);
    await locked.close();
    expect(refused).toBeInstanceOf(AdminError);
    expect(refused).toMatchObject({ kind: 'refused', code: 'read-only' });
    expect(ran).toBe(false);
  });

  test('gives its connection back in order after its work has thrown', async () => {
    const failed = await database.write(() => Promise.reject(new Error('changed my mind'))).catch((error: unknown) => error);
    expect(failed).toMatchObject({ message: 'changed my mind' });
    const client = await connectTo(clone.settings);
    const open = await client.query("select 1 from pg_stat_activity where datname = $1 and state = 'idle in transaction'", [
      clone.name,
    ]);
    await client.end();
    expect(open.rowCount).toBe(0);
  });

  test('says that nothing was saved when the connection goes before COMMIT', async () => {
    const proxy = await startProxy({ host: clone.settings.host, port: clone.settings.port });
    const through = await openDatabase({ ...clone.settings, host: '127.0.0.1', port: proxy.port }, pool, {
      statementTimeoutMs: 5000,
      access: () => ({ state: 'writing', lockedAtMs: undefined }),
    });
    const lost = await through
      .write(async (transaction) => {
        proxy.cut();
        return transaction.run(showTenant(acme));
      })
      .catch((error: unknown) => error);
    await through.close();
    await proxy.close();
    expect(lost).toMatchObject({ kind: 'connection', code: 'connection-lost' });
    expect((lost as AdminError).whatToDo).toContain('Nothing was saved');
  });

  test('says that it does not know when the answer to COMMIT never comes', async () => {
    const proxy = await startProxy({ host: clone.settings.host, port: clone.settings.port });
    const through = await openDatabase({ ...clone.settings, host: '127.0.0.1', port: proxy.port }, pool, {
      statementTimeoutMs: 300,
      access: () => ({ state: 'writing', lockedAtMs: undefined }),
    });
    const unknown = await through
      .write(async (transaction) => {
        const rows = await transaction.run(showTenant(acme));
        proxy.freeze();
        return rows;
      })
      .catch((error: unknown) => error);
    proxy.cut();
    await through.close();
    await proxy.close();
    expect(unknown).toMatchObject({ kind: 'connection', code: 'commit-unknown' });
  });
});
