import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const text = z.string().nullable();

export const listIndexesQuery = defineQuery({
  name: 'indexes/list-indexes',
  parameters: {},
  row: z.object({
    oid: z.string(),
    table_oid: z.string(),
    parent_oid: text,
    schema_name: z.string(),
    table_name: z.string(),
    index_name: z.string(),
    method: z.string(),
    definition: text,
    key_columns: z.array(z.string()),
    included_columns: z.array(z.string()),
    key_numbers: z.string(),
    operator_classes: z.array(z.string()),
    operator_class_oids: z.string(),
    collation_oids: z.string(),
    key_options: z.string(),
    operator_class_options: text,
    other_collation_columns: z.array(z.string()),
    predicate: text,
    is_partial: z.boolean(),
    index_bytes: text,
    estimated_entries: z.string(),
    fill_factor: text,
    scans: z.string(),
    entries_read: z.string(),
    rows_fetched: z.string(),
    last_used: text,
    is_unique: z.boolean(),
    nulls_not_distinct: z.boolean(),
    is_primary: z.boolean(),
    is_exclusion: z.boolean(),
    is_clustered: z.boolean(),
    is_replica_identity: z.boolean(),
    is_immediate: z.boolean(),
    is_valid: z.boolean(),
    is_ready: z.boolean(),
    is_live: z.boolean(),
    is_partitioned: z.boolean(),
    is_being_built: z.boolean(),
    are_builds_hidden: z.boolean(),
    constraint_name: text,
    constraint_kind: text,
    changed_age_seconds: text,
  }),
});

export const listTablesQuery = defineQuery({
  name: 'indexes/list-tables',
  parameters: {},
  row: z.object({
    oid: z.string(),
    parent_oid: text,
    schema_name: z.string(),
    table_name: z.string(),
    kind: z.string(),
    table_bytes: text,
    estimated_rows: z.string(),
    pages: z.string(),
    all_visible_pages: z.string(),
    index_writes: z.string(),
    sequential_scans: z.string(),
    rows_changed_since_analyze: z.string(),
    last_vacuum: text,
    last_analyze: text,
    columns: z.array(z.string()),
    jsonb_columns: z.array(z.string()),
  }),
});

export const listForeignKeysQuery = defineQuery({
  name: 'indexes/list-foreign-keys',
  parameters: {},
  row: z.object({
    oid: z.string(),
    constraint_name: z.string(),
    table_oid: z.string(),
    referenced_table_oid: z.string(),
    referenced_schema: z.string(),
    referenced_table: z.string(),
    referenced_index_oid: z.string(),
    columns: z.array(z.string()),
    on_delete: z.string(),
  }),
});

export const listScansQuery = defineQuery({
  name: 'indexes/list-scans',
  parameters: {},
  row: z.object({
    index_oid: z.string(),
    scans: z.string(),
    entries_read: z.string(),
    rows_fetched: z.string(),
    last_used: text,
  }),
});

export const describeStatisticsQuery = defineQuery({
  name: 'indexes/describe-statistics',
  parameters: {},
  row: z.object({
    reset_at: text,
    reset_age_seconds: text,
    started_at: z.string(),
    start_age_seconds: z.string(),
    counts_are_kept: z.boolean(),
    version_number: z.number(),
    is_standby: z.boolean(),
    database_oid: z.string(),
    statements_schema: text,
    tuples_schema: text,
    tuples_are_available: z.boolean(),
  }),
});

export const listKeyStatisticsQuery = defineQuery({
  name: 'indexes/list-key-statistics',
  parameters: { indexOids: z.array(z.string()) },
  row: z.object({
    index_oid: z.string(),
    place: z.number(),
    is_key: z.boolean(),
    is_expression: z.boolean(),
    fixed_bytes: z.number(),
    alignment_bytes: z.number(),
    average_bytes: z.number().nullable(),
    null_fraction: text,
    distinct_values: text,
    is_stored_once: z.boolean(),
    deduplicates: z.boolean(),
  }),
});

export const measureIndexQuery = defineQuery({
  name: 'indexes/measure-index',
  parameters: { indexOid: z.string() },
  row: z.object({
    index_bytes: z.string(),
    internal_pages: z.string(),
    leaf_pages: z.string(),
    leaf_density_percent: z.string(),
    block_bytes: z.number(),
  }),
  identifiers: ['schema'],
});

export const listStatementsQuery = defineQuery({
  name: 'indexes/list-statements',
  parameters: { most: z.number() },
  row: z.object({
    text: z.string(),
    calls: z.string(),
    total_ms: z.string(),
    all_ms: z.string(),
    rows: z.string(),
    is_own: z.boolean(),
    is_hidden: z.boolean(),
  }),
  identifiers: ['schema'],
});

export const listForeignNamesQuery = defineQuery({
  name: 'indexes/list-foreign-names',
  parameters: { names: z.array(z.string()) },
  row: z.object({ kind: z.string(), name: z.string(), owner: z.string() }),
});

export const listViewTablesQuery = defineQuery({
  name: 'indexes/list-view-tables',
  parameters: {},
  row: z.object({ schema_name: z.string(), view_name: z.string(), table_oids: z.array(z.string()) }),
});
