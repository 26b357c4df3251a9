import type { AuditEntry } from '#features/audit/entries.ts';

let transaction = 1000;

/** An entry for a test, of a transaction and second of its own. */
export function anEntry(id: string | number, told: Partial<AuditEntry> = {}): AuditEntry {
  transaction += 1;
  const seconds = typeof id === 'number' ? id : 0;
  return {
    id: String(id),
    at: `2026-03-01 10:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}.5+00`,
    action: 'UPDATE',
    table: 'contacts',
    recordId: `rec-${id}`,
    tenantId: null,
    actor: 'jane@acme.com',
    fullXid: String(transaction),
    changedKeys: ['status'],
    moreChangedKeys: 0,
    ...told,
  };
}
