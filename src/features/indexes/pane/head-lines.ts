import { displayText, label, trusted } from '#core/display-text.ts';
import { messageOf } from '#core/errors.ts';
import { formatBytes, formatCount, formatDuration } from '#core/format.ts';
import { type Chip, chipsLine } from '#ui/chips.ts';
import { cutLine, type Line, lineWidth, span, spreadLine, words } from '#ui/line.ts';
import { fieldLine } from '#ui/text-field.ts';
import type { Theme } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { Severity } from '../finding.ts';
import { observationText } from '../observed.ts';
import type { IndexesState, OpenField } from './indexes-state.ts';
import { severityTone } from './list-lines.ts';

/** What goes on beside the list. */
export interface Aside {
  readonly lostSinceMs: number | undefined;
  /** What the last reading failed with, although the connection is there: a standby that is gone, a statement that was refused. */
  readonly failure?: unknown;
  /** What runs, in a few words. */
  readonly running: string | undefined;
  readonly nowMs: number;
}

/** Lines above the list: since when the counters count, what there is, and what narrows it or is typed. */
export function headLines(state: IndexesState, aside: Aside, columns: number, theme: Theme): readonly Line[] {
  const { lostSinceMs, running, nowMs } = aside;
  const stale: Line =
    lostSinceMs === undefined
      ? []
      : [span(trusted(`STALE, connection lost ${formatDuration(Math.max(0, nowMs - lostSinceMs))} ago `), 'danger')];
  const runs: Line = running === undefined ? [] : [words(`${running} `, 'accent')];
  return [
    ...observationLines(state, columns),
    ...(lostSinceMs === undefined && state.reading !== undefined ? failedLines(aside.failure, columns) : []),
    ...countsLines(state, [...stale, ...runs], columns, theme),
    state.field === undefined ? viewLine(state, columns, theme) : fieldPrompt(state.field, columns, theme),
  ];
}

function observationLines({ reading }: IndexesState, columns: number): readonly Line[] {
  if (reading === undefined) return [[words(' since when the counters count is being read ...', 'muted')]];
  const { observation, servers } = reading;
  const others = servers.slice(1).map(({ server }) => server);
  const added = others.length === 0 ? '' : `; scans of ${['this server', ...others].join(' and ')} are added up`;
  const tone = observation.isLongEnough ? 'muted' : 'warning';
  return wrapWords(displayText(observationText(observation) + added), columns - 2).map((text): Line => [
    span(trusted(` ${text}`), tone),
  ]);
}

const mostFailedLines = 2;

function failedLines(failure: unknown, columns: number): readonly Line[] {
  if (failure === null || failure === undefined) return [];
  const text = displayText(`STALE, not read anew: ${messageOf(failure)}`);
  return wrapWords(text, columns - 2)
    .slice(0, mostFailedLines)
    .map((line): Line => [span(trusted(` ${line}`), 'danger')]);
}

const severities: readonly Severity[] = ['critical', 'warning', 'notice'];

/** What there is, and what goes on, in one line where it fits; what is left over and what goes on stand below else. */
function countsLines(state: IndexesState, aside: Line, columns: number, theme: Theme): readonly Line[] {
  const { reading, judgement } = state;
  if (reading === undefined) return [spreadLine([], aside, columns, theme)];
  const dot = words(` ${theme.dot} `, 'muted');
  const indexBytes = reading.indexes.reduce((sum, index) => sum + (index.isPartitioned ? 0 : (index.indexBytes ?? 0)), 0);
  const size: Line = [
    words(' '),
    span(formatCount(reading.indexes.length), 'strong'),
    words(reading.indexes.length === 1 ? ' index, ' : ' indexes, '),
    span(formatBytes(indexBytes), 'strong'),
  ];
  const leftOver = reading.leftovers.filter(({ isWorkedOn }) => !isWorkedOn).length;
  const left: Line = leftOver === 0 ? [] : [words(`${leftOver} left over, C cleans`, 'danger')];
  const found = findingsLine(judgement?.judged, dot);
  const whole: Line = [...size, dot, ...left, ...(left.length === 0 ? [] : [dot]), ...found];
  const isAlone = left.length === 0 && aside.length === 0;
  if (isAlone || lineWidth(whole) + lineWidth(aside) <= columns) return [spreadLine(whole, aside, columns, theme)];
  return [[...size, dot, ...found], spreadLine(left.length === 0 ? [] : [words(' '), ...left], aside, columns, theme)];
}

type Judged = NonNullable<IndexesState['judgement']>['judged'] | undefined;

function findingsLine(judged: Judged, dot: Line[number]): Line {
  if (judged === undefined) return [words('judging ...', 'muted')];
  const { findings, counts } = judged;
  if (findings.length === 0) return [words('nothing to do')];
  const of = (severity: Severity): number => counts.get(severity) ?? 0;
  return [
    words(`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`),
    ...severities
      .filter((severity) => of(severity) > 0)
      .flatMap((severity) => [dot, words(`${of(severity)} ${severity}`, severityTone(severity))]),
  ];
}

const titles = { indexes: 'all indexes', findings: 'findings, the gravest first', considered: 'considered and not raised' };

function viewLine(state: IndexesState, columns: number, theme: Theme): Line {
  const { view, sort, isDescending, rows, list, marked, search } = state;
  const place: Line = [
    ...(marked.size === 0 ? [] : [words(`${marked.size} marked  `, 'accent')]),
    span(label(rows.length === 0 ? '0' : `${formatCount(list.cursor + 1)} of ${formatCount(rows.length)}`), 'muted'),
    ...(view === 'indexes' ? [words(` by ${sort} `, 'muted'), span(isDescending ? theme.down : theme.up, 'muted')] : []),
    words(' '),
  ];
  const title: Line = [words(` ${titles[view]} `, view === 'indexes' ? 'muted' : 'accent')];
  const searched: Line =
    search === '' ? [] : [words('/', 'muted'), span(displayText(search, { maxWidth: 20 }), 'strong'), words(' ')];
  const room = columns - lineWidth(title) - lineWidth(searched) - lineWidth(place) - 1;
  return spreadLine([...title, ...cutLine(chipsLine(chipsOf(state), room), room, theme), ...searched], place, columns, theme);
}

function chipsOf({ table, method, check }: IndexesState): readonly Chip[] {
  return [
    ...(table === undefined ? [] : [{ text: displayText(table, { maxWidth: 30 }) }]),
    ...(method === undefined ? [] : [{ text: displayText(method, { maxWidth: 20 }) }]),
    ...(check === undefined ? [] : [{ text: label(check === 'any' ? 'with a finding' : check) }]),
  ];
}

const asked: Readonly<Record<OpenField['asks'], string>> = {
  search: 'search',
  migrations: 'folder of the migrations',
  'one-migration': 'folder of the migration',
};

function fieldPrompt({ asks, text }: OpenField, columns: number, theme: Theme): Line {
  const title = ` ${asked[asks]} `;
  return [words(title, 'accent'), ...fieldLine(text, Math.max(12, columns - title.length - 1), theme)];
}
