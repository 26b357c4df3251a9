import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminError, messageOf } from './errors.ts';
import { existingMigration, type MigrationContent, migrationPair } from './migration-file.ts';

/** Where a migration is, as paths. */
export interface WrittenMigration {
  readonly name: string;
  readonly migration: string;
  readonly rollback: string;
  /** The folder had a migration of this slug already: nothing was written. */
  readonly isOld: boolean;
}

/** How often another writer may take the number first. */
const mostTries = 20;

/**
 * Writes a migration and its ROLLBACK_ twin into a folder, under the next number free there; never over a file, and not a second time where one
 * of this slug is there already. Throws an AdminError (configuration, migration-not-written) where the folder can not be read or written.
 */
export async function writeMigration(directory: string, content: MigrationContent): Promise<WrittenMigration> {
  try {
    for (let tries = 1; ; tries += 1) {
      const names = await readdir(directory);
      const old = existingMigration(names, content.slug);
      if (old !== undefined) return writtenAs(directory, old, true);
      const { migration, rollback } = migrationPair(names, content);
      const written = writtenAs(directory, migration.name, false);
      try {
        // The twin first: nobody shall find a migration that can not be taken back.
        await writeFile(written.rollback, rollback.text, { flag: 'wx' });
        try {
          await writeFile(written.migration, migration.text, { flag: 'wx' });
        } catch (error) {
          await rm(written.rollback, { force: true });
          throw error;
        }
        return written;
      } catch (error) {
        if (tries === mostTries || !(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new AdminError({
      kind: 'configuration',
      code: 'migration-not-written',
      whatHappened: `No migration can be written into ${directory} (${messageOf(error)}).`,
      whatToDo: 'Give the folder that holds the migrations, one that exists and that you may write.',
      cause: error,
    });
  }
}

function writtenAs(directory: string, name: string, isOld: boolean): WrittenMigration {
  return { name, migration: join(directory, name), rollback: join(directory, `ROLLBACK_${name}`), isOld };
}
