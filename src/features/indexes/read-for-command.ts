import type { CommandContext } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import type { Database } from '#database/database.ts';
import { readIndexes } from './indexes.ts';
import type { IndexReading } from './model.ts';
import { observationText } from './observed.ts';

/** Every index of the opened database, its replicas' scans added; says since when each server counts. Throws what readIndexes throws. */
export async function readForCommand({
  database,
  openReplicas,
  signal,
  narrate,
}: CommandContext<Database>): Promise<IndexReading> {
  const replicas = (await openReplicas()).map(({ name, database: reader }) => ({ name, reader }));
  const reading = await readIndexes(database, { signal, replicas });
  for (const { server, observation } of reading.servers) {
    narrate(`${reading.servers.length === 1 ? '' : `${displayText(server)}: `}${observationText(observation)}`);
  }
  return reading;
}
