import { displayText, trusted } from '#core/display-text.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Chip } from '#ui/chips.ts';
import type { AuditEntry } from '../entries.ts';
import type { AuditFilter } from '../filter.ts';
import type { TimeWindow } from './time-window.ts';

export type FilterField = 'tables' | 'actions' | 'actors' | 'records' | 'text';

/** One condition that the operator set: only entries like this, or all but these. */
export interface Condition {
  readonly field: FilterField;
  readonly value: string;
  readonly isExcluded: boolean;
}

/** How a field is called on screen, and what an entry has in it. */
export const fields: Readonly<
  Record<FilterField, { readonly title: string; readonly of: (entry: AuditEntry) => string | null }>
> = {
  tables: { title: 'table', of: ({ table }) => table },
  actions: { title: 'action', of: ({ action }) => action },
  actors: { title: 'actor', of: ({ actor }) => actor },
  records: { title: 'record', of: ({ recordId }) => recordId },
  text: { title: 'text', of: () => null },
};

export const filterFields: readonly FilterField[] = ['tables', 'actions', 'actors', 'records', 'text'];

/** The conditions and one more; it takes the place of one about the same value. */
export function withCondition(conditions: readonly Condition[], added: Condition): readonly Condition[] {
  return [...conditions.filter((known) => known.field !== added.field || known.value !== added.value), added];
}

/** All that is asked of the server: the conditions, the pinned tenant and the time. */
export function filterOf(
  conditions: readonly Condition[],
  tenant: TenantIdentity | undefined,
  window: TimeWindow | undefined,
): AuditFilter {
  const of = (field: FilterField): { include: string[]; exclude: string[] } => {
    const values = (isExcluded: boolean): string[] =>
      conditions.flatMap((known) => (known.field === field && known.isExcluded === isExcluded ? [known.value] : []));
    return { include: values(false), exclude: values(true) };
  };
  return {
    tables: of('tables'),
    actions: of('actions'),
    actors: of('actors'),
    records: of('records'),
    text: of('text'),
    ...(tenant && { tenant }),
    ...(window && { from: new Date(window.fromMs).toISOString() }),
  };
}

const chipColumns = 40;

/** A condition as a chip. */
export function chipOf({ field, value, isExcluded }: Condition): Chip {
  const shown = displayText(field === 'text' ? JSON.stringify(value) : value, { maxWidth: chipColumns });
  return { text: trusted(`${fields[field].title} ${shown}`), isExcluded };
}

/** The values that entries have in a field, the most frequent first, with how often. */
export function valuesOf(
  entries: Iterable<AuditEntry>,
  field: FilterField,
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const value = fields[field].of(entry);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || (one < other ? -1 : 1));
}
