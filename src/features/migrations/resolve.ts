import { AdminError } from '#core/errors.ts';
import type { Account } from '#database/audit-entry.ts';
import type { Database } from '#database/database.ts';
import { isMigration } from './expected.ts';
import type { MigrationFolder } from './folder.ts';
import { type ChangedRow, changeHistory } from './history-change.ts';

/**
 * Says by hand what is true of a migration, with the reason: `applied`, or `reverted`, which makes it pending. Throws an AdminError: not-found for
 * a name that neither folder nor history has, refused without a reason, conflict while migrations are run.
 */
export async function resolveMigration(
  database: Database,
  { files }: MigrationFolder,
  { name, as, reason }: { readonly name: string; readonly as: 'applied' | 'reverted'; readonly reason: string },
  account: Account,
): Promise<ChangedRow> {
  if (reason.trim() === '') {
    throw new AdminError({
      kind: 'refused',
      code: 'reason-missing',
      whatHappened: 'A migration is resolved by hand for a reason, and none was given.',
      whatToDo: 'Give --reason.',
    });
  }
  const file = files.find((candidate) => candidate.name === name);
  const change = {
    name,
    success: as === 'applied',
    note: { kind: 'resolved', as, reason: reason.trim() },
    checksum: file?.checksum ?? null,
  } as const;
  const [changed] = await changeHistory(database, account, 'MIGRATION_RESOLVE', [change], (_change, row) =>
    row === undefined && (file === undefined || !isMigration(file)) ? unknownName(name) : undefined,
  );
  return changed!;
}

function unknownName(name: string): AdminError {
  return new AdminError({
    kind: 'not-found',
    code: 'migration-not-found',
    whatHappened: `Neither the folder nor the history has a migration ${name}.`,
    whatToDo: 'Names are written in full; migrations status lists them.',
  });
}
