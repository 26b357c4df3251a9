import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { columnWidths, type DataColumn, tableLines } from '#ui/data-table.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { Theme, Tone } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { Severity } from '../finding.ts';
import type { Index } from '../model.ts';
import { shownColumns } from './columns.ts';
import type { IndexesState } from './indexes-state.ts';
import { allRows, type Row, subjectOf } from './rows.ts';

/** From this width on the detail stands beside the list. */
export const besideColumns = 110;

/** How many of the pane's columns the list takes. */
export function listWidth(columns: number): number {
  return columns >= besideColumns ? Math.floor(columns * 0.66) : columns;
}

const severityTones: Readonly<Record<Severity, Tone>> = { critical: 'danger', warning: 'warning', notice: 'muted' };

/** A tone for a severity: the word itself says the same. */
export const severityTone = (severity: Severity): Tone => severityTones[severity];

/** The list: the rows on screen, or why there are none. */
export function listLines(state: IndexesState, error: unknown, columns: number, theme: Theme): readonly Line[] {
  const { rows, list, marked, height, search } = state;
  if (rows.length === 0) return instead(state, error, columns);
  const shown = columnsOf(state, columns, theme);
  const look = { mark: ({ key }: Row): DisplayText => label(marked.has(key) ? '*' : ' '), needle: search };
  return tableLines(shown, widthsOf(state, shown, columns, theme), rows, list, height + 1, theme, look);
}

function columnsOf(state: IndexesState, columns: number, theme: Theme): readonly DataColumn<Row>[] {
  if (state.view !== 'indexes') return subjectColumns(state.view === 'findings', columns);
  const nothing = label('');
  const of =
    <Value>(read: (index: Index) => Value, otherwise: Value) =>
    ({ index }: Row): Value =>
      index === undefined ? otherwise : read(index);
  return shownColumns(state, state.sort, theme).map(({ text, tone, fitted, ...column }) => ({
    ...column,
    text: of(text, nothing),
    ...(fitted && { fitted: (row: Row, width: number) => of((index) => fitted(index, width), nothing)(row) }),
    ...(tone && { tone: of<Tone>(tone, 'plain') }),
  }));
}

/** From this width on a table has a column of its own. */
const tableColumns = 120;

/** Columns, nothing at all, and an index of a TOAST table, which is called by a number; other indexes have their table in their name. */
const tellsNoTable = /^(\(|$|pg_toast\.)/;

/** The name of what a row is about goes before all: words that no room is left for are in the detail, and a table stands by its columns. */
function subjectColumns(isFinding: boolean, columns: number): readonly DataColumn<Row>[] {
  const because = ({ kind, ...row }: Row): string =>
    kind === 'finding' && 'finding' in row
      ? row.finding.reason
      : kind === 'considered' && 'considered' in row
        ? row.considered.notRaisedBecause
        : '';
  const hasTable = columns >= tableColumns;
  const named = (row: Row): string => {
    const { table, object } = subjectOf(row);
    return hasTable || !tellsNoTable.test(object) ? object : `${table} ${object}`.trimEnd();
  };
  return [
    ...(isFinding
      ? [
          {
            title: 'SEVERITY',
            text: (row: Row) => label(row.kind === 'finding' ? row.finding.severity : ''),
            tone: (row: Row): Tone => (row.kind === 'finding' ? severityTone(row.finding.severity) : 'plain'),
            least: 8,
            most: 8,
            priority: 2,
          },
        ]
      : []),
    { title: 'CHECK', text: (row) => label(subjectOf(row).check ?? ''), least: hasTable ? 19 : 11, most: 19, priority: 3 },
    ...(hasTable
      ? [
          {
            title: 'TABLE',
            text: (row: Row) => displayText(subjectOf(row).table, { maxWidth: 40 }),
            least: 10,
            most: 24,
            priority: 5,
          },
        ]
      : []),
    {
      title: 'INDEX OR COLUMNS',
      text: (row) => displayText(named(row), { maxWidth: 70 }),
      least: 32,
      most: 63,
      priority: 1,
    },
    {
      title: isFinding ? 'REASON' : 'NOT RAISED BECAUSE',
      text: (row) => displayText(because(row), { maxWidth: 120 }),
      least: 36,
      most: 100,
      priority: 4,
    },
  ];
}

const known = new WeakMap<object, { readonly name: string; readonly widths: readonly number[] }>();
/** More rows than this are not laid out to find the widths: those that are long are. */
const mostMeasured = 300;

/** Measured once for what was read, whatever narrows it: key presses must not wait for thousands of rows, and columns stay put. */
function widthsOf(state: IndexesState, shown: readonly DataColumn<Row>[], columns: number, theme: Theme): readonly number[] {
  const { view, reading, judgement, sort, rows } = state;
  const of = (view === 'indexes' ? reading : judgement) ?? rows;
  const name = [view, sort, columns, theme.ascii].join();
  const before = known.get(of);
  if (before?.name === name) return before.widths;
  const widths = columnWidths(shown, longest(allRows(view, reading, judgement?.judged)), columns);
  known.set(of, { name, widths });
  return widths;
}

function longest(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= mostMeasured) return rows;
  const measured = rows.map((row) => {
    const { table, object } = subjectOf(row);
    return { row, length: table.length + object.length };
  });
  const byLength = measured.toSorted((left, right) => right.length - left.length).map(({ row }) => row);
  const byScans = rows.toSorted((left, right) => (right.index?.scans ?? 0) - (left.index?.scans ?? 0));
  return [...byLength.slice(0, mostMeasured / 2), ...byScans.slice(0, mostMeasured / 2)];
}

function instead(state: IndexesState, error: unknown, columns: number): readonly Line[] {
  const { reading, judgement, view, table, method, check, search } = state;
  const said = (sentence: string): readonly Line[] =>
    wrapWords(sentence, columns - 6).map((text): Line => [words('   '), span(displayText(text))]);
  const isWaiting = reading === undefined || (view !== 'indexes' && judgement === undefined);
  if (isWaiting && error !== null && error !== undefined) {
    const lines = failureLines(error, columns - 6).map((line): Line => [words('   '), ...line]);
    return [emptyLine, ...lines, emptyLine, [words('   r tries again.', 'muted')]];
  }
  if (reading === undefined) return [emptyLine, [words('   reading indexes and their counters ...', 'muted')]];
  if (isWaiting) return [emptyLine, [words('   judging every index ...', 'muted')]];
  if (table !== undefined || method !== undefined || check !== undefined || search !== '') {
    return [emptyLine, ...said('Nothing matches.'), emptyLine, [words('   esc shows everything again.', 'muted')]];
  }
  const nothing = { indexes: 'This database has no index.', findings: 'Nothing to do.', considered: 'Nothing was held back.' };
  return [emptyLine, ...said(nothing[view])];
}
