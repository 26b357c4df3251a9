import { formatClock } from '#core/format.ts';
import { cutLine, type Line, lineWidth, span, spreadLine, words } from '#ui/line.ts';
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

/** The panes by number, the clock, and the rule below. */
export function tabsLines(pane: PaneId, now: Date, columns: number, theme: Theme): readonly Line[] {
  const clock: Line = [span(formatClock(now), 'muted'), words(' ')];
  const room = columns - lineWidth(clock) - 1;
  const isTight = tabs.reduce((sum, { title }) => sum + title.length + 5, 0) > room;
  const titles = tabs.flatMap(({ id, title }, index) => {
    const shown = isTight && id !== pane ? title.slice(0, 4) : title;
    return [words(' '), words(` ${index + 1} ${shown} `, id === pane ? 'selected' : 'plain')];
  });
  return [spreadLine(cutLine(titles, room, theme), clock, columns, theme), [words(theme.horizontal.repeat(columns), 'muted')]];
}
