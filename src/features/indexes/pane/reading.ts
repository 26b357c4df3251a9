import { setImmediate as breathe } from 'node:timers/promises';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { mapInSlices } from '#core/slices.ts';
import type { Database } from '#database/database.ts';
import { readEvidence, runChecks } from '../check.ts';
import { checkIds, type CheckResult, joined } from '../finding.ts';
import { readIndexes } from '../indexes.ts';
import type { IndexReading } from '../model.ts';
import type { Judgement } from './indexes-state.ts';
import { haystackOf, judged } from './rows.ts';

/** What a reading may take: the catalog of a big database is no matter of milliseconds. */
const statementTimeoutMs = 15_000;

/** Every index with its scans of all servers that were given. Throws what readIndexes throws, and what opening a standby does. */
export async function readAll(
  session: ConsoleSession,
  database: Database,
  { signal }: { readonly signal: AbortSignal },
): Promise<IndexReading> {
  const replicas = (await session.openReplicas()).map(({ name, database: reader }) => ({ name, reader }));
  const reading = await readIndexes(database, { signal, statementTimeoutMs, replicas });
  // The first letter of a search must not wait for all of them.
  await mapInSlices(reading.indexes, haystackOf);
  return reading;
}

/** Judges a reading, a check at a time with room for keys in between. Throws what the server refuses. */
export async function judge(
  database: Database,
  reading: IndexReading,
  { signal }: { readonly signal: AbortSignal },
): Promise<Judgement> {
  const evidence = await readEvidence(database, reading, checkIds, { signal, statementTimeoutMs });
  const results: CheckResult[] = [];
  for (const check of checkIds) {
    results.push(runChecks(reading, evidence, [check]));
    await breathe();
    signal.throwIfAborted();
  }
  return { judged: judged(joined(results)), ...evidence };
}
