import type { MigrationContent } from '#core/migration-file.ts';
import { writeMigration, type WrittenMigration } from '#core/write-migration.ts';
import type { AuditSource } from './source.ts';

/** `time-index`: history pages and a bounded poll. `txid`: a poll that is an index look-up, and exact. */
export const auditMigrationKinds = ['time-index', 'txid', 'all'] as const;
export type AuditMigrationKind = (typeof auditMigrationKinds)[number];

type Change = Pick<MigrationContent, 'slug' | 'description' | 'up' | 'down'>;

const leftover = `-- A build that failed leaves an invalid index of this name, which IF NOT EXISTS takes for done: then run the ROLLBACK_ file first.\n`;

/** What has to be done, in its order; nothing where the log has it all. */
function auditChanges(source: AuditSource, kind: AuditMigrationKind): readonly Change[] {
  const time = source.time.name;
  const changes: Change[] = [];
  if (kind !== 'txid' && source.timeIndex === undefined) {
    changes.push({
      slug: `audit_log_${time}_index`,
      description: 'Page back through the audit log, and poll it, by its time without reading it all',
      up: `${leftover}CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_audit_log_${time} ON public.audit_log (${time});`,
      down: `DROP INDEX CONCURRENTLY IF EXISTS public.idx_audit_log_${time};`,
    });
  }
  if (kind !== 'time-index' && !source.columns.has('txid')) {
    changes.push({
      slug: 'audit_log_txid',
      description: 'Which transaction wrote an entry, so that a tail can not miss one; the table is not rewritten',
      up: `-- Waits for whoever uses the table, and everybody behind it: rather fails, to be tried again.
SET LOCAL lock_timeout = '5s';
ALTER TABLE public.audit_log ADD COLUMN IF NOT EXISTS txid xid8 NOT NULL DEFAULT pg_current_xact_id();`,
      down: `SET LOCAL lock_timeout = '5s';
ALTER TABLE public.audit_log DROP COLUMN IF EXISTS txid;`,
    });
  }
  if (kind !== 'time-index' && source.transactionIndex === undefined) {
    changes.push({
      slug: 'audit_log_txid_index',
      description: 'Find the entries since the last look by an index',
      up: `${leftover}CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_audit_log_txid_id ON public.audit_log (txid, id);`,
      down: 'DROP INDEX CONCURRENTLY IF EXISTS public.idx_audit_log_txid_id;',
    });
  }
  return changes;
}

/**
 * Writes what the audit log lacks as numbered migrations with their ROLLBACK_ twins, each to be run by itself and in this order. One that the folder
 * has already is left as it is. Throws an AdminError (configuration, migration-not-written).
 */
export async function writeAuditMigrations(
  directory: string,
  source: AuditSource,
  kind: AuditMigrationKind,
  by: { readonly author: string; readonly date: Date },
): Promise<readonly WrittenMigration[]> {
  const written: WrittenMigration[] = [];
  for (const change of auditChanges(source, kind)) {
    const needed =
      change.slug === 'audit_log_txid_index' ? written.filter(({ name }) => name.endsWith('_audit_log_txid.sql')) : [];
    written.push(await writeMigration(directory, { ...change, ...by, dependencies: needed.map(({ name }) => name) }));
  }
  return written;
}
