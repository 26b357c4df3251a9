import type { Client } from 'pg';
import { onTestFinished } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { until } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';

/** Where a save can be made to stand still, in the order it gets there. */
export const stopPoints = ['before the lock', 'after the lock', 'after the update', 'during COMMIT'] as const;
export type StopPoint = (typeof stopPoints)[number];

/** Triggers that wait for an advisory lock: nobody holds it unless a test does. The last is deferred, so that COMMIT waits. */
export async function addStopPoints(admin: Client): Promise<void> {
  await admin.query(`
    create function stop_point() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return new; end $$;
    create trigger stop_update before update on contacts for each row execute function stop_point(1);
    create trigger stop_entry after insert on audit_log for each row when (new.action = 'METADATA_EDIT') execute function stop_point(2);
    create constraint trigger stop_commit after insert on audit_log deferrable initially deferred
      for each row when (new.action = 'METADATA_EDIT') execute function stop_point(3)`);
}

/** A save that stands still. */
export interface Stop {
  /** Waits until the console's session stands at the point; gives its process. */
  readonly reached: () => Promise<number>;
  /** Lets it go on. */
  readonly release: () => Promise<void>;
}

/** Makes the next save of a contact stand still at a point. */
export async function stopAt(settings: ConnectionSettings, point: StopPoint, contact: string): Promise<Stop> {
  // Another session looks: one inside a transaction sees the activity of its beginning for ever.
  const watcher = await connectTo(settings);
  watcher.on('error', () => undefined);
  onTestFinished(() => watcher.end().catch(() => undefined));
  const keeper = await connectTo(settings);
  keeper.on('error', () => undefined);
  let isHeld = true;
  const release = async (): Promise<void> => {
    if (!isHeld) return;
    isHeld = false;
    await keeper.end().catch(() => undefined);
  };
  onTestFinished(release);
  const number = stopPoints.indexOf(point);
  if (number === 0) {
    await keeper.query('begin');
    await keeper.query('select from contacts where id = $1 for update', [contact]);
  } else await keeper.query('select pg_advisory_lock($1)', [number]);
  const reached = (): Promise<number> =>
    until(async () => {
      const { rows } = await watcher.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and application_name = 'aisha-console'
         and wait_event_type = 'Lock'`,
      );
      return rows[0]?.pid;
    });
  return { reached, release };
}

/** Waits until no session of the console is left on the server. */
export async function nobodyLeft(admin: Client): Promise<void> {
  await until(async () => {
    const { rows } = await admin.query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'aisha-console'`,
    );
    return rows.length === 0;
  });
}
