import { displayText, trusted } from '#core/display-text.ts';
import type { ConnectionStatus } from '#database/connection-monitor.ts';
import { cutLine, type Line, lineWidth, span, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import type { Notice } from './session.ts';

/** The rule above the footer. It carries the notice of the moment, and while the server is away says so, for how long, and what happens. */
export function noticeLine(
  state: { readonly notice: Notice | undefined; readonly connection: ConnectionStatus; readonly nowMs: number },
  columns: number,
  theme: Theme,
): Line {
  const rule = (count: number): Line => [words(theme.horizontal.repeat(Math.max(0, count)), 'muted')];
  const said = message(state);
  if (said === undefined) return rule(columns);
  const cut = cutLine([span(trusted(` ${displayText(said.text, { maxWidth: columns })} `), said.tone)], columns - 4, theme);
  return [...rule(2), ...cut, ...rule(columns - 2 - lineWidth(cut))];
}

function message(state: Parameters<typeof noticeLine>[0]): Notice | undefined {
  const { connection, nowMs, notice } = state;
  if (connection.state === 'connected' || (notice !== undefined && notice.tone === 'danger')) return notice;
  const age = inWords(nowMs - connection.sinceMs);
  const wait = connection.nextAttemptAtMs - nowMs;
  const next = wait < 1000 ? 'now' : `in ${inWords(wait)}`;
  const reason = connection.attempts === 0 ? '' : ` (${connection.reason})`;
  return { text: `CONNECTION LOST ${age} ago: what you see is from before. Trying again ${next}${reason}`, tone: 'danger' };
}

/** Whole seconds, or minutes once there are many. */
function inWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
