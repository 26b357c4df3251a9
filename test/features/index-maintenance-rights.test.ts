import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { findLeftovers, planJobs } from '#features/indexes/run/plan.ts';
import { open } from '../database/opening.ts';
import { heldTable, standStillAt } from '../faults/reindex-stops.ts';
import { invalidIndexes, openWorkshop, runOn, type Workshop } from './index-maintenance.ts';
import { failure, writing } from './metadata-saving.ts';

const owner = `maintenance_owner_${process.pid}`;
const guest = `maintenance_guest_${process.pid}`;
const reindex = { kind: 'index', names: ['held_n'] } as const;
const table = { kind: 'table', names: ['held'] } as const;

let shop: Workshop;
let asGuest: Database;
let version: number;
beforeAll(async () => {
  shop = await openWorkshop(heldTable);
  await shop.admin.query(`create role ${owner}; create role ${guest} login password 'guest'; alter table held owner to ${owner}`);
  await shop.admin.query(`grant select on held to ${guest}`);
  const guestSettings = { ...shop.home.settings, user: guest, password: () => 'guest' };
  asGuest = await open(guestSettings, { access: writing });
  version = Number.parseInt(asGuest.server.version, 10);
});
afterAll(async () => {
  await asGuest.close();
  await shop.admin.query(`reassign owned by ${owner} to current_user; drop owned by ${guest}; drop role ${owner}, ${guest}`);
});

describe('a role that does not own the table', () => {
  test.for([
    ['reindex', reindex, 'rebuild indexes of held'],
    ['vacuum', table, 'vacuum held'],
    ['analyze', table, 'analyze held'],
  ] as const)('may not %s: it is told whose the table is', async ([action, wanted, what]) => {
    const thrown = await failure(planJobs(asGuest, action, wanted));
    expect(thrown).toMatchObject({ kind: 'refused', code: 'not-owner' });
    expect(thrown.message).toBe(`The role ${guest} may not ${what}: it belongs to ${owner}.`);
    expect(thrown.whatToDo).toMatch(version >= 17 ? /^Nothing was done. Connect as \w+, or have MAINTAIN/ : /Connect as \w+\.$/);
  });

  test('may with MAINTAIN, and what it leaves behind and can not drop is named, with whose it is (PostgreSQL 17 on)', async ({
    skip,
  }) => {
    if (version < 17) skip();
    await shop.admin.query(`grant maintain on held to ${guest}`);
    onTestFinished(async () => void (await shop.admin.query(`revoke maintain on held from ${guest}`)));
    expect((await runOn(asGuest, 'vacuum-analyze', table)).results[0]).toMatchObject({ state: 'done', warnings: [] });
    const still = await standStillAt(shop, 'building');
    const stop = new AbortController();
    const running = runOn(asGuest, 'reindex', reindex, { signal: stop.signal });
    await still.reached();
    stop.abort();
    const [result] = (await running).results;
    await still.release();
    expect(result?.leftovers).toMatchObject([
      { title: 'held_n_ccnew', isDropped: false, statement: 'drop index concurrently if exists "public"."held_n_ccnew"' },
    ]);
    expect(result?.leftovers[0]?.why).toContain('must be owner of index held_n_ccnew');
    const { jobs, kept } = await findLeftovers(asGuest);
    expect([jobs, kept]).toEqual([[], [{ title: 'held_n_ccnew', why: `it belongs to ${owner}: connect as that role` }]]);
    await shop.admin.query('drop index held_n_ccnew');
  });
});

interface Entry {
  readonly action: string;
  readonly table: string;
  readonly operator: string;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  readonly maintenance: Record<string, unknown>;
}

const entryColumns = {
  demo: `action, table_name as table, changed_by as operator, old_data as before, new_data - 'maintenance' as after,
    new_data -> 'maintenance' as maintenance`,
  production: `action, entity_type as table, user_email as operator, changes -> 'before' as before, changes -> 'after' as after,
    changes -> 'maintenance' as maintenance`,
};

async function entries(admin: Client, shape: 'demo' | 'production'): Promise<readonly Entry[]> {
  const { rows } = await admin.query<Entry>(
    `select ${entryColumns[shape]} from audit_log where action ~ '^(INDEX|TABLE)_' order by ${shape === 'demo' ? 'changed_at' : 'created_at'}`,
  );
  return rows;
}

describe.for(['demo', 'production'] as const)('on the shape %s', (shape) => {
  test('what was done is on record: once, who, why, sizes and how it ended', async () => {
    const { database, admin, close } = await openWorkshop('select 1', shape);
    onTestFinished(close);
    const options = { isUnaudited: false, reason: 'ticket 4711' };
    await runOn(database, 'reindex', { kind: 'index', names: ['contacts_pkey'] }, options);
    await runOn(database, 'analyze', { kind: 'table', names: ['contacts'] }, options);
    const found = await entries(admin, shape);
    expect(found).toMatchObject([
      {
        action: 'INDEX_REINDEX',
        table: 'contacts',
        operator: 'olga',
        before: { index_bytes: expect.any(Number) as number },
        after: { state: 'done', index_bytes: expect.any(Number) as number },
        maintenance: {
          target: 'contacts_pkey',
          statement: 'reindex index concurrently "public"."contacts_pkey"',
          left_over: [],
          reason: 'ticket 4711',
          operator: 'olga',
          host: 'desk.example',
          ssh_client: '203.0.113.9',
        },
      },
      { action: 'TABLE_ANALYZE', table: 'contacts', maintenance: { statement: 'analyze "public"."contacts"' } },
    ]);
  });

  test('an audit log that keeps nothing refuses the work before it begins', async () => {
    const { database, admin, close } = await openWorkshop('select 1', shape);
    onTestFinished(close);
    await admin.query(`create function nothing() returns trigger language plpgsql as 'begin return null; end';
      create trigger nothing before insert on audit_log for each row execute function nothing()`);
    const wanted = { kind: 'index', names: ['contacts_pkey'] } as const;
    const thrown = await failure(runOn(database, 'reindex', wanted, { isUnaudited: false }));
    expect(thrown).toMatchObject({ kind: 'refused', code: 'audit-suppressed' });
    expect((await runOn(database, 'reindex', wanted)).results[0]?.state).toBe('done');
    expect(await entries(admin, shape)).toEqual([]);
  });
});

test('without an audit log nothing is begun; with --unaudited it is, on no record', async () => {
  const held = await openWorkshop(heldTable);
  onTestFinished(held.close);
  expect(await failure(runOn(held.database, 'reindex', reindex, { isUnaudited: false }))).toMatchObject({
    kind: 'refused',
    code: 'no-audit-log',
  });
  expect((await runOn(held.database, 'reindex', reindex)).results[0]).toMatchObject({ state: 'done', unrecorded: undefined });
});

test('what can not be put on record any more when it is done says so', async () => {
  const audited = await openWorkshop(heldTable, 'demo');
  onTestFinished(audited.close);
  const { database, admin } = audited;
  const still = await standStillAt(audited, 'building');
  const running = runOn(database, 'reindex', reindex, { isUnaudited: false });
  await still.reached();
  await admin.query('drop table audit_log');
  await still.release();
  const { results } = await running;
  expect(results[0]).toMatchObject({ state: 'done', unrecorded: expect.stringContaining('audit_log') as string });
  expect(await invalidIndexes(admin)).toEqual([]);
});
