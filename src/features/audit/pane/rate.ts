import { countInBins } from '#ui/sparkline.ts';
import type { BinCount } from '../history.ts';
import type { LogRow } from './entry-log.ts';

/** How many entries of which action, the most frequent first, and how they spread over time. */
export interface Rate {
  readonly counts: readonly (readonly [action: string, count: number])[];
  readonly bins: readonly number[];
  /** Counted over what is loaded, which may be the last part only. */
  readonly isOfLoaded: boolean;
}

/** Bars of the curve. */
export const rateBins = 20;
/** Without a window the curve is of the last ten minutes. */
const shownMs = 600_000;

/** The rate over what is loaded: the counts of all of it, the curve from `fromMs` on, or of the last ten minutes. */
export function rateOfLoaded(rows: readonly LogRow[], fromMs: number | undefined, nowMs: number): Rate {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.kind === 'gap') continue;
    const action = row.entry.action ?? '';
    counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  return {
    counts: inOrder(counts),
    bins: countInBins(rows, momentOf, { from: fromMs ?? nowMs - shownMs, until: nowMs }, rateBins),
    isOfLoaded: true,
  };
}

const momentOf = (row: LogRow): number | undefined => (row.kind === 'entry' ? row.atMs : undefined);

/** The rate over the whole window, as the server counted it. */
export function rateOfWindow(counted: readonly BinCount[]): Rate {
  const counts = new Map<string, number>();
  const bins = Array.from({ length: rateBins }, () => 0);
  for (const { bin, action, entries } of counted) {
    counts.set(action ?? '', (counts.get(action ?? '') ?? 0) + entries);
    if (bin < rateBins) bins[bin]! += entries;
  }
  return { counts: inOrder(counts), bins, isOfLoaded: false };
}

function inOrder(counts: ReadonlyMap<string, number>): Rate['counts'] {
  return [...counts].sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || (one < other ? -1 : 1));
}
