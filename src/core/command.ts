import type { Author } from './author.ts';
import { AdminError } from './errors.ts';
import type { TenantIdentity } from './tenant-identity.ts';

/** What a headless command is given. `Connection` is the database; core does not know it. */
export interface CommandContext<Connection> {
  readonly database: Connection;
  /** Connects to the standbys of `--replica`, each with the name it is told by; they are closed with the database. */
  readonly openReplicas: () => Promise<readonly { readonly name: string; readonly database: Connection }[]>;
  /** The tenant of `--tenant`. */
  readonly tenant: TenantIdentity | undefined;
  /** Aborted when the operator interrupts. */
  readonly signal: AbortSignal;
  readonly now: Date;
  /** Who runs the command; put on record with every write. */
  readonly author: Author;
  /** `--yes`: a script means its writes. */
  readonly isConfirmed: boolean;
  /** `--json`: for a stream, which is made in one form only. */
  readonly isJson: boolean;
  /** `--unaudited`: metadata edits and migrations are written without an audit entry. */
  readonly isUnaudited: boolean;
  /** Whether a write is one on production: then who is asked types a word that belongs to the record. */
  readonly isProduction: boolean;
  /** Where what must survive the process is kept. */
  readonly stateDirectory: string;
  /** The folder of migration files that the settings name, or the demo's; undefined for the usual places. */
  readonly migrationsDirectory: string | undefined;
  /** Asks whoever sits at the terminal; undefined where nobody does. The answer is undefined where the input ends. */
  readonly ask: ((question: string) => Promise<string | undefined>) | undefined;
  /** A line for people, on stderr; data goes into the result. */
  readonly narrate: (line: string) => void;
}

/** What a command found out: data for `--json`, and the same for people, made only when it is wanted. */
export interface CommandResult {
  readonly json: unknown;
  /** The same as JSON text, where it is printed as it is: a document goes out digit by digit. */
  readonly jsonText?: string;
  readonly text: () => string;
  /** Lines of `text` that `json` has no place for: told on stderr beside it. */
  readonly asides?: readonly string[];
  /** Something that went wrong although there is a result, such as rows that failed: told behind it, and decides the exit code. */
  readonly failure?: AdminError;
}

/**
 * A result that has no end, or does not fit into memory, as whole lines in the form that was asked for. The next lines are asked for when those
 * before are written: what stands behind a `yield` in a generator happens then. When nobody reads any more the iterator's `return` is called,
 * when the operator interrupts as well.
 */
export interface CommandStream {
  readonly lines: AsyncIterable<readonly string[]>;
}

export interface CommandArgument {
  readonly name: string;
  readonly isOptional?: boolean;
  readonly description: string;
}

export interface CommandOption {
  /** As commander writes it: `--limit <rows>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly defaultText?: string;
  /** May be given several times; `prepare` gets its values apart, in their order. */
  readonly isRepeatable?: boolean;
}

/** Of every command that prints values of rows. */
export const revealOption: CommandOption = { flags: '--reveal', description: 'print secrets, which are masked otherwise' };

/** Of the console on its migrations, and of every command over a folder of them. */
export const directoryOption: CommandOption = {
  flags: '--dir <folder>',
  description: 'the migration files (else AISHA_MIGRATIONS_DIR, ./migrations or ./backend/migrations)',
};

/** What is said on stderr where secrets were masked. */
export const secretsMasked = 'secrets are masked; --reveal prints them';

/** The values of options that may be repeated, by name. */
export type RepeatedOptions = Readonly<Record<string, readonly string[]>>;

/** A headless command as data: the command line, `--help` and the reference are made from it. */
export interface CommandDefinition<Connection> {
  /** Words of the command: `['tenants', 'list']`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  /** Whether it changes rows: interrupted before it did, it says so. */
  readonly writes?: true;
  /** Checks what was typed, before anything is connected to, and gives the work. Throws an AdminError (usage). */
  readonly prepare: (
    values: readonly string[],
    options: Readonly<Record<string, string | undefined>>,
    repeated?: RepeatedOptions,
  ) => (context: CommandContext<Connection>) => Promise<CommandResult | CommandStream>;
}

/** Reads a whole number out of an option. Throws an AdminError (usage) that names the option, what it held and the bounds. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  bounds: { fallback: number; least: number; most: number },
): number {
  if (text === undefined) return bounds.fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= bounds.least && value <= bounds.most && /^\d+$/.test(text)) return value;
  throw new AdminError({
    kind: 'usage',
    code: 'bad-option',
    whatHappened: `${option} holds "${text}".`,
    whatToDo: `Give a whole number from ${bounds.least} to ${bounds.most}.`,
  });
}
