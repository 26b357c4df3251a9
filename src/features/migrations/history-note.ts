/** How much of a file that runs statement by statement is done, and the digest of those statements' texts. */
export interface Done {
  readonly statements: number;
  readonly digest: string;
}

/**
 * What a row of the history says beside its success, in its column error_message. The manual's columns hold all of it in words that people
 * read, so that there is no second table to keep in step, and a table made by hand works as it is.
 */
export type HistoryNote =
  /** `statement` is one under way that no transaction holds, 0 for none: whether it took effect only the database can tell. */
  | {
      readonly kind: 'running';
      readonly since: string;
      readonly backendPid: number;
      readonly statement: number;
      readonly done: Done;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly done: Done }
  | { readonly kind: 'baseline' | 'imported'; readonly reason: string }
  | { readonly kind: 'resolved'; readonly as: 'applied' | 'reverted'; readonly reason: string }
  | { readonly kind: 'rolled-back'; readonly by: string };

export const nothingDone: Done = { statements: 0, digest: '' };

/** The note as it stands in error_message. */
export function writeNote(note: HistoryNote): string {
  switch (note.kind) {
    case 'running': {
      const under = note.statement === 0 ? '' : `, statement ${note.statement} under way`;
      return `running since ${note.since} as server process ${note.backendPid}${under}${doneText(note.done)}`;
    }
    case 'failed':
      return `${note.done.statements === 0 ? markOfFailure(note.message) : `${doneText(note.done).trimStart()} `}${note.message}`;
    case 'resolved':
      return `resolved as ${note.as}: ${note.reason}`;
    case 'rolled-back':
      return `rolled back by ${note.by}`;
    case 'baseline':
    case 'imported':
      return `${note.kind}: ${note.reason}`;
  }
}

function doneText({ statements, digest }: Done): string {
  return statements === 0 ? '' : ` [${statements} done ${digest}]`;
}

/** A server may say anything, also what would be read as a note of another kind: then the failure is marked as one. */
function markOfFailure(message: string): string {
  const read = readNote(false, message);
  return read?.kind === 'failed' && read.message === message ? '' : 'failed: ';
}

const running = /^running since (\S+) as server process (\d+)(?:, statement (\d+) under way)?(?: \[(\d+) done ([0-9a-f]+)\])?$/;
const failed = /^\[(\d+) done ([0-9a-f]+)\] ([^]*)$/;
const resolved = /^resolved as (applied|reverted): ([^]*)$/;
const recorded = /^(baseline|imported): ([^]*)$/;
const rolledBack = /^rolled back by (\S.*)$/;

/**
 * Reads what `success` and `error_message` of a row say. Undefined for a plain success. What others wrote there with a success is left
 * alone; without one it is a failure in their words.
 */
export function readNote(success: boolean | null, errorMessage: string | null): HistoryNote | undefined {
  const text = errorMessage ?? '';
  const [, as, why = ''] = resolved.exec(text) ?? [];
  if (as === 'applied' || as === 'reverted') return { kind: 'resolved', as, reason: why };
  if (success !== false) {
    const [, kind, reason = ''] = recorded.exec(text) ?? [];
    return kind === 'baseline' || kind === 'imported' ? { kind, reason } : undefined;
  }
  const run = running.exec(text);
  if (run !== null) {
    const [, since = '', backendPid, statement = 0, statements = 0, digest = ''] = run;
    const done = { statements: Number(statements), digest };
    return { kind: 'running', since, backendPid: Number(backendPid), statement: Number(statement), done };
  }
  const by = rolledBack.exec(text)?.[1];
  if (by !== undefined) return { kind: 'rolled-back', by };
  const [, statements = 0, digest = '', message = text.replace(/^failed: /, '')] = failed.exec(text) ?? [];
  return { kind: 'failed', message, done: { statements: Number(statements), digest } };
}

/** What a run is, that says it runs: `unknown` where it ended within a statement that no transaction held. */
export function stateOfRun(
  note: HistoryNote & { readonly kind: 'running' },
  lockHolders: readonly number[],
): 'running' | 'interrupted' | 'unknown' {
  if (lockHolders.includes(note.backendPid)) return 'running';
  return note.statement === 0 ? 'interrupted' : 'unknown';
}
