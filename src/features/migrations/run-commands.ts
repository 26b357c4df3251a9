import {
  type CommandContext,
  type CommandDefinition,
  type CommandOption,
  type CommandResult,
  wholeNumber,
  directoryOption,
  revealOption,
} from '#core/command.ts';
import { limitOptions } from '#core/limit-options.ts';
import { confirmWrite } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { planApply, wordToApply } from './apply.ts';
import { readAskedFolder } from './command-folder.ts';
import { dryRun } from './dry-run.ts';
import { lookFirst, usage } from './history-output.ts';
import { narrateSerious } from './lint-command.ts';
import { planRollback } from './rollback.ts';
import { type RunLimits, usualLimits } from './run/file-run.ts';
import { eventLine, reportFailure, reportJson, reportText } from './run/output.ts';
import { runMigrations, type RunRequest } from './run/run.ts';
import type { Selection } from './select.ts';

type Context = CommandContext<Database>;
type Options = Readonly<Record<string, string | undefined>>;

const limiting = limitOptions(usualLimits);

const whyConfirmed =
  'A trial runs the statements before it rolls them back, and holds their locks meanwhile: give --yes. --dry-run without --trial runs nothing.';

const runOptions: readonly CommandOption[] = [
  ...limiting.options,
  { flags: '--wait <seconds>', description: 'how long to wait for another console that runs migrations', defaultText: '0' },
];

function limitsFrom(options: Options): RunLimits {
  const waitMs = wholeNumber('--wait', options['wait'], { fallback: 0, least: 0, most: 86_400 }) * 1000;
  return { ...limiting.read(options), waitMs };
}

/** `migrations apply` and `rollback`. */
export const migrationRunCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['migrations', 'apply'],
    summary: 'run migrations: the named ones, --all pending ones, or those --to a name',
    arguments: [{ name: 'names...', description: 'full file names', isOptional: true }],
    options: [
      directoryOption,
      { flags: '--all', description: 'all that are pending, in order' },
      { flags: '--to <name>', description: 'all that are pending up to this one' },
      { flags: '--dry-run', description: 'show statements and lint; run nothing' },
      { flags: '--trial', description: 'with --dry-run: run each that is one transaction, and roll it back; needs --yes' },
      revealOption,
      ...runOptions,
    ],
    writes: true,
    prepare(names, options) {
      const selection = selectionFrom(names, options);
      const asked = limitsFrom(options);
      if (options['trial'] && !options['dryRun']) throw usage('trial-alone', '--trial belongs to --dry-run.', 'Give both.');
      return async (context) => {
        const { database, narrate } = context;
        const folder = await readAskedFolder(context, options['dir']);
        const plan = await planApply(database, folder, selection);
        for (const warning of plan.warnings) narrate(warning);
        if (options['dryRun'] && !options['trial']) return dryRun(context, folder, plan.files, Boolean(options['reveal']));
        await narrateSerious(context, folder, plan.files);
        const [first] = plan.files;
        if (first !== undefined) {
          const what =
            plan.files.length === 1
              ? `run ${first.name}`
              : `run ${plan.files.length} migrations, from ${first.name} to ${plan.files.at(-1)!.name}`;
          const { word } = wordToApply(plan.files);
          if (options['trial']) await confirmWrite(context, `try and roll back: ${what}`, { word, whatToDo: whyConfirmed });
          else await confirmWrite(context, what, { word, whatToDo: lookFirst });
        }
        const files = plan.files.map((file) => ({ file }));
        return runAndTell(context, { files, account: accountOf(context), limits: asked, isTrial: Boolean(options['trial']) });
      };
    },
  },
  {
    path: ['migrations', 'rollback'],
    summary: 'take a migration back with its ROLLBACK_ file',
    arguments: [{ name: 'name', description: 'the migration, by its full file name' }],
    options: [
      directoryOption,
      { flags: '--force', description: 'although later migrations touch the same objects, or it is not recorded as applied' },
      { flags: '--dry-run', description: 'show the statements; run nothing' },
      revealOption,
      ...runOptions,
    ],
    writes: true,
    prepare([name = ''], options) {
      const asked = limitsFrom(options);
      return async (context) => {
        const folder = await readAskedFolder(context, options['dir']);
        const plan = await planRollback(context.database, folder, name, Boolean(options['force']));
        for (const warning of plan.warnings) context.narrate(warning);
        if (options['dryRun']) return dryRun(context, folder, [plan.file], Boolean(options['reveal']));
        await narrateSerious(context, folder, [plan.file]);
        await confirmWrite(context, `take ${plan.undoes} back`, { word: plan.undoes, whatToDo: lookFirst });
        const files = [{ file: plan.file, undoes: plan.undoes }];
        return runAndTell(context, { files, account: accountOf(context), limits: asked });
      };
    },
  },
];

function selectionFrom(names: readonly string[], { all, to }: Options): Selection {
  const ways = [names.length > 0, all !== undefined, to !== undefined].filter(Boolean).length;
  if (ways !== 1) throw usage('what-to-apply', 'Say what to apply, in one way.', 'Give full file names, or --all, or --to NAME.');
  if (to !== undefined) return { kind: 'to', name: to };
  return all === undefined ? { kind: 'named', names } : { kind: 'all' };
}

/** On whose account a command writes; says so where that is without an audit entry. */
export function accountOf({ author, isUnaudited, narrate }: Context): RunRequest['account'] {
  if (isUnaudited) narrate('warning: --unaudited: this is not put on record in the audit log');
  return { author, isUnaudited };
}

async function runAndTell(context: Context, request: RunRequest): Promise<CommandResult> {
  const run = runMigrations(context.database, request, context.signal);
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const report = next.value;
      const failure = reportFailure(report);
      return { json: reportJson(report), text: () => reportText(report), ...(failure && { failure }) };
    }
    const line = eventLine(next.value);
    if (line !== undefined) context.narrate(line);
  }
}
