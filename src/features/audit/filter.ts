import { likePattern, parseUuid } from '#core/ids.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { asKey } from '#database/audit-record.ts';
import { tenantNames } from '#database/tenant-scope.ts';
import type { AuditSource } from './source.ts';

/** Values of which one must fit, and values of which none may; for texts all must fit. An empty list is no condition. */
export interface Choice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Which entries are wanted: all of it must hold. Applied by the server to history and live entries alike. */
export interface AuditFilter {
  /** As the application wrote them or as the catalog names them: Contact, contact and contacts are one. */
  readonly tables: Choice;
  /** In either case, as actors are. */
  readonly actions: Choice;
  readonly actors: Choice;
  readonly records: Choice;
  /** Parts of anything in the entry, documents included, in either case. */
  readonly text: Choice;
  readonly tenant?: TenantIdentity | undefined;
  /** Anything that PostgreSQL reads as a time, with its zone; `from` is in the stretch, `until` is not. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const noChoice: Choice = { include: [], exclude: [] };

/** The filter that lets everything through. */
export const everyEntry: AuditFilter = {
  tables: noChoice,
  actions: noChoice,
  actors: noChoice,
  records: noChoice,
  text: noChoice,
};

/** Whether the filter leaves something out. */
export function isFiltering(filter: AuditFilter): boolean {
  const { tables, actions, actors, records, text, tenant, from, until } = filter;
  const hasChoice = [tables, actions, actors, records, text].some(({ include, exclude }) => include.length + exclude.length > 0);
  return hasChoice || tenant !== undefined || from !== undefined || until !== undefined;
}

/** The filter's parameters as the statements of queries/audit take them, in their order. */
export interface FilterParameters {
  readonly tables: string[] | null;
  readonly notTables: string[] | null;
  readonly actions: string[] | null;
  readonly notActions: string[] | null;
  readonly actors: string[] | null;
  readonly notActors: string[] | null;
  readonly records: string[] | null;
  readonly recordKeys: string[] | null;
  readonly notRecords: string[] | null;
  readonly patterns: string[] | null;
  readonly notPatterns: string[] | null;
  readonly tenantIds: string[] | null;
  readonly fromAt: string | null;
  readonly untilAt: string | null;
}

/** What is sent to the server for a filter, to this log. */
export function filterParameters({ recordType }: AuditSource, filter: AuditFilter): FilterParameters {
  const { tables, actions, actors, records, text, tenant } = filter;
  return {
    tables: listed(tables.include, tableWord),
    notTables: listed(tables.exclude, tableWord),
    actions: listed(actions.include, lower),
    notActions: listed(actions.exclude, lower),
    actors: listed(actors.include, lower),
    notActors: listed(actors.exclude, lower),
    records: listed(records.include, canonical),
    recordKeys: records.include.length === 0 ? null : records.include.flatMap((record) => asKey(recordType, record) ?? []),
    notRecords: listed(records.exclude, canonical),
    patterns: listed(text.include, containing),
    notPatterns: listed(text.exclude, containing),
    tenantIds: tenant === undefined ? null : tenantNames(tenant),
    fromAt: filter.from ?? null,
    untilAt: filter.until ?? null,
  };
}

const lower = (text: string): string => text.toLowerCase();
const canonical = (record: string): string => parseUuid(record) ?? record;
const containing = (part: string): string => `%${likePattern(part)}%`;
/** The log names tables of `public` without their schema. */
const tableWord = (table: string): string => table.replace(/^public\./, '');

/** PostgreSQL cannot store the character 0, so no entry holds it, and it must not be sent; nor a lone surrogate. */
function listed(values: readonly string[], asSent: (value: string) => string): string[] | null {
  return values.length === 0 ? null : values.map((value) => asSent(value).replaceAll('\u0000', '\ufffd').toWellFormed());
}
