import { readFile } from 'node:fs/promises';
import { type CommandDefinition, type CommandResult, directoryOption } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { messageOf } from '#core/errors.ts';
import { confirmWrite } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { migrationBaselineCommand } from './baseline-command.ts';
import { askedDirectory, readAskedFolder } from './command-folder.ts';
import { changesResult, dryRunOption, lookFirst, reasonOption, usage } from './history-output.ts';
import { readHistory, requireWholeHistory } from './history.ts';
import { importLog, planImport, readLog } from './import-log.ts';
import { initHistory, type InitStep, planInit } from './init.ts';
import { newMigration } from './new-migration.ts';
import { resolveMigration } from './resolve.ts';
import { accountOf } from './run-commands.ts';

const nameArgument = { name: 'name', description: 'a migration, by its full file name' };

/** `migrations init`, `baseline`, `resolve`, `import-log` and `new`: what is recorded, and files to be written. */
export const migrationHistoryCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['migrations', 'init'],
    summary: 'create the history of migrations (manual 4.5), or add its checksum column',
    arguments: [],
    options: [dryRunOption],
    writes: true,
    prepare: (_values, options) => async (context) => {
      const { database } = context;
      const planned = await planInit((wanted) => database.read(wanted));
      if (options['dryRun'] || planned === 'nothing') return initResult(planned, planned !== 'nothing');
      await confirmWrite(context, initWords[planned].asked, { word: 'schema_migrations', whatToDo: lookFirst });
      return initResult(await initHistory(database, accountOf(context)), false);
    },
  },
  migrationBaselineCommand,
  {
    path: ['migrations', 'resolve'],
    summary: 'say by hand what is true of a migration: applied, or reverted and so pending',
    arguments: [nameArgument],
    options: [
      directoryOption,
      { flags: '--as <what>', description: 'what is true', choices: ['applied', 'reverted'] },
      reasonOption,
    ],
    writes: true,
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
    writes: true,
    prepare:
      ([file = ''], options) =>
      async (context) => {
        const { database } = context;
        const folder = await readAskedFolder(context, options['dir']);
        const history = await readHistory(database);
        requireWholeHistory(history);
        const entries = planImport(readLog(await readText(file)), folder, history);
        const fresh = entries.filter(({ isKnown }) => !isKnown);
        for (const { name, isInFolder } of fresh) if (!isInFolder) context.narrate(`warning: the folder has no ${name}`);
        if (fresh.length < entries.length) context.narrate(`${entries.length - fresh.length} in the history already, which stay`);
        const planned = fresh.map(({ name, appliedAt }) => ({ name, after: 'imported', appliedAt }));
        if (options['dryRun'] || fresh.length === 0) return changesResult(planned, Boolean(options['dryRun']));
        await confirmWrite(context, `record ${fresh.length} migrations from ${file}`, { word: 'import', whatToDo: lookFirst });
        return changesResult(await importLog(database, fresh, accountOf(context)), false);
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage('log-unreadable', `${file} can not be read (${messageOf(error)}).`, 'Give a markdown file.');
  }
}
