import { type Reader, statement } from '#database/query.ts';
import { watchRunQuery } from '../queries.ts';

/** How far the server is with a long statement, as its pg_stat_progress view tells; `done` and `total` count blocks, or bytes of a COPY. */
export interface Progress {
  readonly command: string;
  readonly phase: string;
  /** 0 to 1; undefined where the phase has no measure. */
  readonly fraction: number | undefined;
}

/** A session that keeps the run waiting. */
export interface Blocker {
  readonly backendPid: number;
  readonly who: string;
  readonly query: string;
}

/** What the process that runs a migration is doing. Throws an AdminError where the server does not answer. */
export async function watchRun(
  reader: Reader,
  backendPid: number,
): Promise<{ readonly progress: Progress | undefined; readonly blockedBy: readonly Blocker[] }> {
  const rows = await reader.read(statement(watchRunQuery, { backendPid }));
  const [first] = rows;
  const blockedBy = rows.flatMap((row): Blocker[] => {
    if (row.blocker_pid === null) return [];
    const parts = [row.blocker_application, row.blocker_role, row.blocker_state].filter(Boolean);
    return [
      {
        backendPid: row.blocker_pid,
        who: `process ${row.blocker_pid}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`,
        query: row.blocker_query ?? '',
      },
    ];
  });
  if (first === undefined || first.command === null) return { progress: undefined, blockedBy };
  const [done, total] = [Number(first.done ?? 0), Number(first.total ?? 0)];
  // Totals are estimates of the server: more may turn out to be done than there was.
  const fraction = total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined;
  return { progress: { command: first.command.toLowerCase(), phase: first.phase ?? '', fraction }, blockedBy };
}
