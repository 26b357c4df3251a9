import { isMigration } from './expected.ts';
import type { MigrationFile } from './folder.ts';
import type { ParsedMigration } from './parse.ts';

export type MigrationFlag =
  | 'edited'
  | 'unverified'
  | 'out-of-order'
  | 'duplicate-number'
  | 'gap'
  | 'rollback-script'
  | 'has-rollback'
  | 'date-prefixed'
  | 'non-numbered'
  | 'unparseable'
  | 'empty'
  | 'psql-only'
  | 'own-transaction'
  | 'non-transactional'
  | 'crlf';

/** The number as the file's name writes it, with its letter; undefined where it has none. */
export function numberText({ name, place }: MigrationFile): string | undefined {
  return place.kind === 'numbered' ? /^\d+[a-z]?/i.exec(name)?.[0] : undefined;
}

/** What can be said of each file from the folder alone, by position. */
export function folderFlags(
  files: readonly MigrationFile[],
  parsed: readonly ParsedMigration[],
): readonly (readonly MigrationFlag[])[] {
  const numbers = files.map(({ place }) => (place.kind === 'numbered' ? `${place.number}${place.letter}` : undefined));
  const uses = Map.groupBy(numbers, (number) => number);
  const taken = new Set(files.flatMap(({ place }) => (place.kind === 'numbered' ? [place.number] : [])));
  const least = Math.min(...taken);
  const undone = new Set(files.flatMap(({ place }) => (place.kind === 'rollback' ? [place.undoes.toLowerCase()] : [])));
  return files.map((file, position) => {
    const { place, name } = file;
    const number = numbers[position];
    const isAfterGap = place.kind === 'numbered' && place.number > least && !taken.has(place.number - 1);
    const flags: (MigrationFlag | false)[] = [
      number !== undefined && (uses.get(number)?.length ?? 0) > 1 && 'duplicate-number',
      isAfterGap && 'gap',
      place.kind === 'rollback' && 'rollback-script',
      undone.has(name.toLowerCase()) && 'has-rollback',
      place.kind === 'dated' && 'date-prefixed',
      place.kind === 'unnumbered' && 'non-numbered',
      ...parseFlags(file, parsed[position]),
    ];
    return flags.filter((flag) => flag !== false);
  });
}

function parseFlags(file: MigrationFile, parsed: ParsedMigration | undefined): (MigrationFlag | false)[] {
  if (parsed === undefined || (!isMigration(file) && file.place.kind !== 'rollback')) return [];
  const { error, psqlOnly, mode, statements } = parsed;
  return [
    psqlOnly !== undefined && 'psql-only',
    error !== undefined && psqlOnly === undefined && 'unparseable',
    error === undefined && statements.length === 0 && 'empty',
    mode !== 'transactional' && mode,
    file.hasCarriageReturns && 'crlf',
  ];
}
