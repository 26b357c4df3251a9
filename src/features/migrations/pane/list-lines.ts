import { displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { widthOf } from '#core/text-width.ts';
import { columnWidths, tableLines } from '#ui/data-table.ts';
import { failureLines } from '#ui/failure-lines.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { migrationColumns, nameText } from './columns.ts';
import type { MigrationsState } from './migrations-state.ts';
import { filters } from './showing.ts';

/** The list: the rows on screen, or why there are none. */
export function listLines(state: MigrationsState, error: unknown, columns: number, theme: Theme): readonly Line[] {
  const { rows, list, marked, height, search } = state;
  if (rows.length === 0) return instead(state, error, columns);
  const hasChecksums = state.reading?.status.history.hasChecksums ?? true;
  const shown = migrationColumns(hasChecksums);
  const widths = widthsOnce(rows, columns, hasChecksums, state.reading?.status.migrations ?? rows);
  return tableLines(shown, widths, rows, list, height + 1, theme, {
    mark: ({ name }) => label(marked.has(name) ? '*' : ' '),
    needle: search,
  });
}

const measured = new WeakMap<MigrationsState['rows'], { readonly key: string; readonly widths: readonly number[] }>();

/** Hundreds of rows are not measured again at every key. */
function widthsOnce(
  rows: MigrationsState['rows'],
  columns: number,
  hasChecksums: boolean,
  all: MigrationsState['rows'],
): readonly number[] {
  const key = `${columns} ${hasChecksums}`;
  const before = measured.get(rows);
  if (before?.key === key) return before.widths;
  // Of all, so that no column comes or goes with what a search leaves.
  const longestName = all.reduce((longest, migration) => Math.max(longest, widthOf(nameText(migration))), 0);
  const widths = columnWidths(migrationColumns(hasChecksums, longestName), rows, columns);
  measured.set(rows, { key, widths });
  return widths;
}

function instead({ reading, filter, search }: MigrationsState, error: unknown, columns: number): readonly Line[] {
  const said = (...sentences: readonly string[]): readonly Line[] =>
    sentences
      .flatMap((sentence) => wrapWords(sentence, columns - 6))
      .map((text): Line => [words('   '), span(displayText(text))]);
  if (reading === undefined && error instanceof AdminError && error.code === 'no-migrations-folder') {
    return [
      emptyLine,
      [words('   '), span(displayText(error.message, { maxWidth: columns }), 'warning')],
      emptyLine,
      ...said(
        'Give it with --dir FOLDER or AISHA_MIGRATIONS_DIR, or start the console beside migrations or backend/migrations.',
        'D types a path now.',
      ),
    ];
  }
  if (reading === undefined && error !== null && error !== undefined) {
    const lines = failureLines(error, columns - 6).map((line): Line => [words('   '), ...line]);
    return [emptyLine, ...lines, emptyLine, [words('   r tries again, D types another folder.', 'muted')]];
  }
  if (reading === undefined) return [emptyLine, [words('   reading the folder, the history and the catalog ...', 'muted')]];
  if (filter !== 'all' || search !== '') {
    return [
      emptyLine,
      ...said(search === '' ? `Nothing is ${filters[filter]}.` : 'No migration matches.'),
      emptyLine,
      [words('   esc shows everything again.', 'muted')],
    ];
  }
  return [
    emptyLine,
    ...said('The folder is empty, and nothing is recorded.'),
    [words('   n writes the first migration.', 'muted')],
  ];
}
