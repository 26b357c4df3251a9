import type { QueryClient } from '@tanstack/react-query';
import { columnWidths, tableLines } from '#ui/data-table.ts';
import { besides, emptyLine, fitRows, type Line, words } from '#ui/line.ts';
import { keepPlace, listAtStart } from '#ui/list-state.ts';
import type { Theme } from '#ui/tones.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Reader, ReadOptions } from '#database/query.ts';
import { besideColumns, listWidth, tenantColumns } from './tenant-columns.ts';
import { type LoadedPage, pageFrom, pagesKey, readPage } from './tenant-pages.ts';
import { createTenantsState, type TenantsStore } from './tenants-state.ts';

/** Reads the page that the pane opens with. */
export function readFirstPage(reader: Reader, options: ReadOptions): Promise<LoadedPage> {
  return readPage(reader, openingRequest(), pageFrom('start'), options);
}

/** The list of the pane as it opens, laid out without React: shown while that is still being loaded. */
export function firstPageLines(
  page: LoadedPage,
  area: { readonly columns: number; readonly rows: number },
  pinned: TenantIdentity | undefined,
  theme: Theme,
): readonly Line[] {
  const { columns, rows } = area;
  const width = listWidth(columns);
  const tableColumns = tenantColumns(pinned);
  const widths = columnWidths(tableColumns, page.tenants, width);
  const table = tableLines(tableColumns, widths, page.tenants, listAtStart, rows - 1, theme);
  const list = fitRows([[words(' search ', 'muted')], ...table], rows);
  return columns < besideColumns ? list : besides(list, fitRows([emptyLine], rows), width, columns, theme);
}

/** Hands the page to the pane as if it had read it, so that its first frame has rows. */
export function seedFirstPage(
  queryClient: QueryClient,
  store: TenantsStore,
  first: { readonly page: LoadedPage; readonly listRows: number },
): void {
  const { page, listRows } = first;
  queryClient.setQueryData(pagesKey(openingRequest(), 'start', 0), { pages: [page], pageParams: [pageFrom('start')] });
  const keys = page.tenants.map(({ id }) => id);
  store.update((now) => ({ ...now, rows: page.tenants, height: listRows, list: keepPlace(now.list, keys, listRows) }));
}

function openingRequest(): Parameters<typeof pagesKey>[0] {
  const { status, plan, sort, descending } = createTenantsState().get();
  return { search: '', status, plan, sort, descending };
}
