import type { CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { formatBytes } from '#core/format.ts';
import type { Reader } from '#database/query.ts';
import { type Job, jobStatement, locksOf, reindexed } from './job.ts';
import { whySkipped } from './output.ts';
import { leavesOf, readParts, sumOfBytes } from './parts.ts';
import type { Leftovers } from './plan.ts';

/** `--dry-run`: each job's statement, the sizes it is about, what it passes over and the locks it takes; nothing is sent. */
export async function dryRun(reader: Reader, jobs: readonly Job[], leftovers?: Leftovers): Promise<CommandResult> {
  const shown = await Promise.all(
    jobs.map(async (job) => {
      const own = await readParts(reader, [job.target.tableOid]);
      const { all, skipped } =
        job.action === 'reindex' ? reindexed(job, own) : { all: leavesOf(own, job.target.oid), skipped: [] };
      const counted =
        job.action === 'reindex' || job.action === 'drop' ? all : own.indexes.filter((index) => !index.isPartitioned);
      return {
        job,
        statement: jobStatement(job),
        tableBytes: sumOfBytes(own.tables.map(({ tableBytes }) => tableBytes)),
        indexBytes:
          job.action === 'drop'
            ? (leftovers?.bytes.get(job.target.oid) ?? null)
            : sumOfBytes(counted.map(({ indexBytes }) => indexBytes)),
        indexes: job.action === 'reindex' ? all : [],
        skipped,
        locks: locksOf(job),
      };
    }),
  );
  return {
    json: {
      dry_run: true,
      jobs: shown.map(({ job, statement, tableBytes, indexBytes, indexes, skipped, locks }) => ({
        action: job.action,
        target: job.target.title,
        table: job.target.table,
        statement,
        table_bytes: tableBytes,
        index_bytes: indexBytes,
        indexes: indexes.map((index) => ({ index: index.title, bytes: index.indexBytes })),
        skipped: skipped.map(({ title, why }) => ({ index: title, why })),
        locks,
      })),
      not_run: leftovers?.kept.map(({ title }) => title) ?? [],
    },
    text: () =>
      [
        ...shown.flatMap(({ job, statement, tableBytes, indexBytes, indexes, skipped, locks }) => [
          `${statement};`,
          `  ${job.target.table} ${bytes(tableBytes)}, ${job.action === 'drop' ? 'this index' : 'indexes'} ${bytes(indexBytes)}`,
          ...(job.target.kind === 'table' || indexes.length > 1
            ? indexes.map(({ title, indexBytes: size }) => `  ${title}: ${bytes(size)}`)
            : []),
          ...skipped.map(({ title, why }) => `  ${title}: passed over: ${whySkipped[why]}`),
          ...locks.map((lock) => `  ${lock}`),
        ]),
        ...(leftovers === undefined ? [] : keptLines(leftovers)),
        ...(shown.length === 0 ? ['Nothing to do.'] : []),
      ]
        .map((line) => displayText(line))
        .join('\n'),
  };
}

/** What is left over and can not be dropped here and now, and why. */
export function keptLines({ kept }: Leftovers): readonly string[] {
  return kept.map(({ title, why }) => `${title} is left over and stays: ${why}`);
}

const bytes = (count: number | null): string => (count === null ? 'unknown' : formatBytes(count));
