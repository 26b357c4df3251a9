import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const foundRow = z.object({
  id: z.string(),
  tenant_id: z.string().nullable(),
  label: z.string(),
  matched: z.string().nullable(),
});

const bounds = { most: z.number(), tenantIds: z.array(z.string()).nullable() };

export const findByKeyQuery = defineQuery({
  name: 'find/find-by-key',
  parameters: { id: z.string(), ...bounds },
  row: foundRow,
  identifiers: ['schema', 'table', 'key', 'key_type'],
});

export const findByKeyRangeQuery = defineQuery({
  name: 'find/find-by-key-range',
  parameters: { idFrom: z.string(), idTo: z.string(), ...bounds },
  row: foundRow,
  identifiers: ['schema', 'table', 'key'],
});

export const findByValueQuery = defineQuery({
  name: 'find/find-by-value',
  parameters: { spellings: z.array(z.string()), ...bounds },
  row: foundRow,
  identifiers: ['schema', 'table', 'key', 'column'],
});

export const findByPatternQuery = defineQuery({
  name: 'find/find-by-pattern',
  parameters: { pattern: z.string(), ...bounds },
  row: foundRow,
  identifiers: ['schema', 'table', 'key', 'column'],
});

export const findByPersonQuery = defineQuery({
  name: 'find/find-by-person',
  parameters: { pattern: z.string(), ...bounds },
  row: foundRow,
  identifiers: ['schema', 'table', 'key', 'first_name', 'last_name'],
});

export const findByPhoneQuery = defineQuery({
  name: 'find/find-by-phone',
  parameters: { digits: z.string(), ...bounds },
  row: foundRow,
  identifiers: ['schema', 'table', 'key', 'column'],
});

export const findInAuditQuery = defineQuery({
  name: 'find/find-in-audit',
  parameters: { id: z.string(), recordKey: z.string().nullable(), most: z.number(), tables: z.array(z.string()).nullable() },
  row: z.object({
    about_table: z.string().nullable(),
    last_at: z.string().nullable(),
    entries: z.number(),
    tenant_id: z.string().nullable(),
  }),
  identifiers: ['record_type'],
});
