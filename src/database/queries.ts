import { z } from 'zod';
import { defineQuery } from './query.ts';

export const findAuditIds = defineQuery({
  name: 'database/find-audit-ids',
  parameters: { idFrom: z.string(), idTo: z.string() },
  row: z.object({ id: z.string() }),
});

export const beginRead = defineQuery({
  name: 'database/begin-read',
  parameters: { statementTimeout: z.string() },
  row: z.object({ backend_pid: z.number(), statement_timeout: z.string(), date_style: z.string() }),
});

export const limitExplain = defineQuery({
  name: 'database/limit-explain',
  parameters: { lockTimeout: z.string(), searchPath: z.string() },
  row: z.object({
    lock_timeout: z.string(),
    search_path: z.string(),
    standard_conforming_strings: z.string(),
    plan_cache_mode: z.string(),
    enable_partition_pruning: z.string(),
    statements_track: z.string().nullable(),
  }),
});

export const cancelBackend = defineQuery({
  name: 'database/cancel-backend',
  parameters: { backendPid: z.number() },
  row: z.object({ cancelled: z.boolean() }),
});

export const describeServer = defineQuery({
  name: 'database/describe-server',
  parameters: {},
  row: z.object({
    version_number: z.number(),
    version: z.string(),
    database_name: z.string(),
    role_name: z.string(),
    is_superuser: z.boolean(),
    bypasses_row_security: z.boolean(),
    backend_pid: z.number(),
    is_standby: z.boolean(),
    uses_tls: z.boolean(),
    tls_version: z.string().nullable(),
    server_time: z.string(),
  }),
});

export const listTables = defineQuery({
  name: 'database/list-tables',
  parameters: {},
  row: z.object({
    oid: z.string(),
    schema_name: z.string(),
    table_name: z.string(),
    estimated_rows: z.string(),
    has_row_security: z.boolean(),
    row_security_active: z.boolean(),
    may_select: z.boolean(),
  }),
});

export const listColumns = defineQuery({
  name: 'database/list-columns',
  parameters: {},
  row: z.object({
    table_oid: z.string(),
    position: z.number(),
    column_name: z.string(),
    type_name: z.string(),
    type_text: z.string(),
    is_not_null: z.boolean(),
  }),
});

export const listIndexes = defineQuery({
  name: 'database/list-indexes',
  parameters: {},
  row: z.object({
    table_oid: z.string(),
    index_name: z.string(),
    access_method: z.string(),
    is_primary: z.boolean(),
    is_unique: z.boolean(),
    is_partial: z.boolean(),
    first_operator_class: z.string(),
    key_columns: z.array(z.string()),
  }),
});

export const beginWrite = defineQuery({
  name: 'database/begin-write',
  parameters: { statementTimeout: z.string(), lockTimeout: z.string(), idleTimeout: z.string() },
  row: z.object({ backend_pid: z.number(), statement_timeout: z.string(), lock_timeout: z.string(), idle_timeout: z.string() }),
});

export const transactionStatus = defineQuery({
  name: 'database/transaction-status',
  parameters: { transactionId: z.string() },
  row: z.object({ status: z.string().nullable() }),
});

const inserted = z.object({ id: z.string(), at: z.string().nullable() });

export const insertAuditEntryManual = defineQuery({
  name: 'database/insert-audit-entry-manual',
  mode: 'write',
  parameters: {
    id: z.string(),
    action: z.string(),
    tableName: z.string(),
    recordId: z.string().nullable(),
    before: z.string(),
    after: z.string(),
    operator: z.string(),
  },
  row: inserted,
});

export const insertAuditEntryProduction = defineQuery({
  name: 'database/insert-audit-entry-production',
  mode: 'write',
  parameters: {
    id: z.string(),
    action: z.string(),
    entityType: z.string(),
    entityId: z.string(),
    changes: z.string(),
    operator: z.string(),
    tenantId: z.string().nullable(),
  },
  row: inserted,
});

export const listTenantNames = defineQuery({
  name: 'database/list-tenant-names',
  parameters: { ids: z.array(z.string()) },
  row: z.object({ id: z.string(), slug: z.string().nullable(), name: z.string() }),
});

export const readSystemIdentifier = defineQuery({
  name: 'database/system-identifier',
  parameters: {},
  row: z.object({ system_identifier: z.string() }),
});

export const limitSession = defineQuery({
  name: 'database/limit-session',
  parameters: { statementTimeout: z.string(), lockTimeout: z.string(), idleTimeout: z.string() },
  row: z.object({
    statement_timeout: z.string(),
    lock_timeout: z.string(),
    idle_timeout: z.string(),
    began_at: z.string().nullable(),
  }),
});

export const endBackend = defineQuery({
  name: 'database/end-backend',
  parameters: { backendPid: z.number(), beganAt: z.string() },
  row: z.object({ is_told: z.boolean() }),
});

const text = z.string().nullable();

/** A session that is in the way, as every statement tells it that looks for some; null where there is none. */
export const blockerColumns = {
  blocker_pid: z.number().nullable(),
  blocker_role: text,
  blocker_application: text,
  blocker_state: text,
  blocker_query: text,
  blocker_query_age_seconds: text,
  blocker_transaction_age_seconds: text,
};

export const watchBackend = defineQuery({
  name: 'database/watch-backend',
  parameters: { backendPid: z.number() },
  row: z.object({
    command: text,
    phase: text,
    relation: text,
    unit: text,
    done: text,
    total: text,
    ...blockerColumns,
  }),
});

export const takeTable = defineQuery({
  name: 'database/take-table',
  parameters: { tableOid: z.string() },
  row: z.object({ is_taken: z.boolean(), ...blockerColumns }),
});

export const releaseTable = defineQuery({
  name: 'database/release-table',
  parameters: { tableOid: z.string() },
  row: z.object({ is_released: z.boolean() }),
});
