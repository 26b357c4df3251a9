import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { messageOf } from '#core/errors.ts';
import { pathOf, type Places } from '#core/places.ts';
import { shown, type Findings } from './problems.ts';

/** The variables of an env file and the name to call it by in messages. */
export interface EnvFile {
  readonly name: string;
  readonly variables: NodeJS.ProcessEnv;
}

const none: EnvFile = { name: '.env', variables: {} };

/**
 * Reads `--env-file`, or else `.env` of the working directory, by Node's own rules for quotes and comments.
 * A missing `--env-file` is a problem; a missing `.env` is the normal case; one that cannot be read is a warning.
 */
export async function readEnvFile(flag: string | undefined, places: Places, findings: Findings): Promise<EnvFile> {
  const path = flag === undefined ? join(places.cwd, '.env') : pathOf(flag, places);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (flag !== undefined) {
      const held = `names ${shown(flag)}, which cannot be read (${errorCode(error)})`;
      findings.problems.push({
        setting: '--env-file',
        held,
        expected: 'the path of a readable file',
        code: 'env-file-unreadable',
      });
    } else if (errorCode(error) !== 'ENOENT') {
      findings.warnings.push(`.env cannot be read (${errorCode(error)}): its variables are not used.`);
    }
    return none;
  }
  const name = flag ?? '.env';
  findings.warnings.push(...cutAtHash(text, name));
  return { name, variables: parseEnv(text) };
}

/** The system's code of a failed file operation (`ENOENT`, `EACCES`, …), or the message when there is none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
}

/** An unquoted `#` starts a comment even inside a word: a password with one is silently shortened, which nobody finds by looking. */
function cutAtHash(text: string, file: string): string[] {
  const warnings: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*([^\s"'`#][^#]*)#/.exec(line);
    if (match && !/\s$/.test(match[2] ?? ''))
      warnings.push(`${match[1]} in ${shown(file)} ends at an unquoted #: put the value in quotes.`);
  }
  return warnings;
}
