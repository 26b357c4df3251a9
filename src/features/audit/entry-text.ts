import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { formatTimestamp } from '#core/format.ts';
import { parseUuid } from '#core/ids.ts';
import { padToWidth } from '#core/text-width.ts';
import type { AuditEntry } from './entries.ts';

const columns = [
  { title: 'AT (UTC)', width: 19 },
  { title: 'ACTION', width: 8 },
  { title: 'TABLE', width: 14 },
  { title: 'RECORD', width: 9 },
  { title: 'TENANT', width: 9 },
  { title: 'ACTOR', width: 24 },
  { title: 'CHANGED', width: 0 },
] as const;

/** The line above the entries. */
export const entryTitles = aligned(columns.map(({ title }) => label(title)));

/**
 * The entry for people, on one line under `entryTitles`; `note` says what is special about it. UUIDs are cut to what `find` takes, so that a line fits
 * most terminals; nothing else is cut.
 */
export function entryText(entry: AuditEntry, note?: string): string {
  const { at, action, table, recordId, tenantId, actor, changedKeys, moreChangedKeys } = entry;
  const changed = [
    ...(note === undefined ? [] : [`(${note})`]),
    changedKeys.join(', '),
    ...(moreChangedKeys > 0 ? [`and ${moreChangedKeys} more`] : []),
  ].join(' ');
  const cells = [action, table, short(recordId), short(tenantId), actor, changed].map((cell) => displayText(cell ?? '-'));
  return aligned([at === null ? label('no time') : formatTimestamp(at), ...cells]);
}

function short(id: string | null): string | null {
  return id !== null && parseUuid(id) === id ? `${id.slice(0, 8)}…` : id;
}

function aligned(cells: readonly DisplayText[]): string {
  return cells
    .map((cell, index) => padToWidth(cell, columns[index]?.width ?? 0))
    .join('  ')
    .trimEnd();
}
