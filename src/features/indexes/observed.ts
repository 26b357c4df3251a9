import { formatDate } from '#core/format.ts';
import type { RowOf } from '#database/query.ts';
import type { describeStatisticsQuery } from './queries.ts';

/** Before this, an index nobody has used yet may be waiting for the end of the month. */
export const longEnoughDays = 30;

const secondsADay = 86_400;

/** Since when a server's counters count. */
export interface Observation {
  /** As PostgreSQL writes it: the later of the last reset and the server's start. */
  readonly since: string;
  readonly seconds: number;
  /** What the counters began with: after a crash they are at nothing and no reset is on record, so the start counts then. */
  readonly began: 'reset' | 'start';
  /** Whether what was not used in this time may be called unused. */
  readonly isLongEnough: boolean;
  /** `track_counts`: without it nothing is counted at all. */
  readonly isCounting: boolean;
}

/** Judges the ages of a server's counters; pure, so that any age can be tried. */
export function observationOf(
  row: Pick<
    RowOf<typeof describeStatisticsQuery>,
    'reset_at' | 'reset_age_seconds' | 'started_at' | 'start_age_seconds' | 'counts_are_kept'
  >,
): Observation {
  const startSeconds = Number(row.start_age_seconds);
  const resetSeconds = row.reset_age_seconds === null ? undefined : Number(row.reset_age_seconds);
  const isReset = resetSeconds !== undefined && resetSeconds <= startSeconds;
  const seconds = isReset ? resetSeconds : startSeconds;
  return {
    since: isReset ? row.reset_at! : row.started_at,
    seconds,
    began: isReset ? 'reset' : 'start',
    isLongEnough: row.counts_are_kept && seconds >= longEnoughDays * secondsADay,
    isCounting: row.counts_are_kept,
  };
}

/** The shortest of several: an index is unused only where no server has seen it used for long enough. */
export function shortestObservation(observations: readonly [Observation, ...Observation[]]): Observation {
  return observations.reduce((shortest, each) => (rank(each) < rank(shortest) ? each : shortest));
}

const rank = (observation: Observation): number => (observation.isCounting ? observation.seconds : -1);

/** Null where there was not a whole day to see: nine scans in five minutes say nothing about a day. */
export function scansADay(scans: number, { seconds, isCounting }: Observation): number | null {
  return !isCounting || seconds < secondsADay ? null : (scans * secondsADay) / seconds;
}

/** `counted since 2026-10-01 (52 days): long enough for a verdict`, for headers and asides. */
export function observationText(observation: Observation): string {
  if (!observation.isCounting) return 'nothing is counted: track_counts is off on the server';
  const days = Math.floor(observation.seconds / secondsADay);
  const age = days === 0 ? 'less than a day' : `${days} day${days === 1 ? '' : 's'}`;
  const verdict = observation.isLongEnough
    ? 'long enough for a verdict'
    : `a verdict needs ${longEnoughDays} days, so "unused" is only "not yet used"`;
  const began = observation.began === 'reset' ? 'their last reset' : "the server's start";
  return `counters count since ${formatDate(observation.since)} (${began}, ${age}): ${verdict}`;
}
