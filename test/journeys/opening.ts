import { expect, vi } from 'vitest';
import type { TestDatabase } from '../support/cluster.ts';
import { connectTo } from '../support/cluster.ts';
import { type Program, type ProgramOptions, startProgram } from '../support/terminal.ts';

// A journey has many waits, each with its own patience; on a busy machine they add up.
vi.setConfig({ testTimeout: 90_000 });

/** Opens the built console on a database and waits for its first rows. */
export async function openConsole(database: TestDatabase, options: ProgramOptions = {}): Promise<Program> {
  const program = startProgram({ ...options, args: ['--database-url', database.url, ...(options.args ?? [])] });
  await program.waitFor(isReady);
  return program;
}

/** The first rows are painted before the console takes keys; it does when its footer names them. */
export function isReady(lines: readonly string[]): boolean {
  return lines.some((line) => /^ > \S/.test(line)) && /\? help|q quit/.test(lines.at(-1) ?? '');
}

/**
 * The same server by an address that the console takes for another machine's: it dials this one all the same. So it opens read-only, as a
 * remote database does.
 */
export function asRemote(database: TestDatabase): TestDatabase {
  return { ...database, url: `${database.url.replace('127.0.0.1', '0.0.0.0')}?sslmode=disable` };
}

/** The row under the cursor, without the mark and what stands beside the list. */
export function markedRow(lines: readonly string[]): string {
  const line = lines.find((candidate) => candidate.startsWith(' > '));
  return (line ?? '').slice(3).split(' │ ')[0]!.trim();
}

/** The count in the search line and the rows come by different answers: this is when both are there, the marked row being `name`. */
export function foundAs(count: string, name: string): (lines: readonly string[]) => boolean {
  return (lines) => markedRow(lines).startsWith(name) && lines.join('\n').includes(` of ${count} · by `);
}

/** What a frame that fits looks like: header on the first row, keys on the last, the rule under the tabs once, and no row that ran over. */
export function expectWholeFrame(program: Program): void {
  const { screen } = program;
  const lines = program.lines();
  expect(lines).toHaveLength(screen.rows);
  expect(lines[0]).toMatch(/^ {2}(LOCAL|REMOTE|DEMO|PROD) .*tenant: \S/);
  expect(lines.filter((line) => /\b1 Tena/.test(line))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^ (\S.*)?(\? help|q quit|esc (close|clear|stay|back))/);
  expect(lines.filter((line) => /bypasses RLS|RLS HIDES ROWS/.test(line))).toHaveLength(1);
  expect(screen.wrappedRows()).toEqual([]);
}

/** Presses a key until the screen is as wanted: a key that waits for the next page of a list does nothing yet. Under load an
 * answer takes long, and a second press would go two pages on. */
export async function pressUntil(
  program: Pick<Program, 'press' | 'waitFor' | 'lines'>,
  key: string,
  wanted: (lines: readonly string[]) => boolean,
  patienceMs = 2000,
): Promise<string[]> {
  for (let presses = 0; presses < 50; presses += 1) {
    program.press(key);
    const lines = await program.waitFor(wanted, patienceMs).catch(() => undefined);
    if (lines !== undefined) return lines;
  }
  throw new Error(`${key} led nowhere:\n${program.lines().join('\n')}`);
}

type Pressable = Pick<Program, 'press' | 'waitFor' | 'lines'>;

/**
 * Presses a key that decides something as a person does who has seen what is asked: the console ignores one that comes together with others
 * (within 20 ms) or is held (within 400 ms), and says so. A press that was taken is never followed by another, however long its answer takes.
 */
export async function pressDeliberately(
  program: Pressable,
  key: string,
  wanted: (lines: readonly string[]) => boolean,
): Promise<string[]> {
  const isRefused = (lines: readonly string[]): boolean => lines.join('\n').includes('press the key again');
  const wasRefused = isRefused(program.lines());
  program.press(key);
  const lines = await program.waitFor((shown) => wanted(shown) || isRefused(shown), 6000).catch(() => undefined);
  if (lines !== undefined && wanted(lines)) return lines;
  // Half a second after the press before it, the next one stands alone. What is said of an earlier press says nothing of this one.
  const later = await program.waitFor(wanted, wasRefused ? 3000 : 450).catch(() => undefined);
  return later ?? pressUntil(program, key, wanted, 6000);
}

/** The same with Enter. */
export function confirm(program: Pressable, wanted: (lines: readonly string[]) => boolean): Promise<string[]> {
  return pressDeliberately(program, 'enter', wanted);
}

/** More tenants than a page of the list, named so that they come last and in order. */
export async function addTenants(database: TestDatabase, count: number): Promise<void> {
  const client = await connectTo(database.settings);
  await client.query(
    `insert into tenant (name, slug, status, plan)
     select 'zz tenant ' || lpad(n::text, 4, '0'), 'zz-' || n, 'active', 'free' from generate_series(1, $1::int) n`,
    [count],
  );
  await client.end();
}

/** What the terminal's clipboard was given since a mark, decoded. */
export function copied(program: Program, since: number): string[] {
  const found = program.written(since).matchAll(/\u001b\]52;c;([A-Za-z0-9+/=]*)\u0007/g);
  return [...found].map(([, base64]) => Buffer.from(base64!, 'base64').toString('utf8'));
}
