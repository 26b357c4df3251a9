import type { Reader, ReadOptions } from '#database/query.ts';
import { statement } from '#database/query.ts';
import { type HistoryNote, readNote } from './history-note.ts';
import { findHistoryQuery, readHistoryQuery } from './status/queries.ts';

/** What the history records of one migration. */
export interface HistoryRow {
  readonly name: string;
  /** As PostgreSQL writes it, with microseconds. */
  readonly appliedAt: string | null;
  readonly appliedBy: string | null;
  readonly executionTimeMs: number | null;
  readonly success: boolean | null;
  /** What its error_message says besides; undefined for a plain success. */
  readonly note: HistoryNote | undefined;
  readonly errorMessage: string | null;
  /** SHA-256 of the file that ran; null where nobody noted it. */
  readonly checksum: string | null;
}

export interface History {
  /** Whether this database has a table of history at all. */
  readonly isThere: boolean;
  /** Whether it can hold checksums. */
  readonly hasChecksums: boolean;
  readonly rows: readonly HistoryRow[];
  /** Where names without a schema point. */
  readonly searchPath: readonly string[];
}

/** Reads the history of migrations; one that is not there is empty. Throws an AdminError where the server refuses. */
export async function readHistory(reader: Reader, options: ReadOptions = {}): Promise<History> {
  const [found] = await reader.read(statement(findHistoryQuery, {}), options);
  const place = {
    isThere: found?.has_history === true,
    hasChecksums: found?.has_checksums === true,
    searchPath: found?.search_path ?? ['public'],
  };
  if (!place.isThere) return { ...place, rows: [] };
  const rows = await reader.read(statement(readHistoryQuery, {}), options);
  return {
    ...place,
    rows: rows.map((row) => ({
      name: row.migration_name,
      appliedAt: row.applied_at,
      appliedBy: row.applied_by,
      executionTimeMs: row.execution_time_ms,
      success: row.success,
      note: readNote(row.success, row.error_message),
      errorMessage: row.error_message,
      checksum: row.checksum,
    })),
  };
}
