import type { BenchDatabase } from './database.ts';
import { consoleCommand, freshEnvironment, programPath } from './peers.ts';
import { startSession } from './pty.ts';
import { interleaved } from './statistics.ts';
import { against, type Finding, notAvailable } from './table.ts';

const rounds = 15;
const what = 'first tenant rows on screen, 120x40';

/** The peers, and what is on their first frame or in their prompt. */
const peers = [
  {
    name: 'pg_activity',
    debianPackage: 'pg-activity',
    args: (database: BenchDatabase) => connectionArgs(database),
    shows: 'RUNNING QUERIES',
    leave: 'q',
    most: 1,
  },
  { name: 'pgcli', debianPackage: 'pgcli', args: ({ url }: BenchDatabase) => [url], shows: 'demo>', leave: '\u0004', most: 0.6 },
];

function connectionArgs({ settings }: BenchDatabase): string[] {
  return ['-h', settings.host, '-p', String(settings.port), '-U', settings.user, '-d', settings.database];
}

/** From the start of the process to the bytes with a tenant's name, against pg_activity's first frame and pgcli's prompt. */
export async function benchStartUp(database: BenchDatabase): Promise<readonly Finding[]> {
  const environment = freshEnvironment(database);
  const measure = async (program: string, args: readonly string[], shows: string, leave: string): Promise<number> => {
    const session = startSession(program, args, { columns: 120, rows: 40, environment });
    const tookMs = await session.untilWritten([shows]);
    await session.leave(leave);
    return tookMs;
  };
  const ours = consoleCommand(database);
  const installed = peers.flatMap((peer) => {
    const path = programPath(peer.name);
    return path === undefined ? [] : [{ ...peer, path }];
  });
  const [console_ = [], ...others] = await interleaved(rounds, [
    () => measure(ours.program, ours.args, 'Acme Corporation', 'q'),
    ...installed.map((peer) => () => measure(peer.path, peer.args(database), peer.shows, peer.leave)),
  ]);
  return peers.map((peer) => {
    const index = installed.findIndex(({ name }) => name === peer.name);
    if (index === -1) return notAvailable(what, peer.name, peer.debianPackage);
    return against(what, console_, { name: peer.name, values: others[index]! }, peer.most);
  });
}
