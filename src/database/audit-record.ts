import { parseUuid } from '#core/ids.ts';
import type { Column, Table } from './catalog.ts';

/** The type of the audit log's `record_id`: the manual's is a UUID, others keep text or numbers. Any where the log has no such column. */
export function recordTypeOf(audit: Table): Column['type'] {
  const type = (name: string): Column['type'] | undefined => audit.columns.find((column) => column.name === name)?.type;
  return type('record_id') ?? type('id') ?? ('text' as Column['type']);
}

/** A key as a column of this type takes it; undefined for a text that can be none of it: the server would refuse the statement. */
export function asKey(type: string, text: string): string | undefined {
  if (type === 'uuid') return parseUuid(text);
  const [, bytes] = /^int([248])$/.exec(type) ?? [];
  if (bytes !== undefined) {
    const isWhole = /^-?\d{1,19}$/.test(text.trim());
    return isWhole && BigInt.asIntN(8 * Number(bytes), BigInt(text)) === BigInt(text) ? text.trim() : undefined;
  }
  if (type === 'numeric') return /^-?\d{1,1000}(\.\d{1,1000})?$/.test(text.trim()) ? text.trim() : undefined;
  return text.includes('\u0000') ? undefined : text.toWellFormed();
}
