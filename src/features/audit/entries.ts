import { sameMoment } from '#core/timestamps.ts';
import { asKey } from '#database/audit-record.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { type AuditFilter, everyEntry, filterParameters } from './filter.ts';
import { listEntriesQuery, listDocumentsQuery } from './queries.ts';
import type { AuditSource } from './source.ts';

/** An audit entry as a list shows it, in the product's terms; null where the log has no such column or the row nothing in it. */
export interface AuditEntry {
  readonly id: string;
  /** PostgreSQL's text of a timestamptz, to the microsecond. */
  readonly at: string | null;
  readonly action: string | null;
  /** As the application wrote it. */
  readonly table: string | null;
  readonly recordId: string | null;
  /** UUID or legacy slug: from the log's column, else from the documents of the entry. */
  readonly tenantId: string | null;
  readonly actor: string | null;
  /** The (sub)transaction that wrote the row, 64 bits as decimal text: entries that share it, or the very microsecond, belong together. */
  readonly fullXid: string;
  /** At most 8, cut at 100 characters; for a metadata edit `column` + JSON Pointer. */
  readonly changedKeys: readonly string[];
  /** How many more there are. */
  readonly moreChangedKeys: number;
}

/** The whole entry. Documents are exact JSON text, not masked: whoever shows or writes them masks. */
export interface AuditEntryDetail extends AuditEntry {
  readonly before: string | null;
  readonly after: string | null;
  readonly changes: string | null;
  readonly more: { readonly ipAddress: string | null; readonly userAgent: string | null; readonly requestId: string | null };
}

/** An entry from its row. */
export function entryFrom(row: RowOf<typeof listEntriesQuery>): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    action: row.action,
    table: row.table_name,
    recordId: row.record_id,
    tenantId: row.tenant_id,
    actor: row.actor,
    fullXid: row.full_xid,
    changedKeys: row.changed_keys,
    moreChangedKeys: row.more_changed_keys,
  };
}

/** The identifiers that the statements over this audit log need. */
export function identifiersOf({ time, id, recordType }: AuditSource) {
  return { time: time.name, id_type: id.type, record_type: recordType };
}

/** The entries of these ids that pass the filter, newest first; ids that are gone are left out. At most a thousand ids at a time. */
export async function readEntries(
  reader: Reader,
  source: AuditSource,
  ids: readonly string[],
  filter: AuditFilter = everyEntry,
  options?: ReadOptions,
): Promise<readonly AuditEntry[]> {
  const rows = await reader.read(byIds(source, ids, filter), options);
  return rows.map(entryFrom);
}

/** One entry, or undefined where there is none of that id. */
export async function findEntry(
  reader: Reader,
  source: AuditSource,
  id: string,
  options?: ReadOptions,
): Promise<AuditEntry | undefined> {
  const known = asKey(source.id.type, id);
  return known === undefined ? undefined : (await readEntries(reader, source, [known], everyEntry, options))[0];
}

/** One entry with its documents, in one round trip; undefined where there is none of that id. */
export async function readDetail(
  reader: Reader,
  source: AuditSource,
  id: string,
  options?: ReadOptions,
): Promise<AuditEntryDetail | undefined> {
  const known = asKey(source.id.type, id);
  if (known === undefined) return undefined;
  const [entries, documents] = await reader.readEach<unknown>(
    [byIds(source, [known], everyEntry), documentsOf(source, [known])],
    options,
  );
  const [entry] = (await entries!) as RowOf<typeof listEntriesQuery>[];
  const [found] = (await documents!) as RowOf<typeof listDocumentsQuery>[];
  if (entry === undefined || found === undefined) return undefined;
  return withDocuments(entryFrom(entry), found);
}

/**
 * The same for an entry that was read before. Undefined as well where its id has been given to another one since, as after TRUNCATE with its sequence
 * reset: an UPDATE of an entry hardly changes its time together with what it is about.
 */
export async function readDetailOf(
  reader: Reader,
  source: AuditSource,
  entry: AuditEntry,
  options?: ReadOptions,
): Promise<AuditEntryDetail | undefined> {
  const detail = await readDetail(reader, source, entry.id, options);
  if (detail === undefined || sameMoment(detail.at, entry.at)) return detail;
  const isAboutTheSame = detail.recordId === entry.recordId && detail.table === entry.table && detail.action === entry.action;
  return isAboutTheSame ? detail : undefined;
}

/** How much of the documents is held at once: they may be megabytes each. */
const mostBytes = 2 * 1024 * 1024;

/** The statement for the documents of entries in the order of their ids: as many as some 2 MB hold, and one in any case. */
export function documentsOf(source: AuditSource, ids: readonly string[]) {
  return statement(listDocumentsQuery, { ids: [...ids], mostBytes }, { id_type: source.id.type });
}

/** An entry with its documents. */
export function withDocuments(entry: AuditEntry, row: RowOf<typeof listDocumentsQuery>): AuditEntryDetail {
  return {
    ...entry,
    before: row.before,
    after: row.after,
    changes: row.changes,
    more: { ipAddress: row.ip_address, userAgent: row.user_agent, requestId: row.request_id },
  };
}

function byIds(source: AuditSource, ids: readonly string[], filter: AuditFilter) {
  return statement(
    listEntriesQuery,
    { way: 'ids', at: null, id: null, ids: [...ids], most: ids.length, ...filterParameters(source, filter) },
    identifiersOf(source),
  );
}
