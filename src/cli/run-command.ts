import type { Author } from '#core/author.ts';
import type { GlobalFlags } from '#config/config.ts';
import type { CommandDefinition } from '#core/command.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Database } from '#database/database.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';
import { printResult } from './output.ts';
import { narrate } from './report.ts';

/** A headless command whose arguments are checked. */
export type PreparedCommand = ReturnType<CommandDefinition<Database>['prepare']>;

/** Runs a prepared command on an open database and prints its result. Throws what the command throws, and the failure of its result. */
export async function runCommand(
  work: PreparedCommand,
  flags: GlobalFlags,
  author: Author,
  database: Database,
  signal: AbortSignal,
): Promise<void> {
  const tenant = flags.tenant === undefined ? undefined : await pinnedTenant(database, flags.tenant, signal);
  warnOfHiddenRows(database);
  const context = {
    database,
    tenant,
    signal,
    now: new Date(),
    author,
    isConfirmed: flags.yes,
    isUnaudited: flags.unaudited,
    narrate,
  };
  const result = await work(context);
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
