import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { TypedWord } from '#core/typed-word.ts';
import type { DocumentColumn, DocumentPlace, StoredDocument } from './documents.ts';

/** What a row holds to say whose it is; a tenant's own row is the tenant's. Undefined where it is nobody's. */
export function ownerOf({ place, tenantId }: Pick<StoredDocument, 'place' | 'tenantId'>): string | undefined {
  const owner = tenantId ?? (place.table.title === 'tenant' ? place.id : undefined);
  return owner === '' ? undefined : owner;
}

/** What must be typed before a record of production is written: its tenant's slug, or for rows of nobody the start of the record's id. */
export function wordToType(place: DocumentPlace, tenant: TenantIdentity | undefined): TypedWord {
  const slug = tenant?.slug ?? undefined;
  return slug === undefined
    ? { word: place.id.slice(0, 8), what: "the first characters of the record's id" }
    : { word: slug, what: "the tenant's slug" };
}

/** The same before many records are: the tenant's slug where they are one tenant's, else the name of the table. */
export function bulkWordToType(
  { table }: { readonly table: Pick<DocumentColumn['table'], 'title'> },
  tenant: TenantIdentity | undefined,
): TypedWord {
  const slug = tenant?.slug ?? undefined;
  return slug === undefined ? { word: table.title, what: 'the name of the table' } : { word: slug, what: "the tenant's slug" };
}
