import type { Client } from 'pg';
import type { Reader } from '#database/query.ts';
import { everyEntry } from '#features/audit/filter.ts';
import type { FollowedEntry, FollowEvent } from '#features/audit/follow/events.ts';
import { follow, type FollowOptions } from '#features/audit/follow/follow.ts';
import type { AuditSource } from '#features/audit/source.ts';
import { until } from '../database/opening.ts';

/** The opt-in column and its index. */
export const addTxid =
  'alter table audit_log add txid xid8 not null default pg_current_xact_id(); create index audit_log_txid on audit_log (txid, id)';

/** Inserts rows into the manual's log in one transaction; gives their ids. */
export async function insertInto(client: Client, rows = 1, actor = 'x', at = 'now()'): Promise<string[]> {
  const { rows: made } = await client.query<{ id: string }>(
    `insert into audit_log (action, table_name, changed_by, changed_at) select 'INSERT', 'contacts', $1, ${at} from generate_series(1, $2) as n
     returning id`,
    [actor, rows],
  );
  return made.map(({ id }) => id);
}

/** A follower at work, and all that it told so far. */
export interface Follower {
  readonly events: FollowEvent[];
  readonly entries: FollowedEntry[];
  /** How often each id was emitted. */
  readonly times: Map<string, number>;
  /** Resolves when the first event is there: from now on nothing may be missed. */
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

/** Follows in the background, faster than a pane does. */
export function startFollower(reader: Reader, source: AuditSource, options: Partial<FollowOptions> = {}): Follower {
  const ending = new AbortController();
  const begun = Promise.withResolvers<void>();
  const follower = { events: [] as FollowEvent[], entries: [] as FollowedEntry[], times: new Map<string, number>() };
  const run = async (): Promise<void> => {
    const wanted = { filter: everyEntry, intervalMs: 150, reconcileMs: 3000, ...options, signal: ending.signal };
    for await (const event of follow(reader, source, wanted)) {
      begun.resolve();
      if (event.kind !== 'poll' || event.report.found > 0 || event.report.isReconcile) follower.events.push(event);
      if (event.kind !== 'entries') continue;
      for (const entry of event.entries) {
        follower.entries.push(entry);
        follower.times.set(entry.id, (follower.times.get(entry.id) ?? 0) + 1);
      }
    }
  };
  const running = run();
  running.catch((error: unknown) => begun.reject(error));
  return {
    ...follower,
    started: begun.promise,
    async stop() {
      ending.abort();
      await running;
    },
  };
}

/** What the follower lost and what it told twice, against the ids that it should have told. */
export function compared(follower: Follower, wanted: Iterable<string>) {
  const ids = new Set(wanted);
  return {
    lost: [...ids].filter((id) => !follower.times.has(id)).length,
    duplicated: [...follower.times.values()].filter((times) => times > 1).length,
    extra: [...follower.times.keys()].filter((id) => !ids.has(id)).length,
  };
}

/** Waits until the follower has told these, or so many; goes on after ten seconds, since what is missing is for the test to say. */
export async function untilTold({ times }: Follower, wanted: number | readonly string[]): Promise<void> {
  const isDone = (): boolean => (typeof wanted === 'number' ? times.size >= wanted : wanted.every((id) => times.has(id)));
  await until(async () => Promise.resolve(isDone())).catch(() => undefined);
}

/** Waits for an event of this kind, behind those that were there. */
export async function untilEvent<Kind extends FollowEvent['kind']>(
  follower: Follower,
  kind: Kind,
): Promise<Extract<FollowEvent, { kind: Kind }>> {
  return until(async () => {
    const event = follower.events.find((candidate) => candidate.kind === kind);
    return Promise.resolve(event as Extract<FollowEvent, { kind: Kind }> | undefined);
  });
}
