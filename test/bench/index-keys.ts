import { setTimeout as pause } from 'node:timers/promises';
import type { BenchDatabase, BenchServer } from './database.ts';
import { indexesTitle, makeIndexes } from './indexes.ts';
import { consoleCommand, freshEnvironment } from './peers.ts';
import { type Session, startSession } from './pty.ts';
import { median, percentile } from './statistics.ts';
import { type Finding, within } from './table.ts';

const [columns, rows] = [160, 45];
const presses = 240;
/** A held key, and somebody who looks: the detail arrives then, and the list is read anew. */
const pausesMs = [33, 33, 33, 120, 400];
const searchText = 'bench_77';

const markedRow = (lines: readonly string[]): string => lines.find((line) => line.startsWith(' >')) ?? '';
const head = (lines: readonly string[]): string => lines.find((line) => /^ (all indexes|findings|search) /.test(line)) ?? '';

/** Key presses in the pane until what they do is on the screen: the mark, pages, the search as it narrows, and the views. */
export async function benchIndexKeys(server: BenchServer): Promise<readonly Finding[]> {
  const database = await server.clone('index_keys');
  await makeIndexes(database);
  const session = await openPane(database);
  const took: Readonly<Record<string, number[]>> = {
    move: await keysInTurn(session, ['j', 'j', 'j', 'k'], markedRow),
    page: await keysInTurn(session, ['\u001b[6~', '\u001b[6~', '\u001b[5~'], markedRow, presses / 4),
    ends: await keysInTurn(session, ['G', 'g'], markedRow, presses / 8),
    type: await typing(session),
    mark: await keysInTurn(session, [' '], markedRow, presses / 8),
    turn: await keysInTurn(session, ['S'], markedRow, presses / 16),
  };
  await session.kill();
  const all = Object.values(took).flat();
  const at95 = percentile(all, 0.95);
  const each = Object.entries(took).map(([kind, values]) => `${kind} ${percentile(values, 0.95).toFixed(1)}`);
  const told = `p95 ${at95.toFixed(1)} (${each.join(', ')}), median ${median(all).toFixed(1)}, worst ${Math.max(...all).toFixed(0)} ms`;
  return [within(`${indexesTitle}: a key in the pane, ${all.length} presses`, told, at95, 25, 'ms')];
}

async function openPane(database: BenchDatabase): Promise<Session> {
  const { program, args } = consoleCommand(database);
  const session = startSession(program, args, { columns, rows, environment: freshEnvironment(database) });
  await session.untilScreen((lines) => markedRow(lines) !== '');
  session.write('3');
  const judged = await session.untilScreen((lines) => lines.some((line) => /\d findings? /.test(line)));
  if (judged === undefined) throw new Error('the indexes were not judged');
  await session.untilQuiet(500);
  return session;
}

/** Milliseconds from each key to the bytes that changed what `seen` looks at. */
async function keysInTurn(
  session: Session,
  keys: readonly string[],
  seen: (lines: readonly string[]) => string,
  count = presses,
): Promise<number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    await pause(pausesMs[turn % pausesMs.length]);
    const before = seen(session.lines());
    const pressedMs = performance.now();
    session.write(keys[turn % keys.length]!);
    const at = await session.untilScreen((lines) => seen(lines) !== before, 1000);
    if (at !== undefined) took.push(at - pressedMs);
  }
  return took;
}

/** The search typed letter by letter, several times, each letter narrowing 5,000 rows. */
async function typing(session: Session): Promise<number[]> {
  const took: number[] = [];
  for (let times = 0; times < 5; times++) {
    session.write('/');
    await session.untilScreen((lines) => head(lines).startsWith(' search'));
    took.push(...(await keysInTurn(session, searchText.split(''), (lines) => head(lines) + markedRow(lines), searchText.length)));
    session.write('\u001b');
    await session.untilScreen((lines) => head(lines).startsWith(' all indexes'));
    await session.untilQuiet(300);
  }
  return took;
}
