import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { until } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';

/** Rows of a table tell which statements took effect, and how often; before each, and when its transaction commits, a run can be made to stand still. */
export const journal = `
  create table journal (n int);
  create function stand_still() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(new.n * 10 + tg_argv[0]::int); return new; end $$;
  create trigger before_it before insert on journal for each row execute function stand_still(0);
  create constraint trigger at_commit after insert on journal deferrable initially deferred for each row execute function stand_still(1)`;

/** One transaction. */
export const wholeFile = `insert into journal values (1);\ninsert into journal values (2);\ninsert into journal values (3);\n`;
export const wholeRows = [1, 2, 3];
export const wholePoints = ['10', '20', '30', '11'] as const;

/** Transactions of its own, statements between them, and one that refuses a transaction. */
export const steppedFile = `SET application_name = 'stepped';
BEGIN;
insert into journal values (1);
insert into journal values (2);
COMMIT;
insert into journal values (3);
CREATE INDEX CONCURRENTLY idx_journal ON journal (n);
insert into journal values (5);
BEGIN;
insert into journal values (6);
ROLLBACK;
BEGIN;
insert into journal values (7);
COMMIT;
`;
export const steppedRows = [1, 2, 3, 5, 7];
export const steppedPoints = ['10', '20', '11', '30', '31', 'index', '50', '51', '60', '70', '71'] as const;

/** A run that is made to stand still. */
export interface Standstill {
  /** Waits until it does; gives the process that runs it. */
  readonly reached: () => Promise<number>;
  readonly release: () => Promise<void>;
}

/** Makes a run stand still at a point: before a row (`20`), at the commit of a row (`21`), or while the index is built. */
export async function standStillAt(settings: ConnectionSettings, point: string): Promise<Standstill> {
  const [keeper, watcher] = [await patientClient(settings), await patientClient(settings)];
  if (point === 'index') await keeper.query('begin; lock table journal in row exclusive mode');
  else await keeper.query('select pg_advisory_lock($1)', [Number(point)]);
  return {
    reached: () =>
      until(async () => {
        // The very lock of the point: CREATE INDEX CONCURRENTLY waits for whoever looks on, for a moment.
        const { rows } = await watcher.query<{ pid: number }>(
          point === 'index'
            ? `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()`
            : `select l.pid from pg_locks as l join pg_database as d on d.oid = l.database
               where l.locktype = 'advisory' and not l.granted and l.objid = ${Number(point)} and d.datname = current_database()`,
        );
        return rows[0]?.pid;
      }),
    release: async () => {
      await Promise.all([keeper, watcher].map((client) => client.end().catch(() => undefined)));
    },
  };
}

/** A client that may be killed with its server. */
export async function patientClient(settings: ConnectionSettings): Promise<Client> {
  const client = await until(() => connectTo(settings).catch(() => undefined));
  client.on('error', () => undefined);
  return client;
}

/** What is in the journal, in order. */
export async function journalRows(admin: Client): Promise<readonly number[]> {
  const { rows } = await admin.query<{ n: number }>('select n from journal order by n');
  return rows.map(({ n }) => n);
}
