import { AdminError } from '#core/errors.ts';
import { likePattern, parseUuid, uuidPrefixRange } from '#core/ids.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import { resolveTenantQuery } from './queries.ts';

/** The tenant meant, and a sentence to say when it was named by anything but its UUID or its slug as they are. */
export interface ResolvedTenant {
  readonly tenant: TenantIdentity;
  readonly notice: string | undefined;
}

const mostCandidates = 8;

/**
 * Finds the tenant that a text means: its UUID, else its slug, else its name, else the only one whose id starts with it or whose name or
 * slug contains it. Throws an AdminError: not-found, or refused with the candidates when several are meant equally well.
 */
export async function resolveTenant(reader: Reader, text: string, options?: ReadOptions): Promise<ResolvedTenant> {
  const typed = text.trim();
  const range = uuidPrefixRange(typed);
  const rows =
    typed === ''
      ? []
      : await reader.read(
          statement(resolveTenantQuery, {
            id: parseUuid(typed) ?? null,
            text: typed,
            pattern: `%${likePattern(typed)}%`,
            idFrom: range?.from ?? null,
            idTo: range?.to ?? null,
            most: mostCandidates + 1,
          }),
          options,
        );
  const best = rows[0];
  if (best === undefined) {
    throw new AdminError({
      kind: 'not-found',
      code: 'no-such-tenant',
      whatHappened: `No tenant has the id, slug or name "${typed}".`,
      whatToDo: 'Look for a part of it: / in the tenants pane, ctrl-f in every table, or aisha-console find TEXT in a shell.',
    });
  }
  const equals = rows.filter((row) => row.kind === best.kind);
  if (equals.length > 1) {
    const shown = equals.slice(0, mostCandidates).map((row) => `  ${row.id}  ${row.slug ?? '(no slug)'}  ${row.name}`);
    throw new AdminError({
      kind: 'refused',
      code: 'ambiguous-tenant',
      whatHappened: `"${typed}" may mean ${equals.length > mostCandidates ? `more than ${mostCandidates}` : equals.length} tenants.`,
      whatToDo: 'Give the UUID of the one you mean.',
      detail: shown.join('\n'),
    });
  }
  const tenant = { id: best.id, name: best.name, slug: best.slug };
  return { tenant, notice: noticeFor(typed, best.kind, tenant) };
}

function noticeFor(typed: string, kind: string, tenant: TenantIdentity): string | undefined {
  switch (kind) {
    case 'id':
      return undefined;
    case 'slug':
      return typed === tenant.slug ? undefined : `${typed} is the slug ${tenant.slug} of the tenant ${tenant.id}`;
    case 'name':
      return `${typed} is the name of the tenant ${tenant.id}`;
    case 'id-prefix':
      return `${typed} is how the UUID ${tenant.id} starts (${tenant.name})`;
    default:
      return `${typed} is found in ${tenant.name} only; its UUID is ${tenant.id}`;
  }
}
