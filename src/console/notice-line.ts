import { asciiText, displayText, trusted } from '#core/display-text.ts';
import type { ConnectionStatus } from '#database/connection-monitor.ts';
import { cutLine, type Line, lineWidth, span, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import { wrapText } from '#ui/wrap-words.ts';
import type { Notice } from './session.ts';

/** Longer notices are cut. */
const mostLines = 4;

/**
 * The rule above the footer. It carries the notice of the moment, on as many lines as that takes, and while the server is away says so, for how
 * long, and what happens. Never empty; what is more than one line lies over the pane.
 */
export function noticeLines(
  state: { readonly notice: Notice | undefined; readonly connection: ConnectionStatus; readonly nowMs: number },
  columns: number,
  theme: Theme,
): readonly Line[] {
  const rule = (count: number): Line => [words(theme.horizontal.repeat(Math.max(0, count)), 'muted')];
  const said = message(state);
  if (said === undefined) return [rule(columns)];
  // What lasts must not lie over the pane as long.
  const most = said === state.notice && said.isShort !== true ? mostLines : 1;
  const text = displayText(said.text, { maxWidth: most * columns });
  const wrapped = wrapText(theme.ascii ? asciiText(text) : text, columns - 6);
  const shown = wrapped.length <= most ? wrapped : [...wrapped.slice(0, most - 1), trusted(wrapped.slice(most - 1).join(' '))];
  return shown.map((line) => {
    const cut = cutLine([span(trusted(` ${line} `), said.tone)], columns - 4, theme);
    return [...rule(2), ...cut, ...rule(columns - 2 - lineWidth(cut))];
  });
}

function message(state: Parameters<typeof noticeLines>[0]): Notice | undefined {
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
