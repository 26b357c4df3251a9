import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchServer } from './database.ts';
import { consoleCommand, freshEnvironment } from './peers.ts';
import { type Session, startSession } from './pty.ts';
import { median, percentile } from './statistics.ts';
import { type Finding, within } from './table.ts';

const smallFiles = 60;
/** Frames come 33 ms apart at most: a press right behind one waits for the next. */
const pauseMs = 60;

/** Files of fewer lines have no end to go to. */
const leastToScroll = 100;
/** Below the clock and what else changes by itself. */
const bodyFrom = 5;

const marked = (lines: readonly string[]): string | undefined => lines.find((line) => line.startsWith(' >'));

/** Files of some 5 MB, each of another make. */
const largeFiles: Readonly<Record<string, () => string>> = {
  '899_small_beside_it.sql': () => 'select 1;',
  '900_statements.sql': () =>
    lines(10_000, (n) => `insert into things (id, name, note) values (${n}, 'name ${n}', '${'x'.repeat(420)}');`),
  '901_rows.sql': () => `insert into things values ${lines(100_000, (n) => `(${n}, 'name of it ${n}', null, 1.5, now()),`)} (0);`,
  '902_text.sql': () => `insert into texts values (1, '${'ü;'.repeat(1_700_000)}');`,
  '904_secrets.sql': () =>
    `insert into logins (id, password, name) values\n${lines(90_000, (n) => `(${n}, 'hunter ${n}', 'name of ${n}'),`)}\n(0, '', '');`,
  '905_function.sql': () =>
    `create function f() returns void language plpgsql as $$\nbegin\n${lines(60_000, (n) => `insert into t (password) values ('abc${n}'); -- ${n}`)}\nend\n$$;`,
  '903_tables.sql': () => lines(1000, (n) => `create table t_${n} (id uuid primary key, tenant_id uuid not null, name text);`),
};

const lines = (count: number, line: (n: number) => string): string => Array.from({ length: count }, (_, n) => line(n)).join('\n');

/** Key presses in the Migrations pane until what they do is written, while a large file that has just come is read, parsed and compared. */
export async function benchMigrationKeys(server: BenchServer): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, text] of Object.entries(largeFiles)) {
    const database = await server.clone(`migration_keys_${name.slice(0, 3)}`);
    const directory = await mkdtemp(join(tmpdir(), 'aisha-console-bench-migration-keys-'));
    try {
      await mkdir(directory, { recursive: true });
      for (let n = 1; n <= smallFiles; n += 1)
        await writeFile(join(directory, `${String(n).padStart(3, '0')}_small.sql`), 'select 1;\n');
      const { program, args } = consoleCommand(database);
      const session = startSession(program, [...args, 'migrations', '--dir', directory], {
        columns: 140,
        rows: 40,
        environment: freshEnvironment(database),
      });
      await session.untilScreen((screen) => screen.some((line) => line.includes('002_small.sql')));
      await session.untilQuiet(500);
      await writeFile(join(directory, name), text());
      const took = await press(session);
      session.write(`/${name.slice(0, 3)}`);
      const isThere = await session.untilScreen((screen) => marked(screen)?.includes(name) === true);
      if (isThere === undefined) throw new Error(`${name} did not come in`);
      findings.push(finding(`a key in Migrations while ${name} comes in`, took));
      if (text().split('\n').length > leastToScroll) {
        session.write('\r');
        await session.untilQuiet(500);
        const [opening, ...scrolling] = await pressInFile(session);
        findings.push(
          finding(`enter that opens ${name}`, [opening!]),
          finding(`G to its end, g, j and k, also while its secrets are masked`, scrolling),
        );
      }
      await session.kill();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  return findings;
}

function finding(what: string, took: readonly number[]): Finding {
  const worst = Math.max(...took);
  const told = `median ${median(took).toFixed(1)}, p95 ${percentile(took, 0.95).toFixed(1)}, worst ${worst.toFixed(1)} ms`;
  return within(`${what}, ${took.length} presses`, told, worst, 25, 'ms');
}

/** Opens the marked file and moves about in it; each press until the screen is another. */
async function pressInFile(session: Session): Promise<readonly number[]> {
  const took: number[] = [];
  for (const key of ['\r', 'G', 'k', 'k', 'g', 'j', 'j', 'j', 'G', 'k', 'k', 'k', 'k', 'k', 'k', 'g', 'j', 'G', 'k', 'g']) {
    await pause(pauseMs);
    const before = session.lines().slice(bodyFrom).join('\n');
    const pressedMs = performance.now();
    session.write(key);
    const at = await session.untilScreen((screen) => screen.slice(bodyFrom).join('\n') !== before, 1000);
    if (at !== undefined) took.push(at - pressedMs);
  }
  return took;
}

/** Reads the folder again, and moves about until that is done and a while longer. */
async function press(session: Session): Promise<readonly number[]> {
  session.write('r');
  const took: number[] = [];
  for (let count = 0; count < 60; count += 1) {
    await pause(pauseMs);
    const row = marked(session.lines());
    const pressedMs = performance.now();
    session.write(count % 40 < 20 ? 'j' : 'k');
    const at = await session.untilScreen((screen) => marked(screen) !== undefined && marked(screen) !== row, 3000);
    if (at !== undefined) took.push(at - pressedMs);
  }
  return took;
}
