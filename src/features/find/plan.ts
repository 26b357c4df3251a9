import { formatCount } from '#core/format.ts';
import {
  likePattern,
  looksLikeDomain,
  looksLikeEmail,
  looksLikeHalfEmail,
  looksLikePhone,
  looksLikeSlug,
  parseUuid,
  phoneDigits,
  uuidPrefixRange,
} from '#core/ids.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type Catalog, type Column, hasEqualityIndex, hasTrigramIndex, isSmall, type Table } from '#database/catalog.ts';
import { type Query, type RowOf, type Statement, statement } from '#database/query.ts';
import { tenantNames } from '#database/tenant-scope.ts';
import {
  findByKeyQuery,
  findByKeyRangeQuery,
  findByPatternQuery,
  findByPersonQuery,
  findByPhoneQuery,
  findByValueQuery,
} from './queries.ts';

/** What a text can be taken for; a search may try several. */
export type FindKind = 'uuid' | 'uuid-prefix' | 'email' | 'email-part' | 'slug' | 'domain' | 'name' | 'phone';

type FoundRow = RowOf<typeof findByKeyQuery>;

/** One look-up in one table. */
export interface LookUp {
  readonly table: Table;
  readonly statement: Statement<FoundRow>;
  readonly why: (row: FoundRow) => string;
}

/** Something that was not looked at, or not fully, and why: a search that leaves something out says so. */
export interface NotSearched {
  readonly kind: FindKind;
  readonly where: string;
  readonly reason: string;
}

/** The look-ups of one kind: sent in one round trip. */
export interface FindPlan {
  readonly kind: FindKind;
  readonly lookUps: readonly LookUp[];
  readonly notSearched: readonly NotSearched[];
}

const mostPerTable = 20;
const emailTables = ['users', 'employees', 'contacts', 'leads'];
const columnsOfKind: Readonly<Record<'email' | 'email-part' | 'slug' | 'domain' | 'name' | 'phone', readonly string[]>> = {
  email: ['email'],
  'email-part': ['email'],
  slug: ['slug'],
  domain: ['domain', 'custom_domain', 'company_domain', 'website', 'email'],
  name: ['name', 'full_name', 'display_name', 'company', 'company_name', 'account_name', 'first_name', 'last_name'],
  phone: ['phone', 'mobile', 'phone_number', 'mobile_phone', 'telephone'],
};
const textTypes = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);

/**
 * What is meant by a text as it is pasted from a ticket or a mail: the one UUID or e-mail address in it, else the text without white space and
 * quotes around it.
 */
export function meantBy(text: string): string {
  const trimmed = text.trim();
  const [, , inQuotes = trimmed] = /^(["'`])(.+)\1$/s.exec(trimmed) ?? [];
  const uuid = theOnly(inQuotes.match(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi) ?? []);
  const words = inQuotes.split(/[\s<>,;:"()[\]|]+/).map((word) => word.replace(/[.'!?]{1,3}$/, ''));
  return uuid ?? theOnly(words.filter(looksLikeEmail)) ?? inQuotes.trim();
}

function theOnly(found: readonly string[]): string | undefined {
  return new Set(found.map((each) => each.toLowerCase())).size === 1 ? found[0] : undefined;
}

/** The kinds a text can be, most telling first. */
export function kindsOf(text: string): readonly FindKind[] {
  const typed = meantBy(text);
  if (parseUuid(typed) !== undefined) return ['uuid'];
  if (looksLikeEmail(typed)) return ['email'];
  const kinds: FindKind[] = looksLikeHalfEmail(typed) ? ['email-part'] : [];
  if (uuidPrefixRange(typed) !== undefined) kinds.push('uuid-prefix');
  if (looksLikePhone(typed)) kinds.push('phone');
  if (looksLikeSlug(typed)) kinds.push('slug');
  if (looksLikeDomain(typed)) kinds.push('domain');
  if (typed.length >= 2) kinds.push('name');
  return kinds;
}

/** Plans the look-ups for a text, a plan a kind, narrowed to a tenant where one is pinned. */
export function planFind(catalog: Catalog, text: string, tenant?: TenantIdentity): readonly FindPlan[] {
  const typed = meantBy(text);
  return kindsOf(typed).map((kind) => planKind(catalog, kind, typed, tenant));
}

function planKind(catalog: Catalog, kind: FindKind, typed: string, tenant: TenantIdentity | undefined): FindPlan {
  const lookUps: LookUp[] = [];
  const notSearched: NotSearched[] = [];
  for (const table of catalog.tables) {
    const key = table.key;
    if (!table.maySelect) {
      if (isSearched(table, kind)) notSearched.push({ kind, where: table.title, reason: 'this role may not read it' });
      continue;
    }
    if (kind === 'uuid' || kind === 'uuid-prefix') {
      if (key === undefined) {
        if (kind === 'uuid') notSearched.push({ kind, where: table.title, reason: 'it has no single-column primary key' });
      } else if (key.type === 'uuid' || (kind === 'uuid' && textTypes.has(key.type))) {
        lookUps.push(keyLookUp(kind, table, key, typed, tenant));
      }
      continue;
    }
    if (key === undefined) continue;
    for (const column of searchedColumns(table, kind)) {
      const planned = columnLookUp(kind, table, key, column, typed, tenant);
      if (planned.lookUp !== undefined) lookUps.push(planned.lookUp);
      if (planned.left !== undefined) notSearched.push({ kind, where: `${table.title}.${column.name}`, reason: planned.left });
    }
    const person = kind === 'name' && typed.includes(' ') ? personLookUp(table, key, typed, tenant) : undefined;
    if (person !== undefined) lookUps.push(person);
  }
  return { kind, lookUps, notSearched };
}

function isSearched(table: Table, kind: FindKind): boolean {
  return kind === 'uuid' || (kind !== 'uuid-prefix' && searchedColumns(table, kind).length > 0);
}

function searchedColumns(table: Table, kind: keyof typeof columnsOfKind): readonly Column[] {
  if ((kind === 'email' || kind === 'email-part') && !(table.schema === 'public' && emailTables.includes(table.name))) return [];
  const names = columnsOfKind[kind];
  const isTenantSlug = (column: Column): boolean => kind === 'slug' && table.title === 'tenant' && column.name === 'tenant_id';
  return table.columns.filter((column) => textTypes.has(column.type) && (names.includes(column.name) || isTenantSlug(column)));
}

const bounds = (tenant: TenantIdentity | undefined): { most: number; tenantIds: string[] | null } => ({
  most: mostPerTable,
  tenantIds: tenant === undefined ? null : tenantNames(tenant),
});

function keyLookUp(
  kind: 'uuid' | 'uuid-prefix',
  table: Table,
  key: Column,
  typed: string,
  tenant: TenantIdentity | undefined,
): LookUp {
  const place = { schema: table.schema, table: table.name, key: key.name };
  if (kind === 'uuid') {
    return {
      table,
      statement: statement(findByKeyQuery, { id: parseUuid(typed)!, ...bounds(tenant) }, { ...place, key_type: key.type }),
      why: () => `primary key of ${table.title}`,
    };
  }
  const range = uuidPrefixRange(typed)!;
  return {
    table,
    statement: statement(findByKeyRangeQuery, { idFrom: range.from, idTo: range.to, ...bounds(tenant) }, place),
    why: () => `its id starts with ${typed.toLowerCase()}`,
  };
}

function columnLookUp(
  kind: keyof typeof columnsOfKind,
  table: Table,
  key: Column,
  column: Column,
  typed: string,
  tenant: TenantIdentity | undefined,
): { lookUp?: LookUp; left?: string } {
  const place = { schema: table.schema, table: table.name, key: key.name, column: column.name };
  const limits = bounds(tenant);
  const lookUp = (query: Query, parameters: Record<string, unknown>, why: LookUp['why']): LookUp => ({
    table,
    statement: { query, parameters: { ...parameters, ...limits }, identifiers: place },
    why,
  });
  // A trigram index is of no use to digits between punctuation, nor to fewer than three characters.
  const isReadable = isSmall(table) || (kind !== 'phone' && typed.length >= 3 && hasTrigramIndex(table, column.name));
  if (isReadable) {
    if (kind === 'phone')
      return { lookUp: lookUp(findByPhoneQuery, { digits: nationalDigits(typed) }, (row) => `${column.name} is ${row.matched}`) };
    const exact = kind === 'email' || kind === 'slug';
    const pattern = exact ? likePattern(typed) : `%${likePattern(typed)}%`;
    const verb = exact ? 'is' : 'contains';
    return { lookUp: lookUp(findByPatternQuery, { pattern }, () => `${column.name} ${verb} ${typed}`) };
  }
  if (!hasEqualityIndex(table, column.name))
    return { left: `no index serves it, and it has some ${formatCount(table.estimatedRows)} rows` };
  if (kind === 'email-part') return { left: 'its index serves a whole address only' };
  const spellings = [...new Set([typed, typed.toLowerCase()])];
  const found = lookUp(findByValueQuery, { spellings }, () => `${column.name} is ${typed}`);
  return kind === 'slug' ? { lookUp: found } : { lookUp: found, left: 'only as typed and in lower case, which its index serves' };
}

/** Without leading zeros, which an international number does not have: 030 1234567 is +49 30 1234567. */
function nationalDigits(typed: string): string {
  const digits = phoneDigits(typed);
  return digits.replace(/^0+/, '') || digits;
}

function personLookUp(table: Table, key: Column, typed: string, tenant: TenantIdentity | undefined): LookUp | undefined {
  const first = table.columns.find((column) => column.name === 'first_name');
  const last = table.columns.find((column) => column.name === 'last_name');
  if (first === undefined || last === undefined || !isSmall(table)) return undefined;
  return {
    table,
    statement: statement(
      findByPersonQuery,
      { pattern: `%${likePattern(typed)}%`, ...bounds(tenant) },
      { schema: table.schema, table: table.name, key: key.name, first_name: first.name, last_name: last.name },
    ),
    why: () => `first and last name contain ${typed}`,
  };
}
