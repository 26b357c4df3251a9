import { AdminError } from '#core/errors.ts';
import { parseUuid, uuidPrefixRange } from '#core/ids.ts';
import { type Catalog, isSmall, type Table } from './catalog.ts';
import { findAuditIds } from './queries.ts';
import { type Reader, type ReadOptions, statement } from './query.ts';

/** What the console shows of an id where it cuts one. */
const fewestDigits = 8;

/**
 * The whole id of an audit entry from its first 8 characters or more, as lists and notices show them; what can be no such beginning, and what
 * no entry begins with, is given back as it is. Throws an AdminError (usage) where several entries begin so, or no index finds them.
 */
export async function wholeAuditId(reader: Reader, catalog: Catalog, typed: string, options?: ReadOptions): Promise<string> {
  const range = uuidPrefixRange(typed);
  const audit = catalog.table('audit_log');
  const isCut = parseUuid(typed) === undefined && typed.replaceAll(/[^0-9a-f]/gi, '').length >= fewestDigits;
  if (range === undefined || audit === undefined || !isCut) return typed;
  if (audit.columns.find(({ name }) => name === 'id')?.type !== 'uuid') return typed;
  if (!isSmall(audit) && !hasRangeIndex(audit))
    throw unclear(`No index of the audit log finds an id by its beginning, "${typed}".`);
  const found = await reader.read(statement(findAuditIds, { idFrom: range.from, idTo: range.to }), options);
  if (found.length > 1) throw unclear(`More than one entry of the audit log has an id that begins with "${typed}".`);
  return found[0]?.id ?? typed;
}

const hasRangeIndex = ({ indexes }: Table): boolean =>
  indexes.some(({ isPartial, accessMethod, keyColumns }) => !isPartial && accessMethod === 'btree' && keyColumns[0] === 'id');

const unclear = (whatHappened: string): AdminError =>
  new AdminError({ kind: 'usage', code: 'whole-id-needed', whatHappened, whatToDo: 'Give the whole id.' });
