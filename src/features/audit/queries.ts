import { z } from 'zod';
import { defineQuery } from '#database/query.ts';

const list = z.array(z.string()).nullable();
const text = z.string().nullable();

const filter = {
  tables: list,
  notTables: list,
  actions: list,
  notActions: list,
  actors: list,
  notActors: list,
  records: list,
  recordKeys: list,
  notRecords: list,
  patterns: list,
  notPatterns: list,
  tenantIds: list,
  fromAt: text,
  untilAt: text,
};

export const listEntriesQuery = defineQuery({
  name: 'audit/list-entries',
  parameters: { way: z.enum(['before', 'after', 'untimed', 'ids']), at: text, id: text, ids: list, most: z.number(), ...filter },
  row: z.object({
    id: z.string(),
    at: text,
    full_xid: z.string(),
    action: text,
    table_name: text,
    record_id: text,
    tenant_id: text,
    actor: text,
    changed_keys: z.array(z.string()),
    more_changed_keys: z.number(),
  }),
  identifiers: ['time', 'id_type', 'record_type'],
});

export const listDocumentsQuery = defineQuery({
  name: 'audit/list-documents',
  parameters: { ids: z.array(z.string()), mostBytes: z.number() },
  row: z.object({
    place: z.number(),
    id: z.string(),
    before: text,
    after: text,
    changes: text,
    ip_address: text,
    user_agent: text,
    request_id: text,
  }),
  identifiers: ['id_type'],
});

export const countByTimeQuery = defineQuery({
  name: 'audit/count-by-time',
  parameters: { startAt: z.string(), endAt: z.string(), bins: z.number(), ...filter },
  row: z.object({ bin: z.number(), action: text, entries: z.number() }),
  identifiers: ['time', 'record_type'],
});

const poll = z.object({
  snapshot: z.string(),
  hi: z.string(),
  lo: z.string(),
  next_xid: text,
  server_time: z.string(),
  is_standby: z.boolean(),
  database_oid: z.string(),
  table_oid: z.string(),
  file_node: z.string(),
  whole_xids: text,
  kept_xids: text,
  kept_count: z.string(),
  ids: z.array(z.string()),
  xids: z.array(z.string()),
});

const partial = { partialXids: list, partialIds: list, most: z.number(), isMark: z.boolean(), onlyFinished: z.boolean() };

export const pollByHorizonQuery = defineQuery({
  name: 'audit/poll-by-horizon',
  parameters: { horizon: text, floor: text, shownXids: list, shownFloors: z.array(text).nullable(), ...partial },
  row: poll,
  identifiers: ['time'],
});

export const pollByTxidQuery = defineQuery({
  name: 'audit/poll-by-txid',
  parameters: { snapshot: text, shownXids: list, ...partial },
  row: poll,
});

export const listRunningQuery = defineQuery({
  name: 'audit/list-running',
  parameters: {},
  row: z.object({ floor: z.string(), oldest_pid: z.number().nullable() }),
});

export const listPreparedQuery = defineQuery({
  name: 'audit/list-prepared',
  parameters: {},
  row: z.object({ gid: z.string() }),
});
