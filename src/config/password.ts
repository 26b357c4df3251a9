import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import helper from 'pgpass/lib/helper.js';
import { errorCode } from './env-file.ts';
import { pathOf, type Places } from '#core/places.ts';
import { shown, type Findings } from './problems.ts';

/** What a line of the password file is matched against. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** libpq matches a socket in its default directory as `localhost`; distributions differ in which directory that is. */
const defaultSocketDirectories = ['/tmp', '/run/postgresql', '/var/run/postgresql'];

/**
 * The password for a login from PGPASSFILE or ~/.pgpass, or undefined. As in libpq a file that others may read is not used; that,
 * and a PGPASSFILE that is not there, becomes a warning. Lines are read by the pgpass package.
 */
export async function passwordFromFile(login: Login, passFile: string | undefined, places: Places, findings: Findings) {
  const path = passFile === undefined ? join(places.home, '.pgpass') : pathOf(passFile, places);
  const named = passFile === undefined ? '~/.pgpass' : `PGPASSFILE ${shown(passFile)}`;
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      findings.warnings.push(`${named} is not used because others may read it: chmod 600 it.`);
      return undefined;
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (passFile !== undefined || errorCode(error) !== 'ENOENT') {
      findings.warnings.push(`${named} cannot be read (${errorCode(error)}): no password was taken from it.`);
    }
    return undefined;
  }
  const matched = defaultSocketDirectories.includes(login.host) ? { ...login, host: 'localhost' } : login;
  return new Promise<string | undefined>((done) => helper.getPassword(matched, Readable.from([text]), done));
}
