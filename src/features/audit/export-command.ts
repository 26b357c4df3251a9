import { resolve } from 'node:path';
import { type CommandDefinition, revealOption, secretsMasked } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { formatBytes, formatCount } from '#core/format.ts';
import type { Database } from '#database/database.ts';
import { filterFrom, filterOptions, requireSource } from './command-filter.ts';
import { exportEntries, type ExportFormat, exportFormats, type ExportProgress } from './export.ts';

const reportEveryMs = 2000;

/** `audit export FILE`. */
export const auditExportCommand: CommandDefinition<Database> = {
  path: ['audit', 'export'],
  summary: 'write audit entries to a file, newest first; it appears when it is complete',
  arguments: [{ name: 'file', description: 'where to; must not exist yet' }],
  options: [
    {
      flags: '--format <format>',
      description: 'what to write',
      choices: exportFormats,
      defaultText: "by the file's ending, else ndjson",
    },
    { flags: '--force', description: 'replace the file if there is one' },
    ...filterOptions,
    revealOption,
  ],
  prepare([file = ''], options, repeated = {}) {
    const asked = filterFrom(options, repeated);
    const byEnding = /\.csv$/i.test(file) ? 'csv' : 'ndjson';
    const format: ExportFormat = exportFormats.find((candidate) => candidate === options['format']) ?? byEnding;
    return async (context) => {
      const { database, tenant, signal, narrate } = context;
      const source = await requireSource(context, asked);
      const filter = { ...asked.filter, tenant, from: asked.since };
      const request = {
        filter,
        file: resolve(file),
        format,
        reveals: Boolean(options['reveal']),
        replaces: Boolean(options['force']),
      };
      let reportedAtMs = Date.now();
      const onProgress = (progress: ExportProgress): void => {
        if (Date.now() - reportedAtMs < reportEveryMs) return;
        reportedAtMs = Date.now();
        narrate(`${writtenText(progress)}, back to ${progress.at ?? 'entries without a time'}`);
      };
      try {
        const done = await exportEntries(database, source, request, { signal, onProgress });
        if (done.isMasked) narrate(secretsMasked);
        return {
          json: { file: request.file, format, entries: done.entries, bytes: done.bytes },
          text: () => `Wrote ${writtenText(done)} to ${displayText(file)}.`,
        };
      } catch (error) {
        if (signal.aborted) narrate(`stopped: nothing was written to ${file}`);
        throw error;
      }
    };
  },
};

function writtenText({ entries, bytes }: ExportProgress): string {
  return `${formatCount(entries)} ${entries === 1 ? 'entry' : 'entries'}, ${formatBytes(bytes)}`;
}
