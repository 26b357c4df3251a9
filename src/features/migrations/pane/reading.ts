import type { Database } from '#database/database.ts';
import { findMigrationsDirectory, readMigrationFolder } from '../folder.ts';
import { readLintFacts } from '../lint-facts.ts';
import { readStatus } from '../migrations.ts';
import { listLockHolders } from '../run/lock.ts';
import type { FolderReading } from './migrations-state.ts';

/** What a status may take: reading the catalog of a big database is no matter of milliseconds. */
const statementTimeoutMs = 15_000;

/**
 * Reads the folder, the history and the catalog. `known` is the reading before: files that did not change are not parsed again. Throws an
 * AdminError (usage) where there is no folder, and where the server refuses.
 */
export async function readFolder(
  database: Database,
  directory: string | undefined,
  known: FolderReading | undefined,
  { signal }: { readonly signal: AbortSignal },
): Promise<FolderReading> {
  const place = await findMigrationsDirectory(directory, process.cwd());
  const folder = await readMigrationFolder(place, known?.folder);
  const options = { signal, statementTimeoutMs };
  const lockHolders = (await listLockHolders(database)).map(({ backendPid }) => backendPid);
  const status = await readStatus(database, folder, { ...options, lockHolders });
  const facts = await readLintFacts(database, { ...status, searchPath: status.history.searchPath }, options);
  return { folder, status, facts };
}
