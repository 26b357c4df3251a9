import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { expect, onTestFinished } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { SessionFacts } from '#console/session.ts';
import { connectTo, createDatabase, type TestDatabase } from '../../support/cluster.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../../support/console-frame.tsx';
import { temporaryDirectory } from '../../support/terminal.ts';
import { historyTable } from '../migration-running.ts';

/** A database, a folder and the pane over both. */
export interface PaneYard {
  readonly home: TestDatabase;
  readonly admin: Client;
  readonly folder: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly open: (options?: OpenOptions) => Promise<ConsoleFrame>;
}

export interface OpenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly facts?: Partial<SessionFacts>;
  readonly waitsFor?: RegExp | string;
  /** The role that the console connects as. */
  readonly as?: Pick<ConnectionSettings, 'user' | 'password'>;
}

/** Files that are told apart by what they leave behind. */
export const twoTables: Readonly<Record<string, string>> = {
  '001_a.sql': '-- Description: The first table\n-- Author: olga\ncreate table if not exists a (id int primary key);\n',
  '002_b.sql': 'create table if not exists b (id int primary key);\n',
};

/** Opens a database of this test's own, with a history and an audit log unless it shall have none. */
export async function paneYard(files: Readonly<Record<string, string>>, hasHistory = true): Promise<PaneYard> {
  const home = await createDatabase('empty');
  const admin = await connectTo(home.settings);
  onTestFinished(() => admin.end());
  if (hasHistory) await admin.query(historyTable);
  const folder = join(temporaryDirectory(), 'migrations');
  mkdirSync(folder);
  const write: PaneYard['write'] = (more) => {
    for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
  };
  write(files);
  const open: PaneYard['open'] = async ({ columns = 120, rows = 40, facts = {}, waitsFor = /^ > \S/, as } = {}) => {
    const database = await openTestDatabase({ ...home.settings, ...as });
    const frame = openFrame(database, {
      columns,
      rows,
      pane: 'migrations',
      facts: { migrationsDirectory: folder, unaudited: true, ...facts },
    });
    await expect(frame).toShow(waitsFor);
    return frame;
  };
  return { home, admin, folder, write, open };
}

/** Names with what the history says of them: `applied`, or the first line of what it says instead. */
export async function historyOf({ admin }: PaneYard): Promise<Record<string, string>> {
  const { rows } = await admin.query<{ migration_name: string; success: boolean; error_message: string | null }>(
    'select migration_name, success, error_message from schema_migrations order by migration_name',
  );
  return Object.fromEntries(
    rows.map(({ migration_name, success, error_message }) => [
      migration_name,
      (error_message?.split('\n')[0] ?? '') || (success ? 'applied' : 'failed'),
    ]),
  );
}

/** Nothing ran over: header, body, rule, footer. */
export function expectWhole(frame: ConsoleFrame): void {
  expect(frame.lines()).toHaveLength(frame.screen.rows);
  expect(frame.screen.wrappedRows()).toEqual([]);
  expect(frame.lines().at(-1)).toMatch(/^ \S/);
}
