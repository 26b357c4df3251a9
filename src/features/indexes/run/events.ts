import type { Blocker } from '#database/watch.ts';
import type { Job, SkippedIndex } from './job.ts';

/** An index that a job was to rebuild. Bytes are null where they are not known. */
export interface RebuiltIndex {
  readonly title: string;
  readonly isRebuilt: boolean;
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
}

/** What an interrupted REINDEX left behind, and what became of it. */
export interface Leftover {
  readonly title: string;
  /** `unfinished`: the new one, `_ccnew`. `replaced`: the old one, `_ccold`, whose successor is in its place. */
  readonly kind: 'unfinished' | 'replaced';
  readonly isDropped: boolean;
  /** What cleans it. */
  readonly statement: string;
  /** Why it is still there. */
  readonly why: string | undefined;
}

/** Sizes of what a job works on; null where they are not known. */
export interface Measure {
  readonly tableBytes: number | null;
  readonly indexBytes: number | null;
  readonly deadRows: number;
}

export interface JobFailure {
  /** The server's first words, or ours where the server said nothing. */
  readonly message: string;
  readonly sqlState: string | undefined;
  /** Detail and hint in the server's words, and who was in the way. */
  readonly details: readonly string[];
  readonly whatToDo: string;
}

/** What became of a job. */
export interface JobResult {
  readonly job: Job;
  readonly statement: string;
  /**
   * `done` also where the statement was stopped after it had put every index in its place. `stopped`: by the operator. `unknown`: the server
   * did not come back to be asked.
   */
  readonly state: 'done' | 'failed' | 'stopped' | 'unknown';
  readonly elapsedMs: number;
  readonly before: Measure;
  /** Undefined where the server did not come back to be asked. */
  readonly after: Measure | undefined;
  /** Of a REINDEX. */
  readonly indexes: readonly RebuiltIndex[];
  readonly skipped: readonly SkippedIndex[];
  /** The server's warnings. */
  readonly warnings: readonly string[];
  readonly leftovers: readonly Leftover[];
  readonly failure: JobFailure | undefined;
  /** Nothing stands in the way of trying again. */
  readonly mayRetry: boolean;
  /** Why it is not on record although it was to be. */
  readonly unrecorded: string | undefined;
}

/** What happens in a run, as it happens. */
export type MaintenanceEvent =
  | { readonly kind: 'begin'; readonly job: Job; readonly statement: string }
  | {
      readonly kind: 'progress';
      /** Title of what the job works on. */
      readonly target: string;
      /** In words. */
      readonly phase: string;
      /** The index or table at hand, by its bare name, where the server tells. */
      readonly relation: string | undefined;
      /** In `unit`, clamped; undefined where the phase has no measure. */
      readonly done: number | undefined;
      readonly total: number | undefined;
      readonly unit: string;
      /** 0 to 1. */
      readonly fraction: number | undefined;
      readonly waitingFor: readonly Blocker[];
      /** Since the job began. */
      readonly elapsedMs: number;
    }
  | { readonly kind: 'cleaning'; readonly target: string; readonly leftover: string; readonly statement: string }
  | { readonly kind: 'result'; readonly result: JobResult };

export type Emit = (event: MaintenanceEvent) => void;
