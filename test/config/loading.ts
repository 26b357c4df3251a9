import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig, type Config, type GlobalFlags, type HostFacts } from '#config/config.ts';
import { AdminError } from '#core/errors.ts';

const noFlags: GlobalFlags = {
  demo: false,
  readOnly: false,
  write: false,
  json: false,
  color: true,
  ascii: false,
  yes: false,
  unaudited: false,
};

/** Input of one load: flags and environment, and files written into a directory that is both home and working directory. */
export interface Situation {
  readonly flags?: Partial<GlobalFlags>;
  readonly env?: NodeJS.ProcessEnv;
  readonly files?: Readonly<Record<string, string>>;
  /** File modes over 0600. */
  readonly modes?: Readonly<Record<string, number>>;
  readonly host?: Partial<HostFacts>;
}

/** An empty directory that goes away with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'aisha-config-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function load(situation: Situation): Promise<Config> {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(situation.files ?? {})) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
    chmodSync(path, situation.modes?.[name] ?? 0o600);
  }
  const host = { cwd: directory, home: directory, hostname: 'bastion', userName: 'jane', isTerminal: true, ...situation.host };
  return loadConfig({ ...noFlags, ...situation.flags }, situation.env ?? {}, host);
}

/** The AdminError that loading ends with; fails when it succeeds. */
export async function refusal(situation: Situation): Promise<AdminError> {
  const outcome = await load(situation).catch((error: unknown) => error);
  if (outcome instanceof AdminError) return outcome;
  throw new Error('expected an AdminError', { cause: outcome });
}

/** The connection that loading yields; fails when there is none. */
export async function connectionOf(situation: Situation) {
  const { connection } = await load(situation);
  if (!connection) throw new Error('expected a connection');
  return connection;
}

/** Everything an error shows, for asserting that a secret is not in it. */
export function everythingShown(error: AdminError): string {
  return [error.message, error.whatToDo, error.detail, error.code, error.stack].join('\n');
}
