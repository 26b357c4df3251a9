import { readFile } from 'node:fs/promises';
import type { CommandDefinition, CommandOption, CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { textTable } from '#core/text-table.ts';
import { confirmWrite } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { migrationsThrough, recordBaseline } from './baseline.ts';
import { askedDirectory, directoryOption, readAskedFolder } from './command-folder.ts';
import type { ChangedRow } from './history-change.ts';
import { importLog, planImport, readLog } from './import-log.ts';
import { initHistory, type InitStep, planInit } from './init.ts';
import { readStatus } from './migrations.ts';
import { newMigration } from './new-migration.ts';
import { resolveMigration } from './resolve.ts';
import { accountOf } from './run-commands.ts';
import type { MigrationStatus } from './status.ts';
import { type BaselineProposal, evidenceText, proposeBaseline, verdictOf } from './summary.ts';

const dryRunOption: CommandOption = { flags: '--dry-run', description: 'show what would be recorded; record nothing' };
const reasonOption: CommandOption = { flags: '--reason <text>', description: 'why, for the history and the audit log' };
const lookFirst = 'Look at it with --dry-run first; then give --yes.';
/** What reading the catalog of a big database may take. */
const statementTimeoutMs = 15_000;
/** Missing objects that a line names. */
const mostMissing = 5;
const nameArgument = { name: 'name', description: 'a migration, by its full file name' };

/** `migrations init`, `baseline`, `resolve`, `import-log` and `new`: what is recorded, and files to be written. */
export const migrationHistoryCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['migrations', 'init'],
    summary: 'create the history of migrations (manual 4.5), or add its checksum column',
    arguments: [],
    options: [dryRunOption],
    prepare: (_values, options) => async (context) => {
      const { database } = context;
      const planned = await planInit((wanted) => database.read(wanted));
      if (options['dryRun'] || planned === 'nothing') return initResult(planned, planned !== 'nothing');
      await confirmWrite(context, initWords[planned].asked, { word: 'schema_migrations', whatToDo: lookFirst });
      return initResult(await initHistory(database, accountOf(context)), false);
    },
  },
  {
    path: ['migrations', 'baseline'],
    summary: 'record that migrations were applied before there was a history; runs nothing',
    arguments: [],
    options: [
      directoryOption,
      { flags: '--through <name>', description: 'the last of them; without it, what the catalog suggests is told' },
      { flags: '--except <name>', description: 'one that was never applied; may be repeated', isRepeatable: true },
      reasonOption,
      dryRunOption,
    ],
    prepare(_values, options, { except = [] } = {}) {
      return async (context) => {
        const folder = await readAskedFolder(context, options['dir']);
        const { migrations } = await readStatus(context.database, folder, { signal: context.signal, statementTimeoutMs });
        const through = options['through'];
        if (through === undefined) throw suggestion(proposeBaseline(migrations));
        const names = migrationsThrough(folder, through, except).map(({ name }) => name);
        for (const line of doubts(migrations, new Set(names))) context.narrate(line);
        if (options['dryRun'])
          return changesResult(
            names.map((name) => ({ name, after: 'baseline' })),
            true,
          );
        const what = `record ${names.length} migrations as applied, through ${through}`;
        await confirmWrite(context, what, { word: through, whatToDo: lookFirst });
        const reason = options['reason']?.trim() || 'applied before there was a history';
        return changesResult(
          await recordBaseline(context.database, folder, { through, except, reason }, accountOf(context)),
          false,
        );
      };
    },
  },
  {
    path: ['migrations', 'resolve'],
    summary: 'say by hand what is true of a migration: applied, or reverted and so pending',
    arguments: [nameArgument],
    options: [
      directoryOption,
      { flags: '--as <what>', description: 'what is true', choices: ['applied', 'reverted'] },
      reasonOption,
    ],
    prepare([name = ''], options) {
      const as = options['as'];
      if (as !== 'applied' && as !== 'reverted')
        throw usage('as-missing', 'What is true was not said.', 'Give --as applied or --as reverted.');
      const reason = options['reason']?.trim() ?? '';
      if (reason === '')
        throw usage('reason-missing', 'A migration is resolved for a reason, and none was given.', 'Give --reason.');
      return async (context) => {
        const folder = await readAskedFolder(context, options['dir']);
        await confirmWrite(context, `record ${name} as ${as}`, { word: name, whatToDo: 'Give --yes.' });
        return changesResult([await resolveMigration(context.database, folder, { name, as, reason }, accountOf(context))], false);
      };
    },
  },
  {
    path: ['migrations', 'import-log'],
    summary: 'record what a log kept in markdown says was applied (manual 4.5, option 1)',
    arguments: [{ name: 'file', description: 'the log' }],
    options: [directoryOption, dryRunOption],
    prepare:
      ([file = ''], options) =>
      async (context) => {
        const entries = planImport(readLog(await readText(file)), await readAskedFolder(context, options['dir']));
        for (const { name, isInFolder } of entries) if (!isInFolder) context.narrate(`warning: the folder has no ${name}`);
        const planned = entries.map(({ name, appliedAt }) => ({ name, after: 'imported', appliedAt }));
        if (options['dryRun']) return changesResult(planned, true);
        await confirmWrite(context, `record ${entries.length} migrations from ${file}`, { word: 'import', whatToDo: lookFirst });
        return changesResult(await importLog(context.database, entries, accountOf(context)), false);
      },
  },
  {
    path: ['migrations', 'new'],
    summary: 'write the next migration and its rollback from the template of manual 4.2',
    arguments: [{ name: 'name', description: 'what it does: add_invoice_table' }],
    options: [directoryOption, { flags: '--description <text>', description: 'one line for its header' }],
    prepare:
      ([name = ''], options) =>
      async (context) => {
        const { author, now } = context;
        const directory = await askedDirectory(context, options['dir']);
        const written = await newMigration(directory, { name, description: options['description'] ?? '', author, now });
        return {
          json: { name: written.name, migration: written.migration, rollback: written.rollback },
          text: () => [written.migration, written.rollback].map((path) => `wrote ${displayText(path)}`).join('\n'),
        };
      },
  },
];

const usage = (code: string, whatHappened: string, whatToDo: string): AdminError =>
  new AdminError({ kind: 'usage', code, whatHappened, whatToDo });

/** What to give instead of nothing: what the catalog shows was applied. The operator decides. */
function suggestion(proposal: BaselineProposal | undefined): AdminError {
  if (proposal === undefined)
    return usage(
      'through-missing',
      'Nothing of these migrations is in the database.',
      'Give --through NAME where you know better.',
    );
  const words = ['--through', proposal.through, ...proposal.except.flatMap((name) => ['--except', name])].join(' ');
  return usage('through-missing', 'Through which migration was not said.', `What is in the database suggests: ${words}`);
}

/** What speaks against migrations having been applied, a line each. */
function doubts(migrations: readonly MigrationStatus[], names: ReadonlySet<string>): readonly string[] {
  return migrations
    .filter(({ name, evidence }) => names.has(name) && /^(none|partial)$/.test(verdictOf(evidence)))
    .map(({ name, evidence }) => `warning: ${name}: ${evidenceText(evidence, mostMissing)}`);
}

const initWords = {
  create: {
    asked: 'create public.schema_migrations',
    would: 'Would create public.schema_migrations.',
    done: 'Created public.schema_migrations.',
  },
  'add-checksum': {
    asked: 'add the column checksum to public.schema_migrations',
    would: 'Would add the column checksum to public.schema_migrations.',
    done: 'Added the column checksum to public.schema_migrations.',
  },
  nothing: { asked: '', would: '', done: 'The history is as it should be.' },
} as const;

function initResult(step: InitStep, isDryRun: boolean): CommandResult {
  return {
    json: { step, ...(isDryRun && { dry_run: true }) },
    text: () => (isDryRun ? initWords[step].would : initWords[step].done),
  };
}

/** One entry a migration; those that the history knew already are not among them. */
function changesResult(
  changed: readonly (Partial<ChangedRow> & Pick<ChangedRow, 'name' | 'after'>)[],
  isDryRun: boolean,
): CommandResult {
  return {
    json: {
      ...(isDryRun && { dry_run: true }),
      migrations: changed.map(({ name, before, after, appliedAt }) => ({
        name,
        before: before ?? null,
        state: after,
        applied_at: appliedAt ?? null,
      })),
    },
    text() {
      if (changed.length === 0) return 'Nothing to record: the history has all of it.';
      const rows = changed.map(({ name, before, after, appliedAt }) =>
        [name, before ?? '', after, appliedAt ?? ''].map((cell) => displayText(cell)),
      );
      return [
        isDryRun ? 'Would record:' : 'Recorded:',
        textTable(
          ['MIGRATION', 'BEFORE', 'NOW', 'APPLIED'].map((title) => ({ title })),
          rows,
        ),
      ].join('\n');
    },
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage('log-unreadable', `${file} can not be read (${messageOf(error)}).`, 'Give a markdown file.');
  }
}
