import { type CommandDefinition, revealOption, secretsMasked, wholeNumber } from '#core/command.ts';
import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { filterFrom, filterOptions, requireSource } from './command-filter.ts';
import { auditExportCommand } from './export-command.ts';
import { auditMigrationCommand } from './migration-command.ts';
import { auditShowCommand } from './show-command.ts';
import { tailLines } from './tail.ts';
import type { TailHistory } from './tail-history.ts';

const mostLines = 100_000;
const usualLines = 50;

/** `audit tail|show|export|write-migration`: the headless twins of the pane. */
export const auditCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['audit', 'tail'],
    summary: 'print audit entries, oldest first; with --follow those that come as well, none missed',
    arguments: [],
    options: [
      { flags: '--follow', description: 'go on with what comes, until Ctrl-C' },
      {
        flags: '--lines <n>',
        description: 'the newest so many first',
        defaultText: `${usualLines}, or all where --since is given`,
      },
      {
        flags: '--cursor <file>',
        description: 'go on where the tail before stopped, and remember in this file how far this one came',
      },
      ...filterOptions,
      revealOption,
    ],
    prepare(_values, options, repeated = {}) {
      const asked = filterFrom(options, repeated);
      const follows = Boolean(options['follow']);
      const cursorFile = options['cursor'];
      if (asked.filter.until !== undefined && (follows || cursorFile !== undefined)) {
        throw new AdminError({
          kind: 'usage',
          code: 'two-ends',
          whatHappened: '--until ends in the past, and --follow and --cursor go on with what comes.',
          whatToDo: 'Leave one of them out.',
        });
      }
      const bounds = { fallback: usualLines, least: 0, most: mostLines };
      const lines = wholeNumber('--lines', options['lines'], bounds);
      const history: TailHistory =
        asked.since !== undefined && options['lines'] === undefined
          ? { lines: 'all', since: asked.since }
          : { lines, since: asked.since };
      return async (context) => {
        const { database: reader, tenant, signal, isJson, narrate } = context;
        const source = await requireSource(context, asked);
        const filter = { ...asked.filter, tenant };
        const request = { filter, history, follows, cursorFile, reveals: Boolean(options['reveal']), isJson };
        let hasSaidMasked = false;
        const onMasked = (): void => {
          if (!hasSaidMasked) narrate(secretsMasked);
          hasSaidMasked = true;
        };
        return { lines: tailLines({ reader, source, signal, narrate, onMasked }, request) };
      };
    },
  },
  auditShowCommand,
  auditExportCommand,
  auditMigrationCommand,
];
