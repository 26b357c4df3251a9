import { AdminError } from '#core/errors.ts';
import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import type { MigrationFolder } from './folder.ts';
import type { History } from './history.ts';
import { type ChangedRow, changeHistory } from './history-change.ts';

/** One line of a log that was kept by hand (manual 4.5, option 1). */
export interface LogEntry {
  readonly name: string;
  /** A day, or a day and a time, as the log has it. */
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly notes: string;
  /** In the log, from 1. */
  readonly line: number;
}

const titles: Readonly<Record<string, keyof LogEntry>> = {
  file: 'name',
  migration: 'name',
  'date applied': 'appliedAt',
  date: 'appliedAt',
  applied: 'appliedAt',
  'applied by': 'appliedBy',
  by: 'appliedBy',
  notes: 'notes',
  note: 'notes',
};

/**
 * Reads the tables of a markdown log that have a column for the file and one for the date, whatever stands around them. Throws an AdminError
 * (usage, log-unreadable) that names the line: no such table, a line without file or with a date that is none, a file that stands twice.
 */
export function readLog(markdown: string): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  let columns: readonly (keyof LogEntry | undefined)[] | undefined;
  markdown.split(/\r?\n/).forEach((text, index) => {
    const cells = cellsOf(text);
    if (cells === undefined) {
      columns = undefined;
      return;
    }
    if (columns === undefined) {
      columns = cells.map((cell) => titles[cell.toLowerCase()]);
      return;
    }
    if (!columns.includes('name') || !columns.includes('appliedAt') || cells.every((cell) => /^:?-+:?$/.test(cell))) return;
    entries.push(entryOf(cells, columns, index + 1));
  });
  if (entries.length === 0) throw unreadable('It has no table with the columns File and Date Applied.', 0);
  const seen = new Map<string, number>();
  for (const { name, line } of entries) {
    if (seen.has(name)) throw unreadable(`${name} stands there already, on line ${seen.get(name)}.`, line);
    seen.set(name, line);
  }
  return entries;
}

/** The cells of a line of a table; undefined for a line of anything else. */
function cellsOf(text: string): readonly string[] | undefined {
  const line = text.trim();
  if (!line.startsWith('|')) return undefined;
  const inner = line.replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}

function entryOf(cells: readonly string[], columns: readonly (keyof LogEntry | undefined)[], line: number): LogEntry {
  const cell = (wanted: keyof LogEntry): string => cells[columns.indexOf(wanted)] ?? '';
  const name = cell('name').replace(/^`(.*)`$/, '$1');
  const appliedAt = cell('appliedAt');
  if (name === '') throw unreadable('The file is missing.', line);
  if (!isMoment(appliedAt)) throw unreadable(`"${appliedAt}" is no date: it should look like 2025-01-15.`, line);
  return { name, appliedAt, appliedBy: cell('appliedBy'), notes: cell('notes'), line };
}

function isMoment(text: string): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)?.[1];
  if (day === undefined) return false;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function unreadable(what: string, line: number): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'log-unreadable',
    whatHappened: line === 0 ? `The log can not be read. ${what}` : `Line ${line} of the log can not be read. ${what}`,
    whatToDo: 'Nothing was recorded. The manual has an example in 4.5.',
  });
}

/** What an import would record: every entry, whether the folder has its file, and whether the history says something of it already. */
export interface PlannedImport extends LogEntry {
  readonly isInFolder: boolean;
  /** Then it stays as it is. */
  readonly isKnown: boolean;
}

/** The entries of a log beside the folder and the history. */
export function planImport(
  entries: readonly LogEntry[],
  { files }: MigrationFolder,
  { rows }: Pick<History, 'rows'>,
): readonly PlannedImport[] {
  const names = new Set(files.map(({ name }) => name));
  const known = new Set(rows.map(({ name }) => name));
  return entries.map((entry) => ({ ...entry, isInFolder: names.has(entry.name), isKnown: known.has(entry.name) }));
}

/**
 * Records the entries of a log as applied, when and by whom it says. What the history knows already stays; checksums stay empty, since nobody
 * knows what the files held then. Throws an AdminError, with nothing recorded, as `changeHistory` does.
 */
export async function importLog(
  database: Database,
  entries: readonly LogEntry[],
  account: Account,
): Promise<readonly ChangedRow[]> {
  const changes = entries.map(({ name, appliedAt, appliedBy, notes }) => ({
    name,
    success: true,
    note: { kind: 'imported', reason: notes } as const,
    checksum: null,
    // A day alone is noon in UTC, so that it stays that day wherever it is read.
    appliedAt: /^\d{4}-\d{2}-\d{2}$/.test(appliedAt) ? `${appliedAt}T12:00:00Z` : appliedAt,
    appliedBy: appliedBy || account.author.operator,
  }));
  return changeHistory(database, account, 'MIGRATION_IMPORT', changes, (_change, row) =>
    row === undefined ? undefined : 'skip',
  );
}
