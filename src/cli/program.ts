import { Command, CommanderError, Option } from 'commander';
import type { GlobalFlags } from '#config/config.ts';
import { type CommandArgument, type CommandDefinition, directoryOption, type RepeatedOptions } from '#core/command.ts';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { commandsFor } from './commands.ts';

type Commands = readonly CommandDefinition<Database>[];

/** The panes by their command-line names, in the order of their tabs. */
export const paneNames = ['tenants', 'migrations', 'indexes', 'audit', 'metadata', 'health'] as const;
export type PaneName = (typeof paneNames)[number];

/** What the command line asks for. `handled`: help or version was printed, nothing is left to do. */
export type Invocation =
  | { readonly action: 'handled' }
  | { readonly action: 'console'; readonly flags: GlobalFlags; readonly pane: PaneName; readonly directory: string | undefined }
  | {
      readonly action: 'command';
      readonly flags: GlobalFlags;
      readonly definition: CommandDefinition<Database>;
      readonly values: readonly string[];
      readonly options: Readonly<Record<string, string | undefined>>;
      readonly repeated: RepeatedOptions;
    };

const examples = [
  ['aisha-console --demo', 'try it on an embedded database with sample data'],
  ['aisha-console', 'open the console on DATABASE_URL'],
  ['aisha-console find jane@acme.example', 'whose is this e-mail address?'],
  ['aisha-console tenants show acme-corp --json', 'a tenant as data'],
] as const;
const withoutCommand = 'Without a command the console opens; without a terminal, or with --json, an overview is printed.';
const exitCodes =
  'Exit codes: 0 done, 1 findings or a refused statement, 2 usage or configuration, 3 no connection, 4 refused, 5 conflict, 6 not found, 130 interrupted.';

/** Reads the command line. Throws an AdminError (usage) that names what is wrong with it. */
export async function parseCommandLine(argv: readonly string[], version: string): Promise<Invocation> {
  const commands = await commandsFor(argv);
  let invocation: Invocation = { action: 'handled' };
  const program = createProgram(version, commands, (asked) => {
    invocation = asked;
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { action: 'handled' };
    throw usageError(error, argv, commands);
  }
  return invocation;
}

function usageError(error: CommanderError, argv: readonly string[], commands: Commands): AdminError {
  const group = paneNames.find((pane) => argv.includes(pane));
  const excess = /too many arguments for '(.+)'\. Expected (\d+) .* but got \d+: (.*)\.$/s.exec(error.message);
  const overfull = commands.find(({ path }) => path.at(-1) === excess?.[1] && path.every((word) => argv.includes(word)));
  if (excess !== null && overfull !== undefined) return tooManyWords(overfull, Number(excess[2]), excess[3]!);
  const isUnknownCommand = error.code === 'commander.excessArguments';
  const known = group === undefined ? [...paneNames, 'find'] : commandsOf(group, commands);
  const asked = commands.findLast(({ path }) => path.every((word) => argv.includes(word)));
  const reason = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  return new AdminError({
    kind: 'usage',
    code: 'usage',
    whatHappened: isUnknownCommand
      ? `There is no such command: ${error.message
          .replace(/^.*but got \d+: /, '')
          .replace(/\.$/, '')
          .replaceAll(', ', ' ')}.`
      : reason.replace(/([^.?)])$/, '$1.'),
    whatToDo: isUnknownCommand
      ? `There is: ${known.join(', ')}. aisha-console --help lists everything.`
      : asked === undefined
        ? 'aisha-console --help lists commands and options.'
        : `Usage: aisha-console ${usageOf(asked)}; with --help it lists its options.`,
  });
}

const commandsOf = (group: string, commands: Commands): readonly string[] =>
  commands.filter(({ path }) => path[0] === group).map(({ path }) => path.join(' '));

const usageOf = (command: Commands[number]): string => [...command.path, ...command.arguments.map(placeholder)].join(' ');

/** Words that no argument is left for: mostly a value with spaces whose quotes were forgotten. */
function tooManyWords({ path }: Commands[number], expected: number, given: string): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'usage',
    whatHappened: `${path.join(' ')} has no argument left for: ${given.split(', ').slice(expected).join(' ')}.`,
    whatToDo: `A value with spaces needs quotes, as 'two words'. aisha-console ${path.join(' ')} --help tells the arguments.`,
  });
}

/** The command line as commander knows it; `--help` and the reference in the README come from here. */
function createProgram(version: string, commands: Commands, ask: (invocation: Invocation) => void): Command {
  const program: Command = new Command('aisha-console')
    .description('Admin console for the Aisha CRM database.')
    .version(version, '-V, --version')
    .option('--database-url <url>', 'connection string (else DATABASE_URL, else PG*, else .env)')
    .addOption(
      new Option(
        '--replica <url>',
        'a standby, whose index scans count too; may be repeated (else DATABASE_REPLICA_URL)',
      ).argParser((url: string, before: readonly string[] | undefined) => [...(before ?? []), url]),
    )
    .option('--env-file <file>', 'read variables from this file instead of .env')
    .option('--demo', 'use an embedded PostgreSQL with sample data', false)
    .option('--tenant <id|slug>', 'pin a tenant from the start')
    .addOption(new Option('--read-only', 'never allow writing in this session').default(false))
    .option('--write', 'open writing from the start', false)
    .option('--operator <name>', 'who writes, for the audit log (else AISHA_OPERATOR, else the system user)')
    .option('--statement-timeout <ms>', 'time limit of a statement (default: 5000)')
    .option('--json', 'print data as JSON', false)
    .option('--no-color', 'no colour (also NO_COLOR)')
    .option('--ascii', 'ASCII only, other letters as escapes', false)
    .option('--yes', 'confirm a write in a script', false)
    .option('--unaudited', 'write without an audit entry (metadata edits, migrations, indexes), where none can be written', false)
    .configureHelp({ minWidthToWrap: leastTextColumns })
    .addHelpText('after', () => afterHelp(program, commands))
    .showSuggestionAfterError()
    .configureOutput({ writeErr: () => undefined })
    .exitOverride()
    .action(() => ask({ action: 'console', flags: flagsOf(program), pane: 'tenants', directory: undefined }));
  const groups = new Map<string, Command>();
  for (const pane of paneNames) {
    const group = program
      .command(pane)
      .description(`open the console on ${pane === 'audit' ? 'the audit log' : pane}`)
      .exitOverride()
      .action((given: { readonly dir?: string }) =>
        ask({ action: 'console', flags: flagsOf(program), pane, directory: given.dir }),
      );
    if (pane === 'migrations') group.option(directoryOption.flags, directoryOption.description);
    groups.set(pane, group);
  }
  for (const definition of commands) addCommand(program, groups, definition, ask);
  return program;
}

/** Columns of a command in a list; what it does stands beside it, below where the command is longer. */
const commandColumns = 24;
/** Text is broken at words down to this width; on a terminal that leaves less it runs over. */
const leastTextColumns = 20;

/** Commander lists first words only; whoever reads `--help` wants to know every command. Lines are as long as commander's own. */
function afterHelp(program: Command, commands: Commands): string {
  const help = program.createHelp();
  const columns = program.configureOutput().getOutHelpWidth?.() ?? 80;
  help.prepareContext({ helpWidth: columns });
  const item = (term: string, text: string): string => {
    const beside = help.formatItem(term.length > commandColumns ? '' : term, commandColumns, text, help);
    return term.length > commandColumns ? `  ${term}\n${beside}` : beside;
  };
  return [
    '',
    'Without a screen, for scripts (--json):',
    ...commands.map((command) => item(usageOf(command), command.summary)),
    '',
    help.boxWrap(withoutCommand, columns),
    '',
    'Examples:',
    ...examples.map(([command, text]) => item(command, text)),
    '',
    help.boxWrap(exitCodes, columns),
  ].join('\n');
}

/** As commander and everybody writes it: `<needed>`, `[optional]`. */
function placeholder({ name, isOptional }: CommandArgument): string {
  return isOptional ? `[${name}]` : `<${name}>`;
}

function addCommand(
  program: Command,
  groups: ReadonlyMap<string, Command>,
  definition: CommandDefinition<Database>,
  ask: (invocation: Invocation) => void,
): void {
  const [first = '', second] = definition.path;
  const parent = second === undefined ? program : (groups.get(first) ?? program);
  const command = parent
    .command(second ?? first)
    .description(definition.summary)
    .exitOverride();
  for (const argument of definition.arguments) command.argument(placeholder(argument), argument.description);
  for (const option of definition.options) {
    const added = new Option(
      option.flags,
      option.defaultText ? `${option.description} (default: ${option.defaultText})` : option.description,
    );
    if (option.isRepeatable)
      added.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option.choices ? added.choices([...option.choices]) : added);
  }
  command.action(() =>
    ask({ action: 'command', flags: flagsOf(program), definition, values: command.args, ...apart(optionsOf(command, parent)) }),
  );
}

/** A command's options. What its group has too, commander takes for the group's, wherever it stands. */
function optionsOf(command: Command, parent: Command): Given {
  return parent.parent === null ? command.opts() : { ...parent.opts(), ...command.opts() };
}

type Given = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Options that were given once, and those that may be repeated. */
function apart(given: Given): {
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly repeated: RepeatedOptions;
} {
  const options: Record<string, string | undefined> = {};
  const repeated: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'object') repeated[name] = value;
    else options[name] = value;
  }
  return { options, repeated };
}

function flagsOf(program: Command): GlobalFlags {
  return program.opts<GlobalFlags>();
}
