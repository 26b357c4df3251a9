import { readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createLifecycle, type Lifecycle } from '#cli/lifecycle.ts';
import { printResult } from '#cli/output.ts';
import { readOverview } from '#cli/overview.ts';
import { type Invocation, parseCommandLine } from '#cli/program.ts';
import { narrate, reportFailure } from '#cli/report.ts';
import { runCommand } from '#cli/run-command.ts';
import { type Config, loadConfig } from '#config/config.ts';
import type { Author } from '#core/author.ts';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import { packageRoot } from '#core/package-root.ts';
import { accessAtStart } from '#database/access-gate.ts';
import type { Database } from '#database/database.ts';
import type { Demo } from '#demo/demo.ts';
import { openDatabase } from '#database/open-database.ts';
import { resolveTenant } from '#features/tenants/resolve.ts';

type Work = Exclude<Invocation, { action: 'handled' }>;

const version = (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;

async function main(lifecycle: Lifecycle): Promise<number> {
  const invocation = await parseCommandLine(process.argv.slice(2), version);
  if (invocation.action === 'handled') return 0;
  const work =
    invocation.action === 'command'
      ? invocation.definition.prepare(invocation.values, invocation.options, invocation.repeated)
      : undefined;
  let database: Database | undefined;
  lifecycle.atExit(({ isInterrupted }) => {
    database?.writes.lastWords().forEach(narrate);
    const mayWrite = invocation.action === 'command' && invocation.definition.writes === true;
    if (isInterrupted && mayWrite && !database?.writes.hasBegun) narrate('Interrupted before anything was written.');
  });
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const opensConsole = invocation.action === 'console' && isTerminal && !invocation.flags.json;
  if (opensConsole) for (const flag of heapFlags) setFlagsFromString(flag);
  const config = await configFor(invocation, { isTerminal, opensConsole }, lifecycle);
  if (config === undefined) return 0;
  for (const warning of config.warnings) narrate(`warning: ${warning}`);
  const demo = config.demo ? await startDemoDatabase(lifecycle) : undefined;
  database = await connect(demo?.connection ?? config.connection!, config, isTerminal, lifecycle);
  lifecycle.atEnd(() => database?.close());
  if (work !== undefined) {
    const { signal } = lifecycle;
    const running = runCommand(work, invocation.flags, {
      database,
      openReplicas: () => openReplicas(config, isTerminal, lifecycle),
      signal,
      author: authorOf(config),
      isProduction: config.environmentLabel.production,
      stateDirectory: stateDirectory(),
      migrationsDirectory: config.migrationsDirectory ?? demo?.migrationsDirectory,
      ask: process.stdin.isTTY && process.stderr.isTTY ? asking(signal) : undefined,
    });
    // When we are asked to stop, the row at hand is still saved and the result so far printed before the connection ends.
    lifecycle.atEnd(() => running.catch(() => undefined));
    await running;
  } else if (invocation.action === 'console' && opensConsole) {
    return openConsole(invocation, database, { config, demo }, lifecycle);
  } else await printResult(await readOverview(database, config, lifecycle.signal), invocation.flags);
  return 0;
}

/** Questions on the terminal, for commands that ask. */
function asking(signal: AbortSignal): (question: string) => Promise<string | undefined> {
  return async (question) => (await import('#cli/ask.ts')).askLine(question, signal);
}

/** The standbys, each by the host it is on; they are read only. */
async function openReplicas(config: Config, isTerminal: boolean, lifecycle: Lifecycle) {
  return Promise.all(
    config.replicas.map(async (settings) => {
      const database = await connect(settings, { ...config, access: 'read-only' }, isTerminal, lifecycle);
      lifecycle.atEnd(() => database.close());
      return { name: `${settings.host}:${settings.port}`, database };
    }),
  );
}

/** Who writes, for the audit log. */
function authorOf({ operator }: Config): Author {
  return { operator: operator.name, host: operator.host, sshClient: operator.sshClient, version };
}

/**
 * A console lives long and holds little, some 30 MB of objects. Left alone, V8 lets the space for new ones grow to a share of the machine's
 * memory; kept small, and grown in small steps, the process stays under 150 MB in a day's use. Steps of a third of these had no room for a flood of
 * audit entries: keys waited while everything was looked through three times a second.
 */
const heapFlags = ['--semi-space-growth-factor=1', '--heap-growing-percent=15'];

/** Opens the console. Its first frame is painted before React and Ink are loaded, since that takes longer than all before it. */
async function openConsole(
  { pane, directory }: Invocation & { readonly action: 'console' },
  database: Database,
  { config, demo }: { readonly config: Config; readonly demo: Demo | undefined },
  lifecycle: Lifecycle,
): Promise<number> {
  const pinned =
    config.tenant === undefined ? undefined : await resolveTenant(database, config.tenant, { signal: lifecycle.signal });
  const { operator, output, environmentLabel: environment } = config;
  const facts = {
    environment,
    operator: operator.name,
    author: authorOf(config),
    unaudited: config.unaudited,
    stateDirectory: stateDirectory(),
    migrationsDirectory: directory ?? config.migrationsDirectory ?? demo?.migrationsDirectory,
    psql: demo?.psql,
    version,
    ascii: output.ascii,
    color: output.color,
  };
  const paints = pane === 'tenants' && process.env['INK_SCREEN_READER'] !== 'true';
  const { paintFirstFrame } = await import('#console/first-frame.ts');
  const painted = paints ? await paintFirstFrame(database, facts, pinned?.tenant) : undefined;
  let isTaken = false;
  lifecycle.atEnd(() => {
    if (!isTaken) painted?.undo();
  });
  // Ink's colours would follow the flag by taking bold and inverse away too; the theme has followed it already.
  process.argv = process.argv.filter((argument) => argument !== '--no-color');
  const { runConsole } = await import('#console/start.tsx');
  isTaken = true;
  const greeting = pinned?.notice ?? config.warnings[0];
  return runConsole({
    database,
    // The terminal is the console's: nothing is asked on it.
    openReplicas: () => openReplicas(config, false, lifecycle),
    pane,
    tenant: pinned?.tenant,
    firstFrame: painted,
    greeting,
    facts,
    atEnd: lifecycle.atEnd,
  });
}

/** Where what must survive the console is kept (XDG Base Directory: state). */
function stateDirectory(): string {
  const base = process.env['XDG_STATE_HOME'];
  return join(base?.startsWith('/') ? base : join(homedir(), '.local', 'state'), 'aisha-console');
}

/** The configuration, or undefined when there is no database and the operator chose to leave. */
async function configFor(
  invocation: Work,
  { isTerminal, opensConsole }: { readonly isTerminal: boolean; readonly opensConsole: boolean },
  lifecycle: Lifecycle,
): Promise<Config | undefined> {
  const { username } = userInfo();
  const host = { cwd: process.cwd(), home: homedir(), hostname: hostname(), userName: username, isTerminal };
  const config = await loadConfig(invocation.flags, process.env, host);
  if (config.demo || config.connection !== undefined) return config;
  if (opensConsole) {
    const { offerWithoutDatabase } = await import('#cli/ask.ts');
    const offer = await offerWithoutDatabase(lifecycle.signal);
    if (offer.choice === 'quit') return undefined;
    const chosen = offer.choice === 'demo' ? { demo: true } : { databaseUrl: offer.url };
    return loadConfig({ ...invocation.flags, ...chosen }, process.env, host);
  }
  throw new AdminError({
    kind: 'configuration',
    code: 'no-database',
    whatHappened: 'No database is configured.',
    whatToDo: 'Give --database-url, DATABASE_URL, PGHOST and the like, or a .env file; or try --demo.',
  });
}

async function startDemoDatabase(lifecycle: Lifecycle): Promise<Demo> {
  const { startDemo } = await import('#demo/demo.ts');
  const demo = await startDemo(narrate);
  lifecycle.atEnd(() => demo.stop());
  return demo;
}

/** Connects; asks for the password on a terminal where the server wants one and none was given. */
async function connect(
  connection: ConnectionSettings,
  config: Config,
  isTerminal: boolean,
  lifecycle: Lifecycle,
): Promise<Database> {
  const open = (settings: ConnectionSettings): Promise<Database> =>
    openDatabase(settings, config.pool, {
      statementTimeoutMs: config.statementTimeoutMs,
      access: (server) => accessAtStart(config.access, server, config.environmentLabel.production),
    });
  try {
    return await open(connection);
  } catch (error) {
    const wantsPassword = error instanceof AdminError && error.code === 'password-missing' && connection.password === undefined;
    if (!wantsPassword || !isTerminal) throw error;
    const { askHidden } = await import('#cli/ask.ts');
    const password = await askHidden(`Password for ${connection.user}@${connection.host}: `, lifecycle.signal);
    return open({ ...connection, password: () => password });
  }
}

/** What came of the work after all is told; that it was given up is what was asked for. */
function interrupted(thrown: unknown): number {
  if (thrown instanceof AdminError) reportFailure(thrown);
  return 130;
}

// A connection string among the arguments must not stay readable in the process list.
process.title = 'aisha-console';

const lifecycle = createLifecycle();
main(lifecycle)
  .catch((error: unknown) => (lifecycle.signal.aborted ? interrupted(error) : reportFailure(error)))
  .then((code) => lifecycle.end(code))
  .catch(() => process.exit(1));
