import { displayText, label } from '#core/display-text.ts';
import { formatBytes, formatCount, formatTimestamp } from '#core/format.ts';
import type { DataColumn } from '#ui/data-table.ts';
import { valueBar } from '#ui/share-bar.ts';
import type { Theme } from '#ui/theme.ts';
import { columnsText, kindText } from '../index-words.ts';
import { type Index, titleOf } from '../model.ts';
import type { Scans } from '../scans.ts';

/** What the list can be sorted by: a column each. */
export const sortIds = [
  'table',
  'name',
  'method',
  'columns',
  'predicate',
  'size',
  'scans',
  'scans a day',
  'scans since opened',
  'last used',
  'entries read',
  'rows fetched',
  'unique',
  'primary',
  'constraint',
  'valid',
] as const;
export type SortId = (typeof sortIds)[number];

/** What columns show beside the index itself. */
export interface ColumnContext {
  readonly most: { readonly bytes: number; readonly scans: number };
  readonly changes: Scans;
}

interface IndexColumn extends Omit<DataColumn<Index>, 'priority'> {
  /** Undefined: only shown while the list is sorted by it. */
  readonly priority: number | undefined;
}

const barColumns = 4;
const yes = (is: boolean): string => (is ? 'yes' : '');

function indexColumns(
  { most, changes }: ColumnContext,
  theme: Theme,
): Readonly<Record<SortId | 'size bar' | 'scans bar' | 'kind', IndexColumn>> {
  const text = (
    title: string,
    of: (index: Index) => string,
    least: number,
    widest: number,
    priority: number | undefined,
  ): IndexColumn => ({ title, text: (index) => displayText(of(index), { maxWidth: widest }), least, most: widest, priority });
  const count = (title: string, of: (index: Index) => number | null, priority: number | undefined): IndexColumn => ({
    title,
    text: (index) => {
      const value = of(index);
      return value === null ? label('') : formatCount(value);
    },
    align: 'right',
    least: Math.max(title.length, 5),
    most: 15,
    priority,
  });
  const bar = (of: (index: Index) => number): IndexColumn => ({
    title: '',
    text: (index) => valueBar(of(index), barColumns, theme),
    tone: () => 'accent',
    least: barColumns,
    most: barColumns,
    priority: 5,
  });
  return {
    table: text('TABLE', (index) => titleOf({ schema: index.schema, name: index.table }), 10, 30, 3),
    name: {
      ...text('INDEX', nameText, 24, 46, 1),
      tone: ({ isValid, isBeingBuilt }) => (isValid ? 'plain' : isBeingBuilt ? 'accent' : 'danger'),
    },
    method: text('METHOD', ({ method }) => method, 6, 8, 12),
    columns: text('COLUMNS', columnsText, 12, 40, 9),
    predicate: text('PREDICATE', ({ predicate }) => predicate ?? '', 12, 30, undefined),
    size: {
      title: 'SIZE',
      text: ({ indexBytes }) => (indexBytes === null ? label('locked') : formatBytes(indexBytes)),
      align: 'right',
      least: 7,
      most: 9,
      priority: 2,
    },
    'size bar': bar(({ indexBytes }) => (indexBytes ?? 0) / most.bytes),
    scans: { ...count('SCANS', ({ scans }) => scans, 2), tone: ({ scans }) => (scans === 0 ? 'muted' : 'plain') },
    'scans bar': bar(({ scans }) => scans / most.scans),
    'scans a day': count('PER DAY', ({ scansADay }) => scansADay, 8),
    'scans since opened': {
      ...count('NOW', (index) => changes.get(index.oid) ?? 0, 4),
      text: (index) => {
        const change = changes.get(index.oid) ?? 0;
        return change === 0 ? label('') : label(`+${formatCount(change)}`);
      },
      tone: () => 'good',
    },
    'last used': text('LAST USED', ({ lastUsed }) => (lastUsed === null ? '' : formatTimestamp(lastUsed)), 19, 19, 11),
    'entries read': count('READ', ({ entriesRead }) => entriesRead, undefined),
    'rows fetched': count('FETCHED', ({ rowsFetched }) => rowsFetched, undefined),
    unique: text('UNIQUE', ({ isUnique }) => yes(isUnique), 6, 6, undefined),
    primary: text('PRIMARY', ({ isPrimary }) => yes(isPrimary), 7, 7, undefined),
    constraint: text('CONSTRAINT', ({ constraint }) => constraint ?? '', 12, 30, undefined),
    valid: text('VALID', ({ isValid }) => (isValid ? 'yes' : 'NO'), 5, 5, undefined),
    kind: { ...text('KIND', kindText, 8, 24, 6), tone: ({ isValid }) => (isValid ? 'muted' : 'danger') },
  };
}

/** An index that is not to be relied on says so wherever its kind has no room. */
const nameText = ({ name, isValid, isBeingBuilt }: Index): string =>
  isValid ? name : `${isBeingBuilt ? 'being built' : 'INVALID'} ${name}`;

/** The columns of the list; that which it is sorted by is always among them. */
export function shownColumns(context: ColumnContext, sort: SortId, theme: Theme): readonly DataColumn<Index>[] {
  const columns = indexColumns(context, theme);
  return Object.entries(columns).flatMap(([id, column]) => {
    const priority = id === sort ? Math.min(2, column.priority ?? 2) : column.priority;
    return priority === undefined ? [] : [{ ...column, priority }];
  });
}

const values: Readonly<Record<SortId, (index: Index, changes: Scans) => string | number>> = {
  table: (index) => titleOf({ schema: index.schema, name: index.table }),
  name: ({ name }) => name,
  method: ({ method }) => method,
  columns: columnsText,
  predicate: ({ predicate }) => predicate ?? '',
  size: ({ indexBytes }) => indexBytes ?? -1,
  scans: ({ scans }) => scans,
  'scans a day': ({ scansADay }) => scansADay ?? -1,
  'scans since opened': ({ oid }, changes) => changes.get(oid) ?? 0,
  'last used': ({ lastUsed }) => (lastUsed === null ? 0 : Date.parse(lastUsed)),
  'entries read': ({ entriesRead }) => entriesRead,
  'rows fetched': ({ rowsFetched }) => rowsFetched,
  unique: ({ isUnique }) => Number(isUnique),
  primary: ({ isPrimary }) => Number(isPrimary),
  constraint: ({ constraint }) => constraint ?? '',
  valid: ({ isValid }) => Number(isValid),
};

/** What is much comes first where one sorts by a number, and A where one sorts by a word. */
export const beginsDescending = (sort: SortId): boolean =>
  !(['table', 'name', 'method', 'columns', 'predicate', 'valid'] as readonly SortId[]).includes(sort);

/** Orders indexes; what is alike is in the order of table and name. */
export function indexOrder(sort: SortId, isDescending: boolean, changes: Scans): (left: Index, right: Index) => number {
  const of = values[sort];
  const sign = isDescending ? -1 : 1;
  return (left, right) =>
    sign * compared(of(left, changes), of(right, changes)) ||
    compared(values.table(left, changes), values.table(right, changes)) ||
    compared(left.name, right.name);
}

const compared = (left: string | number, right: string | number): number => (left < right ? -1 : left > right ? 1 : 0);
