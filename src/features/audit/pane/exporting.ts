import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { secretsMasked } from '#core/command.ts';
import { AdminError } from '#core/errors.ts';
import { formatBytes, formatCount } from '#core/format.ts';
import { typedPath } from '#core/places.ts';
import { exportEntries, type ExportFormat } from '../export.ts';
import { askFor, type AuditStore } from './audit-state.ts';
import { filterOf } from './conditions.ts';

/** Writes what the filter and the window let through to a file, while the pane goes on. */
export interface Exporter {
  /** Asks for the format, and then for the file. */
  readonly ask: () => void;
  readonly start: (file: string, format: ExportFormat, replaces?: boolean) => void;
  readonly stop: () => void;
}

export function createExporter(session: ConsoleSession, store: AuditStore): Exporter {
  let running: AbortController | undefined;
  const start: Exporter['start'] = (typed, format, replaces = false) => {
    const { source, conditions, window } = store.get();
    if (source.state !== 'there' || running !== undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    running = controller;
    const file = typedPath(typed);
    const filter = filterOf(conditions, session.tenant.get(), window);
    store.update((now) => ({ ...now, exporting: { file, progress: undefined } }));
    exportEntries(
      session.database,
      source.source,
      { filter, file, format, reveals: false, replaces },
      { signal, onProgress: (progress) => store.update((now) => ({ ...now, exporting: { file, progress } })) },
    )
      .then(
        ({ entries, bytes, isMasked }) => {
          const masked = isMasked ? `; ${secretsMasked}` : '';
          session.notify(`Wrote ${formatCount(entries)} entries, ${formatBytes(bytes)}, to ${file}${masked}`, 'good', {
            isGeneral: true,
          });
        },
        (error: unknown) => {
          if (signal.aborted) session.notify(`The export is stopped; nothing was written to ${file}.`, 'warning');
          else if (error instanceof AdminError && error.code === 'export-exists') askToReplace(file, format);
          else {
            // Typed wrongly, it is put right there; what fails later must not take the keys from whoever went on.
            const isAtOnce = store.get().exporting?.progress === undefined && store.get().field === undefined;
            if (isAtOnce && error instanceof AdminError && error.code === 'export-not-written') askFile(format, typed);
            session.fail(error);
          }
        },
      )
      .finally(() => {
        running = undefined;
        store.update((now) => ({ ...now, exporting: undefined }));
      });
  };
  const askFile = (format: ExportFormat, file: string): void => askFor(store, { asks: 'export', format }, file);
  const askToReplace = (file: string, format: ExportFormat): void =>
    choose(session, {
      title: `${file} exists already`,
      choices: [
        { label: 'give another name', hotkey: 'a', run: () => askFile(format, file) },
        { label: 'replace it', hotkey: 'r', run: () => start(file, format, true) },
      ],
    });
  const stop = (): void => running?.abort(new Error('The export was stopped.'));
  session.askBeforeQuit((leave) => {
    if (running === undefined) return false;
    choose(session, {
      title: 'Leave the console: an export is running',
      choices: [
        { label: 'stay', hotkey: 's', run: () => undefined },
        {
          label: 'stop the export, and leave',
          hotkey: 'l',
          run: () => {
            stop();
            leave();
          },
        },
      ],
    });
    return true;
  });
  return {
    ask: () =>
      choose(session, {
        title: 'Export what the filter and the time let through',
        choices: [
          { label: 'NDJSON, a document a line', hotkey: 'n', run: () => askFile('ndjson', nameFor('ndjson')) },
          { label: 'CSV, for a spreadsheet', hotkey: 'c', run: () => askFile('csv', nameFor('csv')) },
        ],
      }),
    start,
    stop,
  };
}

function nameFor(ending: string): string {
  const moment = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `audit-${moment}.${ending}`;
}
