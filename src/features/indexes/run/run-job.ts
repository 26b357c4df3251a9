import type { AuditShape } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { isConnectionLoss } from '#database/sql-errors.ts';
import { attempt, type Attempted, type MaintenanceLimits } from './attempt.ts';
import { dropLeftover, leftoverOf } from './clean.ts';
import type { Emit, JobResult, Leftover, Measure, RebuiltIndex } from './events.ts';
import { type Job, jobStatement, reindexed } from './job.ts';
import { leavesOf, type PartIndex, type Parts, readParts, sumOfBytes } from './parts.ts';
import { type MaintenanceAccount, recordJob } from './record.ts';

/** What all jobs of a run share. */
export interface RunContext {
  readonly database: Database;
  readonly account: MaintenanceAccount;
  readonly audit: AuditShape | undefined;
  readonly limits: MaintenanceLimits;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * Does one job. However its statement ends, the catalog is asked what became of it; what it left behind is dropped or named with the statement
 * that does so. Throws an AdminError where nothing was begun.
 */
export async function runJob(context: RunContext, job: Job): Promise<JobResult> {
  const { database, emit, limits, signal, account, audit } = context;
  const startedMs = performance.now();
  const { tableOid, title } = job.target;
  const before = await readParts(database, [tableOid]);
  const statement = jobStatement(job);
  const { all, skipped } = job.action === 'reindex' ? reindexed(job, before) : { all: [], skipped: [] };
  emit({ kind: 'begin', job, statement });
  const attempted = await database.writes.whileBegun(
    () => `Interrupted during ${statement}. What it left behind is found by: aisha-console indexes clean --dry-run`,
    () => attempt(database, emit, { target: title, tableOid, statement, limits, signal, startedMs }),
  );
  const found = attempted.state === 'lost' ? undefined : await lookAgain(database, tableOid);
  const leftovers: Leftover[] = [];
  for (const index of attempted.state === 'done' ? [] : newLeftovers(before, found)) {
    const leftover = leftoverOf(index);
    leftovers.push(
      await database.writes.whileBegun(
        () => `Interrupted before ${leftover.title}, left behind, was dropped. To drop it: ${leftover.statement}`,
        () => dropLeftover(database, emit, job, leftover, limits),
      ),
    );
  }
  const after = leftovers.length === 0 ? found : ((await lookAgain(database, tableOid)) ?? found);
  const indexes = all.map((index) => rebuilt(index, after));
  const state = stateOf(job, attempted, indexes, after);
  const result = {
    job,
    statement,
    state,
    elapsedMs: Math.max(1, Math.round(performance.now() - startedMs)),
    before: measureOf(job, before, all),
    after:
      after &&
      measureOf(
        job,
        after,
        indexes.flatMap(({ title: name }) => after.indexes.find((index) => index.title === name) ?? []),
      ),
    indexes,
    skipped,
    warnings: attempted.warnings,
    leftovers,
    failure: state === 'done' ? undefined : attempted.failure,
    mayRetry:
      (state === 'failed' || state === 'stopped') && leftovers.every(({ isDropped, kind }) => isDropped || kind === 'replaced'),
  };
  return { ...result, unrecorded: await recordJob(database, audit, account, result) };
}

/** Undefined where the server is away. */
async function lookAgain(database: Database, tableOid: string): Promise<Parts | undefined> {
  try {
    return await readParts(database, [tableOid]);
  } catch (error) {
    if (isConnectionLoss(error)) return undefined;
    throw error;
  }
}

/** What was not there before, and what nobody works on: another console's job on the same table leaves its own behind. */
function newLeftovers(before: Parts, after: Parts | undefined): readonly PartIndex[] {
  const known = new Set(before.indexes.filter(({ isLeftover }) => isLeftover).map(({ oid }) => oid));
  return (after?.indexes ?? []).filter(({ oid, isLeftover, isWorkedOn }) => isLeftover && !isWorkedOn && !known.has(oid));
}

/** An index was rebuilt when another one has its name: the server builds it beside the old one and changes their names. */
function rebuilt(index: PartIndex, after: Parts | undefined): RebuiltIndex {
  const now = after?.indexes.find(({ schema, name }) => schema === index.schema && name === index.name);
  return {
    title: index.title,
    isRebuilt: now !== undefined && now.oid !== index.oid && now.isValid,
    bytesBefore: index.indexBytes,
    bytesAfter: now?.indexBytes ?? null,
  };
}

function stateOf(job: Job, { state }: Attempted, indexes: readonly RebuiltIndex[], after: Parts | undefined): JobResult['state'] {
  if (state === 'done') return 'done';
  if (after === undefined) return 'unknown';
  // All that was to be done is: what failed was to drop what it replaced.
  if (indexes.length > 0 && indexes.every(({ isRebuilt }) => isRebuilt)) return 'done';
  if (job.action === 'drop' && leavesOf(after, job.target.oid).length === 0) return 'done';
  return state === 'stopped' ? 'stopped' : 'failed';
}

/** Of a REINDEX only the indexes it is about count; of a table, all. */
function measureOf({ action, target }: Job, parts: Parts, indexes: readonly PartIndex[]): Measure {
  const counted = action === 'reindex' ? indexes : action === 'drop' ? leavesOf(parts, target.oid) : parts.indexes;
  return {
    tableBytes: sumOfBytes(parts.tables.map(({ tableBytes }) => tableBytes)),
    indexBytes: sumOfBytes(counted.filter(({ isPartitioned }) => !isPartitioned).map(({ indexBytes }) => indexBytes)),
    deadRows: parts.tables.reduce((sum, { deadRows }) => sum + deadRows, 0),
  };
}
