import type { Blocker, Progress } from '#database/watch.ts';

/** Where and why a file failed. */
export interface RunFailure {
  /** The server's first words, or ours where the server said nothing. */
  readonly message: string;
  readonly sqlState: string | undefined;
  /** Ordinal of the statement, from 1; undefined where no statement is to blame. */
  readonly statement: number | undefined;
  /** In the file, from 1; `column` counts characters. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The line of the file, and a caret below the place where the server said one. */
  readonly excerpt: readonly string[];
  /** Detail, hint and context in the server's words, and who was in the way. */
  readonly details: readonly string[];
  /** The operator stopped it. */
  readonly isStopped: boolean;
}

/** What became of one file. */
export interface FileResult {
  readonly name: string;
  /**
   * `unknown`: the connection was lost and looking again did not tell. `refused`: nothing was sent. `tried`: it ran through and was rolled
   * back, as asked.
   */
  readonly state: 'applied' | 'already-applied' | 'failed' | 'refused' | 'unknown' | 'tried';
  readonly executionTimeMs: number;
  readonly appliedAt: string | undefined;
  readonly statements: number;
  /** The statement it went on with, after an earlier run. */
  readonly resumedAt: number | undefined;
  /** Statements that are done although the file failed. */
  readonly doneStatements: number;
  readonly failure: RunFailure | undefined;
}

/** The session that holds the lock under which migrations run. */
export interface LockHolder {
  readonly backendPid: number;
  readonly who: string;
}

/** What happens in a run, as it happens. */
export type RunEvent =
  | { readonly kind: 'waiting'; readonly holder: LockHolder }
  | { readonly kind: 'file'; readonly name: string; readonly statements: number; readonly from: number }
  | { readonly kind: 'statement'; readonly name: string; readonly statement: number; readonly of: number; readonly line: number }
  | { readonly kind: 'notice'; readonly name: string; readonly severity: string; readonly message: string }
  | {
      readonly kind: 'progress';
      readonly name: string;
      readonly statement: number;
      readonly of: number;
      /** Since the file began. */
      readonly elapsedMs: number;
      readonly progress: Progress | undefined;
      readonly blockedBy: readonly Blocker[];
    }
  | { readonly kind: 'result'; readonly result: FileResult };

export type Emit = (event: RunEvent) => void;
