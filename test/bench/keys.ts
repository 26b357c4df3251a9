import { setTimeout as pause } from 'node:timers/promises';
import type { BenchDatabase } from './database.ts';
import { consoleCommand, freshEnvironment } from './peers.ts';
import { type Session, startSession } from './pty.ts';
import { describe, median, percentile } from './statistics.ts';
import { type Finding, within } from './table.ts';

const presses = 260;
const columns = 200;
const rows = 50;
/** Between two presses: a held key, and somebody who looks at each row, during which the card arrives and the list refreshes. */
const pausesMs = [33, 33, 33, 120, 400];
const searchText = 'northwind lo';

/** The line under the cursor, without its mark. */
export function marked(lines: readonly string[]): string | undefined {
  return lines.find((line) => line.startsWith(' > '))?.slice(3);
}

const searched = (lines: readonly string[]): string => lines.find((line) => line.startsWith(' search')) ?? '';

/** The console on a list that is there. */
export async function startConsole(database: BenchDatabase): Promise<Session> {
  const { program, args } = consoleCommand(database);
  const session = startSession(program, args, { columns, rows, environment: freshEnvironment(database) });
  if ((await session.untilScreen((lines) => marked(lines) !== undefined)) === undefined) throw new Error('no list came up');
  await session.untilQuiet(600);
  return session;
}

/** Key presses, each timed until what it does is on the screen, and the bytes that one step of the cursor writes. */
export async function benchKeys(database: BenchDatabase): Promise<readonly Finding[]> {
  const session = await startConsole(database);
  const cursor = await cursorBytes(session);
  const took = { move: [] as number[], page: [] as number[], type: [] as number[] };
  let missed = 0;
  for (let press = 0; press < presses; press++) {
    await pause(pausesMs[press % pausesMs.length]);
    const kind = press % 20 === 19 ? 'page' : press % 130 >= 100 && press % 130 < 100 + searchText.length ? 'type' : 'move';
    if (kind === 'type' && press % 130 === 100) await openSearch(session);
    const latency = await latencyOf(session, kind, press);
    if (latency === undefined) missed++;
    else took[kind].push(latency);
    if (press % 130 === 99 + searchText.length) await leaveSearch(session);
  }
  await session.kill();
  const all = Object.values(took).flat();
  const at95 = percentile(all, 0.95);
  const perKind = Object.entries(took).map(([kind, values]) => `${kind} ${percentile(values, 0.95).toFixed(1)}`);
  const told = `p95 ${at95.toFixed(1)}, median ${median(all).toFixed(1)}, worst ${Math.max(...all).toFixed(0)} ms`;
  return [
    within(
      `a key on screen, 200x50, ${all.length} presses, ${missed} without effect (p95: ${perKind.join(', ')})`,
      told,
      at95,
      25,
      'ms',
    ),
    ...cursor,
  ];
}

async function latencyOf(session: Session, kind: 'move' | 'page' | 'type', press: number): Promise<number | undefined> {
  const before = session.lines();
  const key = { move: press % 7 === 6 ? 'k' : 'j', page: ' ', type: searchText[(press % 130) - 100] ?? 'x' }[kind];
  const [field, row] = [searched(before), marked(before)];
  // The blanks of an empty field and a typed blank look alike; only what differs can be waited for.
  const isDone =
    kind === 'type'
      ? (lines: readonly string[]) => searched(lines) !== field && key !== ' '
      : (lines: readonly string[]) => marked(lines) !== undefined && marked(lines) !== row;
  const pressedMs = performance.now();
  session.write(key);
  const at = await session.untilScreen(isDone, kind === 'type' && key === ' ' ? 50 : 1000);
  return at === undefined ? undefined : at - pressedMs;
}

async function openSearch(session: Session): Promise<void> {
  session.write('/');
  await session.untilQuiet(300);
}

async function leaveSearch(session: Session): Promise<void> {
  await session.untilQuiet(500);
  session.write('\u001b');
  await session.untilQuiet(700);
}

/** Steps from rest: the bytes until writing pauses, and those of the card that follows when the cursor stays. */
async function cursorBytes(session: Session): Promise<readonly Finding[]> {
  const steps: number[] = [];
  const cards: number[] = [];
  for (let step = 0; step < 25; step++) {
    await session.untilQuiet(300);
    const row = marked(session.lines());
    const start = session.bytes();
    session.write('j');
    await session.untilScreen((lines) => marked(lines) !== row);
    await session.untilQuiet(40);
    const after = session.bytes();
    steps.push(after - start);
    await session.untilQuiet(300);
    cards.push(session.bytes() - after);
  }
  const worst = percentile(steps, 0.95);
  return [
    within('a cursor move writes (p95)', `${worst} B, ${describe(steps, 'B')}`, worst, 600, 'B'),
    within('the card of the new row writes, once the cursor stays', describe(cards, 'B'), 0, undefined, ''),
  ];
}
