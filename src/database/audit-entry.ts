import type { Author } from '#core/author.ts';
import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import type { Catalog } from './catalog.ts';
import { insertAuditEntryManual, insertAuditEntryProduction } from './queries.ts';
import { type Ask, type Statement, statement } from './query.ts';

/** How this database keeps its audit log: the manual's columns or production's. */
export type AuditShape = 'manual' | 'production';

const columnsOfShape: Readonly<Record<AuditShape, readonly string[]>> = {
  manual: ['id', 'action', 'table_name', 'record_id', 'old_data', 'new_data', 'changed_by', 'changed_at'],
  production: ['id', 'action', 'entity_type', 'entity_id', 'changes', 'user_email', 'tenant_id', 'created_at'],
};

/** The shape of the audit log, or undefined where there is none that what the console writes could be put on record in. */
export function auditShapeOf(catalog: Catalog): AuditShape | undefined {
  return auditShapeFrom(catalog.table('audit_log')?.columns.map((column) => String(column.name)) ?? []);
}

/** The same from the names of the columns of public.audit_log. */
export function auditShapeFrom(columns: readonly string[]): AuditShape | undefined {
  const names = new Set(columns);
  return (['manual', 'production'] as const).find((shape) => columnsOfShape[shape].every((column) => names.has(column)));
}

const whyUnrecorded = {
  'no-audit-log': 'This database has no audit log that what the console does could be written to.',
  'audit-forbidden': 'This role may not write to the audit log, so the change would be on no record.',
  'audit-suppressed': 'The audit log took the entry and did not keep it: a trigger or rule of audit_log returned nothing.',
} as const;

const withoutRecord = {
  edit: 'Have it put right, or start with --unaudited to save without a record on purpose.',
  bulk: 'Have it put right: a bulk change is resumed and undone by its entries, so it is never made without them.',
  reading: 'Have it put right: history and undo read the audit log.',
  deed: 'Have it put right, or start with --unaudited to go without an audit entry on purpose.',
} as const;

type Unrecorded = keyof typeof withoutRecord;

/** The refusal of what could not be put on record, or is looked up there. */
export function auditMissing(reason: keyof typeof whyUnrecorded, what: Unrecorded, cause?: unknown): AdminError {
  return new AdminError({
    kind: 'refused',
    code: reason,
    whatHappened: whyUnrecorded[reason],
    whatToDo: `Nothing was changed. ${withoutRecord[what]}`,
    cause,
  });
}

/** What an audit entry failed with, told as the refusal it is where the role lacks the right. */
export function auditFailed(thrown: unknown, what: Unrecorded): unknown {
  return thrown instanceof AdminError && thrown.sqlState === '42501' ? auditMissing('audit-forbidden', what, thrown) : thrown;
}

/** Who writes, from where, with which console, as every audit entry names it. */
export function authorMembers(author: Author): Readonly<Record<string, string>> {
  return {
    operator: author.operator,
    host: author.host,
    ...(author.sshClient !== undefined && { ssh_client: author.sshClient }),
    console_version: author.version,
  };
}

/** Members of a JSON object: name and JSON text; those without a text are left out. */
export type JsonMembers = readonly (readonly [name: string, text: string | undefined])[];

/** A JSON object as text, its members exactly as given. */
export function objectText(members: JsonMembers): string {
  return `{${members.flatMap(([name, value]) => (value === undefined ? [] : [`${JSON.stringify(name)}: ${value}`])).join(', ')}}`;
}

/** What is put on record. */
export interface AuditEntry {
  readonly id: string;
  readonly action: string;
  readonly table: string;
  /** The key of the record, or the name of what was changed. */
  readonly record: string;
  readonly before: JsonMembers;
  readonly after: JsonMembers;
  /** The change itself, as JSON text under a name of its own. */
  readonly change: readonly [name: string, text: string];
  readonly operator: string;
  readonly tenantId: string | null;
}

/** The statement that writes an entry, in the shape of this database's audit log. It gives no row where the log did not keep the entry. */
export function auditEntryStatement(shape: AuditShape, entry: AuditEntry): Statement<{ id: string; at: string | null }> {
  const { id, action, table, record, before, after, change, operator, tenantId } = entry;
  if (shape === 'manual') {
    const tenant = ['tenant_id', tenantId === null ? undefined : JSON.stringify(tenantId)] as const;
    return statement(insertAuditEntryManual, {
      id,
      action,
      tableName: table,
      recordId: parseUuid(record) ?? null,
      before: objectText([...before, tenant]),
      after: objectText([...after, tenant, change]),
      operator,
    });
  }
  return statement(insertAuditEntryProduction, {
    id,
    action,
    entityType: table,
    entityId: record,
    changes: objectText([['before', objectText(before)], ['after', objectText(after)], change]),
    operator,
    tenantId,
  });
}

/** On whose account something is done. */
export interface Account {
  readonly author: Author;
  /** Without an audit entry, on purpose. */
  readonly isUnaudited: boolean;
}

/** Writes an entry. Throws an AdminError (refused) where the log does not take or keep it. */
export async function putOnRecord(ask: Ask, shape: AuditShape, entry: AuditEntry): Promise<void> {
  const [kept] = await ask(auditEntryStatement(shape, entry)).catch((error: unknown) =>
    Promise.reject(auditFailed(error, 'deed')),
  );
  if (kept === undefined) throw auditMissing('audit-suppressed', 'deed');
}
