import type { MigrationStatus } from '../status.ts';
import { isDiffering } from '../summary.ts';
import { flagWords, toldFlags } from './flag-words.ts';

/** Which migrations are shown, and in which order. */
export interface Narrowing {
  readonly filter: MigrationFilter;
  /** Looked for in names, states, flags and descriptions; lower case, empty for nothing. */
  readonly search: string;
  /** What is wrong comes first. */
  readonly isWorstFirst: boolean;
}

export type MigrationFilter = 'all' | 'wrong' | 'pending' | 'failed' | 'differing';

/** What each filter lets through, in words. */
export const filters: Readonly<Record<MigrationFilter, string>> = {
  all: 'everything in the folder and the history',
  wrong: 'what is wrong: failed, edited, missing, unknown, differing',
  pending: 'pending',
  failed: 'failed, interrupted or unknown',
  differing: 'history, file and catalog differ',
};

/** Ranks of what is wrong, the worst first; the same rank keeps its order. */
const ranks = ['failed', 'edited', 'missing', 'unknown', 'differs', 'running', 'pending', 'well'] as const;
type Rank = (typeof ranks)[number];

/** The worst that can be said of a migration. */
function rankOf(migration: MigrationStatus): Rank {
  const { state, flags } = migration;
  if (state === 'failed') return 'failed';
  if (flags.includes('edited')) return 'edited';
  if (state === 'missing-file') return 'missing';
  if (state === 'unknown') return 'unknown';
  if (isDiffering(migration)) return 'differs';
  return state === 'running' || state === 'pending' ? state : 'well';
}

const isIn: Readonly<Record<MigrationFilter, (migration: MigrationStatus) => boolean>> = {
  all: () => true,
  wrong: (migration) => ranks.indexOf(rankOf(migration)) < ranks.indexOf('running'),
  pending: ({ state }) => state === 'pending',
  failed: ({ state }) => state === 'failed' || state === 'unknown' || state === 'running',
  differing: (migration) => ['edited', 'missing', 'differs'].includes(rankOf(migration)) || isDiffering(migration),
};

/** What is shown of all, in its order. */
export function shownMigrations(all: readonly MigrationStatus[], narrowing: Narrowing): readonly MigrationStatus[] {
  const { filter, search, isWorstFirst } = narrowing;
  const found = all.filter((migration) => isIn[filter](migration) && matches(migration, search));
  if (!isWorstFirst) return found;
  return found.toSorted((left, right) => ranks.indexOf(rankOf(left)) - ranks.indexOf(rankOf(right)));
}

function matches({ name, state, flags, parsed, row }: MigrationStatus, search: string): boolean {
  if (search === '') return true;
  const short = toldFlags(flags).map((flag) => flagWords(flag).short);
  const said = [
    name,
    state,
    ...flags,
    ...short,
    parsed?.header.description ?? '',
    parsed?.header.author ?? '',
    row?.appliedBy ?? '',
  ];
  return said.some((text) => text.toLowerCase().includes(search));
}
