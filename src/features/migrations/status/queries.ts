import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const factRow = z.object({
  kind: z.string(),
  schema_name: z.string(),
  object_name: z.string(),
  part: z.string(),
  value: z.string(),
});

const factsOf = (what: string) =>
  defineQuery({ name: `migrations/facts-of-${what}`, parameters: { schemas: z.array(z.string()) }, row: factRow });

/** What the catalog has, for comparing with what migrations leave behind; all give the same row. */
export const factQueries = [
  factsOf('relations'),
  factsOf('columns'),
  factsOf('indexes'),
  factsOf('constraints'),
  factsOf('rules-on-tables'),
  factsOf('functions'),
  factsOf('types'),
  factsOf('the-rest'),
] as const;

export const findHistoryQuery = defineQuery({
  name: 'migrations/find-history',
  parameters: {},
  row: z.object({
    has_history: z.boolean(),
    has_checksums: z.boolean(),
    has_table: z.boolean(),
    hides_rows: z.boolean(),
    role_name: z.string(),
    history_owner: z.string().nullable(),
    other_schemas: z.array(z.string()),
    search_path: z.array(z.string()),
  }),
});

export const readHistoryQuery = defineQuery({
  name: 'migrations/read-history',
  parameters: {},
  row: z.object({
    migration_name: z.string(),
    applied_at: z.string().nullable(),
    applied_by: z.string().nullable(),
    execution_time_ms: z.number().nullable(),
    success: z.boolean().nullable(),
    error_message: z.string().nullable(),
    checksum: z.string().nullable(),
  }),
});

export const listDependentsQuery = defineQuery({
  name: 'migrations/list-dependents',
  parameters: {},
  row: z.object({
    kind: z.string(),
    schema_name: z.string(),
    object_name: z.string(),
    column_name: z.string(),
    dependent_kind: z.string(),
    dependent_schema: z.string(),
    dependent_name: z.string(),
    dependent_part: z.string(),
  }),
});

export const listLintTablesQuery = defineQuery({
  name: 'migrations/list-lint-tables',
  parameters: {},
  row: z.object({
    table_oid: z.string(),
    schema_name: z.string(),
    table_name: z.string(),
    kind: z.enum(['table', 'partitioned', 'materialized view']),
    is_partition: z.boolean(),
    is_unlogged: z.boolean(),
    estimated_rows: z.string(),
  }),
});

export const listLintColumnsQuery = defineQuery({
  name: 'migrations/list-lint-columns',
  parameters: {},
  row: z.object({ table_oid: z.string(), column_name: z.string(), column_type: z.string(), is_not_null: z.boolean() }),
});

export const listLintConstraintsQuery = defineQuery({
  name: 'migrations/list-lint-constraints',
  parameters: {},
  row: z.object({ table_oid: z.string(), constraint_name: z.string(), definition: z.string(), columns: z.array(z.string()) }),
});

export const listLintIndexesQuery = defineQuery({
  name: 'migrations/list-lint-indexes',
  parameters: {},
  row: z.object({
    table_oid: z.string(),
    index_name: z.string(),
    constraint_name: z.string().nullable(),
    columns: z.array(z.string()),
  }),
});

export const listLintWordsQuery = defineQuery({
  name: 'migrations/list-lint-words',
  parameters: {},
  row: z.object({ kind: z.string(), name: z.string(), value: z.string() }),
});
