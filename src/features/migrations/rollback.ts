import { AdminError } from '#core/errors.ts';
import type { Reader } from '#database/query.ts';
import { wasAppliedAfter } from './applied-when.ts';
import { isMigration } from './expected.ts';
import type { MigrationFile, MigrationFolder } from './folder.ts';
import { readHistory, requireWholeHistory } from './history.ts';
import { parseMigrations } from './parse.ts';
import { findMigration } from './select.ts';
import { touchedBy } from './touched.ts';

/** What a rollback would run. */
export interface RollbackPlan {
  /** The `ROLLBACK_…` file. */
  readonly file: MigrationFile;
  /** The migration that it takes back. */
  readonly undoes: string;
  /** What is only allowed because it was forced. */
  readonly warnings: readonly string[];
}

/**
 * Finds the script that takes a migration back. Throws an AdminError: not-found without one; refused (history-hidden) where not all
 * of the history is seen; refused, unless forced, where the migration is not
 * recorded as applied, or where migrations applied after it touch the same objects; by their order where the history does not tell when.
 */
export async function planRollback(
  reader: Reader,
  { files }: MigrationFolder,
  name: string,
  isForced: boolean,
): Promise<RollbackPlan> {
  const script = files.find((file) => file.name === name);
  const undoes = script?.place.kind === 'rollback' ? script.place.undoes : name;
  const migration = findMigration(files, undoes);
  const file = files.find(({ place }) => place.kind === 'rollback' && place.undoes.toLowerCase() === undoes.toLowerCase());
  if (file === undefined) {
    throw new AdminError({
      kind: 'not-found',
      code: 'no-rollback',
      whatHappened: `The folder has no ROLLBACK_${undoes}.`,
      whatToDo: 'Write one (manual 4.4): it takes back what the migration did.',
    });
  }
  const history = await readHistory(reader);
  requireWholeHistory(history);
  const applied = new Map(history.rows.filter(({ success }) => success !== false).map((row) => [row.name, row]));
  const objections: AdminError[] = [];
  if (!applied.has(undoes)) objections.push(notApplied(undoes));
  const candidates = files.flatMap((each, position): Candidate[] => {
    if (each === migration || !isMigration(each) || !applied.has(each.name)) return [];
    const isAfter = wasAppliedAfter(applied.get(each.name), applied.get(undoes));
    const isLater = isAfter ?? position > files.indexOf(migration);
    return isLater ? [{ file: each, isByOrder: isAfter === undefined }] : [];
  });
  const later = await touchingLater(candidates, migration, file);
  if (later.length > 0) objections.push(touchedLater(undoes, later));
  const [first] = objections;
  if (first !== undefined && !isForced) throw first;
  return { file, undoes, warnings: objections.map(({ message }) => `warning: ${message}`) };
}

/** A migration that was applied after another one. */
interface Candidate {
  readonly file: MigrationFile;
  /** Only their order tells so. */
  readonly isByOrder: boolean;
}

interface Later extends Candidate {
  readonly objects: readonly string[];
}

/** Of migrations applied after one, those that touch what it or its rollback touches. */
async function touchingLater(
  later: readonly Candidate[],
  migration: MigrationFile,
  rollback: MigrationFile,
): Promise<readonly Later[]> {
  const [forward, back, ...others] = await parseMigrations([migration, rollback, ...later.map(({ file }) => file)]);
  const ours = new Set([...touchedBy(forward!), ...touchedBy(back!)]);
  return later.flatMap((candidate, index): Later[] => {
    const objects = [...touchedBy(others[index]!)].filter((object) => ours.has(object));
    return objects.length > 0 ? [{ ...candidate, objects }] : [];
  });
}

function notApplied(name: string): AdminError {
  return new AdminError({
    kind: 'refused',
    code: 'not-applied',
    whatHappened: `${name} is not recorded as applied.`,
    whatToDo: 'Nothing was run. Look at migrations status; --force runs the rollback all the same.',
  });
}

function touchedLater(name: string, later: readonly Later[]): AdminError {
  const named = later.map(({ file, isByOrder, objects }) => {
    const doubt = isByOrder ? '; the history does not tell which came first, their order does' : '';
    return `${file.name} (${objects.join(', ')}${doubt})`;
  });
  return new AdminError({
    kind: 'refused',
    code: 'touched-later',
    whatHappened: `Migrations applied after ${name} touch the same objects: ${named.join(', ')}.`,
    whatToDo: 'Nothing was run. Take those back first, or give --force.',
  });
}
