import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { connectClient } from '#demo/client.ts';
import { demoAssets, listSql } from '#demo/schema.ts';

declare module 'pg' {
  interface Client {
    /** Lets the process end while the connection is open; in pg since 8.0, missing from its types. */
    unref(): void;
  }
}

/** Writing that goes on in the background. */
export interface Traffic {
  /** False once it was stopped or has lost its server. */
  readonly running: boolean;
  /** Ends it and its connection; may be called again. */
  stop(): Promise<void>;
}

/**
 * Lets an imaginary application write to the demo, so that audit entries appear and index counters move: one of `traffic/*.sql` at random,
 * `perSecond` times a second on average, one after the other, through the triggers.
 *
 * Never throws and never holds the process: a statement that fails (the operator has locked the table, or rolled a migration back) is an
 * application's problem of the kind the demo is there to show, and a server that is gone ends the traffic.
 */
export function startTraffic(settings: ConnectionSettings, { perSecond = 3 }: { perSecond?: number } = {}): Traffic {
  let timer: NodeJS.Timeout | undefined;
  let client: Client | undefined;
  let stopped = false;
  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
  const run = async (): Promise<void> => {
    const statements = await loadStatements();
    client = await connectClient(settings, 'aisha-crm');
    client.unref();
    client.once('end', () => (stopped = true));
    const next = async (): Promise<void> => {
      await client?.query(pick(statements)).catch(() => undefined);
      schedule();
    };
    const schedule = (): void => {
      if (stopped) return;
      // Between half and one and a half times the mean: people do not click like a metronome.
      timer = setTimeout(() => void next(), (1_000 / perSecond) * (0.5 + Math.random()));
      timer.unref();
    };
    if (stopped) await client.end();
    else schedule();
  };
  const started = run().catch(() => {
    stopped = true;
  });
  return {
    get running() {
      return !stopped;
    },
    stop: async () => {
      await Promise.all([started, stop()]);
    },
  };
}

async function loadStatements(): Promise<string[]> {
  const folder = join(demoAssets(), 'traffic');
  const names = await listSql(folder);
  if (names.length === 0) throw new Error(`No traffic in ${folder}`);
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

function pick(statements: readonly string[]): string {
  return statements[Math.floor(Math.random() * statements.length)] ?? '';
}
