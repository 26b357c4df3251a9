import { randomUUID } from 'node:crypto';
import { AdminError } from '#core/errors.ts';
import {
  type Account,
  auditMissing,
  type AuditEntry,
  type AuditShape,
  auditShapeOf,
  authorMembers,
  putOnRecord,
} from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import type { JobResult, Measure } from './events.ts';
import type { Job } from './job.ts';

/** On whose account work is done, and why, where they said. */
export interface MaintenanceAccount extends Account {
  readonly reason?: string | undefined;
}

const actions: Readonly<Record<Job['action'], string>> = {
  reindex: 'INDEX_REINDEX',
  drop: 'INDEX_CLEAN',
  analyze: 'TABLE_ANALYZE',
  vacuum: 'TABLE_VACUUM',
  'vacuum-analyze': 'TABLE_VACUUM',
};

/**
 * The audit log that work is put on record in, after an entry was tried and taken back: work of hours must not end on no record. Undefined
 * where that was asked for. Throws an AdminError (refused) where the log is not there, or does not take or keep entries.
 */
export async function requireRecord(database: Database, account: MaintenanceAccount, job: Job): Promise<AuditShape | undefined> {
  if (account.isUnaudited) return undefined;
  const shape = auditShapeOf(await database.catalog());
  if (shape === undefined) throw auditMissing('no-audit-log', 'deed');
  const taken = new Error('taken back: this was a trial');
  await database
    .write(async (transaction) => {
      await putOnRecord(transaction.run.bind(transaction), shape, entryOf(job, undefined, account));
      throw taken;
    })
    .catch((error: unknown) => {
      if (error !== taken) throw error;
    });
  return shape;
}

/** Puts what became of a job on record. Why that failed, where it did. */
export async function recordJob(
  database: Database,
  shape: AuditShape | undefined,
  account: MaintenanceAccount,
  result: Omit<JobResult, 'unrecorded'>,
): Promise<string | undefined> {
  if (shape === undefined) return undefined;
  try {
    const entry = entryOf(result.job, result, account);
    await database.write((transaction) => putOnRecord(transaction.run.bind(transaction), shape, entry));
    return undefined;
  } catch (error) {
    if (error instanceof AdminError) return error.message;
    throw error;
  }
}

function entryOf(job: Job, result: Omit<JobResult, 'unrecorded'> | undefined, account: MaintenanceAccount): AuditEntry {
  const id = randomUUID();
  const { author, reason } = account;
  const measure = (of: Measure | undefined) =>
    [
      ['index_bytes', String(of?.indexBytes ?? null)],
      ['table_bytes', String(of?.tableBytes ?? null)],
    ] as const;
  return {
    id,
    action: actions[job.action],
    table: job.target.table,
    record: job.target.title,
    before: measure(result?.before),
    after: [['state', JSON.stringify(result?.state ?? 'begun')], ...measure(result?.after)],
    change: [
      'maintenance',
      JSON.stringify({
        id,
        target: job.target.title,
        statement: result?.statement,
        elapsed_ms: result?.elapsedMs,
        skipped: result?.skipped.map(({ title }) => title),
        left_over: result?.leftovers.filter(({ isDropped }) => !isDropped).map(({ title }) => title),
        error: result?.failure?.message,
        reason,
        ...authorMembers(author),
      }),
    ],
    operator: author.operator,
    tenantId: null,
  };
}
