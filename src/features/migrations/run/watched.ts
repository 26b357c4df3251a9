import type { ParsedStatement } from '../parse.ts';
import type { RunContext, Runnable } from './file-run.ts';
import { type Blocker, watchRun } from './watch.ts';

/** How often the server is asked how far it is. */
const watchMs = 1000;

/** What a file that runs tells those who watch. */
interface Watch {
  readonly onStatement: (statement: ParsedStatement) => void;
  readonly inTheWay: () => readonly string[];
}

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
  let isAsking = false;
  const look = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      const seen = await watchRun(database, session.backendPid);
      ({ blockedBy } = seen);
      emit({ kind: 'progress', name, statement, of, elapsedMs: Math.round(performance.now() - startedMs), ...seen });
    } catch {
      // Whoever runs the file hears of a lost connection; that nobody can watch meanwhile changes nothing.
    } finally {
      isAsking = false;
    }
  };
  const deaf = session.onNotice(({ severity, message }) => emit({ kind: 'notice', name, severity, message }));
  const timer = setInterval(() => void look(), watchMs);
  try {
    return await work({
      onStatement(next) {
        statement = next.ordinal;
        emit({ kind: 'statement', name, statement, of, line: next.line });
      },
      inTheWay: () => blockedBy.map(({ who }) => who),
    });
  } finally {
    clearInterval(timer);
    deaf();
  }
}
