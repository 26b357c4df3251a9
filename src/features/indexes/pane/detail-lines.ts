import { displayText } from '#core/display-text.ts';
import { formatBytes, formatCount, formatTimestamp } from '#core/format.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import { shareBar } from '#ui/share-bar.ts';
import { sparkline } from '#ui/sparkline.ts';
import type { Theme } from '#ui/theme.ts';
import type { Bloat } from '../bloat.ts';
import { detailOf, type IndexDetail } from '../detail.ts';
import type { Finding } from '../finding.ts';
import { columnsText, kindText } from '../index-words.ts';
import { type Index, type IndexReading, titleOf } from '../model.ts';
import type { IndexesState } from './indexes-state.ts';
import { severityTone } from './list-lines.ts';
import { findingsAbout, keyOfIndex, type Row } from './rows.ts';
import { type Explained, statementLines } from './statement-lines.ts';
import { listed, sqlBelow, titled, wrapped } from './told-lines.ts';

/** What of the pane's state a detail shows. */
type DetailState = Pick<IndexesState, 'reading' | 'judgement' | 'changes' | 'sizes' | 'measured'> & {
  readonly explained: Explained;
};

/** All that is known of a row: the finding or why none was raised, then the index with what rests on it. */
export function detailLines(state: DetailState, row: Row, columns: number, theme: Theme): readonly Line[] {
  const { reading, judgement } = state;
  if (reading === undefined) return [];
  const subject = row.kind === 'finding' ? findingLines(row.finding, columns) : [];
  const held =
    row.kind === 'considered'
      ? [
          [words(`${row.considered.check}: not raised`, 'strong')],
          ...titled('table', titleOf({ schema: row.considered.schema, name: row.considered.table }), columns),
          ...titled('columns', row.considered.columns.join(', '), columns),
          ...titled('because', row.considered.notRaisedBecause, columns),
        ]
      : [];
  const detail = row.index === undefined ? undefined : detailOf(reading, judgement?.statements.statements ?? [], row.index.oid);
  const about = [...subject, ...held];
  if (detail === undefined) return about;
  return [
    ...about,
    ...(about.length === 0 ? [] : [emptyLine]),
    ...indexLines(state, reading, detail, columns, theme),
    ...(row.kind === 'finding' ? [] : foundLines(findingsAbout(judgement?.judged, detail.index), columns)),
    ...restLines(state, detail, columns),
  ];
}

function findingLines(finding: Finding, columns: number): readonly Line[] {
  return [
    [words(finding.severity, severityTone(finding.severity)), words(`  ${finding.check}`, 'strong')],
    ...titled('table', titleOf({ schema: finding.schema, name: finding.table }), columns),
    ...titled('index', finding.index ?? '', columns),
    ...titled('columns', finding.columns.join(', '), columns),
    ...wrapped(finding.reason, columns).map((line): Line => [span(displayText(line))]),
    ...sqlBelow('What would be done', finding.sql, columns),
    ...sqlBelow('What takes it back', finding.rollbackSql, columns),
  ];
}

function indexLines(
  state: DetailState,
  reading: IndexReading,
  { index }: IndexDetail,
  columns: number,
  theme: Theme,
): readonly Line[] {
  const change = state.changes.get(index.oid) ?? 0;
  const perDay = index.scansADay === null ? '' : `, ${formatCount(index.scansADay)} a day`;
  const now = change === 0 ? '' : `, +${formatCount(change)} since the pane was opened`;
  const kind = kindText(index);
  return [
    ...wrapped(titleOf(index), columns).map((line): Line => [span(displayText(line), 'strong')]),
    [words(`${index.method}${kind === '' ? '' : `, ${kind}`}`, index.isValid ? 'muted' : 'danger')],
    ...tableLines(reading, index, columns, theme),
    ...titled('columns', columnsText(index), columns),
    ...titled('constraint', index.constraint ?? '', columns),
    ...titled('size', sizeText(state, index, theme), columns),
    ...titled('bloat', bloatText(state, index), columns),
    ...titled('scans', `${formatCount(index.scans)}${perDay}${now}`, columns),
    ...(index.scansByServer.length < 2
      ? []
      : index.scansByServer.flatMap(({ server, scans }) => titled('', `${server}: ${formatCount(scans)}`, columns, 'muted'))),
    ...titled('last used', index.lastUsed === null ? '' : `${formatTimestamp(index.lastUsed)} UTC`, columns),
    ...titled('read', `${formatCount(index.entriesRead)} entries, ${formatCount(index.rowsFetched)} rows fetched`, columns),
  ];
}

const barColumns = 12;

/** Heap against indexes of the whole table. */
function tableLines(reading: IndexReading, { tableOid }: Index, columns: number, theme: Theme): readonly Line[] {
  const table = reading.tables.get(tableOid);
  if (table === undefined) return [];
  const { tableBytes, indexBytes } = table;
  const count = reading.indexesOf.get(tableOid)?.length ?? 0;
  const many = `${count} ${count === 1 ? 'index' : 'indexes'} ${formatBytes(indexBytes)}`;
  const heap = tableBytes === null ? 'heap locked' : `heap ${formatBytes(tableBytes)}`;
  const share = tableBytes === null || tableBytes + indexBytes === 0 ? undefined : indexBytes / (tableBytes + indexBytes);
  return [
    ...titled('table', titleOf(table), columns),
    ...titled('', `${heap}, ${many}`, columns),
    ...(share === undefined
      ? []
      : titled('', `${shareBar(share, barColumns, theme)} indexes ${Math.round(share * 100)} % of both`, columns, 'muted')),
  ];
}

function sizeText({ sizes }: DetailState, index: Index, theme: Theme): string {
  const { indexBytes } = index;
  const seen = sizes.get(keyOfIndex(index)) ?? [];
  const size = indexBytes === null ? 'unknown: its table is locked' : formatBytes(indexBytes);
  const [first] = seen;
  if (first === undefined || seen.length < 2) return size;
  return `${size}, ${formatBytes(first)} when first seen  ${sparkline(seen, theme)}`;
}

function bloatText({ measured, judgement }: DetailState, { oid }: Index): string {
  const known = measured.get(oid);
  if (known === 'measuring') return 'being measured: the whole index is read ...';
  const bloat = known ?? judgement?.bloats.get(oid);
  if (bloat === undefined) return 'b measures it';
  return bloat.state === 'n/a' ? `n/a: ${bloat.because}` : `${bloatWords(bloat)}${known === undefined ? ', b measures it' : ''}`;
}

const bloatWords = ({ state, percent, wastedBytes }: Exclude<Bloat, { readonly state: 'n/a' }>): string =>
  `${state} ${Math.round(percent)} %, ${formatBytes(wastedBytes)} to gain`;

function foundLines(findings: readonly Finding[], columns: number): readonly Line[] {
  if (findings.length === 0) return [];
  return [
    emptyLine,
    ...findings.flatMap(({ severity, check, reason }): readonly Line[] => [
      [words(severity, severityTone(severity)), words(`  ${check}`, 'strong')],
      ...wrapped(reason, columns - 2).map((line): Line => [words('  '), span(displayText(line))]),
    ]),
  ];
}

function restLines({ judgement, explained }: DetailState, detail: IndexDetail, columns: number): readonly Line[] {
  const { index, losses, comparable, statements } = detail;
  return [
    ...sqlBelow('Definition', index.definition ?? 'unknown: its table is locked', columns),
    ...(losses.length === 0
      ? listed('Lost by dropping it', ['nothing but what it finds quickly'], columns, 'muted')
      : listed('Lost by dropping it', losses, columns, 'warning')),
    ...listed(
      'Beside it',
      comparable.map(({ index: other, difference }) => `${titleOf(other)}: ${difference}`),
      columns,
    ),
    ...statementLines(statements, explained, columns),
    ...(judgement === undefined ? [] : listed('Of statements is not known', judgement.statements.blind, columns, 'muted')),
  ];
}
