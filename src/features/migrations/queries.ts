import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

export const describeRecordsQuery = defineQuery({
  name: 'migrations/describe-records',
  parameters: {},
  row: z.object({
    history_columns: z.array(z.string()),
    history_types: z.array(z.string()),
    history_needs: z.array(z.string()),
    history_owner: z.string().nullable(),
    is_owner: z.boolean(),
    missing_rights: z.array(z.string()),
    hides_rows: z.boolean(),
    role_name: z.string(),
    other_schemas: z.array(z.string()),
    audit_columns: z.array(z.string()),
    names_are_unique: z.boolean(),
  }),
});

export const createHistoryQuery = defineQuery({
  name: 'migrations/create-history',
  mode: 'write',
  parameters: {},
  row: z.object({}),
});

export const addChecksumQuery = defineQuery({
  name: 'migrations/add-checksum',
  mode: 'write',
  parameters: {},
  row: z.object({}),
});

export const recordRunQuery = defineQuery({
  name: 'migrations/record-run',
  mode: 'write',
  parameters: {
    migrationName: z.string(),
    appliedAt: z.string().nullable(),
    appliedBy: z.string(),
    executionTimeMs: z.number().nullable(),
    success: z.boolean(),
    errorMessage: z.string().nullable(),
  },
  row: z.object({ name: z.string(), applied_at: z.string(), transaction_id: z.string() }),
});

export const recordProgressQuery = defineQuery({
  name: 'migrations/record-progress',
  mode: 'write',
  parameters: { migrationName: z.string(), note: z.string() },
  row: z.object({ name: z.string(), transaction_id: z.string() }),
});

export const recordChecksumQuery = defineQuery({
  name: 'migrations/record-checksum',
  mode: 'write',
  parameters: { migrationName: z.string(), checksum: z.string().nullable() },
  row: z.object({ name: z.string() }),
});

export const readRecordQuery = defineQuery({
  name: 'migrations/read-record',
  parameters: { migrationName: z.string() },
  row: z.object({
    applied_at: z.string().nullable(),
    applied_by: z.string().nullable(),
    success: z.boolean().nullable(),
    error_message: z.string().nullable(),
  }),
});

export const takeLockQuery = defineQuery({
  name: 'migrations/take-lock',
  parameters: {},
  row: z.object({ is_taken: z.boolean() }),
});

export const takeTransactionLockQuery = defineQuery({
  name: 'migrations/take-transaction-lock',
  parameters: {},
  row: z.object({ is_taken: z.boolean(), backend_pid: z.number() }),
});

export const listLockHoldersQuery = defineQuery({
  name: 'migrations/list-lock-holders',
  parameters: {},
  row: z.object({
    backend_pid: z.number(),
    role_name: z.string().nullable(),
    application_name: z.string().nullable(),
    client_address: z.string().nullable(),
    connected_at: z.string().nullable(),
  }),
});

export const findIndexQuery = defineQuery({
  name: 'migrations/find-index',
  parameters: { name: z.string() },
  row: z.object({ is_valid: z.boolean() }),
});

export const findTableQuery = defineQuery({
  name: 'migrations/find-table',
  parameters: { name: z.string() },
  row: z.object({ table_oid: z.string(), lock_timeout_ms: z.string() }),
});

export const isReadOnlyQuery = defineQuery({
  name: 'migrations/is-read-only',
  parameters: {},
  row: z.object({ is_read_only: z.boolean() }),
});

export const countTablesQuery = defineQuery({
  name: 'migrations/count-tables',
  parameters: {},
  row: z.object({ tables: z.number() }),
});
