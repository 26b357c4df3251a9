import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectClient } from '#demo/client.ts';
import { writeOddMigrations } from '../support/odd-migrations.ts';
import type { BenchServer } from './database.ts';
import { consoleCommand, freshEnvironment, runTime } from './peers.ts';
import { describe } from './statistics.ts';
import { type Finding, within } from './table.ts';

const rounds = 15;
const mostMs = 1500;

/** `migrations status --json` over 300 files with every oddity, on a database in which they ran: the whole process, evidence included. */
export async function benchMigrations(server: BenchServer): Promise<readonly Finding[]> {
  const database = await server.clone('migrations');
  const directory = await mkdtemp(join(tmpdir(), 'aisha-console-bench-migrations-'));
  try {
    const files = await writeOddMigrations(directory);
    const client = await connectClient(database.settings, 'bench');
    // Without the history every file is judged by the catalog; with it a failed one of the demo would end the command with 1.
    await client.query('drop table schema_migrations');
    for (const { content, outcome } of files) {
      const text = content.toString().replaceAll(/\bconcurrently\b|vacuum \w+;/g, '');
      if (outcome !== 'runs') continue;
      await client.query(text.replace(/^\ufeff/, ''));
      await client.query('reset all');
    }
    await client.end();
    const { program, args } = consoleCommand(database);
    const environment = freshEnvironment(database);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      times.push(await runTime(program, [...args, 'migrations', 'status', '--dir', directory, '--json'], environment));
    }
    const what = `migrations status --json, ${files.length} files with evidence`;
    return [within(what, describe(times, 'ms'), Math.max(...times), mostMs, 'ms')];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
