import type { Reader, ReadOptions } from '#database/query.ts';
import { judge, observe } from './evidence.ts';
import { expectedOf } from './expected.ts';
import type { MigrationFolder } from './folder.ts';
import { type History, readHistory } from './history.ts';
import { parseMigrations } from './parse.ts';
import { type MigrationStatus, statusOf } from './status.ts';

export interface FolderStatus {
  readonly migrations: readonly MigrationStatus[];
  readonly history: History;
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
  const expected = expectedOf(files, parsed, history.searchPath);
  const evidence = judge(expected, await observe(reader, expected, read));
  return { migrations: statusOf({ files, parsed, history, evidence, lockHolders }), history };
}
