import type { Client } from 'pg';
import { afterAll } from 'vitest';
import type { Database } from '#database/database.ts';
import type { MaintenanceLimits } from '#features/indexes/run/attempt.ts';
import type { MaintenanceEvent } from '#features/indexes/run/events.ts';
import type { Job } from '#features/indexes/run/job.ts';
import { planJobs, type Wanted } from '#features/indexes/run/plan.ts';
import { type MaintenanceReport, runMaintenance } from '#features/indexes/run/run.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type Template, type TestDatabase } from '../support/cluster.ts';
import { author, writing } from './metadata-saving.ts';

/** A database that indexes are worked on in, from both sides. */
export interface Workshop {
  readonly home: TestDatabase;
  readonly admin: Client;
  readonly database: Database;
  /** More connections. */
  readonly connect: () => Promise<Client>;
  /** Ends all connections, at the end of a test: there are many, and the cluster has two hundred for all files. */
  readonly close: () => Promise<void>;
}

const closings: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closings.map((close) => close())));

/** Opens a database of its own, made as `sql` says; what is not closed before is closed at the end of the file. */
export async function openWorkshop(sql: string, template: Template = 'empty'): Promise<Workshop> {
  const home = await createDatabase(template);
  const clients: Client[] = [];
  const connect = async (): Promise<Client> => {
    const client = await connectTo(home.settings);
    // It may be killed.
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const admin = await connect();
  await admin.query(sql);
  const database = await open(home.settings, { access: writing });
  const close = async (): Promise<void> => {
    await Promise.all([database.close(), ...clients.map((client) => client.end().catch(() => undefined))]);
  };
  closings.push(close);
  return { home, admin, database, connect, close };
}

const limits: MaintenanceLimits = { statementTimeoutMs: 0, lockTimeoutMs: 20_000, patienceMs: 20_000 };

interface RunOptions {
  readonly limits?: Partial<MaintenanceLimits>;
  readonly signal?: AbortSignal;
  readonly isUnaudited?: boolean;
  readonly reason?: string;
  readonly onEvent?: (event: MaintenanceEvent) => void;
}

/** Runs jobs to the end: what happened, and what it came to. */
export async function runJobs(
  database: Database,
  jobs: readonly Job[],
  { isUnaudited = true, reason, onEvent, signal, ...options }: RunOptions = {},
): Promise<MaintenanceReport & { readonly events: readonly MaintenanceEvent[] }> {
  const account = { author, isUnaudited, reason };
  const run = runMaintenance(database, { jobs, account, limits: { ...limits, ...options.limits } }, signal);
  const events: MaintenanceEvent[] = [];
  try {
    for (;;) {
      const next = await run.next();
      if (next.done) return { ...next.value, events };
      events.push(next.value);
      onEvent?.(next.value);
    }
  } finally {
    // As `for await` does where it is left early.
    await run.return({ results: [], notRun: [], isStopped: true });
  }
}

/** Plans and runs in one go. */
export async function runOn(
  database: Database,
  action: Exclude<Job['action'], 'drop'>,
  wanted: Wanted,
  options?: RunOptions,
): ReturnType<typeof runJobs> {
  return runJobs(database, await planJobs(database, action, wanted), options);
}

/** Every invalid index of the database by its full name, those of TOAST tables too. */
export async function invalidIndexes(admin: Client): Promise<readonly string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace where not i.indisvalid and c.relkind = 'i' order by 1`,
  );
  return rows.map(({ name }) => name);
}
