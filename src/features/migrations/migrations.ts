import type { Reader, ReadOptions } from '#database/query.ts';
import { judgingSteps, observe, type Observed } from './evidence.ts';
import { inSlices } from '#core/slices.ts';
import { type Expected, expectedSteps } from './expected.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import { type History, readHistory } from './history.ts';
import { type ParsedMigration, parseMigrations } from './parse.ts';
import { type MigrationStatus, statusOf } from './status.ts';

export interface FolderStatus {
  readonly migrations: readonly MigrationStatus[];
  readonly history: History;
  /** What the folder leaves behind, and what of it is there. */
  readonly expected: Expected;
  readonly observed: Observed;
}

/**
 * The status of a folder on a database, from its files, the history and the catalog: three round trips. `lockHolders` are the server processes
 * under whose lock migrations run now. Throws an AdminError where the server refuses or the parser is missing.
 */
export async function readStatus(
  reader: Reader,
  { files }: MigrationFolder,
  options: ReadOptions & { readonly lockHolders?: readonly number[] } = {},
): Promise<FolderStatus> {
  const { lockHolders = [], ...read } = options;
  const [history, parsed] = await Promise.all([readHistory(reader, read), parseMigrations(files)]);
  const expected = await expectedOnce(files, parsed, history.searchPath);
  const observed = await observe(reader, expected, read);
  const evidence = await inSlices(judgingSteps(expected, observed));
  return { migrations: statusOf({ files, parsed, history, evidence, lockHolders }), history, expected, observed };
}

/** What files leave behind that are looked at again and again is worked out once; gone with its folder. */
const known = new WeakMap<readonly MigrationFile[], { readonly searchPath: string; readonly expected: Expected }>();

async function expectedOnce(
  files: readonly MigrationFile[],
  parsed: readonly ParsedMigration[],
  path: readonly string[],
): Promise<Expected> {
  const searchPath = path.join();
  const before = known.get(files);
  if (before?.searchPath === searchPath) return before.expected;
  const expected = await inSlices(expectedSteps(files, parsed, path));
  known.set(files, { searchPath, expected });
  return expected;
}
