import { formatClock } from '#core/format.ts';
import { type Line, lineWidth, span, spreadLine, words } from '#ui/line.ts';
import type { Theme } from '#ui/tones.ts';
import type { PaneId } from './public/contract.ts';

/** The tabs in order. What each shows is in features.tsx; here nothing loads React, so that the first frame can be drawn before it. */
export const tabs: readonly { readonly id: PaneId; readonly title: string }[] = [
  { id: 'tenants', title: 'Tenants' },
  { id: 'migrations', title: 'Migrations' },
  { id: 'indexes', title: 'Indexes' },
  { id: 'audit', title: 'Audit' },
  { id: 'metadata', title: 'Metadata' },
  { id: 'health', title: 'Health' },
];

/** Lines that tabsLines gives. */
export const tabsRows = 2;

/** The panes by number, the clock where the titles leave it room, and the rule below. Where they have too little themselves the longest are cut first. */
export function tabsLines(pane: PaneId, now: Date, columns: number, theme: Theme): readonly Line[] {
  const clock: Line = [span(formatClock(now), 'muted'), words(' ')];
  const room = columns - lineWidth(clock);
  const whole = tabs.map(({ title }) => title.length);
  const end = total(whole) <= room ? clock : [];
  const gap = total(whole) + tabs.length <= room ? ' ' : '';
  const lengths = fitted(whole, columns);
  const titles = tabs.flatMap(({ id, title }, index) => {
    const shown = title.slice(0, lengths[index]);
    return [words(gap), words(` ${index + 1} ${shown} `, id === pane ? 'selected' : 'plain')];
  });
  return [spreadLine(titles, end, columns, theme), [words(theme.horizontal.repeat(columns), 'muted')]];
}

/** Columns of all tabs, side by side: a number and three spaces each beside the title. */
const total = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length + 4, 0);

function fitted(whole: readonly number[], columns: number): readonly number[] {
  const lengths = [...whole];
  while (total(lengths) > columns) lengths[lengths.indexOf(Math.max(...lengths))]! -= 1;
  return lengths;
}
