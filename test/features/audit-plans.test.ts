import { beforeAll, expect, test } from 'vitest';
import { parameterValues, type Query, type Statement, statementText } from '#database/query.ts';
import { readEntries } from '#features/audit/entries.ts';
import { everyEntry } from '#features/audit/filter.ts';
import { markNow } from '#features/audit/follow/follow.ts';
import { poll } from '#features/audit/follow/poll.ts';
import { countByTime, type HistoryRequest, listEntries } from '#features/audit/history.ts';
import type { FollowMode } from '#features/audit/source.ts';
import { addTxid } from './audit-following.ts';
import { type Log, openLog } from './audit-log.ts';

let log: Log;
const signal = new AbortController().signal;
const place = { at: '2026-01-01 00:00:00+00', id: '00000000-0000-4000-8000-000000000000' };

beforeAll(async () => {
  log = await openLog('demo', async (admin) => {
    await admin.query(
      `insert into audit_log (action, table_name, record_id, new_data, changed_at)
       select 'UPDATE', 'contacts', gen_random_uuid(), '{"a": 1}', '2026-01-01'::timestamptz - n * interval '1 second' from generate_series(1, 50000) as n`,
    );
    await admin.query(addTxid);
    await admin.query('vacuum analyze audit_log');
  });
});

/** The plans of the statements that `work` sends over the log, in the form that EXPLAIN gives. */
async function plansOf(work: (reader: Log['database']) => Promise<unknown>): Promise<string> {
  const sent: Statement[] = [];
  const listener = new Proxy(log.database, {
    get: (database, name) =>
      name === 'read'
        ? (wanted: Statement, options: object) => {
            sent.push(wanted);
            return database.read(wanted, options);
          }
        : Reflect.get(database, name).bind(database),
  });
  await work(listener);
  const plans = await Promise.all(sent.map(({ query, parameters, identifiers }) => explain(query, parameters, identifiers)));
  expect(sent.length).toBeGreaterThan(0);
  return plans.join('\n');
}

async function explain(
  query: Query,
  parameters: Statement['parameters'],
  identifiers: Statement['identifiers'],
): Promise<string> {
  const { rows } = await log.admin.query<{ 'QUERY PLAN': string }>({
    text: `explain ${statementText(query, identifiers)}`,
    values: parameterValues(query, parameters),
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const readsTable = (plans: string): boolean => plans.includes('Seq Scan on audit_log');

const requests: readonly (readonly [string, HistoryRequest])[] = [
  ['the newest', { most: 200 }],
  ['those before', { before: place, most: 200 }],
  ['those after', { after: place, most: 200 }],
  ['those from a time on', { startingAt: '2025-12-31 23:00+00', most: 200 }],
];

test.for(requests)('a page of %s is read from the index on the time', async ([, request]) => {
  const plans = await plansOf((reader) => listEntries(reader, log.source, everyEntry, request));
  expect([plans.includes('idx_audit_log_changed_at'), readsTable(plans)]).toEqual([true, false]);
});

test('entries of ids, and counts of an hour, are no reading of the table', async () => {
  const { entries } = await listEntries(log.database, log.source, everyEntry, { most: 50 });
  const ids = entries.map(({ id }) => id);
  const hour = { from: '2025-12-31 23:00+00', until: '2026-01-01 00:00+00', bins: 60 };
  expect(readsTable(await plansOf((reader) => readEntries(reader, log.source, ids)))).toBe(false);
  expect(readsTable(await plansOf((reader) => countByTime(reader, log.source, everyEntry, hour)))).toBe(false);
});

test.for([
  ['scan', 'Seq Scan on audit_log'],
  ['floor', 'idx_audit_log_changed_at'],
  ['txid', 'audit_log_txid'],
] as const)('a poll in mode %s reads by %s', async ([mode, how]: readonly [FollowMode, string]) => {
  const source = { ...log.source, mode };
  const cursor = await markNow(log.database, source, signal);
  const request = { cursor, isReconcile: false, wantsRunning: true, most: 1000, onlyFinished: false };
  const plans = await plansOf((reader) => poll(reader, source, request, signal));
  expect([plans.includes(how), readsTable(plans)]).toEqual([true, mode === 'scan']);
});

test.for(['floor', 'txid'] as const)('a mark in mode %s reads no table', async (mode) => {
  const source = { ...log.source, mode };
  expect(readsTable(await plansOf((reader) => markNow(reader, source, signal)))).toBe(false);
});
