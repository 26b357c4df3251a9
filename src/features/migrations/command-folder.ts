import type { CommandContext } from '#core/command.ts';
import { findMigrationsDirectory, type MigrationFolder, readMigrationFolder } from './folder.ts';

/** The folder that a command is about. Throws an AdminError (usage) where there is none. */
export function askedDirectory<Connection>(context: CommandContext<Connection>, directory: string | undefined): Promise<string> {
  return findMigrationsDirectory(directory ?? context.migrationsDirectory, process.cwd());
}

/** Reads the folder that a command is about. Throws an AdminError (usage) where there is none. */
export async function readAskedFolder<Connection>(
  context: CommandContext<Connection>,
  directory: string | undefined,
): Promise<MigrationFolder> {
  return readMigrationFolder(await askedDirectory(context, directory));
}
