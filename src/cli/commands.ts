import type { CommandDefinition } from '#core/command.ts';
import type { Database } from '#database/database.ts';
import { findCommands } from '#features/find/commands.ts';
import { metadataBulkCommands } from '#features/metadata/bulk-commands.ts';
import { metadataCommands } from '#features/metadata/commands.ts';
import { tenantCommands } from '#features/tenants/commands.ts';

/** Every headless command; a feature with a new one adds its list here. */
export const commands: readonly CommandDefinition<Database>[] = [
  ...tenantCommands,
  ...findCommands,
  ...metadataCommands,
  ...metadataBulkCommands,
];
