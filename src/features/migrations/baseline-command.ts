import { type CommandDefinition, directoryOption } from '#core/command.ts';
import type { AdminError } from '#core/errors.ts';
import { confirmWrite } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { migrationsThrough, planBaseline, recordBaseline } from './baseline.ts';
import { readAskedFolder } from './command-folder.ts';
import { changesResult, dryRunOption, lookFirst, reasonOption, usage } from './history-output.ts';
import { requireWholeHistory } from './history.ts';
import { readStatus } from './migrations.ts';
import { accountOf } from './run-commands.ts';
import type { MigrationStatus } from './status.ts';
import { type BaselineProposal, evidenceText, proposeBaseline, verdictOf } from './summary.ts';

/** What reading the catalog of a big database may take. */
const statementTimeoutMs = 15_000;
/** Missing objects that a line names. */
const mostMissing = 5;

/** `migrations baseline`: from what the catalog shows, what ran before anybody recorded it. */
export const migrationBaselineCommand: CommandDefinition<Database> = {
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
  writes: true,
  prepare(_values, options, { except = [] } = {}) {
    return async (context) => {
      const folder = await readAskedFolder(context, options['dir']);
      const { migrations, history } = await readStatus(context.database, folder, { signal: context.signal, statementTimeoutMs });
      requireWholeHistory(history);
      const through = options['through'];
      if (through === undefined) throw suggestion(proposeBaseline(migrations));
      const names = planBaseline(migrationsThrough(folder, through, except), history).map(({ name }) => name);
      for (const line of doubts(migrations, new Set(names))) context.narrate(line);
      const planned = names.map((name) => ({ name, after: 'baseline' }));
      if (options['dryRun'] || names.length === 0) return changesResult(planned, Boolean(options['dryRun']));
      const what = `record ${names.length} migrations as applied, through ${through}`;
      await confirmWrite(context, what, { word: through, whatToDo: lookFirst });
      const reason = options['reason']?.trim() || 'applied before there was a history';
      return changesResult(
        await recordBaseline(context.database, folder, { through, except, reason }, accountOf(context)),
        false,
      );
    };
  },
};

/** What to give instead of nothing: what the catalog shows was applied. The operator decides. */
function suggestion(proposal: BaselineProposal | undefined): AdminError {
  if (proposal === undefined)
    return usage(
      'through-missing',
      'Through which migration was not said, and none that the history lacks left here all that it makes.',
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
