import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const place = ['schema', 'table', 'key', 'key_type', 'column'] as const;

export const readDocumentQuery = defineQuery({
  name: 'metadata/read-document',
  parameters: { id: z.string() },
  row: z.object({
    id: z.string(),
    document: z.string().nullable(),
    stored_bytes: z.number().nullable(),
    tenant_id: z.string().nullable(),
    updated_at: z.string().nullable(),
    label: z.string(),
  }),
  identifiers: place,
});

export const lockDocumentQuery = defineQuery({
  name: 'metadata/lock-document',
  mode: 'write',
  parameters: { id: z.string() },
  row: z.object({ document: z.string().nullable(), tenant_id: z.string().nullable() }),
  identifiers: place,
});

const updated = z.object({ stored: z.string().nullable(), version: z.string(), transaction_id: z.string() });

export const updateDocumentQuery = defineQuery({
  name: 'metadata/update-document',
  mode: 'write',
  parameters: { id: z.string(), document: z.string().nullable() },
  row: updated,
  identifiers: place,
});

export const updateDocumentAndTimeQuery = defineQuery({
  name: 'metadata/update-document-and-time',
  mode: 'write',
  parameters: { id: z.string(), document: z.string().nullable() },
  row: updated,
  identifiers: place,
});

export const readVersionQuery = defineQuery({
  name: 'metadata/read-version',
  parameters: { id: z.string() },
  row: z.object({ version: z.string() }),
  identifiers: ['schema', 'table', 'key', 'key_type'],
});

export const listHistoryQuery = defineQuery({
  name: 'metadata/list-history',
  parameters: {
    tableName: z.string(),
    recordId: z.string(),
    recordUuid: z.string().nullable(),
    recordKey: z.string().nullable(),
    most: z.number(),
  },
  row: z.object({
    id: z.string(),
    at: z.string().nullable(),
    action: z.string().nullable(),
    actor: z.string().nullable(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    changes: z.string().nullable(),
  }),
  identifiers: ['record_type'],
});

export const readEditQuery = defineQuery({
  name: 'metadata/read-edit',
  parameters: { id: z.string() },
  row: z.object({
    id: z.string(),
    at: z.string().nullable(),
    table_name: z.string().nullable(),
    actor: z.string().nullable(),
    edit: z.string().nullable(),
  }),
});

const condition = {
  contains: z.string().nullable(),
  hasKey: z.string().nullable(),
  path: z.array(z.string()).nullable(),
  pathValue: z.string().nullable(),
  jsonPath: z.string().nullable(),
  tenantIds: z.array(z.string()).nullable(),
};

export const searchDocumentsQuery = defineQuery({
  name: 'metadata/search-documents',
  parameters: {
    ...condition,
    after: z.string().nullable(),
    pageRows: z.number(),
    previewCharacters: z.number(),
    byIndex: z.boolean(),
    backwards: z.boolean(),
  },
  row: z.object({
    id: z.string(),
    tenant_id: z.string().nullable(),
    label: z.string(),
    document_start: z.string().nullable(),
  }),
  identifiers: [...place, 'tenant_column', 'tenant_type'],
});

export const countDocumentsQuery = defineQuery({
  name: 'metadata/count-documents',
  parameters: { ...condition, byTenant: z.boolean(), cap: z.number() },
  row: z.object({ tenant_id: z.string().nullable(), rows: z.number() }),
  identifiers: ['schema', 'table', 'column', 'tenant_column', 'tenant_type'],
});

export const sampleSiblingsQuery = defineQuery({
  name: 'metadata/sample-siblings',
  parameters: { id: z.string(), paths: z.string(), samplePercent: z.string(), sampledRows: z.number(), most: z.number() },
  row: z.object({ place: z.number(), key: z.string(), type: z.string(), rows: z.number() }),
  identifiers: place,
});

export const listBulkEditsQuery = defineQuery({
  name: 'metadata/list-bulk-edits',
  parameters: { bulkId: z.string(), since: z.string().nullable(), action: z.string(), tenantIds: z.array(z.string()).nullable() },
  row: z.object({
    id: z.string(),
    table_name: z.string().nullable(),
    record_id: z.string().nullable(),
    request_digest: z.string().nullable(),
  }),
});
