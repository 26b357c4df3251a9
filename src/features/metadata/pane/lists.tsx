import type { ReactNode } from 'react';
import { useEffect, useMemo } from 'react';
import type { Area } from '#console/public/contract.ts';
import { usePages, usePinnedTenant, useRead, useSettled, useStore } from '#console/public/hooks.ts';
import { displayText, trusted } from '#core/display-text.ts';
import { formatCount } from '#core/format.ts';
import { parseUuid } from '#core/ids.ts';
import { cutToWidth } from '#core/text-width.ts';
import { columnWidths, type DataColumn, tableLines } from '#ui/data-table.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, spreadLine, words } from '#ui/line.ts';
import { keepPlace, moveList } from '#ui/list-state.ts';
import { fieldLine, textOf } from '#ui/text-field.ts';
import { useTheme } from '#ui/theme.ts';
import { type DocumentColumn, documentColumns } from '../documents.ts';
import { type FoundPage, type FoundRecord, searchDocuments } from '../search.ts';
import { columnKey, type MetadataStore, recordKey } from './metadata-state.ts';
import { pageBefore, pageBehind, type RecordsFrom } from './record-pages.ts';
import { recordSearch, searchForms } from './record-search.ts';
import { failureLines } from '#ui/failure-lines.ts';

const linesAround = 2;
const pageRows = 100;
const refreshMs = 10_000;
const settleMs = 250;
const rowsAhead = 40;

const tableColumns: readonly DataColumn<DocumentColumn>[] = [
  { title: 'TABLE', text: ({ table }) => displayText(table.title), least: 12, most: 40, priority: 1 },
  {
    title: 'COLUMN',
    text: ({ column }) => displayText(column.name),
    tone: ({ column }) => (column.name === 'metadata' ? 'accent' : 'plain'),
    least: 8,
    most: 30,
    priority: 2,
  },
  {
    title: 'ROWS OF ALL, ABOUT',
    text: ({ table }) => (table.estimatedRows < 0 ? displayText('?') : formatCount(table.estimatedRows)),
    align: 'right',
    least: 11,
    most: 18,
    priority: 3,
  },
  {
    title: 'ROW SECURITY',
    text: ({ table }) => displayText(table.rowSecurityActive ? 'hides rows' : ''),
    tone: () => 'warning',
    least: 10,
    most: 12,
    priority: 4,
  },
];

const recordColumns: readonly DataColumn<FoundRecord>[] = [
  { title: 'LABEL', text: ({ label }) => displayText(label, { maxWidth: 60 }), least: 12, most: 32, priority: 1 },
  {
    title: 'ID',
    text: ({ id }) => displayText(parseUuid(id) === undefined ? id : id.slice(0, 8), { maxWidth: 20 }),
    tone: () => 'muted',
    least: 8,
    most: 20,
    priority: 3,
  },
  { title: 'DOCUMENT', text: ({ preview }) => displayText(preview, { maxWidth: 200 }), least: 20, most: 200, priority: 2 },
];

/** Tables with jsonb columns, `metadata` first. */
export function TablesView({ columns, rows, store }: Area & { readonly store: MetadataStore }): ReactNode {
  const theme = useTheme();
  const { tables, drafts } = useStore(store);
  const pinned = usePinnedTenant();
  const catalog = useRead({ key: ['catalog'], read: (database) => database.catalog() });
  const found = useMemo(
    () => (catalog.data === undefined ? [] : documentColumns(catalog.data).toSorted((a, b) => rank(a) - rank(b))),
    [catalog.data],
  );
  const height = Math.max(1, rows - linesAround);
  useEffect(() => {
    store.update((now) => ({
      ...now,
      height,
      tables: { rows: found, list: keepPlace(now.tables.list, found.map(columnKey), height) },
    }));
  }, [store, found, height]);
  const left: Line = [
    words(' documents of ', 'muted'),
    span(displayText(pinned?.name ?? 'all tenants', { maxWidth: 40 }), 'accent'),
  ];
  const right: Line = drafts.length === 0 ? [] : [words(`${drafts.length} not saved: o opens `, 'warning')];
  return <Lines columns={columns} lines={fitRows([spreadLine(left, right, columns, theme), ...body()], rows)} />;

  function body(): readonly Line[] {
    if (catalog.error !== null && found.length === 0)
      return [emptyLine, ...failureLines(catalog.error, columns - 4).map((line): Line => [words('   '), ...line])];
    if (catalog.data === undefined) return [emptyLine, [words('   reading the catalog ...', 'muted')]];
    if (found.length === 0)
      return [emptyLine, [words('   No table here has a jsonb column and a single-column key that this role may read.')]];
    return tableLines(
      tableColumns,
      columnWidths(tableColumns, tables.rows, columns),
      tables.rows,
      tables.list,
      height + 1,
      theme,
    );
  }
}

const rank = ({ column }: DocumentColumn): number => (column.name === 'metadata' ? 0 : 1);

/** The records of a table, searched by their documents. */
export function RecordsView({
  columns,
  rows,
  store,
  column,
}: Area & { readonly store: MetadataStore; readonly column: DocumentColumn }): ReactNode {
  const theme = useTheme();
  const { records } = useStore(store);
  const pinned = usePinnedTenant();
  const typed = useSettled(textOf(records.search), settleMs);
  const search = useMemo(() => recordSearch(typed, column), [typed, column]);
  const condition = search.wanted === 'search' ? search.condition : undefined;
  const narrowing = JSON.stringify([condition ?? typed, pinned?.id, records.anchor]);
  const pages = usePages<FoundPage, RecordsFrom>({
    key: ['metadata-records', columnKey(column), condition ?? typed, pinned?.id, records.anchor, records.turn],
    first: { after: undefined, backwards: records.anchor === 'end' },
    refreshMs,
    read: async (database, from, { signal }) =>
      condition === undefined
        ? { rows: [], next: undefined, servedBy: undefined }
        : searchDocuments(database, column, condition, { tenant: pinned, ...from, pageRows, signal }),
    next: pageBehind,
    previous: pageBefore,
  });
  const height = Math.max(1, rows - linesAround - 1);
  const found = useMemo(() => pages.data?.pages.flatMap((page) => page.rows) ?? [], [pages.data]);
  const { hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage } = pages;
  const isLoaded = pages.data !== undefined && !pages.isPlaceholderData;
  useEffect(() => {
    store.update((now) => {
      // The rows of the list before stay on screen until the new ones are there; the cursor waits for those.
      if (!isLoaded && now.records.rows.length > 0) return { ...now, height };
      const keys = found.map(recordKey);
      const { list: before, anchor } = now.records;
      const isAtEnd = before.key === undefined && isLoaded && anchor === 'end';
      const kept = keepPlace(before, keys, height, narrowing);
      const list = isAtEnd ? moveList(kept, 'last', keys, height) : kept;
      const ends = { start: !hasPreviousPage, end: !hasNextPage };
      return { ...now, height, records: { ...now.records, rows: found, list, ends } };
    });
  }, [store, found, height, narrowing, isLoaded, hasNextPage, hasPreviousPage]);
  const { cursor } = records.list;
  useEffect(() => {
    if (!isLoaded || isFetching) return;
    if (hasNextPage && cursor >= found.length - rowsAhead) void fetchNextPage();
    else if (hasPreviousPage && cursor < rowsAhead) void fetchPreviousPage();
  }, [cursor, found.length, isLoaded, hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage]);

  const field: Line = records.isSearching
    ? fieldLine(records.search, Math.max(12, columns - 50), theme)
    : [span(displayText(textOf(records.search), { maxWidth: 60 }), 'strong')];
  const place = displayText(`${columnKey(column)} of ${pinned?.name ?? 'all tenants'}`, { maxWidth: 60 });
  const top = spreadLine([words(' search ', 'muted'), ...field], [span(place, 'accent'), words(' ')], columns, theme);
  const widths = columnWidths(recordColumns, records.rows, columns);
  return <Lines columns={columns} lines={fitRows([top, [words(' '), how()], ...body()], rows)} />;

  function how(): Line[number] {
    if (records.isSearching && textOf(records.search).trim() === '')
      return span(trusted(theme.ascii ? searchForms.replaceAll('·', '-') : searchForms), 'muted');
    if (search.wanted === 'record') return words('an id: enter opens the record', 'muted');
    if (search.wanted === 'nothing') return span(displayText(search.why, { maxWidth: columns }), 'muted');
    if (pages.isPlaceholderData || pages.data === undefined) return words('reading ...', 'muted');
    const by = pages.data.pages[0]?.servedBy;
    const served =
      search.condition.kind === 'all'
        ? ''
        : by === undefined
          ? ': no index serves it, rows are read through'
          : `: served by ${by}`;
    const count = ` ${theme.ascii ? '-' : '·'} ${records.rows.length}${hasNextPage || hasPreviousPage ? '+' : ''}`;
    const asked = displayText(`${search.words}${served}`, { maxWidth: columns });
    return span(displayText(`${cutToWidth(asked, Math.max(1, columns - 2 - count.length), theme.ellipsis)}${count}`), 'muted');
  }

  function body(): readonly Line[] {
    if (pages.error !== null && (records.rows.length === 0 || pages.isPlaceholderData))
      return [emptyLine, ...failureLines(pages.error, columns - 4)];
    if (search.wanted !== 'search') return [];
    if (pages.data === undefined) return [emptyLine, [words('   reading records ...', 'muted')]];
    if (records.rows.length === 0) {
      const why: Line = [words(`   ${noRecord(pinned !== undefined, typed.trim() !== '')}`)];
      return [emptyLine, why, ...(search.condition.kind === 'key' ? [[words(keysOnly, 'muted')]] : [])];
    }
    return tableLines(recordColumns, widths, records.rows, records.list, height + 1, theme);
  }
}

const keysOnly = '   A word alone is looked for as a key; /path = value looks for a value.';

/** Why the list is empty, and which keys show more. */
function noRecord(isPinned: boolean, isSearched: boolean): string {
  const whose = isPinned ? 'of the pinned tenant' : 'in this table';
  const keys = [...(isSearched ? ['esc clears the search'] : []), ...(isPinned ? ['T unpins the tenant'] : [])];
  return `${[`No record ${whose}${isSearched ? ' matches' : ''}`, ...keys].join('; ')}.`;
}
