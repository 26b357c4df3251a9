import { type CommandOption, wholeNumber } from './command.ts';

/** Milliseconds that one statement may take, and that it may wait for others' locks; 0 for as long as it takes. */
export interface StatementLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

const mostMs = 7 * 86_400_000;

/** The options of every command that sends statements which can take hours, and how they are read. `usual` is what holds without them. */
export function limitOptions(usual: StatementLimits): {
  readonly options: readonly CommandOption[];
  /** Throws an AdminError (usage). */
  readonly read: (options: Readonly<Record<string, string | undefined>>) => StatementLimits;
} {
  const { lockTimeoutMs, statementTimeoutMs } = usual;
  return {
    options: [
      {
        flags: '--lock-timeout <ms>',
        description: 'how long a statement may wait for other sessions each time, 0 for as long as it takes',
        defaultText: String(lockTimeoutMs),
      },
      {
        flags: '--time-limit <ms>',
        description: 'how long one statement may take, 0 for as long as it takes',
        defaultText: String(statementTimeoutMs),
      },
    ],
    read: (options) => ({
      lockTimeoutMs: wholeNumber('--lock-timeout', options['lockTimeout'], { fallback: lockTimeoutMs, least: 0, most: mostMs }),
      statementTimeoutMs: wholeNumber('--time-limit', options['timeLimit'], {
        fallback: statementTimeoutMs,
        least: 0,
        most: mostMs,
      }),
    }),
  };
}
