import { type CommandContext, type CommandDefinition, type CommandOption, type CommandResult } from '#core/command.ts';
import { limitOptions } from '#core/limit-options.ts';
import { displayText } from '#core/display-text.ts';
import { confirmWrite } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { dryRun, keptLines } from './run/dry-run.ts';
import { type MaintenanceLimits, usualLimits } from './run/attempt.ts';
import type { MaintenanceEvent } from './run/events.ts';
import { type Action, type Job, titleOfJob } from './run/job.ts';
import { eventLine, isRepetition, reportFailure, reportJson, reportText } from './run/output.ts';
import { findLeftovers, type Leftovers, planJobs } from './run/plan.ts';
import { runMaintenance } from './run/run.ts';

type Context = CommandContext<Database>;
type Options = Readonly<Record<string, string | undefined>>;

const limiting = limitOptions(usualLimits);

const commonOptions: readonly CommandOption[] = [
  { flags: '--dry-run', description: 'show statements, sizes and locks; run nothing' },
  { flags: '--reason <text>', description: 'why, for the audit log' },
  ...limiting.options,
];

const limitsFrom = (options: Options): MaintenanceLimits => ({ ...usualLimits, ...limiting.read(options) });

/** `indexes reindex`, `clean`, `analyze` and `vacuum`. */
export const indexRunCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['indexes', 'reindex'],
    summary: 'rebuild indexes while their tables are read and written',
    arguments: [{ name: 'names...', description: 'indexes, or with --table tables: name, or schema.name' }],
    options: [{ flags: '--table', description: 'the names are tables: rebuild all indexes of each' }, ...commonOptions],
    writes: true,
    prepare: (names, options) => doing('reindex', options['table'] ? 'table' : 'index', names, options),
  },
  {
    path: ['indexes', 'clean'],
    summary: 'drop invalid _ccnew and _ccold indexes that an interrupted REINDEX left behind',
    arguments: [{ name: 'names...', description: 'only these: name, or schema.name', isOptional: true }],
    options: commonOptions,
    writes: true,
    prepare(names, options) {
      const limits = limitsFrom(options);
      return async (context) => {
        const leftovers = await findLeftovers(context.database, names);
        if (options['dryRun']) return dryRun(context.database, leftovers.jobs, leftovers);
        for (const line of keptLines(leftovers)) context.narrate(line);
        return confirmAndRun(context, leftovers.jobs, limits, options, leftovers);
      };
    },
  },
  {
    path: ['indexes', 'analyze'],
    summary: 'count anew what the planner knows of tables',
    arguments: [{ name: 'tables...', description: 'name, or schema.name' }],
    options: commonOptions,
    writes: true,
    prepare: (names, options) => doing('analyze', 'table', names, options),
  },
  {
    path: ['indexes', 'vacuum'],
    summary: 'make room of dead rows usable again, and pages known as all-visible',
    arguments: [{ name: 'tables...', description: 'name, or schema.name' }],
    options: [{ flags: '--analyze', description: 'and analyze each' }, ...commonOptions],
    writes: true,
    prepare: (names, options) => doing(options['analyze'] ? 'vacuum-analyze' : 'vacuum', 'table', names, options),
  },
];

function doing(
  action: Exclude<Action, 'drop'>,
  kind: 'index' | 'table',
  names: readonly string[],
  options: Options,
): (context: Context) => Promise<CommandResult> {
  const limits = limitsFrom(options);
  return async (context) => {
    const jobs = await planJobs(context.database, action, { kind, names });
    return options['dryRun'] ? dryRun(context.database, jobs) : confirmAndRun(context, jobs, limits, options);
  };
}

async function confirmAndRun(
  context: Context,
  jobs: readonly Job[],
  limits: MaintenanceLimits,
  { reason }: Options,
  leftovers?: Leftovers,
): Promise<CommandResult> {
  const { database, author, isUnaudited, narrate, signal } = context;
  const [first] = jobs;
  if (first === undefined) return nothingLeft(leftovers);
  const what = jobs.length === 1 ? titleOfJob(first) : `${titleOfJob(first)} and ${jobs.length - 1} more`;
  await confirmWrite(context, what, { word: first.target.title, whatToDo: 'Look at it with --dry-run first; then give --yes.' });
  if (isUnaudited) narrate('warning: --unaudited: this is not put on record in the audit log');
  const run = runMaintenance(database, { jobs, limits, account: { author, isUnaudited, reason } }, signal);
  const tell = narrator(narrate);
  for (;;) {
    const next = await run.next();
    if (next.done) {
      const report = next.value;
      const failure = reportFailure(report);
      return { json: reportJson(report), text: () => reportText(report), ...(failure && { failure }) };
    }
    tell(next.value);
  }
}

function nothingLeft(leftovers: Leftovers | undefined): CommandResult {
  const kept = leftovers?.kept ?? [];
  return {
    json: { jobs: [], not_run: kept.map(({ title }) => title), stopped: false },
    text: () =>
      displayText(kept.length === 0 ? 'Nothing is left over.' : 'Nothing that is left over can be dropped here and now.'),
  };
}

/** A line that says nothing new is told every so many milliseconds only. */
const repeatMs = 10_000;

function narrator(narrate: Context['narrate']): (event: MaintenanceEvent) => void {
  let last: MaintenanceEvent | undefined;
  let toldMs = 0;
  return (event) => {
    const isNew = !isRepetition(event, last);
    last = event;
    const line = eventLine(event);
    if (line === undefined || !(isNew || Date.now() - toldMs >= repeatMs)) return;
    toldMs = Date.now();
    narrate(line);
  };
}
