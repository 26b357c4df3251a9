import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { isMigration } from '../expected.ts';
import { newMigration } from '../new-migration.ts';
import type { MigrationsActions } from './actions.ts';
import { askToRollBack, showDryRun } from './applying.ts';
import { applyMenu, copyMenu, filterMenu, historyMenu } from './menus.ts';
import {
  arranged,
  askFor,
  type FolderReading,
  markedMigration,
  type MigrationsStore,
  narrowed,
  type OpenField,
} from './migrations-state.ts';
import { askToImport, askToResolve } from './recording.ts';
import { openRun } from './run-dialog.ts';
import { migrationRunnerOf } from './runner.ts';

/** What the pane's keys do, in terms of the console around it. */
export function migrationsActions(session: ConsoleSession, store: MigrationsStore): MigrationsActions {
  const withReading = (next: (reading: FolderReading) => void): void => {
    const { reading } = store.get();
    if (reading !== undefined) next(reading);
  };
  const refresh = (): void => {
    session.database.monitor.retryNow();
    session.queryClient.invalidateQueries().catch(session.fail);
  };
  /** Says what failed, and opens the line again with what was typed, unless another has been opened. */
  const failKeeping =
    (asks: OpenField['asks'], typed: string) =>
    (thrown: unknown): void => {
      session.fail(thrown);
      if (store.get().field === undefined) askFor(store, asks, typed);
    };
  return {
    readOnlyReason: () => readOnlyReason(session),
    busyReason: () => {
      const job = migrationRunnerOf(session).job.get();
      return job !== undefined && job.end === undefined ? 'migrations are running: p shows them' : undefined;
    },
    apply: () => applyMenu(session, store),
    dryRun: () => {
      const { marked } = store.get();
      const here = markedMigration(store.get());
      const names = marked.size > 0 ? [...marked] : here?.file !== undefined ? [here.name] : [];
      if (names.length === 0) session.notify('Mark a migration that has a file.', 'warning');
      else session.prepare((opening) => showDryRun(opening, store, names));
    },
    rollBack: ({ name }) => session.prepare((opening) => askToRollBack(opening, store, name)),
    resolve: (migration) =>
      withReading((reading) => {
        const { file } = migration;
        if (file !== undefined && !isMigration(file)) session.notify('It is no migration.', 'warning');
        else askToResolve(session, reading, migration);
      }),
    history: () => historyMenu(session, store),
    importLog: (file) =>
      withReading((reading) => {
        session.prepare((opening) => askToImport(opening, reading, file), failKeeping('log', file));
      }),
    writeNew: (name) =>
      withReading((reading) => {
        writeNew(session, store, reading.folder.directory, name).catch(failKeeping('new', name));
      }),
    openDirectory: (path) =>
      store.update((now) => arranged({ ...now, directory: path, reading: undefined, marked: new Set(), isOpen: false })),
    showRun: () => openRun(session),
    filter: () => filterMenu(session, store),
    copy: (migration) => copyMenu(session, migration),
    refresh: () => {
      refresh();
      session.notify('Reading again.');
    },
    say: (text) => session.notify(text, 'warning'),
  };
}

/** Writes the files of a new migration, and takes the cursor there when they are read. */
async function writeNew(session: ConsoleSession, store: MigrationsStore, directory: string, name: string): Promise<void> {
  const { author } = session.facts;
  const written = await newMigration(directory, { name, description: '', author, now: new Date() });
  store.update((now) => ({ ...narrowed(now, { filter: 'all', search: '' }), awaited: written.name }));
  await session.queryClient.invalidateQueries({ queryKey: ['migrations'] });
  session.notify(`Wrote ${written.migration} and its rollback.`, 'good');
}
