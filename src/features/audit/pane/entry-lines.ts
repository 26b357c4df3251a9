import { auditChange, type AuditChange } from '#core/audit-change.ts';
import { displayText, trusted } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { formatAge, formatCount } from '#core/format.ts';
import { withoutSecrets } from '#core/json/masked.ts';
import { mostJsonDepth } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { writePrettyJson } from '#core/json/write.ts';
import { maskText } from '#core/mask.ts';
import { levelsOfEdit } from '#core/recorded-edit.ts';
import { changeLines } from '#ui/change-lines.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { wrapText, wrapWords } from '#ui/wrap-words.ts';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import type { Tone } from '#ui/theme.ts';
import type { AuditEntryDetail } from '../entries.ts';
import { actionTone } from './entry-columns.ts';
import type { EntryRow, GapRow } from './entry-log.ts';
import { wholeTime } from './entry-time.ts';

/** What an entry's change is shown with. */
export interface ContentContext {
  /** Its documents, once they are read; null where the entry is not there any more. */
  readonly detail: AuditEntryDetail | null | undefined;
  readonly failure: unknown;
  readonly isWhole: boolean;
  readonly showsSecrets: boolean;
}

const titleColumns = 9;

/** What is told about an entry above its change. */
export interface FactContext {
  readonly detail: AuditEntryDetail | null | undefined;
  /** How many loaded neighbours were written by its transaction, itself counted, and which of them it is, from 1. */
  readonly transaction: { readonly size: number; readonly place: number };
  readonly tenantName: string | undefined;
  readonly isLocal: boolean;
  readonly nowMs: number;
}

/** What is told in our own words, on as many lines as it takes. */
function said(text: string, tone: Tone, columns: number): readonly Line[] {
  return wrapWords(text, columns).map((line): Line => [span(trusted(line), tone)]);
}

/** What a gap means for what stands around it. */
export function gapLines({ whatHappened, fromAt, untilAt }: GapRow, isLocal: boolean, columns: number): readonly Line[] {
  const zone = isLocal ? 'local' : 'UTC';
  const from = fromAt === null ? 'no entry before it' : `${wholeTime(fromAt, isLocal)} ${zone}`;
  return [
    [words('GAP', 'danger')],
    [words('after    ', 'muted'), span(trusted(from))],
    [words('noticed  ', 'muted'), span(trusted(`${wholeTime(untilAt, isLocal)} ${zone}`))],
    emptyLine,
    ...said(whatHappened, 'danger', columns),
    emptyLine,
    ...said('Entries between the two times may be missing, or come again below.', 'plain', columns),
    ...said('What stands above may not be in the audit log any more: r reads it anew.', 'plain', columns),
  ];
}

/** What, when, who and whose. */
export function factLines(
  { entry, atMs, isLate, isRewritten }: EntryRow,
  context: FactContext,
  columns: number,
): readonly Line[] {
  const { detail, transaction, tenantName, isLocal, nowMs } = context;
  const fact = (title: string, value: string | null | undefined, tone: 'plain' | 'muted' = 'plain'): readonly Line[] =>
    value === null || value === undefined || value === ''
      ? []
      : [[words(title.padEnd(titleColumns), 'muted'), span(displayText(value, { maxWidth: columns }), tone)]];
  const time = `${wholeTime(entry.at, isLocal)}${entry.at === null ? '' : isLocal ? ' local' : ' UTC'}`;
  const age = atMs === undefined ? '' : formatAge((nowMs - atMs) / 1000);
  const isOneLine = titleColumns + time.length + 2 + age.length <= columns;
  const more = detail?.more;
  // Documents are read when they are looked at: of a row that was loaded before an UPDATE they are those behind it.
  const isOlder = detail !== undefined && detail !== null && detail.fullXid !== entry.fullXid;
  return [
    [
      span(displayText(entry.action ?? 'no action', { maxWidth: 30 }), actionTone(entry.action)),
      words(' '),
      span(displayText(entry.table ?? '', { maxWidth: 60 }), 'strong'),
    ],
    ...(isOneLine && age !== '' ? fact('time', `${time}, ${age}`) : [...fact('time', time), ...fact('', age)]),
    ...fact('record', entry.recordId),
    ...fact('tenant', tenantName),
    ...(tenantName === entry.tenantId ? [] : fact(tenantName === undefined ? 'tenant' : '', entry.tenantId, 'muted')),
    ...fact('actor', entry.actor),
    ...fact('address', more?.ipAddress),
    ...fact('agent', more?.userAgent),
    ...fact('request', more?.requestId),
    ...fact('entry', entry.id, 'muted'),
    ...(transaction.size === 1
      ? []
      : said(`${transaction.place} of ${transaction.size} loaded entries of one transaction`, 'accent', columns)),
    ...(isLate ? said('came late: its time is before that of entries seen earlier', 'warning', columns) : []),
    ...(isRewritten || isOlder ? said('the entry itself was updated: this is how it is now', 'warning', columns) : []),
  ];
}

/** As many of the lines as there are rows for; the last row says how many more there are, and what shows them. */
export function partOf(lines: readonly Line[], from: number, rows: number, how: string): readonly Line[] {
  const rest = lines.length - from - rows;
  if (rest <= 0 || rows < 2) return fitRows(lines.slice(from, from + rows), rows);
  return [...lines.slice(from, from + rows - 1), [span(trusted(`${formatCount(rest + 1)} more lines, ${how}`), 'muted')]];
}

/** Old against new. Takes its time with large documents: draw it once. */
export function contentLines(context: ContentContext, columns: number): readonly Line[] {
  const { detail, failure, isWhole } = context;
  if (failure !== undefined && failure !== null) return failureLines(failure, columns);
  if (detail === undefined) return [[words('reading ...', 'muted')]];
  if (detail === null) {
    return said('The entry is not in the audit log any more: what it held was deleted with it.', 'warning', columns);
  }
  try {
    return isWhole ? wholeLines(detail, context, columns) : changedLines(detail, context, columns);
  } catch (error) {
    if (error instanceof AdminError) return failureLines(error, columns);
    throw error;
  }
}

const read = new WeakMap<AuditEntryDetail, AuditChange>();

function changedLines(detail: AuditEntryDetail, { showsSecrets }: ContentContext, columns: number): readonly Line[] {
  const { changes, edit } = read.get(detail) ?? auditChange(detail);
  read.set(detail, { changes, edit });
  const reason: readonly Line[] =
    edit === undefined
      ? []
      : [
          [words('reason   ', 'muted'), span(displayText(maskText(edit.reason), { maxWidth: columns }))],
          [words('document ', 'muted'), span(displayText(`${edit.table}.${edit.column}`, { maxWidth: columns }))],
        ];
  const shown =
    changes.length === 0
      ? [[words('No change of values is on record.', 'muted')]]
      : changeLines(changes, columns, { showsSecrets });
  return [...reason, ...shown];
}

const mostWholeLines = 20_000;
const mostValueColumns = 20_000;

function wholeLines(detail: AuditEntryDetail, { showsSecrets }: ContentContext, columns: number): readonly Line[] {
  const { before, after, changes } = detail;
  const documents = [
    ['before', before],
    ['after', after],
    ['changes', changes],
  ] as const;
  const lines = documents.flatMap(([title, text]): readonly Line[] =>
    text === null ? [] : [[words(title, 'strong')], ...documentLines(text, showsSecrets, columns)],
  );
  return lines.length === 0 ? [[words('The entry holds no documents.', 'muted')]] : lines;
}

/** A long text is read to its end here, if anywhere. */
function wholeValue(line: string, columns: number): readonly Line[] {
  const value = line.trimStart();
  const indent = ' '.repeat(2 + Math.min(line.length - value.length, Math.floor(columns / 2)));
  const room = Math.max(1, columns - indent.length);
  return wrapText(displayText(value, { maxWidth: mostValueColumns }), room).map((text): Line => [words(indent), span(text)]);
}

function documentLines(text: string, showsSecrets: boolean, columns: number): readonly Line[] {
  const node = parseJson(text, { mostDepth: mostJsonDepth + levelsOfEdit });
  const lines = writePrettyJson(showsSecrets ? node : withoutSecrets(node, [])).split('\n');
  const shown = lines.slice(0, mostWholeLines).flatMap((line) => wholeValue(line, columns));
  const rest = lines.length - mostWholeLines;
  return rest > 0 ? [...shown, [span(trusted(`  ${rest} more lines`), 'muted')]] : shown;
}
