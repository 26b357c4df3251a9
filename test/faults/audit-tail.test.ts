import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { start } from '../cli/program.ts';
import { until } from '../database/opening.ts';
import { connectTo, createDatabase, type Template, type TestDatabase } from '../support/cluster.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { startProxy } from '../support/proxy.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-tail-faults-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newCursor = (): string => join(directory, `cursor-${++files}`);

async function openHome(template: Template): Promise<{ home: TestDatabase; admin: Client }> {
  const home = await createDatabase(template);
  const admin = await connectTo(home.settings);
  onTestFinished(() => admin.end());
  await admin.query('delete from audit_log');
  return { home, admin };
}

/** Ids of the table, and how often each stood on a whole line of the outputs. */
async function told(admin: Client, outputs: readonly string[]): Promise<{ lost: string[]; strange: string[]; most: number }> {
  const counts = new Map<string, number>();
  for (const output of outputs) {
    // A killed program may have left half a line.
    for (const line of output.slice(0, output.lastIndexOf('\n')).split('\n')) {
      if (line === '') continue;
      const { id } = JSON.parse(line) as { id: string };
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const { rows } = await admin.query<{ id: string }>('select id::text as id from audit_log');
  const ids = new Set(rows.map(({ id }) => id));
  return {
    lost: [...ids].filter((id) => !counts.has(id)),
    strange: [...counts.keys()].filter((id) => !ids.has(id)),
    most: Math.max(0, ...counts.values()),
  };
}

/** Transactions of all kinds until it is stopped: short, long, in savepoints, rolled back, with times of their own. */
function write(home: TestDatabase, columns: string): { stop: () => Promise<void> } {
  const over = new AbortController();
  const insert = `insert into audit_log (action, ${columns}) values ('X', 'contacts', $1::timestamptz)`;
  const writer = async (number: number): Promise<void> => {
    const client = await connectTo(home.settings);
    for (let round = 0; !over.signal.aborted; round += 1) {
      const at = round % 3 === 0 ? '2020-01-01' : new Date().toISOString();
      await client.query('begin');
      await client.query(insert, [at]);
      await client.query('savepoint s');
      await client.query(insert, [at]);
      if (round % 4 === 0) await client.query('rollback to s');
      if (number === 0) await pause(150);
      await client.query(insert, [at]);
      await client.query(round % 5 === 0 ? 'rollback' : 'commit');
    }
    await client.end();
  };
  const writers = [0, 1, 2, 3].map(writer);
  return {
    stop: async () => {
      over.abort();
      await Promise.all(writers);
    },
  };
}

const ways = ['directly', 'through PgBouncer'] as const;
const shapes = [
  ['demo', 'table_name, changed_at'],
  ['production', 'entity_type, created_at'],
] as const;

describe.for(shapes)('on %s', ([shape, columns]) => {
  test.for(ways)(
    '%s: killed again and again in the middle and started with the same cursor, it loses no entry',
    async (way, context) => {
      context.skip(way !== 'directly' && pgBouncerPath() === undefined, 'pgbouncer is not installed');
      const { home, admin } = await openHome(shape);
      const pooler = way === 'directly' ? undefined : await startPgBouncer({ target: home.settings });
      if (pooler !== undefined) onTestFinished(() => pooler.stop());
      const cursor = newCursor();
      const args = ['--database-url', pooler?.url ?? home.url, 'audit', 'tail', '--json', '--cursor', cursor];
      const outputs: string[] = [];
      const errors: string[] = [];
      const writers = write(home, columns);
      for (let kill = 0; kill < 6; kill += 1) {
        const child = start([...args, '--follow', '--since', '2000-01-01T00:00Z']);
        await until(async () => child.written().stdout.split('\n').length > 20 + 60 * kill);
        child.kill('SIGKILL');
        const { stdout, stderr } = await child.outcome;
        outputs.push(stdout);
        errors.push(stderr);
      }
      await writers.stop();
      const last = await start([...args, '--since', '2000-01-01T00:00Z']).outcome;
      expect(last).toMatchObject({ code: 0, stderr: '' });
      outputs.push(last.stdout);
      expect(await told(admin, outputs)).toMatchObject({ lost: [], strange: [] });
      expect(errors.join('')).toBe('');
      // What was saved is not told again: at most the chunk that was being written when it was killed.
      const again = await start(args).outcome;
      expect(again).toMatchObject({ code: 0, stdout: '', stderr: '' });
    },
  );
});

test('the connection is cut again and again while documents are read: every entry comes once', async () => {
  const { home, admin } = await openHome('demo');
  const proxy = await startProxy(home.settings);
  onTestFinished(() => proxy.close());
  const url = new URL(home.url);
  url.port = String(proxy.port);
  const cursor = newCursor();
  const tail = ['audit', 'tail', '--json', '--follow', '--lines', '0', '--cursor', cursor];
  const child = start(['--database-url', url.href, ...tail]);
  onTestFinished(() => child.kill('SIGKILL'));
  await until(async () => existsSync(cursor));
  for (let round = 0; round < 5; round += 1) {
    const before = child.written().stdout.length;
    await admin.query(
      `insert into audit_log (action, table_name, new_data) select 'X', 'contacts', jsonb_build_object('x', repeat('x', 500)) from generate_series(1, 1500)`,
    );
    await until(async () => child.written().stdout.length > before);
    proxy.cut();
  }
  await proxy.refuse();
  await admin.query(`insert into audit_log (action, table_name) values ('LAST', 'contacts')`);
  await until(async () => /Trying again/.test(child.written().stderr));
  await proxy.resume();
  await until(async () => child.written().stdout.includes('"LAST"'));
  child.kill('SIGINT');
  const { code, stdout, stderr } = await child.outcome;
  expect(code).toBe(130);
  expect(await told(admin, [stdout])).toEqual({ lost: [], strange: [], most: 1 });
  expect(stderr).toMatch(/connected again after/);
});

test('killed while its reader is stuck in the middle of a chunk, it tells the rest the next time', async () => {
  const { home, admin } = await openHome('demo');
  const cursor = newCursor();
  const args = ['--database-url', home.url, 'audit', 'tail', '--json', '--lines', '0', '--cursor', cursor];
  const outputs: string[] = [];
  for (let kill = 0; kill < 3; kill += 1) {
    const before = existsSync(cursor) ? readFileSync(cursor, 'utf8') : '';
    const child = start([...args, '--follow']);
    await until(async () => existsSync(cursor) && readFileSync(cursor, 'utf8') !== before);
    child.pauseOutput();
    await admin.query(
      `insert into audit_log (action, table_name, new_data)
       select 'X', 'contacts', jsonb_build_object('x', repeat(md5(n::text), 100)) from generate_series(1, 1200) n`,
    );
    await until(() => nobodyAsks(admin));
    child.kill('SIGKILL');
    child.resumeOutput();
    outputs.push((await child.outcome).stdout);
  }
  outputs.push((await start(args).outcome).stdout);
  expect(await told(admin, outputs)).toMatchObject({ lost: [], strange: [] });
});

/** Whether the console has asked for nothing for two seconds, although it polls each second. */
async function nobodyAsks(admin: Client): Promise<boolean> {
  const { rows } = await admin.query<{ asks: boolean }>(
    `select coalesce(max(state_change) > now() - interval '2 s', true) as asks from pg_stat_activity
     where datname = current_database() and application_name = 'aisha-console'`,
  );
  return rows[0]?.asks === false;
}

/** Memory that the process holds, in megabytes; only Linux tells. */
function residentMegabytes(pid: number): number {
  const pages = Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return pages / 1024;
}

test.skipIf(!existsSync('/proc/self/status'))(
  'while nobody reads its output it asks for nothing and holds no more; then everything comes, once (needs /proc)',
  async () => {
    const { home, admin } = await openHome('demo');
    const total = 60_000;
    const counts = new Map<string, number>();
    let rest = '';
    const onOutput = (text: string): void => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const id = /^\{"id": "([^"]+)"/.exec(line)?.[1] ?? line;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    };
    const cursor = newCursor();
    const tail = ['audit', 'tail', '--json', '--follow', '--lines', '0', '--cursor', cursor];
    const child = start(['--database-url', home.url, ...tail], { onOutput });
    onTestFinished(() => child.kill('SIGKILL'));
    await until(async () => existsSync(cursor));
    const insert = `insert into audit_log (action, table_name, new_data)
      select 'X', 'contacts', jsonb_build_object('x', repeat(md5(n::text), 100)) from generate_series(1, $1) n`;
    await admin.query(insert, [1]);
    await until(async () => counts.size > 0);
    child.pauseOutput();
    const before = residentMegabytes(child.pid);
    let most = before;
    const isStuck = async (): Promise<boolean> => {
      most = Math.max(most, residentMegabytes(child.pid));
      return nobodyAsks(admin);
    };
    // 200 MB of documents.
    for (let part = 0; part < 10; part += 1) {
      await admin.query(insert, [total / 10]);
      await isStuck();
    }
    await until(isStuck);
    expect(counts.size).toBeLessThan(total / 10);
    expect(most - before).toBeLessThan(90);
    child.resumeOutput();
    while (counts.size < total + 1) {
      const size = counts.size;
      await until(async () => {
        most = Math.max(most, residentMegabytes(child.pid));
        return counts.size > size;
      });
    }
    expect(Math.max(...counts.values())).toBe(1);
    // Garbage that was not collected yet; a copy of all would be twice this.
    expect(most - before).toBeLessThan(260);
    child.kill('SIGINT');
    expect(await child.outcome).toMatchObject({ code: 130, stderr: '' });
  },
  90_000,
);

test('Ctrl-C while nobody reads its output ends it', async () => {
  const { home, admin } = await openHome('demo');
  const child = start(['--database-url', home.url, 'audit', 'tail', '--json', '--follow', '--since', '1h']);
  onTestFinished(() => child.kill('SIGKILL'));
  child.pauseOutput();
  await admin.query(
    `insert into audit_log (action, table_name, new_data)
     select 'X', 'contacts', jsonb_build_object('x', repeat(md5(n::text), 100)) from generate_series(1, 5000) n`,
  );
  await until(() => nobodyAsks(admin));
  child.kill('SIGINT');
  child.resumeOutput();
  expect(await child.outcome).toMatchObject({ code: 130, stderr: '' });
});
