import { AdminError } from '#core/errors.ts';
import type { Reader, ReadOptions } from '#database/query.ts';
import { statement } from '#database/query.ts';
import { type HistoryNote, readNote } from './history-note.ts';
import { quoted } from './lint/finding.ts';
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

/** What is known of a database that has no history. */
export interface NoHistory {
  /** Whether there is a table of that name, which then is another program's. */
  readonly hasTable: boolean;
  /** Other schemas that have a history. */
  readonly otherSchemas: readonly string[];
}

/** Who does not see all of the history, and whose it is. */
export interface HiddenHistory {
  readonly role: string;
  readonly owner: string | undefined;
}

export interface History extends NoHistory {
  /** Whether this database has a table of history at all. */
  readonly isThere: boolean;
  /** Whether it can hold checksums. */
  readonly hasChecksums: boolean;
  /** Those that this role sees. */
  readonly rows: readonly HistoryRow[];
  /** From whom row level security may keep rows: then a row that is not here says nothing. Undefined where all are seen. */
  readonly hidden: HiddenHistory | undefined;
  /** Where names without a schema point. */
  readonly searchPath: readonly string[];
}

/** Reads the history of migrations; one that is not there is empty. Throws an AdminError where the server refuses. */
export async function readHistory(reader: Reader, options: ReadOptions = {}): Promise<History> {
  const [found] = await reader.read(statement(findHistoryQuery, {}), options);
  const place = {
    isThere: found?.has_history === true,
    hasChecksums: found?.has_checksums === true,
    hasTable: found?.has_table === true,
    otherSchemas: found?.other_schemas ?? [],
    hidden: found?.hides_rows === true ? { role: found.role_name, owner: found.history_owner ?? undefined } : undefined,
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

/** Why there is no history here: none at all, another program's table, or one in another schema. Not displayable text yet. */
export function whyNoHistory({ hasTable, otherSchemas: [elsewhere] }: NoHistory): string {
  if (elsewhere !== undefined)
    return `The history of migrations is ${elsewhere}.schema_migrations, and it is looked for in public.`;
  if (hasTable) return 'public.schema_migrations has no migration_name: it is not the history of manual 4.5.';
  return 'This database has no history of migrations.';
}

/** The same as an error. */
export function noHistory(found: NoHistory): AdminError {
  const { hasTable, otherSchemas } = found;
  const [elsewhere] = otherSchemas;
  return new AdminError({
    kind: 'refused',
    code: elsewhere !== undefined ? 'history-elsewhere' : hasTable ? 'history-foreign' : 'no-history',
    whatHappened: whyNoHistory(found),
    whatToDo:
      elsewhere !== undefined
        ? `Nothing was run. Move it: alter table ${quoted(elsewhere)}.schema_migrations set schema public`
        : hasTable
          ? 'Nothing was run. Rename the table, or bring it into that shape.'
          : 'Create it with aisha-console migrations init.',
  });
}

/** Throws an AdminError (refused, history-hidden) where row level security may keep rows of the history from this role. */
export function requireWholeHistory({ hidden }: Pick<History, 'hidden'>): void {
  if (hidden !== undefined) throw historyHidden(hidden);
}

/** That the history can not be seen as a whole: what was applied may look as if it never was. */
export function historyHidden({ role, owner = 'its owner' }: HiddenHistory): AdminError {
  return new AdminError({
    kind: 'refused',
    code: 'history-hidden',
    whatHappened: `The role ${role} can not see the whole history: row level security is on for public.schema_migrations, and no policy shows this role all rows.`,
    whatToDo: `Connect as a role that bypasses it, such as postgres on Supabase, or let ${owner} run: create policy migrations_console on public.schema_migrations to ${quoted(role)} using (true) with check (true)`,
  });
}
