import { AdminError } from '#core/errors.ts';
import { maskText } from '#core/mask.ts';

/** How far a bulk change has come. */
export interface BulkProgress {
  /** Rows looked at, in whatever way they ended. */
  readonly matched: number;
  readonly changed: number;
  /** The document said so already. */
  readonly unchanged: number;
  /** Done by an earlier run of the same bulk change. */
  readonly skipped: number;
  readonly failed: readonly FailedRow[];
  readonly rowsPerSecond: number;
}

export interface FailedRow {
  readonly id: string;
  readonly reason: string;
}

/** A bulk change that has ended. */
export interface BulkResult extends BulkProgress {
  readonly bulkId: string;
  /** Why it ended before its last row; undefined when it did not. */
  readonly stopped: BulkStop | undefined;
}

/** The operator stopped it, or something happened that every further row would meet as well: no connection, no right to write. */
export type BulkStop = { readonly why: 'interrupted' } | { readonly why: 'failed'; readonly error: AdminError };

export type RowOutcome = 'changed' | 'unchanged' | 'skipped';

export interface RowsOptions {
  /** Aborting it stops between two rows: the one at hand is finished. */
  readonly signal?: AbortSignal | undefined;
  /** Called about every second, and after each batch. */
  readonly onProgress?: ((progress: BulkProgress) => void) | undefined;
}

const reportEveryMs = 1000;

/**
 * Does the work for row after row of each batch. A row that fails is noted and the rest goes on; what would fail for every row stops it,
 * and is thrown where nothing was done yet. Bugs are thrown.
 */
export async function workThroughRows<Row>(
  bulkId: string,
  batches: AsyncIterable<readonly Row[]>,
  idOf: (row: Row) => string,
  work: (row: Row) => Promise<RowOutcome>,
  { signal, onProgress }: RowsOptions,
): Promise<BulkResult> {
  const counts = { changed: 0, unchanged: 0, skipped: 0 };
  const failed: FailedRow[] = [];
  const startedMs = performance.now();
  let reportedMs = startedMs;
  const progress = (): BulkProgress => {
    const matched = counts.changed + counts.unchanged + counts.skipped + failed.length;
    const seconds = Math.max(performance.now() - startedMs, 1) / 1000;
    return { matched, ...counts, failed: [...failed], rowsPerSecond: (matched - counts.skipped) / seconds };
  };
  const report = (): void => {
    reportedMs = performance.now();
    onProgress?.(progress());
  };
  const ended = (stopped?: BulkStop): BulkResult => ({ ...progress(), bulkId, stopped });
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        if (signal?.aborted) return ended({ why: 'interrupted' });
        try {
          counts[await work(row)] += 1;
        } catch (error) {
          if (!(error instanceof AdminError)) throw error;
          if (error.kind !== 'refused') failed.push({ id: idOf(row), reason: maskText(error.message) });
          if (stopsAll(error)) throw error;
        }
        if (performance.now() - reportedMs >= reportEveryMs) report();
      }
      report();
    }
    return ended();
  } catch (error) {
    if (signal?.aborted) return ended({ why: 'interrupted' });
    if (error instanceof AdminError && counts.changed > 0) return ended({ why: 'failed', error });
    throw error;
  }
}

function stopsAll({ kind }: AdminError): boolean {
  return kind === 'connection' || kind === 'refused';
}
