import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll } from 'vitest';
import { z } from 'zod';
import type { ConnectionSettings, PoolSettings } from '#core/connection-settings.ts';
import { packageRoot } from '#core/package-root.ts';
import type { Access } from '#database/access-gate.ts';
import type { Database } from '#database/database.ts';
import { openDatabase } from '#database/open-database.ts';
import type { Query, Statement } from '#database/query.ts';

const opened: Database[] = [];
const directory = mkdtempSync(join(tmpdir(), 'aisha-console-statements-'));

afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  rmSync(directory, { recursive: true, force: true });
});

/** Opens a Database as main does; it is closed at the end of the file. */
export async function open(
  settings: ConnectionSettings,
  options: { readonly statementTimeoutMs?: number; readonly access?: Access; readonly pool?: Partial<PoolSettings> } = {},
): Promise<Database> {
  const pool = { max: 8, idleTimeoutMs: 30_000, connectionTimeoutMs: 2000, ...options.pool };
  const database = await openDatabase(settings, pool, {
    statementTimeoutMs: options.statementTimeoutMs ?? 5000,
    access: () => options.access ?? { state: 'read-only', mayUnlock: true },
  });
  opened.push(database);
  return database;
}

let files = 0;

/** A statement that no file of queries/ holds: one of the test's own, in a file elsewhere, since a Database sends nothing but files. */
export function adHoc<Row = Record<string, unknown>>(text: string): Statement<Row> {
  const file = join(directory, `${++files}`);
  writeFileSync(`${file}.sql`, text);
  const name = relative(join(packageRoot(), 'queries'), file);
  const query: Query = { name, mode: 'read', parameters: {}, row: z.looseObject({}), identifiers: [] };
  return { query, parameters: {}, identifiers: undefined };
}

/** Wakes up when `condition` holds; gives its value. */
export async function until<Value>(condition: () => Promise<Value | undefined | false>): Promise<Value> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the condition never held');
}
