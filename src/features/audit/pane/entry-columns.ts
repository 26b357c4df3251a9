import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { maskText } from '#core/mask.ts';
import type { DataColumn } from '#ui/data-table.ts';
import type { Tone } from '#ui/theme.ts';
import type { AuditEntry } from '../entries.ts';
import type { EntryRow, LogRow } from './entry-log.ts';
import { listTime, wholeTime } from './entry-time.ts';

/** What the columns need beside the entry. */
export interface ColumnContext {
  readonly nowMs: number;
  readonly isLocal: boolean;
  readonly tenantNames: ReadonlyMap<string, string | undefined>;
  /** Entries of other days are on screen: their date stands with the time. */
  readonly hasDates: boolean;
  /** The pinned tenant is the tenant of all entries: its column says nothing. */
  readonly isPinned: boolean;
}

const actionTones: Readonly<Record<string, Tone>> = { INSERT: 'good', DELETE: 'danger', METADATA_EDIT: 'accent' };

/** A tone for an action: the word itself says the same. */
export function actionTone(action: string | null): Tone {
  return actionTones[action?.toUpperCase() ?? ''] ?? 'plain';
}

/** From this width on the entry stands beside the list. */
export const besideColumns = 110;

/** How many of the pane's columns the list takes. */
export function listWidth(columns: number): number {
  return columns >= besideColumns ? Math.floor(columns * 0.65) : columns;
}

/** What an entry changed, in a few words: the changed keys, or how it came to be here. */
function changesText({ entry, isRewritten, isLate }: EntryRow): DisplayText {
  const remarks = [isRewritten ? '(rewritten) ' : '', isLate ? '(late) ' : ''].join('');
  const more = entry.moreChangedKeys > 0 ? ` and ${entry.moreChangedKeys} more` : '';
  return displayText(`${remarks}${entry.changedKeys.map((key) => maskText(key)).join(', ')}${more}`, { maxWidth: 200 });
}

/** The columns of the list. */
export function entryColumns({ nowMs, isLocal, tenantNames, isPinned, hasDates }: ColumnContext): readonly DataColumn<LogRow>[] {
  const text =
    (of: (entry: AuditEntry) => string | null) =>
    (row: LogRow): DisplayText =>
      row.kind === 'gap' ? label('') : displayText(of(row.entry) ?? '', { maxWidth: 60 });
  const tenant = ({ tenantId }: AuditEntry): string | null =>
    tenantId === null ? null : (tenantNames.get(tenantId) ?? tenantId);
  const columns: readonly DataColumn<LogRow>[] = [
    {
      title: 'TIME',
      text: (row) => (row.kind === 'gap' ? label('') : listTime(row.entry.at, nowMs, isLocal)),
      tone: (row) => (row.kind === 'entry' && (row.isLate || row.isRewritten) ? 'warning' : 'muted'),
      least: hasDates ? 11 : 8,
      most: 12,
      priority: 1,
    },
    {
      title: 'ACTION',
      text: text(({ action }) => action),
      tone: (row) => (row.kind === 'gap' ? 'plain' : actionTone(row.entry.action)),
      least: 6,
      most: 16,
      priority: 2,
    },
    { title: 'TABLE', text: text(({ table }) => table), least: 9, most: 24, priority: 3 },
    {
      title: 'RECORD',
      text: text(({ recordId }) => recordId?.slice(0, 8) ?? null),
      tone: () => 'muted',
      least: 8,
      most: 8,
      priority: 7,
    },
    { title: 'TENANT', text: text(tenant), least: 8, most: 24, priority: 6 },
    { title: 'ACTOR', text: text(({ actor }) => actor), least: 9, most: 30, priority: 5 },
    {
      title: 'CHANGES',
      text: (row) => (row.kind === 'gap' ? label('') : changesText(row)),
      tone: () => 'muted',
      least: 12,
      most: 100,
      priority: 4,
    },
  ];
  return isPinned ? columns.filter(({ title }) => title !== 'TENANT') : columns;
}

const haystacks = new WeakMap<AuditEntry, string>();

/** All that a search in the view looks at, lower case: what the columns show, uncut, and the whole ids. */
export function searchedText(
  { entry }: EntryRow,
  { isLocal, tenantNames }: Pick<ColumnContext, 'isLocal' | 'tenantNames'>,
): string {
  const name = entry.tenantId === null ? '' : (tenantNames.get(entry.tenantId) ?? '');
  let text = haystacks.get(entry);
  if (text === undefined) {
    text = [entry.id, entry.action, entry.table, entry.recordId, entry.tenantId, entry.actor, ...entry.changedKeys]
      .join('\n')
      .toLowerCase();
    haystacks.set(entry, text);
  }
  return `${text}\n${name.toLowerCase()}\n${wholeTime(entry.at, isLocal)}`;
}
