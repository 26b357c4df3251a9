/** From when on entries are shown; undefined for as far back as the table goes. */
export interface TimeWindow {
  readonly fromMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What the number row chooses, in its order. */
export const windowLengths: readonly { readonly title: string; readonly lengthMs: number }[] = [
  { title: 'last 5 min', lengthMs: 5 * minuteMs },
  { title: 'last 15 min', lengthMs: 15 * minuteMs },
  { title: 'last hour', lengthMs: hourMs },
  { title: 'last 6 hours', lengthMs: 6 * hourMs },
  { title: 'last 24 hours', lengthMs: dayMs },
  { title: 'last 3 days', lengthMs: 3 * dayMs },
  { title: 'last 7 days', lengthMs: 7 * dayMs },
];
