import type { CommandContext, CommandOption } from '#core/command.ts';
import { findMigrationsDirectory, type MigrationFolder, readMigrationFolder } from './folder.ts';

/** The option of every command over a folder of migrations. */
export const directoryOption: CommandOption = {
  flags: '--dir <folder>',
  description: 'the migration files (else AISHA_MIGRATIONS_DIR, ./migrations or ./backend/migrations)',
};

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
