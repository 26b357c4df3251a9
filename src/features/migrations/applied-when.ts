import { epochMicros } from '#core/timestamps.ts';
import type { HistoryRow } from './history.ts';

/** Between which times a migration took effect, as far as its row tells; microseconds since the epoch. */
interface Span {
  readonly earliest: number;
  readonly latest: number;
}

const halfDayMicros = 12 * 3600 * 1_000_000;

/**
 * Whether one migration was applied after another, by what the history records of both; undefined where it does not tell: the same time, none, or
 * a baseline, whose time is that of the recording.
 */
export function wasAppliedAfter(row: HistoryRow | undefined, other: HistoryRow | undefined): boolean | undefined {
  const [own, others] = [appliedWithin(row), appliedWithin(other)];
  if (own.earliest > others.latest) return true;
  return own.latest < others.earliest ? false : undefined;
}

function appliedWithin(row: HistoryRow | undefined): Span {
  const micros = epochMicros(row?.appliedAt);
  if (micros === undefined) return { earliest: -Infinity, latest: Infinity };
  const kind = row?.note?.kind;
  if (kind === 'baseline' || kind === 'resolved') return { earliest: -Infinity, latest: micros };
  // A log knows days; an import records them as their noon.
  const isDay = kind === 'imported' && micros % (2 * halfDayMicros) === halfDayMicros;
  return isDay ? { earliest: micros - halfDayMicros, latest: micros + halfDayMicros } : { earliest: micros, latest: micros };
}
