import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { type Ask, statement } from '#database/query.ts';
import { writeHistory } from './history-change.ts';
import { addChecksumQuery, createHistoryQuery, describeRecordsQuery } from './queries.ts';
import { noHistory } from './history.ts';
import { findRecords, writeDeed } from './record.ts';
import { requireOurs, requireOwner } from './record-shape.ts';

/** What `init` would do, or did: `nothing` where the history is as it should be. */
export type InitStep = 'create' | 'add-checksum' | 'nothing';

/**
 * What is missing for a history. Throws an AdminError (refused) where a table of that name is another program's or another role's, or where
 * another schema has the history.
 */
export async function planInit(ask: Ask): Promise<InitStep> {
  const [row] = await ask(statement(describeRecordsQuery, {}));
  const columns = row?.history_columns ?? [];
  const [elsewhere] = row?.other_schemas ?? [];
  if (columns.length === 0 && elsewhere !== undefined) throw noHistory({ hasTable: false, otherSchemas: [elsewhere] });
  if (columns.length === 0) return 'create';
  requireOurs(row);
  if (columns.includes('checksum')) return 'nothing';
  requireOwner(row);
  return 'add-checksum';
}

/**
 * Creates the history of manual 4.5 with a checksum column, or adds that to one that lacks it; in one transaction with its audit entry.
 * Throws an AdminError (refused): read-only, no audit log, or a table of that name that is another program's.
 */
export async function initHistory(database: Database, account: Account): Promise<InitStep> {
  return writeHistory(database, async (ask) => {
    const step = await planInit(ask);
    if (step === 'create') await ask(statement(createHistoryQuery, {}));
    const records = await findRecords(ask, account);
    if (step === 'add-checksum') await ask(statement(addChecksumQuery, {}));
    if (step === 'nothing') return step;
    await writeDeed(ask, records, account, {
      action: 'MIGRATION_INIT',
      name: 'schema_migrations',
      before: step === 'create' ? 'absent' : 'without checksum',
      after: 'with checksum',
      details: { step },
    });
    return step;
  });
}
