import { connectClient } from '#demo/client.ts';
import { type Database } from '#database/database.ts';
import type { Statement } from '#database/query.ts';
import { everyEntry } from '#features/audit/filter.ts';
import { markNow } from '#features/audit/follow/follow.ts';
import { poll } from '#features/audit/follow/poll.ts';
import { listEntries } from '#features/audit/history.ts';
import { type AuditSource, auditSourceOf } from '#features/audit/source.ts';
import { benchFlood } from './audit-flood.ts';
import { type BenchDatabase, type BenchServer, openReader } from './database.ts';
import { freshEnvironment, programPath } from './peers.ts';
import { inPlace } from './show.ts';
import { startPsql } from './search.ts';
import { describe, interleaved } from './statistics.ts';
import { against, type Finding, notAvailable, within } from './table.ts';

const rows = 5_000_000;
const rounds = 15;
/** Of a statement of some milliseconds: in a few rounds, code that is new to V8 and what else the machine does would decide. */
const screenRounds = 301;
const screenRows = 200;
const signal = new AbortController().signal;

/** The audit log with five million entries: the first screen beside psql, what a poll costs in each mode; and ten thousand inserts a second. */
export async function benchAudit(server: BenchServer): Promise<readonly Finding[]> {
  const database = await server.clone('audit');
  const startedMs = performance.now();
  await fill(database);
  console.log(`${rows.toLocaleString('en')} audit entries, made in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  const reader = await openReader(database);
  const source = auditSourceOf(await reader.catalog());
  if (source === undefined) throw new Error('the demo has no audit log');
  const findings = [...(await benchFirstScreen(database, reader, source)), ...(await benchPolls(reader, source))];
  await reader.close();
  return [...findings, ...(await benchFlood(server))];
}

async function fill({ settings }: BenchDatabase): Promise<void> {
  const client = await connectClient(settings, 'bench loader');
  await client.query('drop index idx_audit_log_changed_at, idx_audit_log_table_name_record_id');
  await client.query(
    `insert into audit_log (action, table_name, record_id, old_data, new_data, changed_by, changed_at)
     select (array['INSERT', 'UPDATE', 'UPDATE', 'DELETE'])[1 + n % 4], (array['contacts', 'leads', 'accounts'])[1 + n % 3], gen_random_uuid(),
       jsonb_build_object('name', 'Name ' || n, 'status', 'active', 'tenant_id', n % 1000),
       jsonb_build_object('name', 'Name ' || n, 'status', 'inactive', 'tenant_id', n % 1000),
       'somebody' || n % 100 || '@bench.example', now() - n * interval '1 second'
     from generate_series(1, $1::int) as n`,
    [rows],
  );
  await client.query('create index idx_audit_log_changed_at on audit_log (changed_at desc)');
  await client.query('alter table audit_log add txid xid8 not null default pg_current_xact_id()');
  await client.query('create index audit_log_txid on audit_log (txid, id)');
  await client.query('vacuum analyze audit_log');
  await client.end();
}

async function benchFirstScreen(database: BenchDatabase, reader: Database, source: AuditSource): Promise<readonly Finding[]> {
  const path = programPath('psql');
  if (path === undefined) return [notAvailable('the first screen of the audit log', 'psql', 'postgresql-client')];
  const sent = await sentBy(reader, (listener) => listEntries(listener, source, everyEntry, { most: screenRows }));
  const psql = startPsql(path, freshEnvironment(database));
  const text = inPlace(sent.query, sent.parameters, sent.identifiers);
  const [ours = [], peer = []] = await interleaved(screenRounds, [
    async () => {
      const startedMs = performance.now();
      await listEntries(reader, source, everyEntry, { most: screenRows });
      return performance.now() - startedMs;
    },
    () => psql.time(text),
  ]);
  psql.end();
  const what = `audit: newest ${screenRows} of ${rows.toLocaleString('en')} entries, index on the time`;
  return [against(what, ours, { name: 'psql \\timing', values: peer }, 1.2)];
}

/** The statement that `work` sends. */
async function sentBy(reader: Database, work: (reader: Database) => Promise<unknown>): Promise<Statement> {
  const sent: Statement[] = [];
  await work(
    new Proxy(reader, {
      get: (target, name) =>
        name === 'read'
          ? (wanted: Statement) => {
              sent.push(wanted);
              return target.read(wanted);
            }
          : Reflect.get(target, name),
    }),
  );
  return sent[0]!;
}

/** A poll that finds nothing new: what following costs the server while nothing happens. */
async function benchPolls(reader: Database, source: AuditSource): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [mode, most] of [
    ['txid', 5],
    ['floor', 10],
    ['scan', undefined],
  ] as const) {
    const inMode = { ...source, mode };
    const cursor = await markNow(reader, inMode, signal);
    const request = { cursor, isReconcile: false, wantsRunning: mode === 'floor', most: 1000, onlyFinished: false };
    const [took = []] = await interleaved(mode === 'scan' ? 3 : rounds, [
      async () => (await poll(reader, inMode, request, signal)).durationMs,
    ]);
    const middle = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)]!;
    const what = `audit: a poll of ${rows.toLocaleString('en')} entries, mode ${mode}`;
    findings.push(within(what, describe(took, 'ms', 1), middle, most, 'ms'));
  }
  return findings;
}
