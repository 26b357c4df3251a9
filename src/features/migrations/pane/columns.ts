import { type DisplayText, displayText, label } from '#core/display-text.ts';
import { formatDate, formatDuration } from '#core/format.ts';
import type { DataColumn } from '#ui/data-table.ts';
import type { Tone } from '#ui/theme.ts';
import type { MigrationFlag } from '../flags.ts';
import type { MigrationState, MigrationStatus } from '../status.ts';
import { evidenceText, isDiffering, verdictOf } from '../summary.ts';
import { fittingFlags } from './flag-words.ts';

/** From this width on the file stands beside the list. */
export const besideColumns = 110;

/** How many of the pane's columns the list takes. */
export function listWidth(columns: number): number {
  return columns >= besideColumns ? Math.floor(columns * 0.65) : columns;
}

const stateTones: Readonly<Record<MigrationState, Tone>> = {
  applied: 'good',
  baseline: 'good',
  resolved: 'good',
  pending: 'accent',
  running: 'accent',
  failed: 'danger',
  unknown: 'warning',
  'missing-file': 'danger',
  'not-a-migration': 'muted',
};

/** A tone for a state: the word itself says the same. */
export const stateTone = (state: MigrationState): Tone => stateTones[state];

/** Where the history can hold no checksum, the line above the list says that of all. */
const listedFlags = ({ flags }: MigrationStatus, hasChecksums: boolean): readonly MigrationFlag[] =>
  hasChecksums ? flags : flags.filter((flag) => flag !== 'unverified');

/** A name as the list has it. */
export const nameText = ({ name }: MigrationStatus): DisplayText => displayText(name, { maxWidth: 120 });

function shortEvidence({ evidence, file }: MigrationStatus): DisplayText {
  if (evidence === undefined || file === undefined) return label('');
  const { present, expected } = evidence;
  switch (verdictOf(evidence)) {
    case 'nothing':
      return label('-');
    case 'complete':
    case 'none':
      return label(`${present} of ${expected}`);
    case 'partial':
      return displayText(evidenceText(evidence, 1), { maxWidth: 60 });
  }
}

const nameColumns = { least: 26, mostOfLeast: 37 };

/** The columns of the list; names that are long, in columns of the screen, get the room of the day, which stands in the file's own view too. */
export const migrationColumns = (hasChecksums: boolean, longestName = 0): readonly DataColumn<MigrationStatus>[] => [
  {
    title: 'NAME',
    text: nameText,
    least: Math.max(nameColumns.least, Math.min(nameColumns.mostOfLeast, longestName)),
    most: 52,
    priority: 1,
  },
  {
    title: 'STATE',
    text: ({ state }) => label(state),
    tone: ({ state }) => stateTone(state),
    least: 12,
    most: 15,
    priority: 2,
  },
  {
    title: 'FLAGS',
    text: (migration) => fittingFlags(listedFlags(migration, hasChecksums), Infinity),
    fitted: (migration, columns) => fittingFlags(listedFlags(migration, hasChecksums), columns),
    tone: ({ flags }) => (flags.includes('edited') ? 'danger' : 'warning'),
    least: 9,
    most: 34,
    priority: 4,
  },
  {
    title: 'WHEN',
    text: ({ row }) => formatDate(row?.appliedAt ?? ''),
    tone: () => 'muted',
    least: 10,
    most: 10,
    priority: 5,
  },
  { title: 'BY', text: ({ row }) => displayText(row?.appliedBy ?? '', { maxWidth: 40 }), least: 6, most: 18, priority: 7 },
  {
    title: 'TOOK',
    text: ({ row }) => (typeof row?.executionTimeMs === 'number' ? formatDuration(row.executionTimeMs) : label('')),
    tone: () => 'muted',
    align: 'right',
    least: 6,
    most: 12,
    priority: 6,
  },
  {
    title: 'EVIDENCE',
    text: shortEvidence,
    tone: (migration) => (isDiffering(migration) ? 'warning' : 'muted'),
    least: 10,
    most: 40,
    priority: 3,
  },
];
