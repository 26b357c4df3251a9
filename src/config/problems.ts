import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';

/** One setting that cannot be used. `held` is already masked and displayable. */
export interface Problem {
  /** The variable or flag as the operator wrote it: `DB_POOL_MAX`, `--database-url`, `sslmode in DATABASE_URL`. */
  readonly setting: string;
  /** What it held, as the rest of a sentence: `holds "abc"`, `still holds the placeholder [PASSWORD]`. */
  readonly held: string;
  /** What it should be, as the rest of "Expected …". */
  readonly expected: string;
  readonly code?: string;
}

/** Room for what went wrong, and what is merely odd, while all settings are read: everything is reported at once. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: string[];
}

const longestShown = 60;

/** A value in quotes, displayable and cut to 60 characters. */
export function shown(value: string): string {
  return `"${displayText(value.slice(0, longestShown))}${value.length > longestShown ? '…' : ''}"`;
}

/** A secret as `eyJh…(219 characters)`; one too short to hide behind its first characters shows only its length. */
export function masked(secret: string): string {
  const start = secret.length >= 20 && /^[\w.-]{4}/.test(secret) ? secret.slice(0, 4) : '';
  return `${start}…(${secret.length} characters)`;
}

/** A connection string as its scheme and length: where the password begins and ends in a broken one cannot be known. */
export function maskedUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]{0,20}:\/\//i.exec(url)?.[0] ?? '';
  return `${scheme}…(${url.length} characters)`;
}

/**
 * The error for all problems together. Kind `usage` when a flag is among them, else `configuration`; both end with exit code 2.
 * A single problem keeps its own code.
 */
export function configurationError(problems: readonly [Problem, ...Problem[]]): AdminError {
  const [first] = problems;
  const isFlag = problems.some((problem) => problem.setting.includes('--'));
  const single = problems.length === 1;
  return new AdminError({
    kind: isFlag ? 'usage' : 'configuration',
    code: (single ? first.code : undefined) ?? (isFlag ? 'invalid-flag' : 'invalid-configuration'),
    whatHappened: problems.map((problem) => `${problem.setting} ${problem.held}`).join('; ') + '.',
    whatToDo: single
      ? `Expected ${first.expected}.`
      : `Expected: ${problems.map((problem) => `${problem.setting}: ${problem.expected}`).join('; ')}.`,
    detail: single
      ? undefined
      : problems.map((problem) => `${problem.setting} ${problem.held}: expected ${problem.expected}`).join('\n'),
  });
}
