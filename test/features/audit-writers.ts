import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { connectTo } from '../support/cluster.ts';

/** Numbers from a seed, so that a run can be had again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const insert = (back = ''): string =>
  `insert into audit_log (action, table_name, record_id, new_data, changed_by, changed_at)
   values ('INSERT', 'contacts', gen_random_uuid(), '{"a": 1}', '${back === '' ? 'writer' : 'back-dated'}', now()${back})`;

const inBlocks = `do $$ begin
  for n in 1..4 loop
    begin
      ${insert()};
      if n % 2 = 0 then raise exception 'taken back'; end if;
    exception when others then
      begin ${insert()}; exception when others then null; end;
    end;
  end loop;
end $$`;

type Work = (client: Client, random: () => number, name: string) => Promise<void>;

const pause = (client: Client, seconds: number): Promise<unknown> => client.query('select pg_sleep($1)', [seconds]);

/** What applications do to a log, and how late they do it. */
const works: readonly Work[] = [
  async (client) => void (await client.query(insert())),
  async (client) => void (await client.query(inBlocks)),
  async (client, random) => void (await client.query(insert(` - interval '${Math.ceil(random() * 5000)} minutes'`))),
  async (client, random) => {
    await client.query('begin');
    for (let step = 0; step < 4; step++) {
      await client.query('savepoint a');
      await client.query(insert());
      await client.query(random() < 0.4 ? 'rollback to savepoint a' : 'release savepoint a');
    }
    await client.query(random() < 0.8 ? 'commit' : 'rollback');
  },
  async (client, random) => {
    // Long, and committing late: its rows carry the time of its beginning.
    await client.query('begin');
    if (random() < 0.5) await pause(client, random() * 0.5);
    await client.query(insert());
    await pause(client, random() * random() * 4);
    await client.query(insert(random() < 0.3 ? ` - interval '1 hour'` : ''));
    await client.query('commit');
  },
  async (client, random, name) => {
    await client.query('begin');
    await client.query(insert());
    await client.query('savepoint a');
    await client.query(insert());
    await client.query(`prepare transaction '${name}'`);
    await pause(client, random() * 1.5);
    await client.query(`${random() < 0.8 ? 'commit' : 'rollback'} prepared '${name}'`);
  },
  async (client) => {
    await client.query('begin');
    await client.query(insert());
    await client.query('rollback');
  },
  async (client, random) => {
    const rows = 1 + Math.floor(random() * 40);
    await client.query(
      `insert into audit_log (action, table_name, changed_by) select 'BULK', 'leads', 'writer' from generate_series(1, ${rows})`,
    );
  },
];

/** Writes with `writers` connections at once for so long; when it resolves every transaction is over. */
export async function writeHostile(
  settings: ConnectionSettings,
  options: { writers: number; ms: number; seed: number },
): Promise<void> {
  const endMs = Date.now() + options.ms;
  const write = async (writer: number): Promise<void> => {
    const client = await connectTo(settings);
    const random = randomFrom(options.seed * 1000 + writer);
    for (let turn = 0; Date.now() < endMs; turn++) {
      const work = works[Math.floor(random() * works.length)]!;
      await work(client, random, `${writer}-${turn}`);
      if (random() < 0.5) await pause(client, random() * 0.05);
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: options.writers }, (_, writer) => write(writer)));
}

/** What most tails do: rows with a later time than the last one. */
export async function followByTime(settings: ConnectionSettings, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const client = await connectTo(settings);
  const found = new Set<string>();
  let since = (await client.query<{ at: string }>(`select now()::text as at`)).rows[0]!.at;
  while (!signal.aborted) {
    const { rows } = await client.query<{ id: string; at: string }>(
      'select id, changed_at::text as at from audit_log where changed_at > $1 order by changed_at',
      [since],
    );
    for (const { id } of rows) found.add(id);
    since = rows.at(-1)?.at ?? since;
    await pause(client, 0.2);
  }
  await client.end();
  return found;
}
