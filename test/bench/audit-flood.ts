import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connectClient } from '#demo/client.ts';
import { everyEntry } from '#features/audit/filter.ts';
import { follow } from '#features/audit/follow/follow.ts';
import { auditSourceOf, type FollowMode } from '#features/audit/source.ts';
import { type BenchDatabase, type BenchServer, openReader } from './database.ts';
import { percentile } from './statistics.ts';
import { type Finding, within } from './table.ts';

const writers = 10;
const perSecond = 10_000;
/** BENCH_FLOOD_SECONDS makes it shorter; memory tells nothing then. */
const seconds = Number(process.env['BENCH_FLOOD_SECONDS'] ?? 60);
const rowsPerTurn = perSecond / writers / 10;
const total = perSecond * seconds;

/** Ten sessions of the server insert a hundred rows every tenth of a second each, in transactions of their own, while this process follows. */
export async function benchFlood(server: BenchServer): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const mode of ['floor', 'txid', 'scan'] as const) {
    const database = await server.clone(`flood_${mode}`);
    findings.push(...(await flood(database, mode)));
  }
  return findings;
}

async function flood(database: BenchDatabase, mode: FollowMode): Promise<readonly Finding[]> {
  const admin = await connectClient(database.settings, 'bench');
  if (mode === 'txid') {
    await admin.query('alter table audit_log add txid xid8 not null default pg_current_xact_id()');
    await admin.query('create index audit_log_txid on audit_log (txid, id)');
  }
  if (mode === 'scan') await admin.query('drop index idx_audit_log_changed_at');
  const reader = await openReader(database);
  const source = auditSourceOf(await reader.catalog());
  if (source?.mode !== mode) throw new Error(`the log is followed in mode ${source?.mode}`);
  const told = new Uint8Array(total);
  const delaysMs: number[] = [];
  const megabytes: number[] = [];
  const ending = new AbortController();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  let count = 0;
  let writing: Promise<unknown> | undefined;
  let deadlineMs = Number.POSITIVE_INFINITY;
  for await (const event of follow(reader, source, { filter: everyEntry, signal: ending.signal })) {
    if (writing === undefined) {
      loop.enable();
      writing = writeFlood(database, seconds).then(() => (deadlineMs = Date.now() + 20_000));
    }
    if (event.kind === 'entries') {
      const now = Date.now();
      for (const { actor, at } of event.entries) {
        told[Number(actor)]! += 1;
        delaysMs.push(now - Date.parse(at!.replace(' ', 'T').replace(/\+00$/, 'Z')));
      }
      count += event.entries.length;
    }
    if (event.kind === 'poll') megabytes.push(process.memoryUsage.rss() / 1_000_000);
    if (count >= total || Date.now() > deadlineMs) break;
  }
  loop.disable();
  await writing;
  await admin.end();
  await reader.close();
  const missing = told.filter((times) => times !== 1).length;
  const at95 = percentile(delaysMs, 0.95);
  const half = megabytes.slice(Math.floor(megabytes.length / 4), Math.floor(megabytes.length / 2));
  const growth = Math.max(...megabytes.slice(-5)) - Math.max(...half);
  const what = `audit: ${perSecond.toLocaleString('en')} inserts a second for ${seconds} s, mode ${mode}`;
  const stallMs = loop.percentile(99.9) / 1e6;
  return [
    within(`${what}: entries lost or repeated`, `${missing} of ${total.toLocaleString('en')}`, missing, 0, ''),
    within(
      `${what}: from insert to event (p95)`,
      `${at95.toFixed(0)} ms, median ${percentile(delaysMs, 0.5).toFixed(0)}`,
      at95,
      mode === 'scan' ? undefined : 2000,
      'ms',
    ),
    within(
      `${what}: memory gained after the first half`,
      `${growth.toFixed(0)} MB of ${Math.max(...megabytes).toFixed(0)}`,
      growth,
      30,
      'MB',
    ),
    within(
      `${what}: event loop held (p99.9)`,
      `${stallMs.toFixed(1)} ms, worst ${(loop.max / 1e6).toFixed(0)}`,
      stallMs,
      25,
      'ms',
    ),
  ];
}

/** Ten sessions insert ten thousand rows a second for so many seconds. */
export async function writeFlood({ settings }: BenchDatabase, lastsSeconds: number): Promise<void> {
  const turns = lastsSeconds * 10;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const client = await connectClient(settings, 'bench writer');
      await client.query(`do $$ declare began timestamptz := clock_timestamp(); begin
        for turn in 0..${turns - 1} loop
          insert into audit_log (action, table_name, record_id, new_data, changed_by, changed_at)
          select 'INSERT', 'contacts', gen_random_uuid(), '{"name": "Flood", "status": "active"}', ${writer} * ${turns * rowsPerTurn} + turn * ${rowsPerTurn} + n,
            clock_timestamp()
          from generate_series(0, ${rowsPerTurn - 1}) as n;
          commit;
          perform pg_sleep(extract(epoch from began + (turn + 1) * interval '100 ms' - clock_timestamp()));
          commit;
        end loop;
      end $$`);
      await client.end();
    }),
  );
}
