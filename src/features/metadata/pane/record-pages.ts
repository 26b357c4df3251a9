import type { FoundPage } from '../search.ts';

/** Where a page of records starts: behind a key, or read backwards before one; without a key at that end of them. */
export interface RecordsFrom {
  readonly after: string | undefined;
  readonly backwards: boolean;
}

/** Where the page behind this one starts; undefined where it is the last. */
export function pageBehind({ rows, next }: FoundPage, { after, backwards }: RecordsFrom): RecordsFrom | undefined {
  const last = !backwards ? next : after === undefined ? undefined : rows.at(-1)?.id;
  return last === undefined ? undefined : { after: last, backwards: false };
}

/** Where the page before this one starts; undefined where it is the first. */
export function pageBefore({ rows, next }: FoundPage, { after, backwards }: RecordsFrom): RecordsFrom | undefined {
  const first = backwards ? next : after === undefined ? undefined : rows[0]?.id;
  return first === undefined ? undefined : { after: first, backwards: true };
}
