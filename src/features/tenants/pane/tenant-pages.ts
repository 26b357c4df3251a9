import type { PageCursor } from '#core/page-cursor.ts';
import type { Reader, ReadOptions } from '#database/query.ts';
import { listTenants, type TenantPage, type TenantPageRequest } from '../tenants.ts';

/** Where a page of the list starts, and its first row's place in the whole list where that is known. */
export interface PageFrom {
  readonly cursor: PageCursor | undefined;
  readonly backwards: boolean;
  readonly startIndex: number | undefined;
}

/** A page in memory, with where the neighbours start. */
export interface LoadedPage {
  readonly tenants: TenantPage['tenants'];
  readonly startIndex: number | undefined;
  readonly next: PageFrom | undefined;
  readonly previous: PageFrom | undefined;
}

const pageRows = 100;

/** Search, filters and order of a list; what of it is read comes with PageFrom. */
export type TenantListRequest = Omit<TenantPageRequest, 'pageRows' | 'from' | 'backwards'>;

/** The first page to read from an end of the list. */
export function pageFrom(anchor: 'start' | 'end'): PageFrom {
  return anchor === 'start'
    ? { cursor: undefined, backwards: false, startIndex: 0 }
    : { cursor: undefined, backwards: true, startIndex: undefined };
}

/** What identifies the pages of a list in the query cache. */
export function pagesKey(request: TenantListRequest, anchor: 'start' | 'end', turn: number): unknown[] {
  return ['tenants', request, anchor, turn];
}

/** Reads a page and works out its neighbours. */
export async function readPage(
  reader: Reader,
  request: TenantListRequest,
  from: PageFrom,
  options: ReadOptions,
): Promise<LoadedPage> {
  const page = await listTenants(reader, { ...request, pageRows, from: from.cursor, backwards: from.backwards }, options);
  const rows = page.tenants.length;
  const startIndex =
    from.startIndex === undefined ? undefined : from.backwards ? Math.max(0, from.startIndex - rows) : from.startIndex;
  return {
    tenants: page.tenants,
    startIndex,
    next: page.next && {
      cursor: page.next,
      backwards: false,
      startIndex: startIndex === undefined ? undefined : startIndex + rows,
    },
    previous: page.previous && { cursor: page.previous, backwards: true, startIndex },
  };
}
