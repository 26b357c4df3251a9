import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { openWrite } from '#console/public/write-dialog.tsx';
import type { WriteRequest } from '#console/public/write-request.ts';
import { AdminError } from '#core/errors.ts';
import type { TypedWord } from '#core/typed-word.ts';
import { type Line, words } from '#ui/line.ts';
import { planApply, warningsBefore, wordToApply } from '../apply.ts';
import { type MigrationFile, type MigrationFolder, readMigrationFolder } from '../folder.ts';
import { parseMigrations } from '../parse.ts';
import { planRollback } from '../rollback.ts';
import { findMigration, type Selection } from '../select.ts';
import type { MigrationsStore } from './migrations-state.ts';
import { type PlannedFile, planSections } from './plan-lines.ts';
import { openRun } from './run-dialog.ts';
import { migrationRunnerOf } from './runner.ts';

/** The folder as it is on disk now; files that did not change are those that are known. Throws an AdminError (usage) without one. */
async function folderNow(store: MigrationsStore): Promise<MigrationFolder> {
  const { reading } = store.get();
  if (reading === undefined) {
    throw new AdminError({
      kind: 'usage',
      code: 'no-migrations-folder',
      whatHappened: 'There is no folder of migrations yet.',
      whatToDo: 'D types a path.',
    });
  }
  return readMigrationFolder(reading.folder.directory, reading.folder);
}

/** Shows what an apply would run, with findings, and runs it when that is confirmed. `isTrial`: each is rolled back. */
export async function askToApply(
  session: ConsoleSession,
  store: MigrationsStore,
  selection: Selection,
  isTrial = false,
): Promise<void> {
  const folder = await folderNow(store);
  const plan = await planApply(session.database, folder, selection).catch((error: unknown) => Promise.reject(withKeys(error)));
  if (plan.files.length === 0) {
    session.notify('Nothing to run: everything there is applied.', 'good');
    return;
  }
  const typed = wordToApply(plan.files);
  const title = `${isTrial ? 'Try and roll back' : 'Apply'} ${typed.word}`;
  await openPlan(session, store, {
    title,
    label: isTrial ? 'try' : 'apply',
    files: plan.files,
    warnings: plan.warnings,
    typed,
    refusal: () => readOnlyReason(session),
    run: () => migrationRunnerOf(session).start({ title, files: plan.files.map((file) => ({ file })), isTrial }),
  });
}

/** Shows what would be run, and runs nothing. */
export async function showDryRun(session: ConsoleSession, store: MigrationsStore, names: readonly string[]): Promise<void> {
  const folder = await folderNow(store);
  const files = folder.files
    .filter(({ name }) => names.includes(name))
    .map((file) => (file.place.kind === 'other' ? findMigration(folder.files, file.name) : file));
  const history = store.get().reading?.status.history;
  await openPlan(session, store, {
    title: `Dry run of ${files.length === 1 ? files[0]!.name : `${files.length} migrations`}`,
    label: 'apply',
    files,
    warnings: history === undefined ? [] : warningsBefore(folder, history, files),
    typed: undefined,
    isOnlyShown: true,
    refusal: () => 'a dry run runs nothing: esc, then a',
    run: () => undefined,
  });
}

/**
 * Shows what takes a migration back, and runs it when that is confirmed. Where something speaks against it, that is said, and the name has to
 * be typed everywhere, not on production alone.
 */
export async function askToRollBack(session: ConsoleSession, store: MigrationsStore, name: string): Promise<void> {
  const folder = await folderNow(store);
  const plan = await planRollback(session.database, folder, name, true);
  const title = `Roll back ${plan.undoes}`;
  const isForced = plan.warnings.length > 0;
  await openPlan(session, store, {
    title: isForced ? `${title} all the same` : title,
    label: 'roll back',
    files: [plan.file],
    warnings: plan.warnings,
    typed: { word: plan.undoes, what: 'the name of the migration', isAlways: isForced },
    refusal: () => readOnlyReason(session),
    run: () => migrationRunnerOf(session).start({ title, files: [{ file: plan.file, undoes: plan.undoes }], isTrial: false }),
  });
}

interface Plan extends Pick<WriteRequest, 'isOnlyShown'> {
  readonly title: string;
  readonly label: string;
  readonly files: readonly MigrationFile[];
  readonly warnings: readonly string[];
  /** On production, or wherever something speaks against it. */
  readonly typed: (TypedWord & { readonly isAlways?: boolean }) | undefined;
  readonly refusal: () => string | undefined;
  readonly run: () => void;
}

async function openPlan(session: ConsoleSession, store: MigrationsStore, plan: Plan): Promise<void> {
  const parsed = await parseMigrations(plan.files);
  const statuses = new Map(store.get().reading?.status.migrations.map((migration) => [migration.name, migration]));
  const planned = plan.files.map((file, index): PlannedFile => ({
    file,
    parsed: parsed[index]!,
    status: statuses.get(file.name),
  }));
  const sections = await planSections(planned, plan.warnings, store.get().reading?.facts);
  openWrite(session, {
    title: plan.title,
    label: plan.label,
    isOnlyShown: plan.isOnlyShown ?? false,
    about: unaudited(session),
    sections,
    reason: undefined,
    typed: session.facts.environment.production || plan.typed?.isAlways ? plan.typed : undefined,
    refusal: plan.refusal,
    run: () => {
      plan.run();
      store.update((now) => ({ ...now, marked: new Set() }));
      openRun(session);
      return Promise.resolve();
    },
  });
}

/** Said wherever something is recorded under `--unaudited`. */
export function unaudited({ facts }: ConsoleSession): readonly Line[] {
  return facts.unaudited ? [[words('No audit entry will be written (--unaudited).', 'danger')]] : [];
}

/** What the service says of commands, in terms of this pane's keys. */
function withKeys(error: unknown): unknown {
  if (!(error instanceof AdminError)) return error;
  const keys: Readonly<Record<string, string>> = {
    'no-history': 'Nothing was run. I creates the history.',
    'not-a-migration': 'Nothing was run. u on a migration runs its ROLLBACK_ file.',
    'no-baseline': 'Nothing was run. I records what is there as a baseline; then apply the rest.',
  };
  const whatToDo = keys[error.code];
  if (whatToDo === undefined) return error;
  return new AdminError({ kind: error.kind, code: error.code, whatHappened: error.message, whatToDo, cause: error });
}
