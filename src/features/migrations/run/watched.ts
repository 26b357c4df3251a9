import { maskMessage } from '#core/mask-sql.ts';
import { type Blocker, whileWatching } from '#database/watch.ts';
import type { FileRun, RunContext, Runnable } from './file-run.ts';

/** How often the server is asked how far it is. */
const watchMs = 1000;

/** What a file that runs tells those who watch. */
type Watch = Pick<FileRun, 'onStatement' | 'onWait' | 'inTheWay'>;

/** Runs a file while telling what happens: statements, notices, and every second how far the server is and who keeps it waiting. */
export async function watched<Result>(
  { session, database, emit }: RunContext,
  { file, parsed }: Runnable,
  startedMs: number,
  work: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  const { name } = file;
  const of = parsed.statements.length;
  let statement = 0;
  let blockedBy: readonly Blocker[] = [];
  const deaf = session.onNotice(({ severity, message }) =>
    emit({ kind: 'notice', name, severity, message: maskMessage(message) }),
  );
  // Before a statement is sent the server knows of nobody whom it waits for.
  let waitedFor: readonly Blocker[] = [];
  const onLook: Parameters<typeof whileWatching>[3] = ({ progress, blockedBy: seen }) => {
    blockedBy = waitedFor.length > 0 ? waitedFor : seen;
    emit({ kind: 'progress', name, statement, of, elapsedMs: Math.round(performance.now() - startedMs), progress, blockedBy });
  };
  const watch: Watch = {
    onStatement(next) {
      statement = next.ordinal;
      emit({ kind: 'statement', name, statement, of, line: next.line });
    },
    onWait(next) {
      waitedFor = next;
      if (next.length > 0) onLook({ progress: undefined, blockedBy: next });
    },
    inTheWay: () => blockedBy.map(({ who }) => who),
  };
  try {
    return await whileWatching(database, session, watchMs, onLook, () => work(watch));
  } finally {
    deaf();
  }
}
