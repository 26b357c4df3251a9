import { type DisplayText, displayText, trusted } from '#core/display-text.ts';
import { messageOf } from '#core/errors.ts';
import { formatAge, formatCount, formatDuration } from '#core/format.ts';
import { type Line, lineWidth, type Span, span, spreadLine, words } from '#ui/line.ts';
import { newRows } from '#ui/log-view.ts';
import { sparkline } from '#ui/sparkline.ts';
import type { Theme } from '#ui/theme.ts';
import type { HeldBack } from '../follow/events.ts';
import type { AuditState } from './audit-state.ts';
import { actionTone } from './entry-columns.ts';
import { extentOf } from './entry-log.ts';
import { listTime } from './entry-time.ts';
import type { Rate } from './rate.ts';

/** Whether rows come, and at what price; from when on; how many of which action, and how fast. */
export function statusLine(
  state: AuditState,
  { rate, nowMs }: { readonly rate: Rate; readonly nowMs: number },
  columns: number,
  theme: Theme,
): Line {
  const pieces = [
    modeSpan(state, nowMs),
    ...unreadSpans(state),
    ...overdueSpans(state, nowMs),
    ...pollSpans(state),
    windowSpan(state, nowMs),
  ];
  const rateIn = (room: number): Line => rateLine(rate, state.history.isAtStart, room, theme);
  const right = lineWidth(rateIn(Number.POSITIVE_INFINITY));
  // What must be said goes before counts, and the curve before the rest.
  const leastRight = (priority: number): number => Math.min(right, priority <= mustPriority ? 0 : Math.floor(columns * 0.45));
  const dot = words(` ${theme.dot} `, 'muted');
  const line = (shown: readonly Piece[]): Line => [
    words(' '),
    ...shown.flatMap(({ span: piece }, index) => (index === 0 ? [piece] : [dot, piece])),
  ];
  let shown: readonly Piece[] = pieces;
  while (shown.length > 1) {
    const least = shown.reduce((worst, piece) => (piece.priority >= worst.priority ? piece : worst));
    if (lineWidth(line(shown)) + 2 + leastRight(least.priority) <= columns) break;
    const { short } = least;
    shown = shown.flatMap((piece) =>
      piece !== least ? [piece] : short === undefined ? [] : [{ span: short, priority: mustPriority }],
    );
  }
  const left = line(shown);
  return spreadLine(left, [...rateIn(columns - lineWidth(left) - 3), words(' ')], columns, theme);
}

interface Piece {
  readonly span: Span;
  /** 1 stays longest. */
  readonly priority: number;
  /** What stands for it where it does not fit. */
  readonly short?: Span;
}

/** Up to this one a piece must be told: which of the three ways is active, and what a poll costs. */
const mustPriority = 2;

function modeSpan(state: AuditState, nowMs: number): Piece {
  return { span: mode(state, nowMs), priority: 1 };
}

function mode({ source, live, view, log, history }: AuditState, nowMs: number): Span {
  if (source.state === 'missing') return words('no audit log', 'warning');
  if (live.failure !== undefined) return words('stopped, r starts again', 'danger');
  if (live.lostSinceMs !== undefined) {
    return span(trusted(`STALE, connection lost ${formatAge((nowMs - live.lostSinceMs) / 1000)}`), 'danger');
  }
  const fresh = (count: number): DisplayText => trusted(count === 0 ? 'nothing new' : `${formatCount(count)} new`);
  if (history.isApart) return span(trusted(`earlier entries, ${fresh(history.waiting)}, End is live`), 'warning');
  if (!view.isFollowing) return span(trusted(`paused, ${fresh(newRows(view, extentOf(log)))}`), 'warning');
  if (live.report === undefined) return words('starting', 'muted');
  return lateMs(live, nowMs) === undefined ? words('live', 'good') : words('waiting', 'warning');
}

const readings = { newest: 'newest', older: 'older', newer: 'newer', moment: 'that time' } as const;

/** A page that could not be read while others stand there; without a connection that is told already. */
function unreadSpans({ history: { failed }, live, log }: AuditState): readonly Piece[] {
  if (failed === undefined || live.lostSinceMs !== undefined || log.rows.length === 0) return [];
  return [
    {
      span: span(displayText(`${readings[failed.reading]} not read: ${messageOf(failed.failure)}`, { maxWidth: 80 }), 'danger'),
      priority: 1,
    },
  ];
}

/** Beyond this a poll is late, whatever it reads: a pooler whose server is gone keeps its clients waiting without a word. */
const overdueMs = 3000;

/** How long a poll has been late; undefined where none is. */
function lateMs({ report, heardAtMs, lostSinceMs, failure }: AuditState['live'], nowMs: number): number | undefined {
  if (report === undefined || heardAtMs === undefined || lostSinceMs !== undefined || failure !== undefined) return undefined;
  const waitedMs = nowMs - heardAtMs - report.nextInMs;
  return waitedMs < overdueMs ? undefined : waitedMs;
}

function overdueSpans({ live }: AuditState, nowMs: number): readonly Piece[] {
  const waitedMs = lateMs(live, nowMs);
  if (waitedMs === undefined) return [];
  return [{ span: words(`no answer for ${Math.round(waitedMs / 1000)} s`, 'warning'), priority: 1 }];
}

const modes = {
  scan: 'no index on time: reads the whole table',
  floor: 'index on time',
  txid: 'index on txid, exact',
} as const;

function pollSpans({ live: { report } }: AuditState): readonly Piece[] {
  if (report === undefined) return [];
  const { mode: how, reconcileEveryMs, durationMs, nextInMs, heldBack, failure } = report;
  const modeTone = how === 'scan' ? 'warning' : 'plain';
  return [
    { span: words(everyText(nextInMs)), priority: 4 },
    { span: words(modes[how], modeTone), short: words(how, modeTone), priority: 3 },
    ...(how === 'floor' ? [{ span: words(reconciledText(reconcileEveryMs), 'muted' as const), priority: 7 }] : []),
    { span: span(formatDuration(durationMs)), priority: 2 },
    ...(heldBack === undefined ? [] : [{ span: words(heldBackText(heldBack), 'warning' as const), priority: 3 }]),
    ...(failure === undefined
      ? []
      : [{ span: span(displayText(`poll failed: ${failure.message}`, { maxWidth: 80 }), 'danger' as const), priority: 1 }]),
  ];
}

const reconciledText = (everyMs: number): string => `reconciled each ${Math.round(everyMs / 1000)} s`;

/** A poll that could not take everything is followed by the next at once. */
function everyText(nextInMs: number): string {
  return nextInMs < 50 ? 'without a pause' : `every ${(nextInMs / 1000).toFixed(1)} s`;
}

/** An open transaction that wrote keeps the horizon where it is: each poll looks at more rows again. */
function heldBackText({ sinceSeconds, backendPid, isFull }: HeldBack): string {
  const by = backendPid === undefined ? 'an open transaction' : `backend ${backendPid}`;
  return `${isFull ? 'waits' : 'held back'} ${Math.round(sinceSeconds)} s ${isFull ? 'for' : 'by'} ${by}`;
}

/** From when on, and not how that was chosen: an hour later the last 5 minutes are others. */
function windowSpan({ window, isLocal }: AuditState, nowMs: number): Piece {
  if (window === undefined) return { span: words('all time', 'muted'), priority: 5 };
  const from = listTime(new Date(window.fromMs).toISOString(), nowMs, isLocal);
  return { span: span(trusted(`since ${from}`), 'accent'), priority: 2 };
}

const mostActions = 4;

function rateLine({ counts, bins, isOfLoaded }: Rate, isAllLoaded: boolean, room: number, theme: Theme): Line {
  const curve: Line = [span(sparkline(bins, theme), 'accent')];
  // Counts of a part must not be taken for those of the window, nor some actions for all of them.
  const part = isOfLoaded && !isAllLoaded ? [words('loaded: ', 'muted')] : [];
  const pieces = counts.slice(0, mostActions).map(([action, count]): Line => {
    return [
      span(displayText(action === '' ? 'no action' : action, { maxWidth: 14 }), actionTone(action)),
      span(trusted(` ${formatCount(count)}`)),
      words('  '),
    ];
  });
  for (;;) {
    const more = pieces.length < counts.length ? [words(theme.ascii ? '...  ' : '…  ', 'muted')] : [];
    const line = pieces.length === 0 ? curve : [...part, ...pieces.flat(), ...more, ...curve];
    if (lineWidth(line) <= room) return line;
    if (pieces.pop() === undefined) return [];
  }
}

/** A poll that takes longer is worth an index. */
const slowMs = 200;
/** About so many rows take as long. */
const slowRows = 500_000;

/** What makes it slow, where it is. */
export function hintLine({ source, live: { report } }: AuditState): Line | undefined {
  if (source.state !== 'there' || source.source.timeIndex !== undefined) return undefined;
  // The first page of a large table takes long enough for somebody to wonder.
  const isSlow = report === undefined ? source.source.table.estimatedRows >= slowRows : report.durationMs >= slowMs;
  if (!isSlow) return undefined;
  const { table, time } = source.source;
  const size = table.estimatedRows < 0 ? 'all its' : formatCount(table.estimatedRows);
  return [
    words(' slow: ', 'warning'),
    span(displayText(`reads ${size} rows each time, no index on ${time.name}; `)),
    words('W', 'accent'),
    words(' offers one'),
  ];
}
