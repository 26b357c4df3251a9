import type { Client } from 'pg';
import { until } from '../database/opening.ts';
import type { Workshop } from '../features/index-maintenance.ts';

/** A table with an index that can be made to stand still while it is built (row 1) or checked (row 2). */
export const heldTable = `
  create function stand_still(n int) returns int language plpgsql immutable as $$
    begin if n in (1, 2) then perform pg_advisory_xact_lock_shared(n); end if; return n; end $$;
  create table held (n int);
  create table elsewhere (n int);
  insert into held select g from generate_series(1, 50) as g where g <> 2;
  create index held_n on held (stand_still(n))`;

/** The points at which a REINDEX of `held_n` can be made to stand still, with what the server calls the phase. */
export const points = {
  'the table is locked': undefined,
  'a writer is open': 'waiting for writers before build',
  building: 'building index: scanning table',
  'a writer began meanwhile': 'waiting for writers before validation',
  checking: 'index validation: scanning table',
  'a REPEATABLE READ transaction is open': 'waiting for old snapshots',
  'a reader is open': 'waiting for readers before marking dead',
} as const;
export type Point = keyof typeof points;

/** A REINDEX that is made to stand still. */
export interface Standstill {
  /** Waits until it does; gives the process that runs it. */
  readonly reached: () => Promise<number>;
  readonly release: () => Promise<void>;
}

/** Makes the next REINDEX of `held_n` in this database stand still. */
export async function standStillAt({ connect }: Workshop, point: Point): Promise<Standstill> {
  const [keeper, watcher] = [await connect(), await connect()];
  const standing = (phase: string | undefined): Promise<number> => until(() => waitingIn(watcher, phase));
  let prepare = async (): Promise<void> => undefined;
  if (point === 'the table is locked') await keeper.query('begin; lock table held in share update exclusive mode');
  if (point === 'a writer is open') await keeper.query('begin; insert into held values (7)');
  if (point === 'building') await keeper.query('select pg_advisory_lock(1)');
  if (point === 'a REPEATABLE READ transaction is open') {
    await keeper.query('begin isolation level repeatable read; select from elsewhere');
  }
  if (point === 'a reader is open') await keeper.query('begin; select from held');
  if (point === 'a writer began meanwhile' || point === 'checking') {
    await keeper.query('select pg_advisory_lock(1), pg_advisory_lock(2)');
    prepare = async () => {
      await standing(points.building);
      // The lock is the keeper's own: it does not wait for itself.
      await keeper.query(point === 'checking' ? 'insert into held values (2)' : 'begin; insert into held values (7)');
      await keeper.query('select pg_advisory_unlock(1)');
    };
  }
  return {
    async reached() {
      await prepare();
      return standing(points[point]);
    },
    release: () => keeper.end(),
  };
}

async function waitingIn(watcher: Client, phase: string | undefined): Promise<number | undefined> {
  const { rows } = await watcher.query<{ pid: number }>(
    `select a.pid from pg_stat_activity a left join pg_stat_progress_create_index p on p.pid = a.pid
     where a.datname = current_database() and case when $1::text is null then a.query like '-- Takes the lock by which consoles work on a table%'
       else a.wait_event_type = 'Lock' and a.query like 'reindex%' and p.phase = $1 end`,
    [phase ?? null],
  );
  return rows[0]?.pid;
}
