import type { CommandDefinition } from '#core/command.ts';
import type { Database } from '#database/database.ts';
import { auditExportCommand } from './export-command.ts';
import { auditMigrationCommand } from './migration-command.ts';
import { auditShowCommand } from './show-command.ts';

/** `audit show|export|write-migration`: headless twins of the pane. */
export const auditCommands: readonly CommandDefinition<Database>[] = [
  auditShowCommand,
  auditExportCommand,
  auditMigrationCommand,
];
