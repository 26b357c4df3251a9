import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connectClient } from '#demo/client.ts';
import { writeFlood } from './audit-flood.ts';
import { type BenchDatabase, type BenchServer } from './database.ts';
import { consoleCommand, freshEnvironment } from './peers.ts';
import { type Session, startSession } from './pty.ts';
import { median, percentile } from './statistics.ts';
import { type Finding, within } from './table.ts';

const [columns, rows] = [160, 45];
/** As many entries as the pane keeps are there before it begins. */
const entries = 60_000;
const presses = 200;
const floodSeconds = 30;
/** Up from the newest row, which pauses the list, about in it, and back to the newest. */
const keys = ['k', 'k', 'k', 'j', 'k', 'j', 'G'];
const pausesMs = [40, 90, 150, 60];

const markedPlace = (lines: readonly string[]): number => lines.findIndex((line) => line.startsWith(' >'));

/** Key presses in the audit pane until what they do is written, at rest and while ten thousand entries a second are inserted. */
export async function benchAuditKeys(server: BenchServer): Promise<readonly Finding[]> {
  const database = await server.clone('audit_keys');
  await fill(database);
  const { program, args } = consoleCommand(database);
  const session = startSession(program, args, { columns, rows, environment: freshEnvironment(database) });
  await session.untilScreen((lines) => markedPlace(lines) !== -1);
  session.write('4');
  await session.untilScreen((lines) => lines.some((line) => line.includes('live') && line.includes('index on time')));
  await session.untilQuiet(500);
  const atRest = await press(session);
  const writing = writeFlood(database, floodSeconds);
  await session.untilScreen((lines) => lines.some((line) => line.includes('Flood') || /INSERT [\d,]{5}/.test(line)));
  const flooded = await press(session);
  await writing;
  await session.untilQuiet(500);
  const status = readFileSync(`/proc/${session.pid}/status`, 'utf8');
  const peakMb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1.024e-3;
  await session.kill();
  const [rest, flood] = [percentile(Object.values(atRest).flat(), 0.95), percentile(Object.values(flooded).flat(), 0.95)];
  return [
    within(`audit: a key in the pane, ${presses} presses, at rest`, told(atRest), rest, 25, 'ms'),
    within('audit: the same while 10,000 entries a second come', told(flooded), flood, 25, 'ms'),
    within('audit: how much slower that is (p95)', `${(flood / rest).toFixed(2)} times`, flood / rest, undefined, ''),
    within('audit: memory of the console then', `peak ${peakMb.toFixed(0)} MB`, peakMb, undefined, 'MB'),
  ];
}

/** Milliseconds by what the key does: moves the mark, or goes back to the newest row. */
interface Took {
  readonly move: number[];
  readonly last: number[];
}

function told({ move, last }: Took): string {
  const all = [...move, ...last];
  const each = `moves ${percentile(move, 0.95).toFixed(0)}, End ${percentile(last, 0.95).toFixed(0)}`;
  return `p95 ${percentile(all, 0.95).toFixed(1)} (${each}), median ${median(all).toFixed(1)}, worst ${Math.max(...all).toFixed(0)} ms`;
}

async function fill({ settings }: BenchDatabase): Promise<void> {
  const client = await connectClient(settings, 'bench loader');
  await client.query(
    `insert into audit_log (action, table_name, record_id, new_data, changed_by, changed_at)
     select 'UPDATE', 'contacts', gen_random_uuid(), '{"name": "Before"}', 'somebody', now() - n * interval '1 second' from generate_series(1, $1::int) as n`,
    [entries],
  );
  await client.query('vacuum analyze audit_log');
  await client.end();
}

/** Milliseconds from each key to the bytes that moved the mark, or brought it to the newest row. */
async function press(session: Session): Promise<Took> {
  const took: Took = { move: [], last: [] };
  for (let turn = 0; turn < presses; turn++) {
    await pause(pausesMs[turn % pausesMs.length]);
    const key = keys[turn % keys.length]!;
    const before = markedPlace(session.lines());
    const pressedMs = performance.now();
    session.write(key);
    const at = await session.untilScreen((lines) => markedPlace(lines) !== before, 1000);
    if (at !== undefined) took[key === 'G' ? 'last' : 'move'].push(at - pressedMs);
  }
  return took;
}
