import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { columnWidths, tableLines } from '#ui/data-table.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { AuditState } from './audit-state.ts';
import { type ColumnContext, entryColumns } from './entry-columns.ts';
import { type GapRow, type LogContents, type LogRow, sameTransaction } from './entry-log.ts';
import { listTime } from './entry-time.ts';

const blockRows = 50;

/** Rows by which columns are measured: whole blocks around the screen, so that columns stay where they are while one scrolls. */
function measuredRows({ rows, first }: LogContents, top: number, height: number): readonly LogRow[] {
  const from = Math.floor(top / blockRows) * blockRows - blockRows - first;
  return rows.slice(Math.max(0, from), from + 3 * blockRows + height);
}

/** The list: the rows on screen, or why there are none. */
export function listLines(
  state: AuditState,
  { nowMs, isPinned }: Pick<ColumnContext, 'nowMs' | 'isPinned'>,
  columns: number,
  theme: Theme,
): readonly Line[] {
  const { log, view, height, search, isLocal, tenantNames } = state;
  if (log.rows.length === 0) return instead(state, isPinned, columns);
  const start = view.top - log.first;
  const measured = measuredRows(log, view.top, height);
  const hasDates = measured.some((row) => row.kind === 'entry' && listTime(row.entry.at, nowMs, isLocal).length > 8);
  const shown = entryColumns({ nowMs, isLocal, tenantNames, isPinned, hasDates });
  const widths = columnWidths(shown, measured, columns);
  const list = { cursor: view.cursor - log.first, offset: start, key: undefined };
  return tableLines(shown, widths, log.rows, list, height + 1, theme, {
    mark: (_row, index) => transactionMark(log.rows, index, theme),
    across: (row) => (row.kind === 'gap' ? gapLine(row, { nowMs, isLocal }, columns, theme) : undefined),
    needle: search,
  });
}

/** Joins the entries of one transaction. */
function transactionMark(rows: readonly LogRow[], index: number, theme: Theme): DisplayText {
  const above = sameTransaction(rows[index - 1], rows[index]);
  const below = sameTransaction(rows[index], rows[index + 1]);
  const marks = theme.ascii ? ['/', '|', '\\'] : ['┌', '│', '└'];
  return label(below ? (above ? marks[1]! : marks[0]!) : above ? marks[2]! : ' ');
}

function gapLine(
  { whatHappened, fromAt, untilAt }: GapRow,
  { nowMs, isLocal }: Pick<ColumnContext, 'nowMs' | 'isLocal'>,
  columns: number,
  theme: Theme,
): Line {
  const rule = theme.horizontal.repeat(2);
  const from = fromAt === null ? '' : `${listTime(fromAt, nowMs, isLocal)} - `;
  const text = `gap ${from}${listTime(untilAt, nowMs, isLocal)}: ${whatHappened}`;
  return [words(`${rule} `, 'danger'), span(displayText(text, { maxWidth: columns }), 'danger'), words(` ${rule}`, 'danger')];
}

function instead(state: AuditState, isPinned: boolean, columns: number): readonly Line[] {
  const { source, history, live, conditions, window } = state;
  const said = (...sentences: readonly string[]): readonly Line[] => [
    emptyLine,
    ...sentences
      .flatMap((sentence) => wrapWords(sentence, columns - 6))
      .map((text): Line => [words('   '), span(displayText(text))]),
  ];
  if (source.state === 'missing') {
    const { whatHappened = 'The audit log can not be read.', whatToDo = '' } = source.why ?? {};
    return [
      emptyLine,
      [words('   '), span(displayText(whatHappened, { maxWidth: columns }), 'warning')],
      ...said(
        `${whatToDo} After that, r reads the catalog again.`,
        'What works: every other pane; Metadata refuses to save without a record.',
      ),
    ];
  }
  const failure = live.failure ?? history.failed?.failure;
  if (failure !== undefined) {
    const lines = failureLines(failure, columns - 6).map((line): Line => [words('   '), ...line]);
    return [emptyLine, ...lines, emptyLine, [words('   r tries again.', 'muted')]];
  }
  if (live.report === undefined || history.reading !== undefined || !history.isAtStart) {
    return [emptyLine, [words('   reading the audit log ...', 'muted')]];
  }
  if (conditions.length > 0 || isPinned || window !== undefined) {
    return [
      ...said('No entry matches. What comes and matches appears here.'),
      emptyLine,
      [words('   F takes the filter away, w chooses the time, T unpins the tenant.', 'muted')],
    ];
  }
  return said('The audit log is empty. What is written appears here.');
}
