import { displayText, trusted } from '#core/display-text.ts';
import { formatBytes, formatCount, formatTimestamp } from '#core/format.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { type Chip, chipsLine } from '#ui/chips.ts';
import { type Line, lineWidth, span, spreadLine, words } from '#ui/line.ts';
import { fieldLine } from '#ui/text-field.ts';
import type { Theme } from '#ui/theme.ts';
import type { AuditState, OpenField } from './audit-state.ts';
import { chipOf, fields } from './conditions.ts';

/** What narrows the list, as chips, and how much is loaded; or the line that something is typed into. */
export function filterLine(state: AuditState, tenant: TenantIdentity | undefined, columns: number, theme: Theme): Line {
  if (state.field !== undefined) return openFieldLine(state.field, columns, theme);
  if (state.exporting !== undefined) return exportLine(state.exporting, columns);
  const chips: readonly Chip[] = [
    ...(tenant === undefined ? [] : [{ text: displayText(`tenant ${tenant.name}`, { maxWidth: 40 }) }]),
    ...state.conditions.map(chipOf),
  ];
  const all: Line = chips.length === 0 ? [words('all entries, f filters', 'muted')] : chipsLine(chips, columns);
  const fits = (line: Line): boolean => lineWidth(all) + lineWidth(line) + 3 <= columns;
  const right = [loadedLine(state, true), loadedLine(state, false)].find(fits) ?? [];
  const left = fits(right) ? all : chipsLine(chips, columns - 3);
  return spreadLine([words(' '), ...left], [...right, words(' ')], columns, theme);
}

function loadedLine({ log, view, search, history }: AuditState, isLong: boolean): Line {
  const { rows, first, left } = log;
  const looked = search === '' ? [] : [words('/', 'muted'), span(displayText(search, { maxWidth: 20 }), 'strong'), words('  ')];
  if (rows.length === 0) return looked;
  const place = `${formatCount(view.cursor - first + 1)} of ${formatCount(rows.length)}`;
  const older =
    history.reading === 'older'
      ? ', reading older'
      : left > 0
        ? `, ${formatCount(left)} older left memory`
        : history.isAtStart
          ? ', from the first'
          : '';
  return [...looked, span(trusted(isLong ? `${place} loaded${older}` : place), left > 0 ? 'warning' : 'muted')];
}

function exportLine({ file, progress }: NonNullable<AuditState['exporting']>, columns: number): Line {
  const far =
    progress === undefined
      ? 'starting'
      : `${formatCount(progress.entries)} entries, ${formatBytes(progress.bytes)}, back to ${progress.at === null ? 'those without a time' : formatTimestamp(progress.at)}`;
  return [
    words(' exporting ', 'accent'),
    span(trusted(far)),
    words(', e stops it: ', 'muted'),
    span(displayText(file, { maxWidth: columns }), 'muted'),
  ];
}

function openFieldLine(field: OpenField, columns: number, theme: Theme): Line {
  const title = ` ${fieldTitle(field)} `;
  const problem =
    field.problem === undefined ? [] : [words('  '), span(displayText(field.problem, { maxWidth: columns }), 'warning')];
  const room = Math.max(12, columns - title.length - lineWidth(problem) - 1);
  return [words(title, 'accent'), ...fieldLine(field.text, room, theme), ...problem];
}

function fieldTitle(field: OpenField): string {
  switch (field.asks) {
    case 'search':
      return 'search in the view';
    case 'time':
      // What is wrong with it says the same, and needs the room.
      return field.problem === undefined ? 'go to (14:05, 2026-11-22 14:05, 3 h)' : 'go to';
    case 'export':
      return `export as ${field.format} to`;
    case 'migration':
      return 'folder of the migrations';
    case 'condition':
      return `${field.isExcluded ? 'without' : 'only'} ${fields[field.field].title}`;
  }
}
