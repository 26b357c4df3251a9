import type { z } from 'zod';
import { maskSql } from '#core/mask-sql.ts';
import { type blockerColumns, watchBackend as watchBackendQuery } from './queries.ts';
import { type Reader, statement } from './query.ts';

/** How far the server is with a long statement, as its pg_stat_progress view tells. */
export interface Progress {
  readonly command: string;
  readonly phase: string;
  /** The index or table at hand, by its bare name. */
  readonly relation: string | undefined;
  /** What `done` and `total` count in this phase: `blocks`, `rows`, `sessions` that are waited for, … */
  readonly unit: string;
  /** Never more than `total`; both undefined where the phase has no measure. */
  readonly done: number | undefined;
  readonly total: number | undefined;
  /** 0 to 1; undefined where the phase has no measure. */
  readonly fraction: number | undefined;
}

/** A session that keeps another waiting. What the role may not see of it is undefined. */
export interface Blocker {
  readonly backendPid: number;
  readonly role: string | undefined;
  readonly application: string | undefined;
  /** `active`, `idle in transaction`, … */
  readonly state: string | undefined;
  /** What it runs, or ran last; its first 200 characters, secrets masked. */
  readonly query: string;
  /** Since that began, and since its transaction began, in seconds. */
  readonly queryAgeSeconds: number | undefined;
  readonly transactionAgeSeconds: number | undefined;
  /** All of that but the query in words: `process 4711 (psql, olga, idle in transaction)`. */
  readonly who: string;
}

/** What a process of ours is doing. Throws an AdminError where the server does not answer. */
export async function watchBackend(
  reader: Reader,
  backendPid: number,
): Promise<{ readonly progress: Progress | undefined; readonly blockedBy: readonly Blocker[] }> {
  const rows = await reader.read(statement(watchBackendQuery, { backendPid }));
  const blockedBy = blockersFrom(rows);
  const [row] = rows;
  if (row === undefined || row.command === null) return { progress: undefined, blockedBy };
  const { command, phase, relation, unit } = row;
  // Totals are estimates of the server: more may turn out to be done than there was.
  const total = Math.max(0, Number(row.total ?? 0));
  const done = Math.min(total, Math.max(0, Number(row.done ?? 0)));
  const measure =
    total > 0 ? { done, total, fraction: done / total } : { done: undefined, total: undefined, fraction: undefined };
  return {
    progress: { command, phase: phase ?? '', relation: relation ?? undefined, unit: unit ?? '', ...measure },
    blockedBy,
  };
}

/** The sessions that rows tell of. */
export function blockersFrom(rows: readonly z.output<z.ZodObject<typeof blockerColumns>>[]): readonly Blocker[] {
  return rows.flatMap((row): Blocker[] => {
    if (row.blocker_pid === null) return [];
    const parts = [row.blocker_application, row.blocker_role, row.blocker_state].filter(Boolean);
    return [
      {
        backendPid: row.blocker_pid,
        role: row.blocker_role ?? undefined,
        application: row.blocker_application ?? undefined,
        state: row.blocker_state ?? undefined,
        query: maskSql(row.blocker_query ?? ''),
        queryAgeSeconds: numberOf(row.blocker_query_age_seconds),
        transactionAgeSeconds: numberOf(row.blocker_transaction_age_seconds),
        // pg_blocking_pids gives 0 for what was prepared for a two-phase commit.
        who:
          row.blocker_pid === 0
            ? 'a prepared transaction'
            : `process ${row.blocker_pid}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`,
      },
    ];
  });
}

const numberOf = (text: string | null): number | undefined => (text === null ? undefined : Math.max(0, Number(text)));

/** Runs `work` while looking every `everyMs` at what the process does that runs it; behind a pooler that is another one now and then. */
export async function whileWatching<Result>(
  reader: Reader,
  process: { readonly backendPid: number },
  everyMs: number,
  onLook: (seen: Awaited<ReturnType<typeof watchBackend>>) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  let isAsking = false;
  const look = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      onLook(await watchBackend(reader, process.backendPid));
    } catch {
      // Whoever runs the work hears of a lost connection; that nobody can watch meanwhile changes nothing.
    } finally {
      isAsking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
