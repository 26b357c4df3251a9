import { displayText, label, trusted } from '#core/display-text.ts';
import { formatCount, formatDuration } from '#core/format.ts';
import { type Line, lineWidth, span, spreadLine, words } from '#ui/line.ts';
import { fieldLine } from '#ui/text-field.ts';
import type { Theme, Tone } from '#ui/theme.ts';
import type { MigrationState } from '../status.ts';
import { summaryOf } from '../summary.ts';
import { stateTone } from './columns.ts';
import type { MigrationsState, OpenField } from './migrations-state.ts';
import type { RunJob } from './run-job.ts';

/** Lines above the list: the folder and the history, and the counts or what is typed. */
export function headLines(
  state: MigrationsState,
  {
    job,
    lostSinceMs,
    nowMs,
  }: { readonly job: RunJob | undefined; readonly lostSinceMs: number | undefined; readonly nowMs: number },
  columns: number,
  theme: Theme,
): readonly Line[] {
  const stale: Line =
    lostSinceMs === undefined
      ? []
      : [span(trusted(`STALE, connection lost ${formatDuration(Math.max(0, nowMs - lostSinceMs))} ago `), 'danger')];
  return [
    spreadLine(placeLine(state, columns, theme), [...stale, ...runLine(job, nowMs)], columns, theme),
    state.field === undefined ? countsLine(state, columns, theme) : fieldPrompt(state.field, columns, theme),
  ];
}

function placeLine({ reading, directory }: MigrationsState, columns: number, theme: Theme): Line {
  const dot = words(` ${theme.dot} `, 'muted');
  if (reading === undefined) return [words(' '), span(displayText(directory ?? 'migrations', { maxWidth: columns }), 'strong')];
  const { folder, status } = reading;
  const { isThere, hasChecksums, hidden } = status.history;
  const kind: Line =
    hidden !== undefined
      ? [words('history hidden by row level security: I says what to do', 'danger')]
      : isThere
        ? [
            words(
              hasChecksums ? 'schema_migrations, with checksum' : 'schema_migrations, without checksum: unverified',
              hasChecksums ? 'muted' : 'warning',
            ),
          ]
        : [words('no history table: evidence only, I proposes a baseline', 'warning')];
  const room = Math.max(12, columns - lineWidth(kind) - 8);
  return [words(' '), span(shortPath(folder.directory, room, theme), 'strong'), dot, ...kind];
}

/** The end of a path says more than its beginning. */
function shortPath(path: string, columns: number, theme: Theme): ReturnType<typeof displayText> {
  const text = displayText(path);
  return text.length <= columns ? text : trusted(`${theme.ellipsis}${text.slice(text.length - columns + theme.ellipsis.length)}`);
}

function runLine(job: RunJob | undefined, nowMs: number): Line {
  if (job?.current === undefined)
    return job !== undefined && job.end === undefined ? [words('running, p shows it ', 'accent')] : [];
  const { statement, statements, startedAtMs } = job.current;
  return [
    words(`running ${statement} of ${statements}, `, 'accent'),
    span(formatDuration(Math.max(0, nowMs - startedAtMs)), 'accent'),
    words(', p shows it ', 'accent'),
  ];
}

const order: readonly MigrationState[] = [
  'failed',
  'missing-file',
  'unknown',
  'running',
  'pending',
  'applied',
  'baseline',
  'resolved',
  'not-a-migration',
];

function countsLine(state: MigrationsState, columns: number, theme: Theme): Line {
  const { reading, filter, search, isWorstFirst, marked, rows, list } = state;
  if (reading === undefined) return [];
  const { states, rollbacks, edited, unverified, differing } = summaryOf(reading.status.migrations);
  const counts: readonly (readonly [string, number, Tone])[] = [
    ...order.map((name) => [name, states[name] ?? 0, stateTone(name)] as const),
    [rollbacks === 1 ? 'rollback ran' : 'rollbacks ran', rollbacks, 'muted'],
    ['edited', edited, 'danger'],
    ['differing', differing, 'warning'],
    ['unverified', unverified, 'muted'],
  ];
  const shown = counts.filter(([, count]) => count > 0);
  const pieces = shown.map(([name, count, tone], index): Line => [
    ...(index === 0 ? [] : [words(` ${theme.dot} `, 'muted')]),
    span(formatCount(count), tone),
    words(` ${name}`, tone),
  ]);
  const narrowed: Line = [
    words('  '),
    ...(marked.size === 0 ? [] : [words(`${marked.size} marked  `, 'accent')]),
    ...(filter === 'all' ? [] : [words(`[${filter}] `, 'accent')]),
    ...(search === '' ? [] : [words('/', 'muted'), span(displayText(search, { maxWidth: 20 }), 'strong'), words(' ')]),
    ...(isWorstFirst ? [words('worst first ', 'accent')] : []),
    span(label(rows.length === 0 ? '0' : `${list.cursor + 1} of ${rows.length}`), 'muted'),
    words(' '),
  ];
  return spreadLine([words(' '), ...pieces.flat()], narrowed, columns, theme);
}

const titles: Readonly<Record<OpenField['asks'], string>> = {
  search: 'search',
  directory: 'folder of the migrations',
  log: 'log in markdown (manual 4.5, option 1)',
  new: 'what the new migration does (add_invoice_table)',
};

function fieldPrompt({ asks, text }: OpenField, columns: number, theme: Theme): Line {
  const title = ` ${titles[asks]} `;
  return [words(title, 'accent'), ...fieldLine(text, Math.max(12, columns - title.length - 1), theme)];
}
