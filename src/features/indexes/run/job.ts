import { type CatalogName, type Query, statementText } from '#database/query.ts';
import { leavesOf, type PartIndex, type Parts } from './parts.ts';
import { maintenanceQueries } from './queries.ts';

/** What can be done to an index or table. `drop` is for what an interrupted REINDEX left behind. */
export type Action = 'reindex' | 'analyze' | 'vacuum' | 'vacuum-analyze' | 'drop';

/** An index or table, out of the catalog. */
export interface Target {
  readonly kind: 'index' | 'table';
  readonly oid: string;
  readonly schema: CatalogName;
  readonly name: CatalogName;
  /** As an operator writes it: without the schema where that is `public`. */
  readonly title: string;
  /** The table itself, or that of the index. */
  readonly tableOid: string;
  readonly table: string;
}

export interface Job {
  readonly action: Action;
  readonly target: Target;
}

/** An index that a job on its table passes over, and why. */
export interface SkippedIndex {
  readonly title: string;
  readonly why: 'invalid' | 'left-over' | 'exclusion-constraint';
}

/** The statement of a job, as it is sent and shown. */
export function jobStatement({ action, target }: Job): string {
  const { schema, name, kind } = target;
  if (action === 'drop') return dropStatement(target);
  if (action !== 'reindex') {
    return textOf(maintenanceQueries[action === 'vacuum-analyze' ? 'vacuumAnalyze' : action], { schema, table: name });
  }
  return kind === 'index'
    ? textOf(maintenanceQueries.reindexIndex, { schema, index: name })
    : textOf(maintenanceQueries.reindexTable, { schema, table: name });
}

/** The statement that drops an index and keeps nobody waiting. */
export function dropStatement({ schema, name }: Pick<Target, 'schema' | 'name'>): string {
  return textOf(maintenanceQueries.dropIndex, { schema, index: name });
}

/** Without its header: who looks at the server's activity is to see what runs. */
function textOf(query: Query, identifiers: Readonly<Record<string, CatalogName>>): string {
  const lines = statementText(query, identifiers).trim().split('\n');
  return lines
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .replace(/;$/, '');
}

/** The indexes that a REINDEX is to rebuild, and those that it passes over. */
export function reindexed(
  { target }: Job,
  parts: Parts,
): { readonly all: readonly PartIndex[]; readonly skipped: readonly SkippedIndex[] } {
  if (target.kind === 'index') return { all: leavesOf(parts, target.oid), skipped: [] };
  const leaves = parts.indexes.filter((index) => !index.isPartitioned);
  const skipped = leaves.flatMap((index): SkippedIndex[] => {
    if (index.isLeftover) return index.isWorkedOn ? [] : [{ title: index.title, why: 'left-over' }];
    if (!index.isValid) return [{ title: index.title, why: 'invalid' }];
    return index.isExclusion ? [{ title: index.title, why: 'exclusion-constraint' }] : [];
  });
  return { all: leaves.filter(({ isValid, isExclusion }) => isValid && !isExclusion), skipped };
}

/** The locks of a job and what they keep waiting, in words. */
export function locksOf({ action, target: { table } }: Job): readonly string[] {
  const own = `SHARE UPDATE EXCLUSIVE on ${table}: reads and writes go on; VACUUM, ANALYZE, index builds and ALTER TABLE wait`;
  switch (action) {
    case 'reindex':
      return [
        own,
        'it waits for transactions that were open before each of its steps, and needs the room of the new index beside the old one',
      ];
    case 'drop':
      return [own, `it waits for transactions that have used ${table}`];
    case 'analyze':
      return [own];
    case 'vacuum':
    case 'vacuum-analyze':
      return [own, 'ACCESS EXCLUSIVE for moments at its end, where it can give room back, and only as long as nobody else waits'];
  }
}

/** What is done, in words for questions and narration: `rebuild index x`. */
export function titleOfJob({ action, target: { kind, title } }: Job): string {
  const words = {
    reindex: kind === 'index' ? `rebuild index ${title}` : `rebuild the indexes of ${title}`,
    analyze: `analyze ${title}`,
    vacuum: `vacuum ${title}`,
    'vacuum-analyze': `vacuum and analyze ${title}`,
    drop: `drop the left-over index ${title}`,
  };
  return words[action];
}
