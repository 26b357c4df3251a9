import type { GlobalFlags } from '#config/config.ts';
import type { CommandContext, CommandDefinition } from '#core/command.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Database } from '#database/database.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';
import { printResult, printStream } from './output.ts';
import { narrate } from './report.ts';

/** A headless command whose arguments are checked. */
export type PreparedCommand = ReturnType<CommandDefinition<Database>['prepare']>;

/** What a command is given that does not come from its own arguments. */
type Surroundings = Pick<
  CommandContext<Database>,
  'database' | 'openReplicas' | 'signal' | 'author' | 'isProduction' | 'stateDirectory' | 'migrationsDirectory' | 'ask'
>;

/** Runs a prepared command on an open database and prints its result. Throws what the command throws, and the failure of its result. */
export async function runCommand(work: PreparedCommand, flags: GlobalFlags, given: Surroundings): Promise<void> {
  const { database, signal } = given;
  const tenant = flags.tenant === undefined ? undefined : await pinnedTenant(database, flags.tenant, signal);
  warnOfHiddenRows(database);
  const asked = { isConfirmed: flags.yes, isJson: flags.json, isUnaudited: flags.unaudited };
  const result = await work({ ...given, ...asked, tenant, now: new Date(), narrate });
  if ('lines' in result) return printStream(result, signal);
  if (flags.json) result.asides?.forEach(narrate);
  await printResult(result, { json: flags.json });
  if (result.failure !== undefined) throw result.failure;
}

async function pinnedTenant(database: Database, text: string, signal: AbortSignal): Promise<TenantIdentity> {
  const { tenant, notice } = await resolveTenant(database, text, { signal });
  if (notice !== undefined) narrate(notice);
  return tenant;
}

/** A role under row-level security gets fewer rows without any error: say so once, beside the data. */
function warnOfHiddenRows({ server }: Database): void {
  if (!server.bypassesRowSecurity) {
    narrate(`warning: the role ${server.roleName} does not bypass row-level security; rows may be hidden from it`);
  }
}
