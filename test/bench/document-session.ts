import { setTimeout as pause } from 'node:timers/promises';
import type { BenchDatabase } from './database.ts';
import { marked } from './keys.ts';
import type { LargeDocument } from './large-documents.ts';
import { consoleCommand, freshEnvironment } from './peers.ts';
import { type Session, startSession } from './pty.ts';

/** A held key: 30 presses a second. */
const heldMs = 33;
/** Header and tabs, with the clock. */
const linesAbove = 3;

export type KeyTimes = Map<string, number[]>;

/** The console on the record that is about to be opened: the next Enter reads its document. */
export async function besideDocument(database: BenchDatabase, { id }: LargeDocument): Promise<Session> {
  const { program, args } = consoleCommand(database);
  const session = startSession(program, args, { columns: 120, rows: 40, environment: freshEnvironment(database) });
  await shown(session, (lines) => marked(lines) !== undefined && lines.at(-1)!.includes('? help'));
  session.write('5');
  await shown(session, (lines) => marked(lines)?.startsWith('accounts') === true);
  for (let row = marked(session.lines()); row?.startsWith('contacts') !== true; row = marked(session.lines())) {
    session.write('j');
    await shown(session, (lines) => marked(lines) !== row);
  }
  session.write('\r');
  await shown(session, (lines) => lines.join('\n').includes('contacts.metadata of'));
  await session.untilQuiet(300);
  session.write('/');
  await session.untilQuiet(100);
  session.write(id);
  await shown(session, (lines) => lines.join('\n').includes('an id: enter opens the record'));
  await session.untilQuiet(300);
  return session;
}

/** Waits for a screen; the moment at which it was there. Throws with the screen when it does not come. */
export async function shown(session: Session, isSo: (lines: readonly string[]) => boolean): Promise<number> {
  const at = await session.untilScreen(isSo, 60_000);
  if (at === undefined) throw new Error(`This was on screen instead:\n${session.lines().join('\n')}`);
  return at;
}

/** Presses Enter on the record; milliseconds until rows of the document are on screen. */
export async function openDocument(session: Session): Promise<number> {
  const pressedMs = performance.now();
  session.write('\r');
  return (await shown(session, (lines) => lines.join('\n').includes('(root)'))) - pressedMs;
}

const body = (session: Session): string => session.lines().slice(linesAbove).join('\n');

/** Presses a key as one that is held is repeated, and keeps how long it took until the screen showed something else. */
export async function press(session: Session, key: string, kind: string, times: KeyTimes): Promise<void> {
  await pause(heldMs);
  const before = body(session);
  const pressedMs = performance.now();
  session.write(key);
  const at = await session.untilScreen(() => body(session) !== before, 3000);
  if (at === undefined) throw new Error(`${kind}: ${JSON.stringify(key)} did nothing:\n${session.lines().join('\n')}`);
  times.set(kind, [...(times.get(kind) ?? []), at - pressedMs]);
}

export async function pressEach(session: Session, keys: Iterable<string>, kind: string, times: KeyTimes): Promise<void> {
  for (const key of keys) await press(session, key, kind, times);
}
