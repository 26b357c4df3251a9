import { randomUUID } from 'node:crypto';
import { AdminError } from '#core/errors.ts';
import {
  type Account,
  auditMissing,
  type AuditShape,
  auditShapeFrom,
  authorMembers,
  putOnRecord,
} from '#database/audit-entry.ts';
import { type Ask, statement } from '#database/query.ts';
import { type HistoryNote, readNote, writeNote } from './history-note.ts';
import { historyHidden, noHistory } from './history.ts';
import { requireOurs, requireRights } from './record-shape.ts';
import { describeRecordsQuery, readRecordQuery, recordChecksumQuery, recordRunQuery } from './queries.ts';

/** What is done to the history, as the audit log names it. */
export type HistoryAction =
  | 'MIGRATION_APPLY'
  | 'MIGRATION_ROLLBACK'
  | 'MIGRATION_BASELINE'
  | 'MIGRATION_RESOLVE'
  | 'MIGRATION_IMPORT'
  | 'MIGRATION_INIT';

/** What this database has to record migrations in. */
export interface Records {
  readonly hasChecksum: boolean;
  /** Undefined where nothing is put on record, on purpose. */
  readonly audit: AuditShape | undefined;
}

/** A row of the history, as far as it decides what may be done. */
export interface HistoryRow {
  readonly success: boolean;
  readonly appliedAt: string | undefined;
  readonly appliedBy: string | undefined;
  readonly note: HistoryNote | undefined;
}

/**
 * What there is to record in. Throws an AdminError: refused no-history where there is none yet, history-foreign where the table is another
 * program's, history-hidden where this role does not see all of it, history-forbidden where it may not write into it, and no-audit-log unless that was asked for.
 */
export async function findRecords(ask: Ask, { isUnaudited }: Account): Promise<Records> {
  const [row] = await ask(statement(describeRecordsQuery, {}));
  const columns = row?.history_columns ?? [];
  if (columns.length === 0) throw noHistory({ hasTable: false, otherSchemas: row?.other_schemas ?? [] });
  requireOurs(row);
  if (row.hides_rows) throw historyHidden({ role: row.role_name, owner: row.history_owner ?? undefined });
  requireRights(row);
  const audit = isUnaudited ? undefined : auditShapeFrom(row.audit_columns);
  if (audit === undefined && !isUnaudited) throw auditMissing('no-audit-log', 'deed');
  return { hasChecksum: columns.includes('checksum'), audit };
}

/** The row of a migration; undefined where the history does not know it. */
export async function readRow(ask: Ask, name: string): Promise<HistoryRow | undefined> {
  const [row] = await ask(statement(readRecordQuery, { migrationName: name }));
  if (row === undefined) return undefined;
  return {
    success: row.success !== false,
    appliedAt: row.applied_at ?? undefined,
    appliedBy: row.applied_by ?? undefined,
    note: readNote(row.success, row.error_message),
  };
}

/** What a row is to say. */
export interface NewRow {
  readonly name: string;
  readonly success: boolean;
  readonly note: HistoryNote | undefined;
  readonly executionTimeMs: number | null;
  /** Of the text that this is about; null where it is not known. */
  readonly checksum: string | null;
  /** When and by whom, where that is another time and person than now. */
  readonly appliedAt?: string | undefined;
  readonly appliedBy?: string | undefined;
}

/** Writes a row over the one that was there. In what transaction, `ask` decides. */
export async function writeRow(
  ask: Ask,
  { hasChecksum }: Pick<Records, 'hasChecksum'>,
  { author }: Pick<Account, 'author'>,
  row: NewRow,
): Promise<{ readonly appliedAt: string; readonly transactionId: string }> {
  const { name, success, note, executionTimeMs, checksum, appliedAt = null, appliedBy = author.operator } = row;
  const [written] = await ask(
    statement(recordRunQuery, {
      migrationName: name,
      appliedAt,
      // As long as the manual's column.
      appliedBy: Array.from(appliedBy).slice(0, 255).join(''),
      executionTimeMs,
      success,
      // A text of PostgreSQL holds no zero bytes.
      errorMessage: note === undefined ? null : writeNote(note).replaceAll('\0', ''),
    }),
  );
  if (written === undefined)
    throw refused('history-suppressed', `The history did not keep the row of ${name}.`, 'Look at its triggers and rules.');
  if (hasChecksum) await ask(statement(recordChecksumQuery, { migrationName: name, checksum }));
  return { appliedAt: written.applied_at, transactionId: written.transaction_id };
}

/** What is put on record beside the row: what was done, why, and what stood there before. */
export interface Deed {
  readonly action: HistoryAction;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly details: Readonly<Record<string, string | number | null | undefined>>;
}

/** Writes the audit entry of a deed, unless that is not wanted. Throws an AdminError where the log does not take or keep it. */
export async function writeDeed(ask: Ask, { audit }: Records, { author }: Account, deed: Deed): Promise<void> {
  if (audit === undefined) return;
  const { action, name, before, after, details } = deed;
  const id = randomUUID();
  await putOnRecord(ask, audit, {
    id,
    action,
    table: 'schema_migrations',
    record: name,
    before: [['state', JSON.stringify(before)]],
    after: [['state', JSON.stringify(after)]],
    change: ['migration', JSON.stringify({ id, name, ...details, ...authorMembers(author) })],
    operator: author.operator,
    tenantId: null,
  });
}

/** A row in one word, as the audit log has it. */
export function wordOf(row: HistoryRow | undefined): string {
  if (row === undefined) return 'pending';
  return row.note?.kind ?? (row.success ? 'applied' : 'failed');
}

function refused(code: string, whatHappened: string, whatToDo: string): AdminError {
  return new AdminError({ kind: 'refused', code, whatHappened, whatToDo });
}
