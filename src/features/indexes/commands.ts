import type { CommandDefinition } from '#core/command.ts';
import type { Database } from '#database/database.ts';
import { indexCheckCommand } from './check-command.ts';
import { indexListCommand } from './list-command.ts';
import { indexShowCommand } from './show-command.ts';

/** `indexes list|show|check`: headless twins of the pane. */
export const indexCommands: readonly CommandDefinition<Database>[] = [indexListCommand, indexShowCommand, indexCheckCommand];
