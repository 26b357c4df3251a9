import { AdminError } from '#core/errors.ts';
import { isMigration } from './expected.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';

/** Which migrations are meant: by name exactly, all that are pending, or those up to and including one. */
export type Selection =
  | { readonly kind: 'named'; readonly names: readonly string[] }
  | { readonly kind: 'all' }
  | { readonly kind: 'to'; readonly name: string };

/** Files in the order in which they are to be run, and those before them that were never applied. */
export interface Selected {
  readonly files: readonly MigrationFile[];
  /** Pending ones that come before a named one and are not named themselves. */
  readonly skipped: readonly string[];
}

/**
 * The files of a folder that are meant. `applied` has the names that need not be run. Throws an AdminError: not-found for a name that the
 * folder does not have, usage for one that is no migration or given twice.
 */
export function selectMigrations({ files }: MigrationFolder, applied: ReadonlySet<string>, selection: Selection): Selected {
  const migrations = files.filter(isMigration);
  const isPending = ({ name }: MigrationFile): boolean => !applied.has(name);
  if (selection.kind === 'all') return { files: migrations.filter(isPending), skipped: [] };
  if (selection.kind === 'to') {
    const last = migrations.indexOf(findMigration(files, selection.name));
    return { files: migrations.slice(0, last + 1).filter(isPending), skipped: [] };
  }
  const named = new Set(selection.names.map((name) => findMigration(files, name)));
  const chosen = migrations.filter((file) => named.has(file));
  const lastIndex = Math.max(...chosen.map((file) => migrations.indexOf(file)));
  const skipped = migrations.slice(0, lastIndex).filter((file) => isPending(file) && !named.has(file));
  return { files: chosen, skipped: skipped.map(({ name }) => name) };
}

/** The migration of this full name. Throws an AdminError: not-found, with names that come near, or usage for what is no migration. */
export function findMigration(files: readonly MigrationFile[], name: string): MigrationFile {
  const found = files.find((file) => file.name === name);
  if (found !== undefined && isMigration(found)) return found;
  if (found !== undefined) {
    const why = found.place.kind === 'other' ? found.place.why : 'a rollback script: migrations rollback runs it';
    throw new AdminError({
      kind: 'usage',
      code: 'not-a-migration',
      whatHappened: `${name} is no migration: ${why}.`,
      whatToDo: 'Name another file.',
    });
  }
  const near = files.filter(
    (file) => isMigration(file) && file.name.toLowerCase().includes(name.toLowerCase().replace(/\.sql$/, '')),
  );
  const names = near.slice(0, 5).map((file) => file.name);
  throw new AdminError({
    kind: 'not-found',
    code: 'migration-not-found',
    whatHappened: `The folder has no ${name}.`,
    whatToDo: names.length > 0 ? `Names are written in full: ${names.join(', ')}.` : 'migrations status lists what it has.',
  });
}
