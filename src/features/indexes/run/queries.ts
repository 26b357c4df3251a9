import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const text = z.string().nullable();
const flag = z.boolean().nullable();

export const findTargetsQuery = defineQuery({
  name: 'indexes/find-targets',
  parameters: { oids: z.array(z.string()), names: z.array(z.string()) },
  row: z.object({
    oid: z.string(),
    kind: z.enum(['index', 'table']),
    is_partitioned: z.boolean(),
    schema_name: z.string(),
    name: z.string(),
    table_oid: z.string(),
    table_schema: z.string(),
    table_name: z.string(),
    owner: z.string(),
    is_valid: z.boolean(),
    is_exclusion: z.boolean(),
    may_reindex: z.boolean(),
    may_vacuum: z.boolean(),
  }),
});

export const listPartsQuery = defineQuery({
  name: 'indexes/list-parts',
  parameters: { tableOids: z.array(z.string()) },
  row: z.object({
    table_oid: z.string(),
    table_schema: z.string(),
    table_name: z.string(),
    table_bytes: text,
    dead_rows: z.string(),
    index_oid: text,
    index_schema: text,
    index_name: text,
    parent_oid: text,
    is_partitioned: flag,
    is_valid: flag,
    is_exclusion: flag,
    is_leftover: flag,
    is_worked_on: flag,
    index_bytes: text,
  }),
});

export const listLeftoversQuery = defineQuery({
  name: 'indexes/list-leftovers',
  parameters: {},
  row: z.object({
    oid: z.string(),
    schema_name: z.string(),
    name: z.string(),
    table_oid: z.string(),
    table_schema: z.string(),
    table_name: z.string(),
    owner: z.string(),
    is_owner: z.boolean(),
    index_bytes: text,
    is_worked_on: z.boolean(),
  }),
});

const row = z.object({});

/** Utilities, sent as they stand on a session of their own. */
export const maintenanceQueries = {
  reindexIndex: defineQuery({
    name: 'indexes/reindex-index',
    mode: 'write',
    parameters: {},
    identifiers: ['schema', 'index'],
    row,
  }),
  reindexTable: defineQuery({
    name: 'indexes/reindex-table',
    mode: 'write',
    parameters: {},
    identifiers: ['schema', 'table'],
    row,
  }),
  dropIndex: defineQuery({ name: 'indexes/drop-index', mode: 'write', parameters: {}, identifiers: ['schema', 'index'], row }),
  analyze: defineQuery({ name: 'indexes/analyze-table', mode: 'write', parameters: {}, identifiers: ['schema', 'table'], row }),
  vacuum: defineQuery({ name: 'indexes/vacuum-table', mode: 'write', parameters: {}, identifiers: ['schema', 'table'], row }),
  vacuumAnalyze: defineQuery({
    name: 'indexes/vacuum-analyze-table',
    mode: 'write',
    parameters: {},
    identifiers: ['schema', 'table'],
    row,
  }),
};
