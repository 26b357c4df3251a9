import { type ReactNode, useEffect, useMemo } from 'react';
import type { Area } from '#console/public/contract.ts';
import {
  type ConsoleSession,
  usePages,
  usePinnedTenant,
  useRead,
  useSession,
  useSettled,
  useStore,
  useKeyLayer,
} from '#console/public/hooks.ts';
import { displayText, trusted } from '#core/display-text.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { formatCappedCount, formatCount } from '#core/format.ts';
import { columnWidths, tableLines } from '#ui/data-table.ts';
import { Lines } from '#ui/Lines.tsx';
import { besides, emptyLine, fitRows, type Line, spreadLine, span, words } from '#ui/line.ts';
import { keepPlace, moveList } from '#ui/list-state.ts';
import { fieldLine, fieldOf, textOf } from '#ui/text-field.ts';
import { useTheme } from '#ui/theme.ts';
import { tenantsActions } from './actions.tsx';
import { TenantCard } from './TenantCard.tsx';
import { tenantsLayer } from './keys.ts';
import { pageFrom, pagesKey, readPage } from './tenant-pages.ts';
import { createTenantsState, selectedTenant, type TenantsState, type TenantsStore } from './tenants-state.ts';
import { besideColumns, listWidth, tenantColumns } from './tenant-columns.ts';
import { countTenants } from '../tenants.ts';

const settleMs = 120;
const cardSettleMs = 150;
const refreshMs = 5000;
const rowsAhead = { least: 30, most: 200 };

/** The tenants: a searched, filtered, sorted list, and the card of the one under the cursor. */
export function TenantsPane({ columns, rows }: Area): ReactNode {
  const session = useSession();
  const theme = useTheme();
  const store = session.stateOf('tenants', createTenantsState);
  const state = useStore(store);
  const pinned = usePinnedTenant();
  useKeyLayer(session.stateOf('tenants-layer', () => tenantsLayer(store, tenantsActions(session, store))));
  useHandOver(session, store);

  const search = useSettled(textOf(state.search).trim(), settleMs);
  const catalog = useRead({ key: ['catalog'], read: (database) => database.catalog() });
  const isMissing = catalog.data !== undefined && catalog.data.table('tenant') === undefined;
  const narrowed = { search, status: state.status, plan: state.plan };
  const narrowing = JSON.stringify([narrowed, state.anchor]);
  const request = { ...narrowed, sort: state.sort, descending: state.descending };
  const pages = usePages({
    key: pagesKey(request, state.anchor, state.turn),
    first: pageFrom(state.anchor),
    refreshMs,
    read: (database, from, options) => readPage(database, request, from, options),
    next: (page) => page.next,
    previous: (page) => page.previous,
  });
  const total = useRead({
    key: ['tenants-count', narrowed],
    refreshMs,
    keepPrevious: true,
    read: (database, options) => countTenants(database, narrowed, options),
  });
  const height = Math.max(1, rows - 2);
  const loaded = useMemo(() => pages.data?.pages.flatMap((page) => page.tenants) ?? [], [pages.data]);
  const isLoaded = pages.data !== undefined && !pages.isPlaceholderData;
  const { hasNextPage, hasPreviousPage, isPlaceholderData } = pages;
  useEffect(() => {
    store.update((now) => {
      // The rows of the list before stay on screen until the new ones are there; the cursor waits for those.
      if (isPlaceholderData) return { ...now, height };
      const keys = loaded.map(({ id }) => id);
      const isAtEnd = now.list.key === undefined && isLoaded && now.anchor === 'end';
      const kept = keepPlace(now.list, keys, height, narrowing);
      const list = isAtEnd ? moveList(kept, 'last', keys, height) : kept;
      return { ...now, rows: loaded, height, list, ends: { start: !hasPreviousPage, end: !hasNextPage } };
    });
  }, [store, loaded, height, narrowing, isLoaded, isPlaceholderData, hasNextPage, hasPreviousPage]);
  useMorePages(state.list.cursor, loaded.length, isLoaded, pages, height);

  const listColumns = listWidth(columns);
  const widths = useMemo(() => columnWidths(tenantColumns(pinned), state.rows, listColumns), [pinned, state.rows, listColumns]);
  const settledTenant = useSettled(selectedTenant(state), cardSettleMs);

  if (isMissing) return <Lines columns={columns} lines={fitRows(missingLines(), rows)} />;
  const shown = selectedTenant(state);
  if (state.isOpen && shown !== undefined)
    return <TenantCard key={shown.id} tenant={shown} columns={columns} rows={rows} isFull />;
  const list = fitRows([searchLine(), ...bodyLines()], rows);
  if (columns < besideColumns) return <Lines columns={columns} lines={list} />;
  return (
    <TenantCard
      tenant={settledTenant}
      columns={columns}
      rows={rows}
      isFull={false}
      beside={(card) => besides(list, card, listColumns, columns, theme)}
    />
  );

  function searchLine(): Line {
    const filters = [state.status && `status ${state.status}`, state.plan && `plan ${state.plan}`]
      .filter(Boolean)
      .join(` ${theme.dot} `);
    const field: Line = state.isSearching
      ? fieldLine(state.search, Math.max(12, Math.floor(listColumns / 2)), theme)
      : [span(displayText(textOf(state.search), { maxWidth: 60 }), 'strong')];
    const left: Line = [
      words(' search ', 'muted'),
      ...field,
      ...(filters === '' ? [] : [words('  '), span(displayText(filters), 'accent')]),
    ];
    return spreadLine(left, [span(trusted(position(state))), words(' ')], listColumns, theme);
  }

  function position(now: TenantsState): string {
    const start = pages.data?.pages[0]?.startIndex;
    const count = total.data === undefined ? '…' : formatCappedCount(total.data);
    const at = start === undefined || now.rows.length === 0 ? '' : `${formatCount(start + now.list.cursor + 1)} of `;
    return `${at}${count} ${theme.dot} by ${now.sort} ${now.descending ? theme.down : theme.up}`.replace('…', theme.ellipsis);
  }

  function bodyLines(): readonly Line[] {
    if (pages.error !== null && state.rows.length === 0) return errorLines(pages.error);
    if (!isLoaded && state.rows.length === 0) return [emptyLine, [words('   reading tenants ...', 'muted')]];
    if (state.rows.length === 0) return emptyLines();
    return tableLines(tenantColumns(pinned), widths, state.rows, state.list, height + 1, theme);
  }

  function emptyLines(): readonly Line[] {
    const isNarrowed = search !== '' || state.status !== undefined || state.plan !== undefined;
    if (!isNarrowed) return [emptyLine, [words('   There are no tenants in this database.')]];
    return [
      emptyLine,
      [words('   No tenant matches.')],
      [words('   esc clears search and filters;', 'muted')],
      [words('   ctrl-f looks for the text in every table.', 'muted')],
    ];
  }
}

/** Another pane or the find box asked for a tenant: search its id. */
function useHandOver(session: ConsoleSession, store: TenantsStore): void {
  const handOver = useStore(session.handOver);
  useEffect(() => {
    if (handOver?.pane !== 'tenants' || handOver.tenant === undefined) return;
    const { tenant } = handOver;
    session.handOver.set(undefined);
    store.update((now) => ({ ...createTenantsState().get(), height: now.height, search: fieldOf(tenant.id) }));
  }, [handOver, session, store]);
}

/** Reads the next page two screens before the cursor gets to the end of those in memory, and the one before likewise. */
function useMorePages(cursor: number, rows: number, isLoaded: boolean, pages: ReturnType<typeof usePages>, height: number): void {
  const { hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage } = pages;
  const { fail } = useSession();
  const nearTheEnd = Math.min(rowsAhead.most, Math.max(rowsAhead.least, 2 * height));
  useEffect(() => {
    if (!isLoaded || isFetching) return;
    if (hasNextPage && cursor >= rows - nearTheEnd) fetchNextPage().catch(fail);
    else if (hasPreviousPage && cursor < nearTheEnd) fetchPreviousPage().catch(fail);
  }, [cursor, rows, isLoaded, hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage, fail, nearTheEnd]);
}

function errorLines(error: unknown): readonly Line[] {
  const detail = error instanceof AdminError ? [error.whatToDo, ...(error.detail?.split('\n') ?? [])] : [];
  return [
    emptyLine,
    [words('   '), span(displayText(messageOf(error)), 'danger')],
    ...detail.map((line): Line => [words('   '), span(displayText(line))]),
    emptyLine,
    [words('   r tries again.', 'muted')],
  ];
}

function missingLines(): readonly Line[] {
  return [
    emptyLine,
    [words('   There is no table public.tenant in this database.', 'warning')],
    emptyLine,
    [words('   It is no Aisha database, or its migrations have not run yet (006_tenant_table.sql makes the table).')],
    [words('   What works: ctrl-f finds a UUID, e-mail or name in the tables that are here; Health says what is missing.')],
    [words('   After a migration, r reads the catalog again.')],
  ];
}
