import { randomBytes } from 'node:crypto';
import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { editAction } from '#core/recorded-edit.ts';
import { tenantNames } from '#database/tenant-scope.ts';
import { listBulkEditsQuery } from './queries.ts';

/** The audit log may be large and without an index that serves; whoever resumes or undoes a bulk change can wait. */
const timeLimitMs = 60_000;
/** How far this machine's clock and the server's may be apart. */
const clockDifferenceMs = 24 * 60 * 60 * 1000;

/** A new id for a bulk change: a UUID of version 7, which tells when it was made and so how far back its edits can lie. */
export function newBulkId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function oldestEdit(bulkId: string): string | null {
  if (bulkId.charAt(14) !== '7') return null;
  return new Date(Number.parseInt(bulkId.replace('-', '').slice(0, 12), 16) - clockDifferenceMs).toISOString();
}

export type BulkEdit = RowOf<typeof listBulkEditsQuery>;

/** The edits of a bulk change that stand, newest first; of one tenant's rows where that is given. Throws an AdminError: usage for an id that is none, not-found for one without edits. */
export async function listBulkEdits(
  reader: Reader,
  bulkId: string,
  { tenant, ...options }: ReadOptions & { readonly tenant?: TenantIdentity | undefined } = {},
): Promise<readonly BulkEdit[]> {
  const id = parseUuid(bulkId);
  if (id === undefined) {
    throw new AdminError({
      kind: 'usage',
      code: 'bad-id',
      whatHappened: `"${bulkId}" is no id of a bulk change.`,
      whatToDo: 'Give the "bulk_id" that the bulk change printed.',
    });
  }
  const tenantIds = tenant === undefined ? null : tenantNames(tenant);
  const parameters = { bulkId: id, since: oldestEdit(id), action: editAction, tenantIds };
  const edits = await reader.read(statement(listBulkEditsQuery, parameters), { statementTimeoutMs: timeLimitMs, ...options });
  if (edits.length > 0) return edits;
  throw new AdminError({
    kind: 'not-found',
    code: 'no-such-bulk',
    whatHappened: `The audit log has no edit of the bulk change ${id} that stands${tenant === undefined ? '' : ` and is of a row of ${tenant.name}`}.`,
    whatToDo: 'Check the id; to begin anew, leave --bulk out.',
  });
}
